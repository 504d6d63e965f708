/* How machines betray themselves when no header tells: subjects and sentences of automatic answers
 * by language. Data only; all strings are folded, alternatives are parted by «|». */
#include "mail/automatic_phrases.h"

const struct automatic_phrase automatic_subjects[] = {
	{"es", "respuesta automatica|contestacion automatica|auto-respuesta|"
	       "autorespuesta|auto respuesta|autocontestador|mensaje automatico|"
	       "contestador automatico|mensaje de ausencia|respuesta de ausencia|"
	       "acuse de recibo automatico|notificacion automatica"},
	{"en", "automatic reply|automatic response|automated reply|automated response|"
	       "auto reply|auto-reply|autoreply|auto response|auto-response|"
	       "autoresponse|autoresponder|out of office autoreply|"
	       "out of office auto reply|out of office auto-reply|"
	       "out of office automatic reply|out of office reply|"
	       "out of office response|out of office message|"
	       "out of office notification|out of office notice|out-of-office reply|"
	       "out-of-office autoreply|vacation reply|vacation response|"
	       "vacation message|vacation autoreply|vacation auto-reply|"
	       "absence notification|automatic acknowledgement|auto acknowledgement|"
	       "automated acknowledgement|report domain|"
	       "dmarc aggregate report domain"},
	{"pt", "resposta automatica|auto-resposta|mensagem automatica|"
	       "mensagem de ausencia"},
	{"fr", "reponse automatique|repondeur automatique|message automatique|"
	       "notification d'absence|message d'absence"},
	{"de", "automatische antwort|automatisch generierte antwort|"
	       "automatische ruckantwort|abwesenheitsnotiz|"
	       "abwesenheitsbenachrichtigung|autoantwort|"
	       "automatische eingangsbestatigung"},
	{"it", "risposta automatica|risposta automatica al messaggio|"
	       "messaggio automatico"},
	{"nl", "automatisch antwoord|automatische beantwoording|afwezigheidsbericht"},
	{"da, no, sv, is", "autosvar|automatisk svar|automatiskt svar|fraværsmelding|"
			   "franvaromeddelande|sjalfvirkt svar"},
	{"fi, et, lv, lt", "automaattinen vastaus|poissaoloviesti|automaatvastus|"
			   "automatiska atbilde|automatinis atsakymas"},
	{"pl, cs, sk, hu, ro", "odpowiedz automatyczna|automatyczna odpowiedz|autoodpowiedz|"
			       "automaticka odpoved|automatikus valasz|tavolleti ertesito|"
			       "raspuns automat"},
	{"hr, sr, sl", "automatski odgovor|automatsko odgovaranje|samodejni odgovor|"
		       "samodejen odgovor|автоматски одговор"},
	{"ru, uk, bg", "автоответ|автоматическии ответ|автоматическая рассылка|"
		       "автоматична відповідь|автоматичен отговор"},
	{"tr, el", "otomatik yanıt|otomatik cevap|αυτοματη απαντηση"},
	{"zh, ja, ko", "自动回复|自動回覆|自动答复|自动应答|自動応答|自動返信|不在通知|자동 "
		       "회신|자동회신|자동 응답|자동응답"},
	{"ar, fa, he", "رد تلقايي|الرد التلقايي|پاسخ خودکار|תשובה אוטומטית|מענה אוטומטי"},
	{"hi, th, id, ms, vi", "सवचलत उततर|सवत: उततर|ตอบกลบอตโนมต|การตอบกลบอตโนมต|balasan otomatis|"
			       "balasan automatik|tra loi tu đong|thu tra loi tu đong"},
	{"ca, eu, gl", "resposta automatica|erantzun automatikoa"},
};
const size_t automatic_subjects_n = COUNT(automatic_subjects);

const char automatic_states_at_end[] =
	" is out of the office| is out of office| is currently out of the office|"
	" esta fuera de la oficina| se encuentra fuera de la oficina| esta ausente|"
	" esta de vacaciones| esta fora do escritorio| est absent du bureau| ist nicht im buro|"
	" ist abwesend| e fuori sede| e fuori ufficio| is afwezig";

