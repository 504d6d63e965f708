/* The marks of quoted text by language and program: data only. All strings are folded. */
#include "mail/quote_marks.h"

const struct quote_said_row quote_said_rows[] = {
	{"es", "el |en ", "escribio|ha escrito|escribio lo siguiente|escribio esto|escribiste|dijo",
	 "me|nos|le|les|lo|la|se|te|que|y|yo", false},
	{"en", "on |at |in ", "wrote|writes|wrote the following|has written|said",
	 "i|we|he|she|they|who|that|and", false},
	{"fr", "le |en date du ", "a ecrit|ecrit|ecrivait|ecrivit|a ecrit ce qui suit",
	 "qui|j'ai|m'a|nous a", false},
	{"de", "am |on ", "schrieb|geschrieben|schrieb folgendes", "mir|uns|ich|er|sie|der|die",
	 true},
	{"de name", "", "schrieb am|hat am", "mir|uns", true},
	{"es, en, fr, pt, it name", "", "escribio el|wrote on|a ecrit le|escreveu em|ha scritto il",
	 "me|nos|le|les|se|i|we|he|she|they", true},
	{"it", "il |in data |il giorno ", "ha scritto|scrive|scrisse", "mi|ci|gli|che", false},
	{"pt", "em |a |no dia ", "escreveu|escreveste", "me|nos|lhe|que", false},
	{"nl", "op ",
	 "schreef|heeft geschreven|het volgende geschreven|"
	 "heeft het volgende geschreven|schreef het volgende",
	 "die|ik|hij", true},
	{"da, no, sv", "den |on |kl ", "skrev|skreiv|har skrevet|skrev følgende|skrev folgende",
	 "jag|jeg|han|hun|hon", true},
	{"fi", "", "kirjoitti|kirjoittanut", "", true},
	{"pl", "dnia |w dniu |w dn. |on ", "napisał(a)|napisał|napisała|pisze|napisał/a", "",
	 false},
	{"cs, sk", "dne |dna |dna ", "napsal(a)|napsal|napsala|napisal(a)|napisal|napisala", "",
	 false},
	{"hu", "", "irta|ezt irta|a kovetkezot irta|irta a kovetkezot", "", true},
	{"ro", "in |pe |in data de ", "a scris|scrie", "mi-|ne-", false},
	{"ca", "el |en data ", "va escriure|ha escrit|escrigue", "em|ens", false},
	{"gl", "o |en ", "escribiu", "", false},
	{"eu", "", "idatzi du|hau idatzi du|idatzi zuen", "", false},
	{"ru, uk, bg", "",
	 "написал|написал(а)|написала|пишет|писал|писал(а)|написав|пише|написав(ла)|"
	 "написа|писали",
	 "мне|нам", true},
	{"hr, sr, sl", "dana |dne |je ",
	 "je napisao|je napisala|je napisao/la|napisao je|napisao|je napisal|"
	 "je napisal(a)|је написао",
	 "", false},
	{"tr", "", "sunları yazdı|sunu yazdı|yazdı|yazmıs", "", false},
	{"el", "στισ |την ", "εγραψε|εγραψε τα εξησ", "", false},
	{"he", "ב|בתאריך ", "כתב|כתבה|כתב/ה|מאת", "", true},
	{"ar", "في |بتاريخ ", "كتب|كتبت|كتب ما يلي", "", true},
	{"fa", "", "نوشت|نوشته است", "", false},
	{"zh", "在 |在|于 |于|於 |於", "写道|寫道|写信|写|來信", "", false},
	{"ja", "", "書きました|書いた|のメッセーシ|さんは書きました", "", false},
	{"ko", "", "작성|님이 작성|님이 작성한 메시지|썼습니다|씀", "", false},
	{"vi", "vao |luc ", "đa viet|viet", "", false},
	{"id, ms", "pada ", "menulis|tulis|berkata", "", false},
	{"et, lv, lt", "", "kirjutas|rakstija|rase", "", false},
	{"et name", "", "kirjutas", "", true},
	{"th", "เมอ |วนท ", "เขยนวา|เขยน", "", false},
	{"hi", "", "न लख", "", false},
};
const size_t quote_said_n = COUNT(quote_said_rows);

