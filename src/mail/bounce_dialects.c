/* What mail servers write when they could not deliver: data only. All strings are folded,
 * alternatives are parted by «|». */
#include "mail/bounce_marks.h"

const char bounce_senders[] =
	"mailer-daemon|maildaemon|mail-daemon|mailerdaemon|mailer_daemon|postmaster|"
	"mdaemon|mail.delivery|maildelivery|mail-delivery|mailsystem|mail-system|"
	"mailsweeper|interscan|imss|smtp-daemon|microsoftexchange|bounce-daemon|"
	"nondelivery|autoresponder-bounce|symantec_antivirus|mailadmin-bounce|"
	"double-bounce|amavisd|mxlogic|mmdf|listserv-daemon|lsmtp|mailgateway|"
	"mail_gateway|antispam-bounce|mailfailure";

const char bounce_sender_names[] =
	"mail_service|mailservice|mail-service|smtp_mail|antivirus|anti-virus|"
	"antispam|anti-spam|symantec|mimesweeper|interscan|mailscanner|mail_gateway|"
	"gateway|spamfilter|securemail|mail security|post_master|mailadmin|"
	"mail-admin|mdaemon|mailmarshal|quarantine|mailfilter|mail delivery system|"
	"mail delivery subsystem|mail delivery service|mail delivery|"
	"mail administrator|mail system|system administrator|"
	"administrador del sistema|postmaster|mailer-daemon|microsoft outlook|"
	"microsoft exchange|internet mail delivery|mail deliverer|delivery subsystem|"
	"sistema de correo|sistema de entrega|subsistema de entrega|mail router|"
	"mail server|mailserver|servidor de correo|email system|amazon ses|"
	"mail gateway|mail transfer|administrateur|systemadministrator|"
	"system-administrator|mailbounce|emailbounce|mta";

