/* Every way to write it wrong: where it is said to be, and in what words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "conf_help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A row writes one file beside a good mesad.yaml; "NAME:LINE:COLUMN: " and the words must be told
 * on one line. More rows of the same text follow with file NULL. */
struct row {
	const char *file, *text;
	const char *place;
	const char *words;
};

#define BOX "mailboxes:\n  - address: mesa@entidad.example\n    imap: "
#define PLACES(rest) BOX "{host: h.example, password_file: p}\n" rest

static const struct row rows[] = {
	/* --- YAML itself --- */
	{"rules.yaml", "rules:\n\t- name: a\n", "rules.yaml:2:1: error", "tabulador"},
	{"rules.yaml", "rules: [a, b\n", "rules.yaml:2:1: error", "no está bien cerrada"},
	{"desk.yaml", "response: {within: 12h\nname: x\n", "desk.yaml:2:5: error", "llaves"},
	{"desk.yaml", "name: a: b\n", "desk.yaml:1:8: error", "no puede ir «clave: valor»"},
	{"desk.yaml", "name: \"Mesa\nnumber: x\n", "desk.yaml:3:1: error", "comillas"},
	{"desk.yaml", "name: \"\\d\"\n", "desk.yaml:1:8: error", "comillas simples"},
	{"desk.yaml", "name: Mesa\nnumber\n", "desk.yaml:3:1: error", "falta «:»"},
	{"desk.yaml", "response:\n  within: 12h\n warn: 75%\n", "desk.yaml:3:2: error", "sangría"},
	{"desk.yaml", "name: @mesa\n", "desk.yaml:1:7: error", "comillas"},
	{"desk.yaml", "a: &x 1\nname: M\n", "desk.yaml:1:4: error", "anclas"},
	{"desk.yaml", "name: *x\n", "desk.yaml:1:7: error", "alias"},
	{"desk.yaml", "name: !!str Mesa\n", "desk.yaml:1:7: error", "etiquetas"},
	{"desk.yaml", "name: Mesa\n---\nname: Otra\n", "desk.yaml:2:1: error", "segundo documento"},
	{"desk.yaml", "%YAML 1.1\n---\nname: Mesa\n", "desk.yaml:1:1: error", "directivas"},
	{"desk.yaml", "name: Mesa\nassign: auto\nname: Otra\n", "desk.yaml:3:1: error",
	 "clave repetida «name»; ya está en la línea 1"},
	{"desk.yaml", "{[a]: b}\n", "desk.yaml:1:2: error", "la clave debe ser un texto"},
	{"desk.yaml", "name: Mesa\nasign: auto\nnane: x\nname: y\n", "desk.yaml:4:1: error",
	 "clave repetida"},
	{NULL, NULL, "desk.yaml:2:1: error", "clave desconocida «asign»; ¿quiso decir «assign»?"},
	{NULL, NULL, "desk.yaml:3:1: error", "clave desconocida «nane»; ¿quiso decir «name»?"},
	{"desk.yaml", "name: \"a\\0b\"\n", "desk.yaml:1:7: error", "carácter nulo"},
	{"desk.yaml", "name: caf\xe9\n", "desk.yaml:1:10: error", "UTF-8"},
	{"desk.yaml", "name: Mesa\n# ñandú \x01\n", "desk.yaml:2:9: error", "control"},
	{"desk.yaml", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "desk.yaml:1:33: error",
	 "demasiados niveles"},

	/* --- kinds of values --- */
	{"desk.yaml", "- name\n", "desk.yaml:1:1: error", "se esperaba un grupo de claves"},
	{"desk.yaml", "name: [a]\n", "desk.yaml:1:7: error", "no una lista"},
	{"desk.yaml", "name: {a: b}\n", "desk.yaml:1:7: error", "no un grupo"},
	{"desk.yaml", "name:\n", "desk.yaml:1:6: error", "falta el valor de «name»"},
	{"desk.yaml", "name: \"\"\n", "desk.yaml:1:7: error", "vacío"},
	{"desk.yaml", "name: \"a\\nb\"\n", "desk.yaml:1:7: error", "saltos de línea"},
	{"desk.yaml", "response: {within: noventa}\n", "desk.yaml:1:20: error",
	 "«noventa» no es un tiempo"},
	{"desk.yaml", "response: {within: 12}\n", "desk.yaml:1:20: error", "no es un tiempo"},
	{"desk.yaml", "response: {within: 0s}\n", "desk.yaml:1:20: error", "fuera de lo permitido"},
	{"desk.yaml", "response: {within: 99999999d}\n", "desk.yaml:1:20: error",
	 "no es un tiempo"},
	{"desk.yaml", "response: {warn: mucho}\n", "desk.yaml:1:18: error", "porcentaje"},
	{"desk.yaml", "response: {warn: 100%}\n", "desk.yaml:1:18: error", "de 0% a 99%"},
	{"desk.yaml", "response:\n  calendar: laborl\n", "desk.yaml:2:13: error",
	 "no hay un calendario «laborl»; ¿quiso decir «laboral»?"},
	{"desk.yaml", "assign: manual\n", "desk.yaml:1:9: error",
	 "escriba uno de: auto, coordinator"},
	{"desk.yaml", "attach_max: 10 litros\n", "desk.yaml:1:13: error", "no es un tamaño"},
	{"desk.yaml", "attach_max: 900MB\n", "desk.yaml:1:13: error", "fuera de lo permitido"},
	{"desk.yaml", "budgets: {address: 10}\n", "desk.yaml:1:20: error", "no es un tope"},
	{"desk.yaml", "budgets: {total: 0/1m}\n", "desk.yaml:1:18: error", "no es un tope"},
	{"desk.yaml", "default: {level: uno}\n", "desk.yaml:1:18: error", "no es un número entero"},
	{"desk.yaml", "default: {level: 7}\n", "desk.yaml:1:18: error", "de 1 a 2"},
	{"desk.yaml", "default: {priority: altísima}\n", "desk.yaml:1:21: error",
	 "no es una prioridad"},
	{"desk.yaml", "default: {service: nada}\n", "desk.yaml:1:20: error", "no hay un servicio"},
	{"desk.yaml", "number: CASO\n", "desk.yaml:1:9: error", "{year}"},
	{"desk.yaml", "number: \"S-{year}-{seq:12}\"\n", "desk.yaml:1:9: error", "no sirve"},
	{"desk.yaml", "number: \"[{year}-{seq}]\"\n", "desk.yaml:1:9: error", "no sirve"},
	{"desk.yaml", "numbers_before: uno\n", "desk.yaml:1:17: error", "lista"},
	{"desk.yaml", "response: {rules: [{within: 2h}]}\n", "desk.yaml:1:20: error",
	 "no dice a qué casos"},
	{"desk.yaml", "response: {rules: [{level: 2}]}\n", "desk.yaml:1:20: error",
	 "falta «within»"},
	{"desk.yaml", "intake: [{name: web, from: [sitio]}]\n", "desk.yaml:1:29: error",
	 "no es una dirección ni un dominio"},
	{"desk.yaml", "labels: [a]\n", "desk.yaml:1:9: error", "grupo de textos"},

	/* --- mesad.yaml --- */
	{"mesad.yaml", "smtp: {host: h.example}\n", "mesad.yaml:1:1: error", "falta «mailboxes»"},
	{"mesad.yaml", "mailboxes: []\n", "mesad.yaml:1:12: error", "no hay ningún buzón"},
	{"mesad.yaml", "mailboxes:\n  - imap: {host: h}\n", "mesad.yaml:2:5: error",
	 "falta «address»"},
	{"mesad.yaml", "mailboxes:\n  - address: mesa\n    imap: {host: h, password_file: p}\n",
	 "mesad.yaml:2:14: error", "«mesa» no es una dirección de correo"},
	{"mesad.yaml", "mailboxes:\n  - address: atención@entidad.example\n    imap: {host: h}\n",
	 "mesad.yaml:2:14: error", "a «atención@entidad.example» no llega el correo"},
	{"mesad.yaml", PLACES("smtp: {host: s.example, from: \"mesa(1)@entidad.example\"}\n"),
	 "mesad.yaml:4:31: error", "a «mesa(1)@entidad.example» no llega el correo"},
	{"mesad.yaml", BOX "{password_file: p}\n", "mesad.yaml:3:11: error", "falta «host»"},
	{"mesad.yaml", BOX "{host: \"a b\", password_file: p}\n", "mesad.yaml:3:18: error",
	 "no es el nombre de un servidor"},
	{"mesad.yaml", BOX "{host: h.example}\n", "mesad.yaml:3:11: error",
	 "falta «password_file»"},
	{"mesad.yaml", BOX "{host: h.example, password_file: p, tls: none}\n",
	 "mesad.yaml:3:52: error", "sin cifrado"},
	{"mesad.yaml", BOX "{host: h.example, password_file: p, tls: ssl3}\n",
	 "mesad.yaml:3:52: error", "escriba uno de: implicit, starttls, none"},
	{"mesad.yaml", BOX "{host: h.example, password_file: p, port: 0}\n",
	 "mesad.yaml:3:53: error", "de 1 a 65535"},
	{"mesad.yaml", BOX "{servidor: h.example, password_file: p}\n", "mesad.yaml:3:12: error",
	 "clave desconocida «servidor»; ¿quiso decir «host»?"},
	{"mesad.yaml", BOX "{host: h.example, auth: oauth2}\n", "mesad.yaml:3:11: error",
	 "falta «oauth2»"},
	{"mesad.yaml",
	 BOX "{host: h.example, oauth2: {token_url: \"http://x.example/t\", "
	     "client_id: a, refresh_token_file: r}}\n",
	 "mesad.yaml:3:49: error", "no está cifrada"},
	{"mesad.yaml",
	 BOX "{host: h.example, oauth2: {token_url: \"https://x.example/t\", client_id: a}}\n",
	 "mesad.yaml:3:37: error", "falta «client_secret_file»"},
	{"mesad.yaml", BOX "{host: h.example, password_file: p, after: borrar}\n",
	 "mesad.yaml:3:54: error", "qué hacer con el correo ya leído"},
	{"mesad.yaml", BOX "{host: h.example, password_file: p, after: {move: INBOX}}\n",
	 "mesad.yaml:3:54: error", "es la misma carpeta"},
	{"mesad.yaml", BOX "{host: h.example, password_file: p, after: {move: inbox}}\n",
	 "mesad.yaml:3:54: error", "es la misma carpeta"},
	{"mesad.yaml",
	 BOX "{host: h.example, password_file: p, folder: inBox, after: {move: INBOX}}\n",
	 "mesad.yaml:3:69: error", "es la misma carpeta"},
	{"mesad.yaml",
	 BOX "{host: h.example, user: u, password_file: p, after: {move: Sede}}\n"
	     "  - address: sede@entidad.example\n"
	     "    imap: {host: H.example, user: U, password_file: p, folder: Sede}\n",
	 "mesad.yaml:3:63: error", "de «Sede» lee el buzón «sede»"},
	{"mesad.yaml",
	 BOX "{host: h.example, user: u, password_file: p}\n"
	     "  - address: sede@entidad.example\n"
	     "    imap: {host: h.example, user: u, password_file: p, folder: Procesados}\n",
	 "mesad.yaml:3:11: error", "de «Procesados» lee el buzón «sede»"},
	{"mesad.yaml",
	 BOX "{host: h.example, user: u, password_file: p, folder: A, after: {move: inbox}}\n"
	     "  - address: sede@entidad.example\n"
	     "    imap: {host: h.example, user: u, password_file: p, after: flag}\n",
	 "mesad.yaml:3:74: error", "de «inbox» lee el buzón «sede»"},
	{"mesad.yaml", PLACES("    start: 2062-11-30\n"), "mesad.yaml:4:12: error",
	 "«2062-11-30» no ha llegado"},
	{"mesad.yaml", PLACES("    start: 2026-11-30\n"), "mesad.yaml:4:12: error",
	 "«2026-11-30» no ha llegado"},
	{"mesad.yaml", PLACES("    start: ayer\n"), "mesad.yaml:4:12: error",
	 "no dice desde cuándo leer"},
	{"mesad.yaml", PLACES("    start: 2026-02-30\n"), "mesad.yaml:4:12: error",
	 "no dice desde cuándo leer"},
	{"mesad.yaml", PLACES("    poll: 0s\n"), "mesad.yaml:4:11: error", "de 1s a 1d"},
	{"mesad.yaml", PLACES("entity: {timezone: America/Bogotá}\n"), "mesad.yaml:4:20: error",
	 "no es el nombre de una zona horaria"},
	{"mesad.yaml", PLACES("entity: {timezone: ../../etc/passwd}\n"), "mesad.yaml:4:20: error",
	 "no es el nombre de una zona horaria"},
	{"mesad.yaml", PLACES("entity: {timezone: America/Macondo}\n"), "mesad.yaml:4:20: error",
	 "no conoce esa zona"},
	{"mesad.yaml", PLACES("entity: {locale: en-US}\n"), "mesad.yaml:4:18: error", "es-co"},
	{"mesad.yaml", PLACES("entity: {domains: [\"@entidad.example\"]}\n"),
	 "mesad.yaml:4:20: error", "no es un dominio"},
	{"mesad.yaml", PLACES("web: {listen: \"127.0.0.1:8025\"}\n"), "mesad.yaml:4:6: error",
	 "falta «base_url»"},
	{"mesad.yaml", PLACES("web: {base_url: \"http://soporte.example\"}\n"),
	 "mesad.yaml:4:17: error", "no está cifrada"},
	{"mesad.yaml", PLACES("web: {base_url: \"http://localhost.example\"}\n"),
	 "mesad.yaml:4:17: error", "no está cifrada"},
	{"mesad.yaml", PLACES("web: {base_url: \"https://\"}\n"), "mesad.yaml:4:17: error",
	 "no dice el equipo"},
	{"mesad.yaml", PLACES("web: {listen: puerta, base_url: \"https://s.example\"}\n"),
	 "mesad.yaml:4:15: error", "no dice en qué dirección escuchar"},
	{"mesad.yaml", PLACES("trust: {commands: si}\n"), "mesad.yaml:4:19: error",
	 "escriba uno de: token, token_and_dmarc"},
	{"mesad.yaml", PLACES("trust: {internal: Encabezado}\n"), "mesad.yaml:4:19: error",
	 "no es un encabezado"},
	{"mesad.yaml", PLACES("trust: {internal: \"X-Auth:\"}\n"), "mesad.yaml:4:19: error",
	 "«X-Auth:» no es un encabezado con su valor"},
	{"mesad.yaml", PLACES("trust: {internal: \"X-Auth: \"}\n"), "mesad.yaml:4:19: error",
	 "no es un encabezado con su valor"},
	{"mesad.yaml", PLACES("trust: {internal: \" : interno\"}\n"), "mesad.yaml:4:19: error",
	 "no es un encabezado con su valor"},
	{"mesad.yaml", PLACES("retry: {first: 2h, most: 1h}\n"), "mesad.yaml:4:8: error",
	 "más corto"},
	{"mesad.yaml", PLACES("message_max: 1KB\n"), "mesad.yaml:4:14: error", "de 64KB a 200MB"},
	{"mesad.yaml",
	 PLACES("  - address: mesa@otra.example\n    imap: {host: h, password_file: p}\n"),
	 "mesad.yaml:4:5: error", "el buzón «mesa» ya está antes"},
	{"mesad.yaml", PLACES("smtp: {host: s.example, user: u}\n"), "mesad.yaml:4:7: error",
	 "falta «password_file»"},

	/* --- services.yaml and staff.yaml --- */
	{"services.yaml", "services: {a: b}\n", "services.yaml:1:11: error", "una lista"},
	{"services.yaml", "services: [uno]\n", "services.yaml:1:12: error", "grupo de claves"},
	{"services.yaml", "services:\n  - id: Sitio Web\n    name: Sitio\n",
	 "services.yaml:2:9: error", "no sirve como identificador"},
	{"services.yaml", "services:\n  - {id: a, name: A}\n  - {id: a, name: B}\n",
	 "services.yaml:3:5: error", "el servicio «a» ya está antes"},
	{"services.yaml", "services:\n  - {id: a, name: A, type: duda}\n",
	 "services.yaml:2:28: error", "incidencia"},
	{"staff.yaml", "staff:\n  - {id: ana, name: Ana}\n", "staff.yaml:2:5: error",
	 "falta «email»"},
	{"staff.yaml", "staff:\n  - {id: ana, name: Ana, email: ana}\n", "staff.yaml:2:33: error",
	 "no es una dirección de correo"},
	{"staff.yaml", "staff:\n  - {id: ana, name: Ana, email: peña@x.example}\n",
	 "staff.yaml:2:33: error", "a «peña@x.example» no llega el correo"},
	{"staff.yaml", "providers:\n  - {id: p, name: P, email: \"p;q@x.example\"}\n",
	 "staff.yaml:2:29: error", "a «p;q@x.example» no llega el correo"},
	{"staff.yaml", "offices:\n  - {id: o, name: O, email: \"o@[192.0.2.1]\"}\n",
	 "staff.yaml:2:29: error", "a «o@[192.0.2.1]» no llega el correo"},
	{"staff.yaml", "staff:\n  - {id: ana, name: Ana, email: mesa@entidad.example}\n",
	 "staff.yaml:2:5: error", "es la dirección de la mesa misma"},
	{"staff.yaml",
	 "staff:\n  - {id: ana, name: Ana, email: a@x.example}\n"
	 "  - {id: eva, name: Eva, email: A@x.example}\n",
	 "staff.yaml:3:5: error", "el correo «A@x.example» ya está antes"},
	{"staff.yaml", "staff:\n  - {id: a, name: A, email: a@x.example, role: jefe}\n",
	 "staff.yaml:2:48: error", "«jefe» no es un valor de «role»"},
	{"staff.yaml", "staff:\n  - {id: a, name: A, email: a@x.example, attends: quizá}\n",
	 "staff.yaml:2:51: error", "no es sí ni no"},
	{"staff.yaml", "staff:\n  - {id: a, name: A, email: a@x.example, correo: b}\n",
	 "staff.yaml:2:42: error", "clave desconocida «correo»; ¿quiso decir «email»?"},
	{"staff.yaml", "providers:\n  - {id: p, name: P, email: p@x.example, remind: [mitad]}\n",
	 "staff.yaml:2:51: error", "porcentaje"},

	/* --- rules.yaml --- */
	{"rules.yaml", "rules:\n  - name: a\n    when: {subject: x}\n    set: {cola: y}\n",
	 "rules.yaml:4:11: error", "clave desconocida «cola»; ¿quiso decir «service»?"},
	{"rules.yaml", "rules:\n  - name: a\n    when: {subject: x}\n    set: {service: y}\n",
	 "rules.yaml:4:20: error", "no hay un servicio «y»"},
	{"rules.yaml", "rules:\n  - name: a\n    when: {asunto: x}\n    set: {level: 1}\n",
	 "rules.yaml:3:12: error", "¿quiso decir «subject»?"},
	{"rules.yaml",
	 "rules:\n  - name: a\n    when: {subject: {contiene: x}}\n    set: {level: 1}\n",
	 "rules.yaml:3:22: error", "contains, is, matches"},
	{"rules.yaml",
	 "rules:\n  - name: a\n    when: {subject: {matches: 'ñ(b'}}\n    set: {level: 1}\n",
	 "rules.yaml:3:35: error", "el patrón no es válido"},
	{"rules.yaml",
	 "rules:\n  - name: a\n    when: {text: {matches: \"\\\\b[z-a]\"}}\n    set: {level: 1}\n",
	 "rules.yaml:3:35: error", "el patrón no es válido"},
	{"rules.yaml", "rules:\n  - name: a\n    when: {subject: ''}\n    set: {level: 1}\n",
	 "rules.yaml:3:21: error", "un texto vacío está en todos los correos"},
	{"rules.yaml", "rules:\n  - name: a\n    when: {}\n    set: {level: 1}\n",
	 "rules.yaml:3:11: error", "condiciones"},
	{"rules.yaml", "rules:\n  - name: a\n    when: {subject: x}\n", "rules.yaml:2:5: error",
	 "no pone nada"},
	{"rules.yaml", "rules:\n  - name: a\n    set: {level: 1}\n", "rules.yaml:2:5: error",
	 "falta «when»"},
	{"rules.yaml", "rules:\n  - name: a\n    when: {subject: []}\n    set: {level: 1}\n",
	 "rules.yaml:3:21: error", "vacía"},
	{"rules.yaml", "reglas: []\n", "rules.yaml:1:1: error", "¿quiso decir «rules»?"},

	/* --- calendar.yaml, plan.yaml, people.csv --- */
	{"calendar.yaml", "calendars:\n  - id: x\n    hours: {lunes: [8]}\n",
	 "calendar.yaml:3:21: error", "no es una jornada"},
	{"calendar.yaml", "calendars:\n  - id: x\n    hours: {lunes: [\"12:00-8:00\"]}\n",
	 "calendar.yaml:3:21: error", "termina antes de empezar"},
	{"calendar.yaml", "calendars:\n  - id: x\n    hours: {lunes: [\"8-12\", \"11-14\"]}\n",
	 "calendar.yaml:3:29: error", "se cruza con la anterior"},
	{"calendar.yaml", "calendars:\n  - id: x\n    hours: {funes: [\"8-12\"]}\n",
	 "calendar.yaml:3:13: error", "no es un día"},
	{"calendar.yaml", "calendars:\n  - id: x\n    hours: {lunes: []}\n",
	 "calendar.yaml:3:12: error", "no abre nunca"},
	{"calendar.yaml", "calendars:\n  - id: always\n    hours: {lunes: [\"8-12\"]}\n",
	 "calendar.yaml:2:5: error", "ya significa a toda hora"},
	{"calendar.yaml",
	 "calendars:\n  - id: x\n    hours: {lunes: [\"8-12\"]}\n    closed: [2027-02-29]\n",
	 "calendar.yaml:4:14: error", "no es una fecha que exista"},
	{"calendar.yaml",
	 "calendars:\n  - id: x\n    hours: {lunes: [\"8-12\"]}\n"
	 "    closed: [2026-12-31..2026-12-24]\n",
	 "calendar.yaml:4:14: error", "no es un tramo"},
	{"calendar.yaml",
	 "calendars:\n  - id: x\n    hours: {lunes: [\"8-12\"]}\n    closed: [2026-12-08]\n"
	 "    open: [2026-12-08]\n",
	 "calendar.yaml:5:11: error", "en «open» y en «closed»"},
	{"plan.yaml", "plan:\n  - {id: ups, name: UPS, every: 2h}\n", "plan.yaml:2:33: error",
	 "de 1d a"},
	{"plan.yaml", "plan:\n  - {id: ups, name: UPS, every: 30d, from: pronto}\n",
	 "plan.yaml:2:44: error", "no es una fecha"},
	{"people.csv", "nombre,dependencia\nAna,Sistemas\n", "people.csv:1:1: error",
	 "falta la columna «correos»"},
	{"people.csv", "nombre,correos\nAna\n", "people.csv:2:1: error", "columnas"},
	{"people.csv", "nombre;correos\nAna;ana@x.example ana\n", "people.csv:2:1: error",
	 "«ana» no es una dirección"},
	{"people.csv", "nombre;correos\nAna;peña@x.example\n", "people.csv:2:1: error",
	 "a «peña@x.example» no llega el correo"},

	/* --- limits and shapes --- */
	{"calendar.yaml", "calendars:\n  - id: x\n    hours: {lunes: [\"25:00-26:00\"]}\n",
	 "calendar.yaml:3:21: error", "no es una jornada"},
	{"calendar.yaml", "calendars:\n  - id: x\n    hours: {lunes: [\"8:5-9\"]}\n",
	 "calendar.yaml:3:21: error", "no es una jornada"},
	{"calendar.yaml", "calendars:\n  - id: x\n    hours: {lunes: [\"8-24:30\"]}\n",
	 "calendar.yaml:3:21: error", "no es una jornada"},
	{"calendar.yaml", "calendars:\n  - id: x\n    hours: {lunes: [1-2, 3-4, 5-6, 7-8, 9-10]}\n",
	 "calendar.yaml:3:41: error", "un día tiene hasta 4 jornadas"},
	{"calendar.yaml", "calendars:\n  - id: x\n    hours: siempre\n",
	 "calendar.yaml:3:12: error", "los días con sus jornadas"},
	{"calendar.yaml",
	 "calendars:\n  - {id: x, hours: {lunes: 8-9}}\n  - {id: x, hours: {lunes: 8-9}}\n",
	 "calendar.yaml:3:5: error", "el calendario «x» ya está antes"},
	{"rules.yaml",
	 "rules:\n  - name: a\n    set: {level: 1}\n"
	 "    when: {words: {contains: a, is: b, matches: c}}\n",
	 "rules.yaml:4:11: error", "hasta dos veces"},
	{"rules.yaml", "rules:\n  - name: a\n    set: {level: 1}\n    when: {text: {}}\n",
	 "rules.yaml:4:18: error", "esta condición está vacía"},
	{"desk.yaml", "number: \"\"\n", "desk.yaml:1:9: error", "no sirve como número"},
	{"desk.yaml", "budgets: {address: none, total: muchos}\n", "desk.yaml:1:33: error",
	 "no es un tope"},
	{"mesad.yaml", PLACES("state_dir: /dev/null\n"), "mesad.yaml:4:12: error",
	 "/dev/null no es una carpeta"},
	{"mesad.yaml", PLACES("web: {base_url: \"ftp://s.example\"}\n"), "mesad.yaml:4:17: error",
	 "no es una dirección web"},
	{"mesad.yaml", PLACES("smtp: mañana\n"), "mesad.yaml:4:7: error",
	 "se esperaba un grupo de claves"},
	{"staff.yaml",
	 "offices:\n  - {id: o, name: O, email: o@x.example, remind: [1,1,1,1,1,1,1,1,1,1,1]}\n",
	 "staff.yaml:2:50: error", "más de 10 recordatorios"},
	{"desk.yaml", "Name: x\n", "desk.yaml:1:1: error", "¿quiso decir «name»?"},
	{"desk.yaml", "own_lists: [a, [b]]\n", "desk.yaml:1:16: error", "no una lista"},

	/* --- two in one file, and in two files --- */
	{"desk.yaml", "nombre: x\nassign: y\n", "desk.yaml:1:1: error", "¿quiso decir «name»?"},
	{NULL, NULL, "desk.yaml:2:9: error", "«y» no es un valor de «assign»"},
};