const char quote_weekdays[] =
	"lun|mar|mie|jue|vie|sab|dom|mon|tue|wed|thu|fri|sat|sun|seg|ter|qua|qui|"
	"sex|mer|jeu|ven|sam|dim|gio";
const char quote_particles[] = "de|del|la|las|los|do|da|dos|das|van|von|den|der|y|e";
const char quote_articles[] =
	"el|la|los|las|un|una|the|a|an|o|os|as|le|les|der|die|das|il|lo|i|gli|de|het";
const char quote_telling[] = "dijo|said";

const char quote_citing[] = "citando a |quoting |zitat von |citation de |citando |quoted |"
			    "mensaje citado por |selon |cytat |citat |mensaje de |message from |"
			    "message de |missatge de |mensaxe de ";

const struct quote_label_row quote_label_rows[] = {
	{ROLE_FROM, "de|from|von|da|van|fra|fran|fran|od|odesilatel|od koho|lahettaja|от|от кого|"
		    "від|from address|remitente|remetente|expediteur|mittente|absender|afzender|"
		    "felado|expeditor|de la|gonderen|kimden|απο|发件人|寄件者|寄件人|差出人|送信者|"
		    "送信元|보낸 사람|보낸사람|발신|"
		    "מאת|من|van "
		    "de|kirjoittaja|dari|tu|saatja|no|nuo|posiljatelj|salje|шаље|posiljalac|"
		    "daripada|จาก|از|de parte de|"
		    "desde|igorlea|nork"},
	{ROLE_DATE,
	 "enviado|enviado el|enviados|enviado a las|fecha|fecha de envio|date|sent|"
	 "sent at|sent on|datum|gesendet|gesendet am|data|inviato|inviato il|"
	 "data invio|envoye|envoye le|date d'envoi|enviada|enviada em|enviado em|"
	 "data de envio|verzonden|verzonden op|verstuurd|sendt|dato|skickat|lahetetty|"
	 "paivays|pvm|wysłano|wysłane|odeslano|datum|elkuldve|kuldve|trimis|trimise|"
	 "data|дата|отправлено|надіслано|gonderildi|gonderilme|tarih|gonderme tarihi|"
	 "ημερομηνια|σταλθηκε|发送时间|发送日期|日期|時間|寄件日期|傳送時間|日時|"
	 "送信日時|送信日|보낸 날짜|날짜|보냄|נשלח|"
	 "תאריך|تاريخ الارسال|ارسل|التاريخ|enviat|enviat el|trames|bidalia|dikirim|"
	 "tanggal|terkirim|dihantar|đa "
	 "gui|ngay|kuupaev|poslano|послано|poslato|послато|изпратено|issiusta|nosutits|saadetud|"
	 "สง|สงเมอ|วนท|"
	 "تم الارسال|ارسال شده|idopont|le|sended"},
	{ROLE_TO,
	 "para|to|an|pour|a|a|al|aan|til|till|vastaanottaja|do|komu|pre|cimzett|catre|кому|"
	 "до|kime|alıcı|προσ|destinatario|destinataire|destinatario|destinatari|"
	 "empfanger|ontvanger|odbiorca|prijemce|收件人|收件者|宛先|받는 "
	 "사람|받는사람|수신|אל|الى|per a|"
	 "a l'atencio de|nori|kepada|đen|za|за|prima|прима|saaja|adressaat|kam|ถง|به"},
	{ROLE_CC, "cc|c.c.|copia|con copia|copie|copie "
		  "a|kopija|masolat|kopie|kopi|kopia|kopio|dw|masolatot kap|копия|"
		  "копія|bilgi|κοιν.|抄送|副本|参照|참조|עותק|bcc|cco|cci|copia a|tembusan"},
	{ROLE_SUBJECT,
	 "asunto|subject|betreff|objet|sujet|oggetto|assunto|onderwerp|emne|amne|aihe|temat|"
	 "predmet|predmet|targy|subiect|тема|konu|θεμα|主题|主旨|件名|題名|제목|נושא|الموضوع|"
	 "assumpte|tema|gaia|subjek|perihal|chu "
	 "đe|teema|naslov|наслов|zadeva|относно|efni|เรอง|موضوع|rv|motivo"},
	{ROLE_OTHER, "reply-to|reply to|responder a|repondre a|antwort an|antwortadresse|"
		     "rispondi a|risposta|beantwoorden - aan|svar til|svara till|antwoord aan|"
		     "odpowiedz do|importancia|importance|wichtigkeit|importanza|importancia|"
		     "urgentie|prioridad|priority|prioritat|priorite|adjuntos|datos adjuntos|"
		     "archivos adjuntos|attachments|anlagen|anlage|pieces jointes|allegati|anexos|"
		     "bijlagen|bilagor|organizacion|organization|message-id|resent-from|"
		     "categorias|sensibilidad|ref|sent by|enviado por|por|firmado por|signed by|"
		     "mailed-by|security|seguridad|adjunto|newsgroups|return-path|x-mailer|"
		     "mime-version|content-type|delivered-to|list|lista de correo|mailing list"},
};
const size_t quote_label_n = COUNT(quote_label_rows);