const struct automatic_phrase automatic_states[] = {
	{"es", "fuera de la oficina|fuera de oficina|ausente de la oficina|"
	       "ausencia de la oficina|aviso de ausencia|notificacion de ausencia|"
	       "en vacaciones|estoy de vacaciones|de vacaciones|vacaciones|ausente"},
	{"en", "auto|out of office|out of the office|out-of-office|ooo|ooto|vacation|"
	       "on vacation|vacation alert!|away from my mail|i'm away from my mail|"
	       "i am away from my mail|away|away from office|on leave|on annual leave|"
	       "on maternity leave|on parental leave"},
	{"pt, gl", "fora do escritorio|fora da empresa|fora da oficina|"
		   "ausencia temporaria|ausencia do escritorio|aviso de ausencia|ferias|"
		   "em ferias"},
	{"fr", "absence du bureau|absent du bureau|absence|absent|en conge|en conges|"
	       "en vacances|hors du bureau"},
	{"de", "abwesenheit|abwesend|ausser haus|nicht im buro|im urlaub|urlaub"},
	{"it", "fuori ufficio|fuori sede|assente|assenza|in ferie|ferie|"
	       "assente dall'ufficio"},
	{"nl", "afwezig|afwezigheid|niet aanwezig|niet op kantoor|op vakantie|vakantie"},
	{"da, no, sv", "fraværende|fravær|ikke pa kontoret|ikke til stede|borte fra kontoret|"
		       "pa ferie|franvarande|franvaro|ej pa kontoret|semester"},
	{"fi, pl, cs, sk, hu, ro",
	 "poissa toimistosta|lomalla|poza biurem|nieobecnosc|mimo kancelar|"
	 "mimo kancelariu|hazon kivul|in afara biroului"},
	{"ru, tr, el", "вне офиса|в отпуске|отсутствую|ofis dısında|ofis dısı|εκτοσ γραφειου"},
	{"zh, ja, ko", "外出|不在办公室|不在|休暇|부재중|부재 중"},
	{"ar, he, id, ca, eu", "خارج المكتب|מחוץ למשרד|di luar kantor|fora de l'oficina|"
			       "bulegotik kanpo"},
};
const size_t automatic_states_n = COUNT(automatic_states);

const char automatic_offices[] =
	"fuera de la oficina|fuera de oficina|ausente de la oficina|ausencia de la oficina|"
	"out of office|out of the office|out-of-office|away from the office|"
	"fora do escritorio|fora da empresa|fora da oficina|fora de l'oficina|"
	"absence du bureau|absent du bureau|hors du bureau|ausser haus|nicht im buro|"
	"fuori ufficio|fuori sede|assente dall'ufficio|niet op kantoor|ikke pa kontoret|"
	"ej pa kontoret|poza biurem|mimo kancelar|вне офиса";

const char automatic_returns[] =
	"vuelvo el |regreso el |volvere el |regresare el |estare de regreso|estare de vuelta|"
	"en mi ausencia|durante mi ausencia|i will be back|i'll be back|i will return|"
	"i return on|i am back on|i'm back on|in my absence|during my absence|"
	"na minha ausencia|volto no dia|retorno no dia|en mon absence|pendant mon absence|"
	"je serai de retour|wahrend meiner abwesenheit|in meiner abwesenheit|"
	"ich bin wieder|in mia assenza|durante la mia assenza|tijdens mijn afwezigheid|"
	"ik ben terug";