const struct bounce_dialect bounce_dialects[] = {
	{"postfix",
	 "undelivered mail returned to sender|delayed mail (still being retried)|"
	 "postfix smtp server: errors from|correo no entregado devuelto al remitente|"
	 "correo no entregado: devuelto",
	 "this is the postfix program|this is the mail system at host|"
	 "this is the postfix at host|"
	 "your message could not be delivered to one or more recipients|"
	 "mail system at host|este es el sistema de correo"},
	{"sendmail",
	 "returned mail: |postmaster notify: see transcript|"
	 "warning: could not send message|could not send message for past|"
	 "correo devuelto",
	 "the following addresses had permanent|the following addresses had transient|"
	 "the following addresses had delivery problems|"
	 "the following addresses had successful|transcript of session follows|"
	 "the following addresses have delivery|the original message was received at|"
	 "unsent message below|this is a mime-encapsulated message"},
	{"qmail", "failure notice",
	 "this is the qmail-send program|this is the deliver program|"
	 "i'm afraid i wasn't able to deliver|i've given up. sorry it didn't work out|"
	 "not able to deliver your message to the following|"
	 "unable to deliver your message to the following|"
	 "unfortunately i was not able to deliver|"
	 "sorry, unable to deliver your message|sorry, it wasn't delivered"},
	{"exim",
	 "mail delivery failed|mail failure|mail delivery failed: returning|"
	 "message frozen|delayed 24 hours|warning: message ",
	 "this message was created automatically by mail delivery|"
	 "a message that you sent could not be delivered|"
	 "a message that you have sent could not|"
	 "could not be delivered to one or more of its recipients|"
	 "could not be delivered to all of its recipients|"
	 "a message that you sent has not yet been delivered|"
	 "a message that you sent contained|the following address(es) failed|"
	 "no valid recipient addresses were found|un mensaje que usted envio no pudo"},
	{"exchange",
	 "undeliverable|no se puede entregar|no entregado|no se pudo entregar|"
	 "unzustellbar|non remis|non distribuable|nao e possivel entregar|"
	 "nao entregue|non recapitabile|onbestelbaar|undelivered|"
	 "kan niet worden bezorgd|olevererbart|kan ikke leveres|ikke levert|"
	 "nedoruciteln|nie mozna dostarczyc|отказ|недоставлен|не удается доставить|"
	 "配信不能|无法传递|未传递|delivery failure report",
	 "did not reach the following recipient|"
	 "your message did not reach some or all|"
	 "delivery has failed to these recipients|your message couldn't be delivered|"
	 "couldn't be delivered to|wasn't delivered|"
	 "diagnostic information for administrators|"
	 "informacion de diagnostico para administradores|"
	 "a problem occurred during the delivery|problem occurred while delivering|"
	 "your message wasn't delivered|"
	 "the following recipient(s) could not be reached|"
	 "the following recipients could not be reached|"
	 "the following recipient(s) cannot be reached|"
	 "fehler bei der nachrichtenzustellung|echec de la remise|"
	 "votre message n'a pas|your message has encountered a delivery|"
	 "has encountered a delivery problem"},
	{"gmail",
	 "delivery status notification|notificacion de estado de la entrega|"
	 "notificacion del estado de entrega|notificacion del estado de envio",
	 "delivery to the following recipient failed|"
	 "delivery to the following recipient has been delayed|"
	 "delivery to the following recipients|technical details of permanent failure|"
	 "technical details of temporary failure|address not found|"
	 "message not delivered|message blocked|recipient inbox full|"
	 "there was a temporary problem delivering|"
	 "there was a problem delivering your message|message not delivered|"
	 "the group you tried to contact"},
	{"yahoo", "delivery failure|mail delivery failure|failure delivery",
	 "unable to deliver message to the following address|"
	 "sorry, we were unable to deliver your message|message from yahoo|"
	 "sorry your message to"},
	{"domino",
	 "delivery failure: |report de entrega|informe de no entrega|zustellfehler|"
	 "failure de distribution|nondelivery report|non delivery report|"
	 "nondeliverable",
	 "was not delivered to|no listed in domino|not listed in domino|"
	 "not listed in public name"},
	{"microsoft smtp", "delivery status notification (failure)",
	 "the email below could not be delivered to the following user|"
	 "this is an automatically generated delivery status|"
	 "esta es una notificacion de estado de entrega|"
	 "esto es una notificacion de estado de entrega|"
	 "delivery to the following recipients failed|"
	 "dies ist eine automatisch erstellte benachrichtigung|"
	 "automatically generated delivery status notification"},
	{"messaging server", "delivery notification: delivery has failed|delivery notification",
	 "this report relates to a message you sent|"
	 "your message cannot be delivered to the following recipients|"
	 "the following recipients were unable"},
	{"groupwise", "message status - undeliverable|mail status report",
	 "the message that you sent was undeliverable|"
	 "the message that you sent could not be|your message was undeliverable"},
	{"mdaemon",
	 "permanent delivery failure|warning: delivery|delivery failure|"
	 "message delivery failure",
	 "your message was not delivered|"
	 "the attached message has been removed from the mail queue|no such user here|"
	 "there is no user by that name|had non-fatal delivery|session transcript"},
	{"imail", "undeliverable mail",
	 "undeliverable to|unknown user:|unknown host:|invalid final delivery userid|"
	 "delivery failed|user mailbox exceeds allowed size|original message follows"},
	{"dovecot", "rejected: ", "was automatically rejected|was automatically discarded"},
	{"smail", "mail failed, returning to sender", "failed addresses follow"},
	{"mimesweeper",
	 "mail could not be delivered|message delivery has failed|"
	 "mail delivery problem|mailmarshal|undelivered by",
	 "a message could not be delivered to:|message from interscan|"
	 "your message could not be delivered|was automatically rejected"},
	{"listserv", "undelivered mail",
	 "an error was detected while processing the enclosed message|error-for:"},
	{"mailenable", "message delivery failure|delivery failure",
	 "could not be delivered to some recipients|failed recipients -"},
	{"hmailserver", "message undeliverable|message undelivered",
	 "your message did not reach some or all of the intended"},
	{"zoho", "undelivered mail",
	 "this message was created automatically by mail delivery software|"
	 "this message is generated by zoho|"
	 "unable to deliver message to the following recipients"},
	{"mail.ru",
	 "mail failure|ваше сообщение не доставлено|недоставленное сообщение|"
	 "сообщение не доставлено|почта не доставлена",
	 "this message was created automatically by mail delivery|"
	 "it appears that the following problem|mail failure|письмо не доставлено|"
	 "сообщение не доставлено|не удалось доставить|не может быть доставлено"},
	{"yandex", "", "this is the mail system at host yandex|this is the mail system at host"},
	{"amazon", "delivery status notification (failure)",
	 "an error occurred while trying to deliver the mail"},
	{"amazon sns", "aws notification message", "notificationtype"},
	{"opensmtpd", "delivery status notification: error|delivery status notification: warning",
	 "this is the mailer-daemon, please do not reply"},
	{"dragonfly", "",
	 "this is the dragonfly mail agent|there was an error delivering your mail"},
	{"courier", "notice: mail delivery status",
	 "this is a delivery status notification from|"
	 "the original message was received on|undeliverable mail|"
	 "mail to the following recipients"},
	{"mfilter", "failure notice", "could not send message|because of following reason"},
	{"mcafee", "delivery failed", "failure to deliver|the following addresses had"},
	{"aol", "undeliverable mail|returned mail",
	 "your mail to the following recipients could not be delivered|"
	 "user is not accepting|mail to the following recipients"},
	{"messagelabs", "mail delivery failure|mail delivery warning|mail delivery problem",
	 "unable to deliver the message|has been unable to deliver|"
	 "this is an automated message created by mail delivery|mail delivery problem"},
	{"symantec", "",
	 "could not be delivered to the following recipients|"
	 "delivery attempts will continue"},
	{"powermta", "delivery report|returned mail",
	 "hello, this is the mail server on|"
	 "i am sending you this message to inform you|delivery status of your message"},
	{"james", "[bounce]", "message that you sent could not|error message below:"},
	{"x6", "", "we had trouble delivering your message"},
	{"notes", "", "failure reasons -|returned message -"},
	{"caiwireless", "",
	 "did not receive this message|did not receive a copy of your message|"
	 "recipients were affected"},
	{"compuserve", "undeliverable message",
	 "your message could not be delivered for the following reason"},
	{"netscape", "mail failure|returned mail",
	 "this message was undeliverable due to|was undeliverable due to the following"},
	{"amavis", "virus in your mail|considered unsolicited|banned contents from you",
	 "delivery of the email was stopped|was considered unsolicited bulk|"
	 "our virus checker found|was considered to be spam|our content checker found"},
	{"mmdf", "failed mail|waiting mail",
	 "your message could not be delivered|the following addresses"},
	{"x400", "delivery report (failure)|delivery report (success)|x.400",
	 "this report relates to your message|non-delivered"},
	{"verizon", "undeliverable message",
	 "the message was undeliverable|error: the message that was returned|"
	 "error: invalid user address|error message below:"},
	{"kddi, ezweb", "mail system error - returned mail",
	 "your mail sent on|each of the following recipients was rejected|"
	 "as their mailbox is full"},
	{"novell",
	 "failure notice|mail delivery error|message delivery error|"
	 "message undeliverable",
	 "was undeliverable to the following"},
	{"surfcontrol", "blocked by our bulk email filter|content filter|message blocked",
	 "your message could not be sent|your message was blocked"},
	{"barracuda", "message you sent blocked",
	 "blocked by our bulk email filter|your email message was blocked"},
	{"other, en",
	 "mail not delivered|delivery error|undeliverable message|undeliverable email|"
	 "message undeliverable|delivery status|delivery report|delivery notice|"
	 "delivery problem|delivery warning|message delayed|message not delivered|"
	 "could not be delivered|delivery delayed|delivery has been delayed|"
	 "undeliverable mail|non-delivery|nondelivery|failed delivery|"
	 "error during delivery|delivery notification|mail error|mail system error|"
	 "returned mail|rejected mail|rejected message|message rejected|"
	 "email delivery failure|automatically rejected|nameserver error report|"
	 "malformed recipient|user unknown|mta-blocked|not been delivered|"
	 "not yet been delivered|loop alert|you are not member|bounce notification|"
	 "bounced mail|delivery of your message|notification: unable to deliver",
	 "could not be delivered|cannot be delivered|can not be delivered|"
	 "has not been delivered|not been delivered|was not delivered|"
	 "not yet been delivered|not yet delivered|unable to deliver|"
	 "unable to be delivered|failed to deliver|not able to deliver|undeliverable|"
	 "delivery failed|delivery failure|delivery has failed|delivery attempts|"
	 "has been postponed|has been delayed|failed permanently|"
	 "message not delivered to|permanent error|permanent fatal|user unknown|"
	 "unknown user|no such user|mailbox is full|mailbox full|over quota|"
	 "exceeded the local limit|intended recipient:|does not exist|no longer valid|"
	 "undelivered|not a valid user|rejected your message|was rejected|"
	 "has been rejected|you are not a member|duplicated message-id|is full"},
	{"other, delays",
	 "delivery delayed|entrega retrasada|entrega demorada|entrega atrasada|"
	 "livraison retardee|remise retardee|livraison differee|zustellung verzogert|"
	 "verzogerte zustellung|recapito in ritardo|consegna ritardata|recapito ritardato|"
	 "bezorging vertraagd|levering vertraagd|leverans forsenad|levering forsinket|"
	 "配信の遅延|配信遅延|传递延迟|传送延迟",
	 "delivery is delayed to these|la entrega se retraso|la entrega se ha retrasado|"
	 "est retardee|a ete retardee|hat sich verzogert|verzogert sich|e in ritardo|"
	 "esta atrasada|is vertraagd|har forsenats|er forsinket"},
	{"other, es",
	 "correo devuelto|mensaje devuelto|correo no entregado|mensaje no entregado|"
	 "aviso de fallo|fallo en la entrega|fallo de entrega|error de entrega|"
	 "error en la entrega|entrega fallida|imposible entregar|"
	 "notificacion de entrega|estado de entrega|no se pudo entregar|"
	 "su mensaje se retrasa|correo retrasado|mensaje retrasado|aviso de retraso|"
	 "entrega retrasada|no ha sido entregado|no fue entregado|"
	 "devolucion de correo|retorno de correo|rechazado|entrega no realizada|"
	 "mensaje sin entregar|correo sin entregar|no se entrego|sin exito la entrega|"
	 "no llego a su destino",
	 "no pudo ser entregado|no pudo entregarse|no se pudo entregar|"
	 "no se ha podido entregar|no ha podido ser entregado|no ha sido entregado|"
	 "no fue entregado|no fue posible entregar|no ha sido posible entregar|"
	 "no puede ser entregado|imposible entregar|error permanente|fallo permanente|"
	 "usuario desconocido|el usuario no existe|no existe en este servidor|"
	 "buzon lleno|buzon esta lleno|no ha podido ser enviado|no se puede entregar|"
	 "se ha producido un error en la entrega|no se pudo entregar el mensaje|"
	 "no se pudo entregar su mensaje|error en la entrega a|error de entrega a|"
	 "su mensaje no llego a|su mensaje no ha llegado|su mensaje no se entrego|"
	 "el mensaje no se pudo entregar|no se ha encontrado la direccion|"
	 "no se encontro la direccion|direccion no encontrada|mensaje no entregado|"
	 "mensaje bloqueado|tu mensaje no se ha entregado|tu mensaje no se entrego|"
	 "su mensaje no se ha entregado|no se ha podido entregar tu mensaje|"
	 "buzon del destinatario lleno|bandeja de entrada del destinatario|"
	 "muy a mi pesar, no pude|lo siento, no he podido entregar|"
	 "no he podido entregar su mensaje|he desistido|aun no se ha podido entregar|"
	 "se seguira intentando|ha sido rechazado|fue rechazado|cuota excedida|"
	 "direccion no existe|no ha llegado a"},
	{"other, pt",
	 "devolvido|nao entregue|falha na entrega|falha de entrega|erro de entrega|"
	 "retornado",
	 "nao pode ser entregue|nao pode ser enviada|nao foi entregue|"
	 "nao foi possivel entregar|falha permanente|usuario desconhecido"},
	{"other, fr",
	 "non remis|non distribue|non delivre|echec de la remise|message retourne|"
	 "erreur de distribution|non recense|retour de courrier",
	 "n'a pas pu etre delivre|n'a pu etre delivre|n'a pas pu etre remis|"
	 "n'a pas pu etre distribue|n'a pas pu etre achemine|impossible de remettre|"
	 "adresse inconnue|utilisateur inconnu|n'existe pas"},
	{"other, de",
	 "unzustellbar|zustellung fehlgeschlagen|nicht zugestellt|zustellfehler|"
	 "rucklaufer|zuruckgewiesen",
	 "konnte nicht zugestellt werden|nicht zugestellt werden|"
	 "zustellung fehlgeschlagen|unbekannter empfanger|empfanger unbekannt|"
	 "nicht ausgeliefert"},
	{"other, it",
	 "mancata consegna|messaggio non consegnato|mancato recapito|"
	 "errore di consegna|non recapitato",
	 "non e stato consegnato|non e stato possibile consegnare|"
	 "impossibile consegnare|non puo essere consegnato|utente sconosciuto|"
	 "casella piena|non e stato recapitato"},
	{"other, nl", "niet bezorgd|niet afgeleverd|onbestelbaar",
	 "kon niet worden bezorgd|niet worden afgeleverd|kan niet worden afgeleverd"},
	{"other, pl", "niedostarczona|zwrot wiadomosci|niedostarczono|nie dostarczono",
	 "nie moze byc dostarczon|nie mogla byc dostarczona|nie zostal dostarczony|"
	 "nie zostala dostarczona|nie udalo sie dostarczyc|nie ma takiego uzytkownika"},
	{"other, ja",
	 "配信不能|配信エラー|メールエラー|送信エラー|返送|エラーメール|配信失敗|未配信",
	 "配信てきません|送信てきません|配信に失敗|見つからないか|届けることかてきません|"
	 "配達てきません|送信先か見つからない|お届けてきません"},
	{"other, zh", "退信|邮件被退回|系统退信|投递失败|郵件退回|无法投递|退回",
	 "无法送达|投递失败|邮件无法发送|無法送達|您发送的邮件被退|无法投递|被退回"},
	{"other, ko", "반송|배달 실패|전송 실패|메일 반송",
	 "전송하지 못|배달되지|전달되지|전송되지|반송되었"},
	{"other, sv, da, no, fi",
	 "det gick inte att leverera|kunde inte levereras|ikke leveret|kunne ikke leveres|"
	 "kan ikke leveres|ikke levert|toimitus epaonnistui|ei voitu toimittaa|olevererbart",
	 "kunde inte levereras|kunne ikke leveres|kan ikke leveres|ble ikke levert|"
	 "gick inte att leverera|ei voitu toimittaa|ei voida toimittaa"},
	{"other, ca, gl, eu",
	 "no s'ha pogut lliurar|missatge no lliurat|non se puido entregar|ezin izan da entregatu",
	 "no s'ha pogut lliurar|non se puido entregar|ezin izan da entregatu"},
	{"other, tr, ro, cs", "teslim edilemedi|iletilemedi|nelivrat|nedorucen|nedorucitelna",
	 "teslim edilemedi|iletilemedi|nu a putut fi livrat|nelze dorucit|"
	 "nebylo mozne dorucit"},
};
const size_t bounce_dialects_n = COUNT(bounce_dialects);