const struct quote_separator_row quote_separator_rows[] = {
	{SEP_ORIGINAL,
	 "mensaje original|original message|mensaje anterior|original e-mail|"
	 "original email|original-nachricht|original nachricht|"
	 "ursprungliche nachricht|ursprungliche mail|originalnachricht|"
	 "urspr. nachricht|message d'origine|message original|message initial|"
	 "courriel original|messaggio originale|messaggio originario|"
	 "mensagem original|oorspronkelijk bericht|origineel bericht|original besked|"
	 "oprindelig meddelelse|opprinnelig melding|original melding|"
	 "ursprungligt meddelande|originalmeddelande|alkuperainen viesti|"
	 "wiadomosc oryginalna|oryginalna wiadomosc|tresc oryginalnej wiadomosci|"
	 "puvodni zprava|puvodni e-mail|povodna sprava|eredeti uzenet|mesaj original|"
	 "mesajul original|исходное сообщение|оригинальное сообщение|"
	 "original meddelelse|вихідне повідомлення|ozgun ileti|orijinal mesaj|"
	 "asıl ileti|αρχικο "
	 "μηνυμα|原始邮件|原始郵件|原始信件|原邮件|元のメッセーシ|オリシナルメッセーシ|"
	 "original|original message follows|원본 메시지|원본메시지|הודעה מקורית|הודעה המקורית|"
	 "الرسالة الاصلية|missatge original|mensaxe orixinal|jatorrizko mezua|"
	 "pesan asli|thu goc|isvorna poruka|izvorno sporocilo|originalna poruka|"
	 "reply message|mensaje de respuesta|mensaje contestado|mensaje citado|"
	 "message de reponse|previous message|in reply to|en respuesta a"},
	{SEP_ORIGINAL, "previous discussion|previous replies|previous messages|discusion anterior|"
		       "respuestas anteriores|mensajes anteriores|conversacion anterior|"
		       "historial de la conversacion|conversation history"},
	{SEP_FORWARD,
	 "forwarded message|forwarded email|forwarded mail|forwarded e-mail|"
	 "forwarded by|begin forwarded message|mensaje reenviado|mensaje remitido|"
	 "correo reenviado|reenviado por|inicio del mensaje reenviado|"
	 "comienza el mensaje reenviado|principio del mensaje reenviado|"
	 "message transfere|message transmis|message reexpedie|"
	 "debut du message reexpedie|debut du message transfere|"
	 "weitergeleitete nachricht|weitergeleitete mail|weitergeleitete e-mail|"
	 "anfang der weitergeleiteten nachricht|anfang der weitergeleiteten e-mail|"
	 "beginn der weitergeleiteten nachricht|messaggio inoltrato|"
	 "inizio messaggio inoltrato|mensagem encaminhada|mensagem reencaminhada|"
	 "inicio da mensagem encaminhada|inicio da mensagem reencaminhada|"
	 "doorgestuurd bericht|begin doorgestuurd bericht|videresendt meddelelse|"
	 "videresendt besked|start pa videresendt besked|videresendt melding|"
	 "videresendt e-post|start pa videresendt melding|vidarebefordrat meddelande|"
	 "vidarebefordrat brev|vidarebefordrat mejl|borja pa vidarebefordrat brev|"
	 "valitetty viesti|edelleenlahetetty viesti|valitetty viesti alkaa|"
	 "alku valitetylle viestille|przekazana wiadomosc|wiadomosc przekazana|"
	 "tresc przekazanej wiadomosci|poczatek przekazywanej wiadomosci|"
	 "preposlana zprava|preposlany e-mail|zacatek preposlane zpravy|"
	 "zacatek preposilane zpravy|zaciatok preposlanej spravy|inici del missatge reenviat|"
	 "tovabbitott level kezdete|zapocni proslijeđenu poruku|incepe mesajul redirectionat|"
	 "ileti baslangıcı|початок листа, що пересилається|"
	 "preposlana sprava|tovabbitott uzenet|tovabbitott level|mesaj redirectionat|"
	 "mesaj redirectionat|inceput mesaj redirectionat|пересылаемое сообщение|"
	 "пересланное сообщение|перенаправленное сообщение|"
	 "начало переадресованного сообщения|начало переадресованного сообщения|"
	 "переслане повідомлення|переслане повідомлення|препратено съобщение|"
	 "yonlendirilmis ileti|iletilen ileti|yonlendirilen ileti|iletilmis ileti|"
	 "προωθημενο μηνυμα|προωθουμενο "
	 "μηνυμα|转发的邮件|转发邮件|转发的消息|轉寄的郵件|轉寄郵件|已轉寄的郵件|"
	 "転送メッセーシ|転送されたメッセーシ|転送元のメッセーシ|전달된 메시지|전달된 "
	 "메일|הודעה שהועברה|הודעה המועברת|"
	 "رسالة معاد توجيهها|الرسالة المعاد توجيهها|missatge reenviat|"
	 "mensaxe reenviada|birbidalitako mezua|pesan terusan|pesan yang diteruskan|"
	 "thu đa chuyen tiep|proslijeđena poruka|prosleđena poruka|"
	 "posredovano sporocilo|mail original reenviado"},
};
const size_t quote_separator_n = COUNT(quote_separator_rows);