const char automatic_requests[] =
	"necesit|requier|requerimos|solicit|por favor|favor |ayud|podria|puede|pueden|pueda|"
	"no funciona|no puedo|no podemos|no logro|no me |no deja|no sirve|no entra|no abre|"
	"no carga|no conecta|no llega|no aparece|no sale|no imprime|no hay|no tengo|sin red|sin "
	"acceso|sin internet|sigue sin|siguen sin|falla|error|"
	"quiero|queremos|quisiera|como |configur|activ|desactiv|acceso|clave|urgente|"
	"need|please|could you|can you|would you|help|want|would like|does not|doesn't|"
	"do not work|don't work|not work|cannot|can't|unable|issue|broken|set up|setup|"
	"bitte|brauche|hilfe|konnen sie|funktioniert|mochte|merci de|pouvez|besoin|"
	"aide|ne marche|ne fonctionne|preciso|precisamos|ajuda|nao funciona|poderia|"
	"gostaria|ho bisogno|aiuto|non funziona|vorrei|graag|werkt niet|helpen";

const struct automatic_receipt automatic_receipts[] = {
	{"es", "mdn", "leido|leida|no leido|no leida|leidos",
	 "se leyo el|fue leido el|fue leida el|se elimino sin leer|"
	 "fue eliminado sin|se elimino el",
	 false},
	{"en", "mdn", "read|not read", "was read on|was deleted without being read|was opened on",
	 false},
	{"pt", "mdn", "lido|lida|nao lido|nao lida",
	 "foi lida em|foi lido em|foi excluida sem|foi eliminada sem", false},
	{"fr", "mdn", "lu|lus|non lu", "a ete lu le|a ete lu sur|a ete supprime sans", false},
	{"de", "mdn", "gelesen|ungelesen|nicht gelesen",
	 "wurde gelesen am|gelesen am|wurde am|wurde ungelesen geloscht|"
	 "ungelesen geloscht",
	 false},
	{"it", "mdn", "letto|letta|non letto|non letta",
	 "e stato letto|e stata letta|e stato eliminato senza|"
	 "e stata eliminata senza",
	 false},
	{"nl", "mdn", "gelezen|niet gelezen", "is gelezen op|werd gelezen op|is verwijderd zonder",
	 false},
	{"es", "mdn", "confirmacion de lectura|acuse de recibo|recibo de lectura",
	 "es un acuse de recibo para el mensaje que|es un acuse de recibo del mensaje que|"
	 "es una confirmacion de lectura del mensaje que",
	 true},
	{"en", "mdn", "return receipt|read receipt|disposition notification",
	 "this is a return receipt for the mail|your document: |"
	 "this is a receipt for the mail you sent",
	 true},
	{"es", "delivered", "entregado|retransmitido|mensaje entregado",
	 "se ha completado la entrega a|se entrego a los siguientes destinatarios|"
	 "se entrego al siguiente destinatario|se ha entregado a los siguientes",
	 false},
	{"en", "delivered", "delivered|relayed",
	 "delivery to these recipients or groups is complete|"
	 "has been delivered to the following recipients|"
	 "was delivered to the following recipients",
	 false},
};
const size_t automatic_receipts_n = COUNT(automatic_receipts);