static bool said(const char *told, const struct row *r)
{
	size_t n = strlen(r->place);

	for (const char *line = told; *line;) {
		const char *end = strchr(line, '\n');
		char *one = strndup(line, end ? (size_t)(end - line) : strlen(line));
		bool hit = strncmp(one, r->place, n) == 0 && one[n] == ':' && strstr(one, r->words);

		free(one);
		if (hit)
			return true;
		line = end ? end + 1 : "";
	}
	return false;
}

static char *tell(const struct row *r)
{
	struct conf_dir d = conf_dir_new();
	struct conf *c;
	char *told;

	conf_dir_put(&d, "mesad.yaml", conf_dir_mesad);
	conf_dir_put(&d, r->file, r->text);
	c = conf_dir_load(&d, &told);
	if (c)
		fail_msg("accepted: %s", r->text);
	conf_dir_free(&d);
	return told;
}

static void every_error_is_told_in_its_place(void **state)
{
	char *told = NULL;
	int missed = 0;

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].file) {
			free(told);
			told = tell(&rows[i]);
		}
		if (said(told, &rows[i]))
			continue;
		missed++;
		print_error("wanted %s … %s\ntold:\n%s\n", rows[i].place, rows[i].words, told);
	}
	free(told);
	assert_int_equal(missed, 0);
}