const char quote_above_words[] =
	"encima de esta linea|por encima de esta linea|arriba de esta linea|"
	"sobre esta linea|above this line|au-dessus de cette ligne|uber dieser linie|"
	"uber dieser zeile|oberhalb dieser zeile|oberhalb dieser linie|"
	"sopra questa linea|sopra questa riga|acima desta linha|acima dessa linha|"
	"boven deze lijn|boven deze regel|ovenfor denne linje|ovanfor denna rad|"
	"powyzej tej linii|per damunt d'aquesta linia";

const char quote_above_asks[] =
	"respuesta|responda|responder|responde|conteste|escriba|escribe|reply|"
	"respond|type|write|repon|ecri|antwort|schreib|rispon|scriv|respost|escrev|"
	"antwoord|reager|typ|svar|skriv|odpowied|respon";

const char quote_forward_prefix[] =
	"fw|fwd|rv|rm|reenv|reenviado|reenviar|reenvio|tr|wg|enc|res. enc|i|inoltro|"
	"doorst|vl|vb|vs|pd|iltr|ilt|tovabbitas|fyi|fyr|转发|轉寄|轉發|転送|전달|הועבר|"
	"اعادة توجيه|πρθ|прд|пересл|rif";

const struct quote_footer_row quote_footer_rows[] = {
	{"enviado desde mi", ""},
	{"enviado desde el", ""},
	{"enviado desde un", ""},
	{"enviado desde una", ""},
	{"enviado desde mis", ""},
	{"enviado desde outlook", ""},
	{"enviado desde correo", ""},
	{"enviado desde yahoo", ""},
	{"enviado desde gmail", ""},
	{"enviado desde windows", ""},
	{"enviado desde android", ""},
	{"enviado desde iphone", ""},
	{"enviado desde proton", ""},
	{"enviado desde mail", ""},
	{"enviado desde aqua mail", ""},
	{"enviado desde samsung", ""},
	{"enviado desde mymail", ""},
	{"enviado desde dispositivo", ""},
	{"enviado desde telefono", ""},
	{"enviado desde tableta", ""},
	{"enviado desde newton", ""},
	{"enviado desde typeapp", ""},
	{"enviado desde nine", ""},
	{"enviado desde edison", ""},
	{"enviado desde nokia", ""},
	{"enviado desde spark", ""},
	{"enviado desde zoho", ""},
	{"enviado con", ""},
	{"enviado mediante", ""},
	{"enviado de mi", ""},
	{"enviado de samsung", ""},
	{"enviado a traves de", ""},
	{"enviado via", ""},
	{"mensaje enviado desde", ""},
	{"este mensaje ha sido enviado desde", ""},
	{"este mensaje fue enviado desde", ""},
	{"este correo fue enviado desde", ""},
	{"este correo electronico se envio desde", ""},
	{"obtener outlook para", ""},
	{"obtenga outlook para", ""},
	{"obten outlook para", ""},
	{"consigue outlook para", ""},
	{"descargar outlook para", ""},
	{"descarga outlook para", ""},
	{"obtener bluemail para", ""},
	{"obtenga bluemail para", ""},
	{"obten bluemail para", ""},
	{"obtener aquamail", ""},
	{"disculpe la brevedad", ""},
	{"disculpa la brevedad", ""},
	{"por favor, disculpe mi brevedad", ""},
	{"por favor, disculpa mi brevedad", ""},
	{"perdon por la brevedad", ""},
	{"sent from my", ""},
	{"sent from mail for", ""},
	{"sent from outlook", ""},
	{"sent from mail", ""},
	{"sent from yahoo", ""},
	{"sent from samsung", ""},
	{"sent from proton", ""},
	{"sent from gmail", ""},
	{"sent from windows", ""},
	{"sent from a ", ""},
	{"sent from an ", ""},
	{"sent from the ", ""},
	{"sent from iphone", ""},
	{"sent from android", ""},
	{"sent from airmail", ""},
	{"sent from spark", ""},
	{"sent from nine", ""},
	{"sent from type", ""},
	{"sent from polymail", ""},
	{"sent from blackberry", ""},
	{"sent from zoho", ""},
	{"sent from mailbird", ""},
	{"sent from aol", ""},
	{"sent from frontapp", ""},
	{"sent from mobile", ""},
	{"sent from surface", ""},
	{"sent from nylas", ""},
	{"sent from mymail", ""},
	{"sent from bluemail", ""},
	{"sent from superhuman", ""},
	{"sent from postbox", ""},
	{"sent from boxer", ""},
	{"sent from vmware boxer", ""},
	{"sent from workspace", ""},
	{"sent via", ""},
	{"sent with", ""},
	{"sent on my", ""},
	{"sent using", ""},
	{"sent by", " app"},
	{"libre de virus", ""},
	{"virus-free", ""},
	{"virus free", ""},
	{"sin virus", ""},
	{"livre de virus", ""},
	{"este email ha sido analizado", ""},
	{"este correo ha sido analizado", ""},
	{"este correo electronico ha sido comprobado", ""},
	{"este mensaje ha sido analizado", ""},
	{"el software de antivirus avast ha analizado", ""},
	{"this email has been checked for viruses", ""},
	{"this email has been scanned", ""},
	{"remitente notificado con", ""},
	{"sender notified by", ""},
	{"sender notified with", ""},
	{"get outlook for", ""},
	{"get bluemail for", ""},
	{"sent out from my", ""},
	{"please excuse my brevity", ""},
	{"please excuse typos", ""},
	{"please excuse any typos", ""},
	{"excuse my brevity", ""},
	{"excuse the brevity", ""},
	{"envoye de mon", ""},
	{"envoye de ma", ""},
	{"envoye depuis", ""},
	{"envoye a partir d", ""},
	{"envoye par", " app"},
	{"envoye via", ""},
	{"envoye avec", ""},
	{"telecharger outlook pour", ""},
	{"obtenez outlook pour", ""},
	{"obtenir outlook pour", ""},
	{"von meinem ", "gesendet"},
	{"von meinem ", "gesendet."},
	{"von meiner ", "gesendet"},
	{"diese nachricht wurde von ", "gesendet."},
	{"diese nachricht wurde von ", "gesendet"},
	{"gesendet von meinem", ""},
	{"gesendet von mail", ""},
	{"gesendet von outlook", ""},
	{"gesendet von yahoo", ""},
	{"gesendet von iphone", ""},
	{"gesendet von android", ""},
	{"gesendet mit", ""},
	{"gesendet aus", ""},
	{"holen sie sich outlook", ""},
	{"outlook fur android", ""},
	{"outlook fur ios", ""},
	{"outlook fur ", "beziehen"},
	{"von ", " gesendet"},
	{"inviato da ", ""},
	{"inviato dal ", ""},
	{"inviato dalla", ""},
	{"scarica outlook per", ""},
	{"ottieni outlook per", ""},
	{"enviado do meu", ""},
	{"enviado da minha", ""},
	{"enviado a partir do", ""},
	{"enviado a partir da", ""},
	{"enviado pelo", ""},
	{"enviado por outlook", ""},
	{"obter o outlook para", ""},
	{"obtenha o outlook para", ""},
	{"baixe o outlook para", ""},
	{"verstuurd vanaf", ""},
	{"verzonden vanaf", ""},
	{"verzonden met", ""},
	{"verstuurd met", ""},
	{"verzonden via", ""},
	{"outlook voor ios downloaden", ""},
	{"outlook voor android downloaden", ""},
	{"download outlook voor", ""},
	{"sendt fra", ""},
	{"skickat fran", ""},
	{"sendt via", ""},
	{"hent outlook til", ""},
	{"hamta outlook for", ""},
	{"skaff deg outlook for", ""},
	{"fa outlook", ""},
	{"lahetetty ", ""},
	{"hanki outlook", ""},
	{"wysłano z ", ""},
	{"wysłane z ", ""},
	{"pobierz outlook", ""},
	{"odeslano z", ""},
	{"odoslane z", ""},
	{"ziskat outlook pro", ""},
	{"az iphone-omrol kuldve", ""},
	{"iphone-omrol kuldve", ""},
	{"ipad-emrol kuldve", ""},
	{"elkuldve", ""},
	{"trimis de pe", ""},
	{"отправлено с", ""},
	{"отправлено из", ""},
	{"надіслано з", ""},
	{"изпратено от", ""},
	{"iphone'umdan gonderildi", ""},
	{"iphone'dan gonderildi", ""},
	{"σταλθηκε απο", ""},
	{"εσταλη απο", ""},
	{"נשלח מה", ""},
	{"ارسلت من", ""},
	{"تم الارسال من", ""},
	{"发自我的", ""},
	{"从我的", "发送"},
	{"从 ", "发送"},
	{"從我的", "傳送"},
	{"寄自我的", ""},
	{"iphoneから送信", ""},
	{"androidから送信", ""},
	{"나의 iphone에서 보냄", ""},
	{"내 iphone에서 보냄", ""},
	{"enviat des d", ""},
	{"enviado dende", ""},
	{"nire iphone-tik bidalia", ""},
	{"dikirim dari", ""},
	{"đuoc gui tu", ""},
	{"đa gui tu", ""},
	{"สงจาก", ""},
	{"poslano s ", ""},
	{"poslano sa ", ""},
	{"poslano iz ", ""},
	{"ᐧ", ""},
};
const size_t quote_footer_n = COUNT(quote_footer_rows);