const struct automatic_phrase automatic_absences[] = {
	{"es", "estoy fuera de la oficina|estare fuera de la oficina|"
	       "me encuentro fuera de la oficina|me encontrare fuera de la oficina|"
	       "no estare en la oficina|no me encuentro en la oficina|"
	       "me encuentro en vacaciones|me encuentro de vacaciones|estoy de vacaciones|"
	       "estare de vacaciones|estoy en periodo de vacaciones|"
	       "me encuentro disfrutando|me encuentro en licencia|estoy en licencia|"
	       "me encuentro en incapacidad|actualmente me encuentro ausente|estare ausente|"
	       "sin acceso al correo|con acceso limitado al correo|"
	       "no tendre acceso al correo|respondere a mi regreso|respondere a mi vuelta|"
	       "le respondere a mi regreso|le respondere en cuanto regrese|"
	       "contestare a mi regreso"},
	{"en", "i am out of the office|i'm out of the office|i will be out of the office|"
	       "i'll be out of the office|i am currently out of|i'm currently out of|"
	       "i am on vacation|i am on holiday|i am on leave|i am on annual leave|"
	       "i will be on vacation|i'm on vacation|currently on vacation|i am away from|"
	       "i will be away|i'm away from|limited access to email|"
	       "limited access to e-mail|limited access to my email|no access to email|"
	       "without access to email|upon my return|will respond when i return|"
	       "will reply when i return"},
	{"pt", "estou fora do escritorio|estarei fora do escritorio|estou de ferias|"
	       "estarei de ferias|estarei ausente|encontro-me ausente|sem acesso ao e-mail|"
	       "no meu regresso|quando eu retornar"},
	{"fr", "je suis absent|je suis absente|je serai absent|je serai absente|"
	       "je suis actuellement absent|je suis en conge|je suis en vacances|"
	       "je suis actuellement en|a mon retour|des mon retour"},
	{"de", "ich bin nicht im buro|ich bin derzeit nicht|ich bin zur zeit nicht|"
	       "ich bin bis|ich bin im urlaub|ich bin abwesend|ich bin ab|ausser haus|"
	       "nach meiner ruckkehr|wird nicht weitergeleitet|"
	       "nicht automatisch weitergeleitet"},
	{"it", "sono fuori ufficio|saro fuori ufficio|sono assente|saro assente|"
	       "sono in ferie|saro in ferie|al mio rientro|al mio ritorno"},
	{"nl", "ik ben afwezig|ik ben niet aanwezig|ik ben niet op kantoor|"
	       "ik ben met vakantie|ik ben op vakantie|bij mijn terugkeer"},
	{"da, no, sv", "jeg er ikke pa kontoret|jeg er ikke til stede|jeg er pa ferie|"
		       "jeg er bortreist|jeg er fraværende|jag ar inte pa kontoret|"
		       "jag ar pa semester|jag ar ledig|jag ar franvarande"},
	{"pl, cs, ru", "jestem poza biurem|jestem nieobecn|przebywam na urlopie|jestem na urlopie|"
		       "nie ma mnie w biurze|jsem mimo kancelar|jsem na dovolene|я в отпуске|"
		       "нахожусь в отпуске|меня нет в офисе|я отсутствую"},
	{"zh, ja, ko", "我正在休假|我目前不在|我在休假|我出差|不在办公室|不在オフィス|"
		       "休暇をいたたいて|不在にして|부재중입니다|휴가 중|출장 중"},
};
const size_t automatic_absences_n = COUNT(automatic_absences);

const struct automatic_phrase automatic_machines[] = {
	{"es", "este es un mensaje automatico|este es un correo automatico|"
	       "esta es una notificacion automatica|este mensaje es automatico|"
	       "este correo es automatico|mensaje automatico del sistema|"
	       "mensaje generado automaticamente|correo generado automaticamente|"
	       "mensaje generado de forma automatica|"
	       "respuesta generada automaticamente|enviado automaticamente|"
	       "no responda a este mensaje|no responda a este correo|"
	       "no responda este correo|no responda este mensaje|"
	       "por favor no responda|por favor, no responda|no conteste a este|"
	       "favor no responder|no responder a este|buzon no monitoreado|"
	       "buzon no es monitoreado|este buzon no recibe|"
	       "esta cuenta no es monitoreada|por favor no lo responda|"
	       "por favor no la responda|generado automaticamente por"},
	{"en", "this is an automated message|this is an automated email|"
	       "this is an automated e-mail|this is an automated notification|"
	       "this is an automatic message|this is an automatic email|"
	       "this is an automatically generated|this is an auto-generated|"
	       "this is an auto generated|this is a system generated|"
	       "this is a system-generated|do not reply to this|please do not reply|"
	       "please don't reply|unmonitored mailbox|mailbox is not monitored|"
	       "not monitored|***** nagios *****|***** icinga *****"},
	{"pt", "esta e uma mensagem automatica|este e um e-mail automatico|"
	       "mensagem gerada automaticamente|nao responda a esta|nao responda este|"
	       "favor nao responder"},
	{"fr", "ceci est un message automatique|message genere automatiquement|"
	       "ne pas repondre a ce|merci de ne pas repondre|ne repondez pas"},
	{"de", "dies ist eine automatisch generierte|"
	       "dies ist eine automatisch erstellte|"
	       "dies ist eine automatische nachricht|automatisch generierte|"
	       "bitte antworten sie nicht|nicht auf diese e-mail"},
	{"it", "questo e un messaggio automatico|messaggio generato automaticamente|"
	       "non rispondere a questo|si prega di non rispondere"},
	{"nl, sv, pl", "dit is een automatisch|niet op deze e-mail|detta ar ett automatiskt|"
		       "wiadomosc wygenerowana automatycznie|prosimy nie odpowiadac|"
		       "automatycznie wygenerowana"},
	{"ru, zh, ja",
	 "это автоматическое|сообщение сгенерировано автоматически|"
	 "не отвечаите на это|此邮件由系统自动|请勿回复|自動送信|自動的に送信|返信しないて"},
};
const size_t automatic_machines_n = COUNT(automatic_machines);