const char bounce_starts[] =
	"did not reach the following|could not be delivered to|"
	"couldn't be delivered to|cannot be delivered to|"
	"not be delivered to the following|deliver your message to the following|"
	"deliver message to the following|the following address|following recipient|"
	"following addresses|these recipients|failed recipient|failed addresses|"
	"fatal errors|was not delivered to|not delivered to|wasn't delivered to|"
	"could not be reached|could not be delivered because|"
	"los siguientes destinatarios|las direcciones siguientes|"
	"las siguientes direcciones|siguientes destinatarios|error en la entrega a|"
	"error de entrega a|no se pudo entregar a|destinatarios o grupos|"
	"were affected|did not receive";

const char bounce_ends[] =
	"original message follows|original message headers follow|"
	"original message header|the original message is|"
	"original message is following|- original message|-original message|"
	"original message attached|original message -|copy of the original message|"
	"original headers follow|original headers -|below this line is a copy|"
	"below the next line is a copy|this is a copy of the message|"
	"this is a copy of your message|attachment is a copy of the message|"
	"is a copy of the message|is a copy of your message|"
	"header of the original message|headers of the original message|"
	"start of returned message|returned mail follows|returned message follows|"
	"returned message -|message headers follow|message header follows|"
	"message headers follows|lines of your original message|"
	"top 20 lines of the message|header and top|unsent message follows|"
	"unsent message below|message text follows|undelivered message follows|"
	"undelivered message headers|summary of the undelivered message|"
	"debajo de esta linea va una copia|mensaje original adjunto|"
	"mensaje original -|- mensaje original|encabezados del mensaje original|"
	"encabezados de mensaje originales|copia del mensaje|"
	"a continuacion se muestra una copia|your message reads|"
	"beginning of original message|original mail as follows|"
	"undelivered message -|envelope of the message|message body follows|"
	"here is your returned mail|returned to you|the message that was returned|"
	"message header -|the header of the|ursprungliche nachricht -|"
	"message d'origine -|en-tetes de message d'origine|messaggio originale -|"
	"return-path: |received: from |received: by |x-received: |dkim-signature: |"
	"content-type: message/rfc822|content-type: text/rfc822-headers|"
	"mime-version: 1.0|原邮件内容|原邮件附|- 原邮件|原邮件如下|元のメール|-- begin included "
	"message|- forwarded message|"
	"message content follows|the text of the original message|included message|"
	"- the message is|failed message follows|- header|---- begin of original|"
	"start of original";