const char quote_devices[] =
	"iphone|ipad|ipod|android|blackberry|samsung|galaxy|huawei|xiaomi|redmi|"
	"motorola|moto g|moto e|nokia|sony|xperia|htc|oppo|vivo|realme|honor|pixel|"
	"windows|outlook|yahoo|gmail|mail|movil|mobil|mobile|mobiel|telefono|telefon|"
	"telefoon|telephone|puhelime|phone|celular|handy|tablet|tableta|tablette|"
	"dispositivo|device|gerat|appareil|correo|macbook|proton|spark|bluemail|aqua|"
	"k-9|aplicacion|palm|treo|wireless|verizon|cell|ios|surface|zoho|zimbra|"
	"boxer|nine|superhuman|newton|typeapp|edison|cloudmagic|nexus|moto "
	"x|oneplus|邮件|avast|avg|mcafee|norton|mailtrack|smartphone|"
	"brevedad|brevity|typos|手机|手機|аифон|ᐧ";

const char quote_last_heads[] =
	"sent from |sent via |sent using |enviado desde |enviado por mi |enviado do |enviado da |"
	"enviado pelo |envoye depuis |envoye de |gesendet von |gesendet aus |inviato da |inviato "
	"dal |"
	"verzonden vanaf |verstuurd vanaf |skickat fran |sendt fra |wysłano z |telecharger ";

