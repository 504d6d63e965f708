#include "io/fault.h"

#include <stddef.h>

static const struct {
	const char *name;
	bool refusal;
	const char *advice;
} table[] = {
	[FAULT_NONE] = {"none", false, "La conexión y el ingreso funcionan."},
	[FAULT_CONFIG] =
		{"config", true,
		 "La configuración de este servidor no se puede usar tal como está: revise "
		 "el archivo de autoridades (ca_file) y la dirección."},
	[FAULT_NAME] = {"name", false,
			"El nombre del servidor no se pudo resolver: revise que «host» esté bien "
			"escrito y que este equipo tenga servicio de nombres (DNS)."},
	[FAULT_REFUSED] = {"refused", false,
			   "El equipo responde, pero nadie atiende en ese puerto: revise «port» y "
			   "que el servicio de correo esté encendido."},
	[FAULT_UNREACHABLE] = {"unreachable", false,
			       "No hay camino de red hasta el servidor: revise la red, el "
			       "cortafuegos y la dirección en «host»."},
	[FAULT_TIMEOUT] = {"timeout", false,
			   "El servidor no contestó a tiempo: revise «host», «port» y «tls» (993 y "
			   "465 son «implicit»; 143 y 587, «starttls»), y que ningún cortafuegos "
			   "descarte la conexión."},
	[FAULT_LOST] = {"lost", false,
			"La conexión se cortó antes de terminar: intente de nuevo; si se repite, "
			"pida al administrador del correo que mire los registros del servidor."},
	[FAULT_CERT_CA] = {"cert_ca", true,
			   "El certificado del servidor es de una autoridad que este equipo no "
			   "conoce: si es la autoridad propia de la entidad, indique su archivo en "
			   "«ca_file»; si no, no confíe en ese servidor."},
	[FAULT_CERT_SELF] = {"cert_self", true,
			     "El servidor presenta un certificado firmado por él mismo: instale "
			     "uno de una autoridad reconocida o, si es el suyo, indique ese "
			     "certificado en «ca_file»."},
	[FAULT_CERT_NAME] = {"cert_name", true,
			     "El certificado es de otro nombre: escriba en «host» el nombre que "
			     "figura en el certificado, o corrija el certificado del servidor."},
	[FAULT_CERT_EXPIRED] = {"cert_expired", true,
				"El certificado del servidor está vencido: pida al administrador "
				"del correo que lo renueve, y revise la fecha de este equipo."},
	[FAULT_CERT_FUTURE] = {"cert_future", true,
			       "El certificado del servidor todavía no es válido: revise la fecha "
			       "y la hora de este equipo."},
	[FAULT_CERT_OTHER] = {"cert_other", true,
			      "El certificado del servidor no sirve (revocado, débil o hecho para "
			      "otro uso): pida al administrador del correo que lo reemplace."},
	[FAULT_TLS_OLD] = {"tls_old", true,
			   "El servidor solo ofrece versiones antiguas de TLS, que ya no son "
			   "seguras: debe ofrecer TLS 1.2 o posterior."},
	[FAULT_TLS] = {"tls", false,
		       "No se logró el cifrado con el servidor: revise que «port» y «tls» "
		       "correspondan (993 y 465 son «implicit»; 143 y 587, «starttls»)."},
	[FAULT_NO_STARTTLS] =
		{"no_starttls", true,
		 "El servidor no ofrece STARTTLS y sin cifrado no se envía la "
		 "contraseña: use «tls: implicit» con el puerto 993 o 465, o pida que "
		 "lo activen. Si antes lo ofrecía, alguien puede estar interviniendo "
		 "la conexión."},
	[FAULT_INJECTED] = {"injected", true,
			    "Alguien introdujo datos en la conexión antes del cifrado: no se envió "
			    "la contraseña. Avise al administrador de la red."},
	[FAULT_PROTOCOL] = {"protocol", false,
			    "Lo que contesta en ese puerto no es el servicio esperado, o no cumple "
			    "sus reglas: revise «host» y «port»."},
	[FAULT_NO_AUTH] = {"no_auth", true,
			   "El servidor no ofrece ninguna forma de ingreso que se pueda usar: "
			   "revise «tls» y «auth», o pida que activen el ingreso con contraseña "
			   "(o con OAuth2)."},
	[FAULT_LOGIN] = {"login", true,
			 "El servidor rechazó el usuario o la contraseña: revise «user» y el "
			 "archivo de la contraseña; algunos proveedores exigen una contraseña de "
			 "aplicación."},
	[FAULT_LOGIN_LATER] = {"login_later", false,
			       "El servidor no admite el ingreso por ahora: intente más tarde."},
	[FAULT_TOKEN] =
		{"token", true,
		 "El servidor de OAuth2 no entrega la autorización: revise «client_id», el "
		 "secreto y el token de actualización; puede que haya vencido o que alguien "
		 "lo haya revocado."},
	[FAULT_FOLDER] = {"folder", true,
			  "La carpeta no existe en el buzón: revise «folder» (mayúsculas y "
			  "separadores incluidos)."},
	[FAULT_SENDER] =
		{"sender", true,
		 "El servidor de salida no acepta correo de esa dirección: revise la "
		 "dirección del buzón y que el usuario tenga permiso de enviar como ella."},
	[FAULT_SERVER] = {"server", false,
			  "El servidor se negó a hacerlo: lea su respuesta e intente de nuevo."},
	[FAULT_CRASH] = {"crash", false,
			 "El servidor contestó algo tan mal formado que hizo caer al programa que "
			 "lo lee: revise que «host» y «port» sean los del servidor de correo y, si "
			 "lo son, pida a su administrador que lo actualice o lo corrija."},
	[FAULT_STOPPED] = {"stopped", false, "La prueba se interrumpió."},
};

const char *fault_name(enum fault f)
{
	return (size_t)f < COUNT(table) ? table[f].name : "unknown";
}

const char *fault_advice(enum fault f)
{
	return (size_t)f < COUNT(table) ? table[f].advice : table[FAULT_SERVER].advice;
}

bool fault_is_refusal(enum fault f)
{
	return (size_t)f < COUNT(table) && table[f].refusal;
}