const char bounce_labels[] =
	"final-recipient:|original-recipient:|x-failed-recipients:|failed recipient:|"
	"failed recipients:|recipient address:|recipient:|recipients:|recipient(s):|"
	"destinatario:|destinatarios:|error-for:|intended recipient:|"
	"undeliverable address:|undeliverable to|unknown user:|unknown local-part|"
	"unknown host:|invalid final delivery userid:|"
	"user mailbox exceeds allowed size:|mailbox is full:|originally addressed to|"
	"addressed to email address|addressed to|(expanded from:|your message to:|"
	"your message to|your mail to|delivering your mail to|"
	"delivering your message to|message to the following address|"
	"unable to deliver your message to|unable to deliver message to|"
	"could not be delivered to:|could not be delivered to|cannot be delivered to|"
	"not delivered to:|was not delivered to|message wasn't delivered to|"
	"wasn't delivered to|couldn't be delivered to|"
	"your message couldn't be delivered to|delivery of email to this address|"
	"delivery failed|attempts:|you sent mail to|no se ha entregado a|"
	"no se entrego a|no se pudo entregar a|no se ha podido entregar a|"
	"no pudo ser entregado a|no se pudo entregar el mensaje a|error de entrega a|"
	"error en la entrega a|pudo entregar el mensaje a los siguientes|"
	"was undeliverable to|the address|user unknown:|no such user:|"
	"failed to deliver to|failed for|for the recipient|rejected recipient|[smtp:|"
	"delivery to|entrega a|message was addressed,|addressed to:|"
	"收件人|收件人:|收件人：";