const char quote_legal_heads[] =
	"este mensaje y|este mensaje contiene|este mensaje, |"
	"este mensaje esta dirigido|este mensaje es |este mensaje puede|"
	"este mensaje se dirige|este mensaje va dirigido|el presente mensaje|"
	"el contenido de este|la informacion contenida en|la informacion transmitida|"
	"la informacion aqui contenida|la informacion incluida|esta comunicacion|"
	"este correo y|este correo contiene|este correo electronico|este e-mail|"
	"este email|el presente correo|los datos personales|aviso legal|"
	"aviso de confidencialidad|aviso de privacidad|"
	"aviso importante: la informacion|nota de confidencialidad|nota legal|"
	"nota confidencial|clausula de confidencialidad|acuerdo de confidencialidad|"
	"confidencialidad:|confidencial:|confidencial.|informacion confidencial|"
	"advertencia legal|advertencia:|advertencia sobre|"
	"descargo de responsabilidad|exencion de responsabilidad|proteccion de datos|"
	"tratamiento de datos|politica de tratamiento|politica de privacidad|"
	"habeas data|de conformidad con la ley|de acuerdo con la ley|"
	"en cumplimiento de la ley|en cumplimiento de lo|"
	"si usted no es el destinatario|si no es usted el destinatario|"
	"si ha recibido este|si usted ha recibido|si usted recibio|las opiniones|"
	"la entidad no se hace responsable|this message and|this message is|"
	"this message (|this message, |this message contains|this message may|"
	"this e-mail|this email|this communication|this transmission|"
	"the information contained|the information in this|"
	"the information transmitted|the contents of this|confidentiality notice|"
	"confidentiality:|confidentiality statement|confidential:|legal notice|"
	"legal disclaimer|disclaimer|privileged|notice: this|"
	"notice of confidentiality|important notice|important: this|"
	"if you are not the intended|if you have received this|privacy notice|"
	"virus warning|ce message|ce courriel|les informations contenues|"
	"avis de confidentialite|avertissement|diese e-mail|diese nachricht enthalt|"
	"der inhalt dieser|haftungsausschluss|esta mensagem|este correio|"
	"as informacoes contidas|aviso legal|aviso de sigilo|questo messaggio|"
	"le informazioni contenute|ai sensi del|informativa privacy|dit bericht|"
	"deze e-mail|de informatie";