/* One mistake is told once: nothing follows from it. */
static void one_mistake_one_line(void **state)
{
	static const struct row alone[] = {
		{"desk.yaml", "name: *x\n", "", ""},
		{"desk.yaml", "{[a]: b}\n", "", ""},
		{"calendar.yaml", "calendars: [\n", "", ""}, /* desk's «laboral» is not judged */
		{"services.yaml", "services: {", "", ""},
		{"mesad.yaml", BOX "{host: , password_file: p}\n", "", ""},
		{"rules.yaml",
		 "rules:\n  - name: a\n    when: {subject: [[x]]}\n    set: {level: 1}\n", "", ""},
	};

	for (size_t i = 0; i < COUNT(alone); i++) {
		char *told = tell(&alone[i]), *p = told;
		int n = 0;

		while ((p = strstr(p, ": error:")) != NULL) {
			n++;
			p++;
		}
		if (n != 1)
			fail_msg("%d errors for %s\n%s", n, alone[i].text, told);
		free(told);
	}
}

static void at_most_fifty_and_the_rest_counted(void **state)
{
	char text[4096] = "";
	struct row r = {"desk.yaml", text, "", ""};
	char *told;
	size_t lines = 0;

	for (int i = 0; i < 120; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "zzz%d: 1\n", i);
	told = tell(&r);
	for (const char *p = told; (p = strstr(p, ": error: clave desconocida")) != NULL; p++)
		lines++;
	assert_int_equal(lines, DIAGS_MAX);
	assert_non_null(strstr(told, "y 70 más"));
	free(told);
}