const struct automatic_statement automatic_statements[] = {
	{"es",
	 "este mensaje|este correo|este email|este e-mail|esta respuesta|"
	 "esta notificacion|este aviso|esta comunicacion",
	 "automaticamente|de forma automatica|de manera automatica|"
	 "generado por el sistema|generada por el sistema"},
	{"en",
	 "this message|this email|this e-mail|this mail|this reply|"
	 "this response|this notification|this notice",
	 "automatically|auto-generated|system generated|system-generated|"
	 "computer generated|computer-generated|generated by an automated"},
	{"pt", "esta mensagem|este e-mail|este email|esta resposta",
	 "automaticamente|de forma automatica"},
	{"fr", "ce message|cet e-mail|cet email|ce courriel|ce mail|cette reponse",
	 "automatiquement|de facon automatique"},
	{"de", "diese nachricht|diese e-mail|diese mail|diese antwort", "automatisch"},
	{"it",
	 "questo messaggio|questa e-mail|questa mail|questa email|"
	 "questa risposta",
	 "automaticamente|in automatico"},
	{"nl, sv, da, no, pl",
	 "dit bericht|deze e-mail|detta meddelande|denne besked|denne mail|"
	 "denne e-post|ta wiadomosc",
	 "automatisch|automatiskt|automatisk|automatycznie"},
};
const size_t automatic_statements_n = COUNT(automatic_statements);

const char automatic_answers[] =
	"esta es una respuesta automatica|este mensaje es una respuesta automatica|"
	"este correo es una respuesta automatica|this message is an automated re|"
	"this message is an automatic re|this email is an automated re|"
	"i am protecting myself from receiving junk mail|"
	"just this once, click the link|esto es una respuesta automatica|"
	"este es un mensaje de respuesta automatica|this is an automatic reply|"
	"this is an automated reply|this is an automatic response|"
	"this is an automated response|automated response to your|"
	"this is an autoresponse|this is an auto-response|"
	"this is an autoresponder|this is an auto reply|this is an auto-reply|"
	"esta e uma resposta automatica|ceci est une reponse automatique|"
	"dies ist eine automatische antwort|"
	"dies ist eine automatisch generierte antwort|"
	"questa e una risposta automatica|dit is een automatisch antwoord|"
	"detta ar ett automatiskt svar|to jest automatyczna odpowiedz";

const char automatic_acknowledgements[] =
	"we have received your request|your request has been received|"
	"we received your request|your ticket has been created|"
	"ticket has been created|has been created with ticket|"
	"a new ticket has been|received your support request|"
	"received your inquiry|su solicitud ha sido recibida|"
	"su solicitud fue recibida|hemos recibido su solicitud|"
	"hemos recibido tu solicitud|hemos recibido tu mensaje|hemos recibido tu correo|"
	"fue radicad|ha sido radicad|quedo radicad|fueron radicad|numero de radicado es|hemos "
	"recibido su correo|"
	"hemos recibido su mensaje|hemos recibido su comunicacion|"
	"recibimos su solicitud|recibimos su correo|"
	"se recibio y nuestro personal|se recibio y nuestro equipo|"
	"is being reviewed by our support|"
	"su caso ha sido creado|su caso fue creado|se ha creado el caso|"
	"se ha creado un caso|se creo el caso|se ha generado el ticket|"
	"se genero el ticket|se ha abierto un ticket|recebemos sua solicitacao|"
	"recebemos a sua mensagem|sua solicitacao foi registrada|"
	"votre demande a ete enregistree|votre demande a bien ete|"
	"nous avons bien recu votre|ihre anfrage ist bei uns eingegangen|"
	"wir haben ihre anfrage erhalten|abbiamo ricevuto la sua richiesta|"
	"la sua richiesta e stata|wij hebben uw verzoek ontvangen|"
	"we hebben uw bericht ontvangen";