const char quote_green_heads[] =
	"p antes de imprimir|p please consider|" /* a tree, in a font of signs */
	"piensa en el planeta|piense en el planeta|cuida el planeta|cuidemos el planeta|"
	"piensa verde|piense verde|antes de imprimir|por favor, antes de imprimir|por favor no "
	"imprima|"
	"no imprima|piense antes de imprimir|piensa antes de imprimir|evite imprimir|"
	"imprima este|si no es necesario, no imprima|cuide el medio ambiente|"
	"cuidemos el medio ambiente|el medio ambiente|proteja el medio ambiente|"
	"responsabilidad ambiental|por favor piense|por favor considere|"
	"por favor considera|por favor, considere|por favor, piense|"
	"considere el medio ambiente|recuerde que el papel|ayude a cuidar|"
	"ayudemos a cuidar|cero papel|ahorre papel|ahorra papel|"
	"please consider the environment|consider the environment|"
	"please think about the environment|please think before|"
	"think before you print|before printing|before you print|save a tree|"
	"pensez a l'environnement|pensez a la planete|avant d'imprimer|"
	"bitte denken sie an die umwelt|denken sie an die umwelt|prima di stampare|"
	"pense antes de imprimir|antes de imprimir, pense|denk aan het milieu";

const char quote_green_words[] =
	"ambiente|ambiental|arbol|bosque|naturaleza|planeta|cero papel|"
	"si es necesario|sea necesario|realmente necesario|es realmente|environment|"
	"tree|piense|piensa|pense |think|environnement|planete|umwelt|milieu|verde";

