/* What the words of a report say of its cause, where no code does: data only. All strings are
 * folded, alternatives are parted by «|». */
#include "mail/bounce_marks.h"

const struct bounce_phrase bounce_phrases[] = {
	{"5.2.2",
	 "mailbox full|mailbox is full|over quota|quota exceeded|exceeds allowed size|"
	 "exceeded the local limit|exceeded storage|exceeded its storage|"
	 "out of storage|buzon lleno|buzon esta lleno|"
	 "buzon del destinatario esta lleno|inbox full|inbox is full|disk quota|"
	 "cuota excedida|sobre la cuota|boite pleine|casella piena|postfach ist voll|"
	 "mailbox voll|overquota|storage quota|insufficient disk|not enough storage|"
	 "容量|mailbox has exceeded|quota|ha excedido su cuota|"
	 "excedio su cuota|cuota de almacenamiento|caixa postal cheia|caixa de entrada cheia|"
	 "caixa cheia|almacenamiento lleno|buzon se encuentra lleno|postfach voll|postvak vol"},
	{"5.2.1", "account has been disabled|disabled or discontinued|account is disabled|"
		  "mailbox disabled|mailbox is disabled|account disabled|cuenta suspendida|"
		  "cuenta inactiva|conta desativada|compte desactive|mailbox is inactive|account "
		  "is inactive|has been suspended|"
		  "is suspended|cuenta deshabilitada|not active|user is inactive|desactivada|"
		  "inactive"},
	{"5.1.2", "host unknown|unknown host|domain not found|no such domain|host not found|"
		  "name or service not known|domain does not exist|name service error|"
		  "unrouteable mail domain|unrouteable|couldn't find any host|nameserver error|"
		  "no mx|illegal host|domain name not found|host or domain name not found|"
		  "dominio no existe|unable to route"},
	{"5.1.1",
	 "user unknown|unknown user|no such recipient|no such mailbox|no such account|"
	 "user doesn't have|inexistente|no figura en|nao existe|n'existe pas|"
	 "existiert nicht|non esiste|bestaat niet|no such user|does not exist|doesn't exist|"
	 "not listed in|no mailbox here by that name|mailbox unavailable|"
	 "recipient not found|recipient is unknown|unknown recipient|user not found|no existe|"
	 "usuario desconocido|address not found|not a valid|invalid recipient|"
	 "invalid mailbox|unknown local|not our customer|"
	 "recipient name is not recognized|addressee unknown|no longer valid|"
	 "direccion no encontrada|no se ha encontrado|no se encontro|unknown address|"
	 "unbekannt|inconnu|sconosciut|not known|no account|nobody by that name|"
	 "user does not|not have a yahoo|no user|invalid final delivery userid|存在|"
	 "見つから|wrong|bad address|does not have a final"},
	{"5.3.4", "message too large|message size exceeds|size limit|too big|"
		  "exceeded maximum incoming message size|mensaje demasiado grande|"
		  "message is too large|exceeds size limit"},
	{"5.7.1", "spam|blocked|rejected|policy|not accepting mail|access denied|"
		  "relaying denied|relay|not authorized|not permitted|blacklist|blocklist|"
		  "content filter|virus|prohibited|refused|not a member|denied|filter"},
	{"4.4.1", "timed out|timeout|connection refused|no route to host|did not respond|"
		  "deferred|unable to establish an smtp connection|wasn't able to establish|"
		  "retry time|could not connect|unreachable|busy|temporarily"},
	{"5.4.6", "too many hops|loop"},
};
const size_t bounce_phrases_n = COUNT(bounce_phrases);