const char automatic_challenges[] =
	"is protected by bluebottle|have your address added to the recipient|boxbe|"
	"challenge/response|challenge-response|spamarrest|spam arrest|"
	"sender verification|verify your email address so|"
	"confirm that you are a human|confirm you are a human|"
	"to verify that you are human|your message is being held|"
	"complete the verification|tmda|request to be added to my|whitelist request|"
	"please click on the link below to deliver|"
	"para verificar que usted es una persona|su mensaje esta retenido hasta|"
	"confirme que es una persona|para que su mensaje sea entregado debe|"
	"confirme su direccion de correo para que|qurb|knowspam|mailblocks|"
	"choicemail|uol antispam|antispam uol|prove you are human|"
	"vous authentifier en cliquant|mailinblack";

const char automatic_departures[] =
	"ya no trabaja en|ya no labora en|ya no hace parte de|dejo de laborar|"
	"este buzon ya no|esta cuenta ya no|mi direccion de correo ha cambiado|"
	"no longer works|no longer with the|no longer with us|is no longer employed|"
	"my email address has changed|this mailbox is no longer|nao trabalha mais|"
	"ne travaille plus|arbeitet nicht mehr|nicht mehr im unternehmen|"
	"non lavora piu|werkt niet meer";

const char automatic_desk_starts[] =
	"##- escriba su respuesta por encima|##- por favor, escriba su respuesta|"
	"##- please type your reply above|##- por favor digite sua resposta|"
	"##- veuillez repondre au-dessus|##- bitte geben sie ihre antwort|"
	"=-=-=-= para responder por correo, escriba|"
	"=-=-=-= to answer by email, write above|=-=-=-= pour repondre par courriel";

const char automatic_nobodies[] =
	"no-reply|noreply|no_reply|no.reply|no-responder|noresponder|no-responda|"
	"no_responder|no.responder|no-contestar|nocontestar|donotreply|do-not-reply|"
	"do_not_reply|do.not.reply|dontreply|nao-responda|naoresponda|"
	"ne-pas-repondre|nepasrepondre|noreply-|notificaciones|notificacion|"
	"notifications|notification|notifier|alertas|alerts|autoresponder|auto-reply|"
	"autoreply|autorespuesta|robot|bot|daemon|cron|mailer-daemon|bounce|bounces|"
	"system|sistema-automatico|avisos|nagios|icinga|icinga2|zabbix";

/* Read from above; the first row whose field holds the value counts. Lists come after what a
 * machine says of itself, so that somebody's automatic answer to a list is one. */