static char *repeated(const char *head, const char *unit, size_t n, const char *tail)
{
	struct sbuf b = SBUF_INIT(4 << 20);

	sbuf_cstr(&b, head);
	for (size_t i = 0; i < n; i++)
		sbuf_cstr(&b, unit);
	sbuf_cstr(&b, tail);
	return b.p;
}

static void too_much_is_refused(void **state)
{
	static const struct {
		const char *file, *head, *unit;
		size_t n;
		const char *tail, *told;
	} much[] = {
		{"desk.yaml", "name: \"", "x", 65537, "\"\n",
		 "desk.yaml:1:7: error: este texto es demasiado"},
		{"desk.yaml", "#", "x", 1 << 20, "\n", "desk.yaml: error: "},
		{"desk.yaml", "own_lists: [", "x,", 60000, "x]\n", "demasiados elementos"},
		{"desk.yaml", "own_lists: [", "x,", 1001, "x]\n", "pasa de 1000 elementos"},
		{"desk.yaml", "name: ", "x", 999, "\n", "pasa de 80 bytes"},
		{"desk.yaml", "response: {rules: [", "{level: 1, within: 1h},", 201, "]}\n",
		 "hay más de 200 reglas"},
		{"mesad.yaml", "mailboxes: [",
		 "{address: a@b.example, imap: {host: h, password_file: p}},", 33, "]\n",
		 "hay más de 32 buzones"},
		{"services.yaml", "services: [", "{id: a, name: A},", 201, "]\n",
		 "hay más de 200 servicios"},
		{"staff.yaml", "staff: [", "{id: a, name: A, email: a@x.example},", 501, "]\n",
		 "hay más de 500 personas"},
		{"calendar.yaml", "calendars: [", "{id: a, hours: {lunes: 8-9}},", 51, "]\n",
		 "hay más de 50 calendarios"},
		{"plan.yaml", "plan: [", "{id: a, name: A, every: 1d},", 2001, "]\n",
		 "pasa de 2000 elementos"},
		{"rules.yaml", "rules: [", "{name: a, when: {words: x}, set: {level: 1}},", 1001,
		 "]\n", "hay demasiadas reglas"},
	};

	for (size_t i = 0; i < COUNT(much); i++) {
		char *text = repeated(much[i].head, much[i].unit, much[i].n, much[i].tail);
		struct row r = {much[i].file, text, "", ""};
		char *told = tell(&r);

		if (!strstr(told, much[i].told))
			fail_msg("wanted %s\ntold:\n%.900s", much[i].told, told);
		free(told);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_error_is_told_in_its_place),
		cmocka_unit_test(one_mistake_one_line),
		cmocka_unit_test(at_most_fifty_and_the_rest_counted),
		cmocka_unit_test(too_much_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