const char bounce_delays[] =
	"will keep trying|will be retried|still being retried|"
	"delivery attempts will continue|will continue to try|"
	"will continue to attempt|we will continue|continue to be made|"
	"has not yet been delivered|not yet been delivered|has been delayed|"
	"is delayed|delivery delayed|delayed mail|message delayed|being delayed|"
	"this is a warning message only|this is just a warning|has been postponed|"
	"you do not need to resend|no action is required on your part|"
	"warning: could not send message|warning: message|"
	"could not send message for past|still trying|will try again|keep trying|"
	"se seguira intentando|seguira intentando|seguiremos intentando|"
	"se seguira tratando|se retrasa|se ha retrasado|retrasado|demorado|"
	"aun no se ha podido entregar|todavia no se ha podido entregar|"
	"no es necesario que reenvie|delivery status notification (delay)|"
	"mail delivery delayed|delivery is delayed|wird weiterhin versucht|verzogert|"
	"differe|en attente|rimandato|atrasad|volvera a intentarlo|volveremos a intentar|"
	"se reintentara|se volvera a intentar|will retry for|delivery will be attempted|"
	"delivery will continue to be attempted|tentara novamente|tentaremos novamente|"
	"nouvelle tentative|reessayera|reessayer pendant|erneut versuch|weitere zustellversuch|"
	"riprovera|verra ritentat|consegna ritardata|opnieuw geprobeerd|vertraagd|"
	"est retardee|a ete retardee|recapito in ritardo|e in ritardo|entrega atrasada|"
	"forsenad|forsenats|forsinket|delivery is delayed|传递延迟|传送延迟|"
	"配信の遅延|配信遅延|再送を試み|再試行|再试|отложен|повторные попытки|opozni|zpozdeni";

const char bounce_given_up[] =
	"i've given up|giving up|not going to try again|failed permanently|"
	"permanent error|permanent fatal|permanent failure|retry timeout exceeded|"
	"could not be delivered for|retry time not reached|he desistido|"
	"error permanente|final error|returned mail: |undelivered mail returned|"
	"unable to deliver|delivery has failed|returning message to sender";