const struct automatic_header automatic_headers[] = {
	{"X-Mesad", "", KIND_AUTO_REPLY},
	{"Auto-Submitted", "auto-replied", KIND_AUTO_REPLY},
	{"X-Auto-Reply", "", KIND_AUTO_REPLY},
	{"X-Autoreply", "", KIND_AUTO_REPLY},
	{"X-AutoReply-From", "", KIND_AUTO_REPLY},
	{"X-Mail-Autoreply", "", KIND_AUTO_REPLY},
	{"X-Autorespond", "", KIND_AUTO_REPLY},
	{"X-Autoresponse", "", KIND_AUTO_REPLY},
	{"X-Auto-Response", "", KIND_AUTO_REPLY},
	{"X-Autoresponder", "", KIND_AUTO_REPLY},
	{"Autorespond", "", KIND_AUTO_REPLY},
	{"X-Vacation", "", KIND_AUTO_REPLY},
	{"X-Amazon-Auto-Reply", "true", KIND_AUTO_REPLY},
	{"X-Autogenerated", "", KIND_AUTO_REPLY},
	{"X-Auto-Generated", "", KIND_AUTO_REPLY},
	{"X-FC-MachineGenerated", "true", KIND_AUTO_REPLY},
	{"X-Cron-Env", "", KIND_AUTO_REPLY},
	{"X-ServiceNow-Generated", "true", KIND_AUTO_REPLY},
	{"X-POST-MessageClass", "autoresponder", KIND_AUTO_REPLY},
	{"X-Autoreply-Generator", "", KIND_AUTO_REPLY},
	{"X-Automatic-Reply", "", KIND_AUTO_REPLY},
	{"X-Yahoo-AutoResponder", "", KIND_AUTO_REPLY},
	{"X-Zimbra-Autoresponse", "", KIND_AUTO_REPLY},
	{"X-Google-Auto-Reply", "", KIND_AUTO_REPLY},
	{"X-Vacation-Reply", "", KIND_AUTO_REPLY},
	{"Delivered-To", "autoresponder", KIND_AUTO_REPLY},
	{"X-Loop-Autoreply", "", KIND_AUTO_REPLY},
	{"X-MS-Exchange-Generated-Message-Source", "mailbox rules agent", KIND_AUTO_REPLY},
	{"X-MS-Exchange-Generated-Message-Source", "antispam", KIND_AUTO_REPLY},
	{"X-OTRS-AutoReply", "", KIND_AUTO_REPLY},
	{"X-Nagios-Notification", "", KIND_AUTO_REPLY},
	{"X-Zabbix", "", KIND_AUTO_REPLY},
	{"X-Auto-Submitted", "auto", KIND_AUTO_REPLY},
	{"X-Mailer", "vacation", KIND_AUTO_REPLY},
	{"X-Mailer", "autoresponder", KIND_AUTO_REPLY},
	{"X-Mailer", "autoreply", KIND_AUTO_REPLY},
	{"User-Agent", "vacation", KIND_AUTO_REPLY},
	{"List-Id", "", KIND_LIST},
	{"List-Post", "", KIND_LIST},
	{"List-Unsubscribe", "", KIND_LIST},
	{"List-Help", "", KIND_LIST},
	{"List-Owner", "", KIND_LIST},
	{"List-Subscribe", "", KIND_LIST},
	{"List-Archive", "", KIND_LIST},
	{"Mailing-List", "", KIND_LIST},
	{"X-Mailing-List", "", KIND_LIST},
	{"X-Mailman-Version", "", KIND_LIST},
	{"X-BeenThere", "", KIND_LIST},
	{"X-Listserver", "", KIND_LIST},
	{"X-Campaign", "", KIND_LIST},
	{"X-CampaignId", "", KIND_LIST},
	{"X-Campaign-Id", "", KIND_LIST},
	{"X-MC-User", "", KIND_LIST},
	{"X-Mailchimp-Campaign-Id", "", KIND_LIST},
	{"X-Newsletter", "", KIND_LIST},
	{"X-EBS", "", KIND_LIST},
	{"X-Distribution", "bulk", KIND_LIST},
	{"Auto-Submitted", "auto-", KIND_AUTO_REPLY},
	{"Precedence", "bulk", KIND_AUTO_REPLY},
	{"Precedence", "junk", KIND_AUTO_REPLY},
	{"Precedence", "auto", KIND_AUTO_REPLY},
	{"Precedence", "list", KIND_AUTO_REPLY},
	{"X-Precedence", "bulk", KIND_AUTO_REPLY},
	{"X-Precedence", "auto", KIND_AUTO_REPLY},
	{"X-Precedence", "junk", KIND_AUTO_REPLY},
	{"X-Precedence", "list", KIND_AUTO_REPLY},
};
const size_t automatic_headers_n = COUNT(automatic_headers);