const char quote_legal_words[] =
	"confidencial|confidential|confidentiel|vertraulich|riservat|vertrouwelijk|"
	"privilegi|privileged|reservad|destinatari|destinataire|intended recipient|"
	"intended for|addressee|empfanger|geadresseerde|dirigido|dirigida|prohibid|"
	"prohibited|autoriza|authori|divulga|disclos|copia, |distribu|retransm|"
	"uso exclusivo|exclusivo|sole use|por error|in error|par erreur|irrtumlich|"
	"por engano|per errore|elimin|borrelo|borrar|delete|destroy|notif|remitente|"
	"sender|expediteur|absender|mittente|anexos|adjuntos|attachments|virus|"
	"malware|responsab|liab|datos personales|personal data|habeas data|ley 1581|"
	"ley 1273|ley 527|decreto 1377|ley organica|lopd|rgpd|gdpr|tratamiento de|"
	"medio ambiente|environment|l'environnement|umwelt|ambiente|imprim|print|"
	"papel|paper|sanci|legal|opiniones|views or opinions|no representan|"
	"necesariamente|spam|amparad|acuse recib|acuse de recib|protegid";

const char quote_list_footers[] =
	"mailing list|lista de correo|lista de distribucion|"
	"has recibido este mensaje porque|recibiste este mensaje porque|"
	"ha recibido este mensaje porque|you received this message because|"
	"you are receiving this|to unsubscribe|para anular la suscripcion|"
	"para darse de baja|to post to this|unsubscribe|liste de diffusion|"
	"mailingliste|lista de e-mail";
