#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "conf_help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HOUR = 3600, DAY = 86400 };

/* The examples of the agreed contract, word for word but for the folders. */
static const char contract_mesad[] =
	"entity: {name: INDUPAL Valledupar, timezone: America/Bogota, locale: es-CO, "
	"domains: [indupalvalledupar.gov.co]}\n"
	"state_dir: /var/lib/mesad            # or $STATE_DIRECTORY\n"
	"mailboxes:\n"
	"  - name: sistemas\n"
	"    address: sistemas@indupalvalledupar.gov.co\n"
	"    imap: {host: imap.example, port: 993, tls: implicit, user: sistemas, password_file: "
	"/etc/mesad/imap.pass, folder: INBOX, after: {move: Procesados}}\n"
	"    start: 12h\n"
	"smtp: {host: smtp.example, port: 465, tls: implicit, user: sistemas, password_file: "
	"/etc/mesad/smtp.pass}   # no user: no AUTH\n"
	"web: {listen: 127.0.0.1:8025, base_url: \"https://soporte.example\"}\n"
	"trust: {commands: token, authserv_id: mx.example}\n";

static const char contract_desk[] = "number: \"ST-{year}-{seq:6}\"\n"
				    "response: {within: 12h, calendar: always, warn: 75%}\n"
				    "survey: {close_after: 2d, calendar: laboral}\n"
				    "reopen: {within: 5d}\n"
				    "budgets: {address: 10/1d, total: 30/1m}\n";

static const char contract_staff[] =
	"staff:\n"
	"  - {id: ana, name: Ana Ruiz, email: ana@example, role: technician, level: 1, services: "
	"[mantenimiento]}\n"
	"providers:\n"
	"  - {id: sisnova, name: Sisnova, email: soporte@sisnova.example, answer_within: 2d, "
	"remind: [50%, 100%]}\n"
	"offices:\n"
	"  - {id: tic, name: Oficina de las TIC, email: tic@example, answer_within: 1d}\n";

static struct conf *good(const struct conf_dir *d)
{
	char *told;
	struct conf *c = conf_dir_load(d, &told);

	if (!c)
		fail_msg("%s", told);
	free(told);
	return c;
}

static void the_contract(void **state)
{
	struct conf_dir d = conf_dir_new();
	const struct mesad_conf *m;
	const struct policy *p;
	struct conf *c;

	conf_dir_put(&d, "mesad.yaml", contract_mesad);
	conf_dir_put(&d, "desk.yaml", contract_desk);
	conf_dir_put(&d, "staff.yaml", contract_staff);
	conf_dir_put(&d, "rules.yaml", "rules: []\n");
	conf_dir_put(&d, "plan.yaml", "plan: []\n");
	conf_dir_put(&d, "notes.txt", "other files are ignored");
	c = good(&d);
	m = conf_get(c);
	p = m->policy;
	assert_string_equal(m->state_dir, "/var/lib/mesad");
	assert_int_equal(m->n_mailboxes, 1);
	assert_string_equal(m->mailboxes[0].imap.host, "imap.example");
	assert_string_equal(m->mailboxes[0].imap.user, "sistemas");
	assert_string_equal(m->mailboxes[0].move_to, "Procesados");
	assert_int_equal(m->mailboxes[0].start, START_AGE);
	assert_int_equal(m->mailboxes[0].start_value, 12 * HOUR);
	assert_true(m->has_smtp);
	assert_int_equal(m->smtp.port, 465);
	assert_string_equal(m->smtp_from, "sistemas@indupalvalledupar.gov.co");
	assert_true(m->has_web);
	assert_string_equal(m->web_listen_host, "127.0.0.1");
	assert_int_equal(m->web_port, 8025);
	assert_string_equal(m->verdict.authserv_id, "mx.example");
	assert_null(m->verdict.internal);

	assert_string_equal(p->entity, "INDUPAL Valledupar");
	assert_string_equal(p->base_url, "https://soporte.example");
	assert_string_equal(p->number, "ST-{year}-{seq:6}");
	assert_int_equal(p->n_number_patterns, 1);
	assert_int_equal(p->response.within.seconds, 12 * HOUR);
	assert_null(p->response.calendar);
	assert_int_equal(p->response.warn, 75);
	assert_int_equal(p->survey_close.days, 2);
	assert_string_equal(p->survey_calendar->id, "laboral"); /* known without calendar.yaml */
	assert_int_equal(p->survey_calendar->n_shifts[0], 2);
	assert_int_equal(p->survey_calendar->n_shifts[5], 0);
	assert_int_equal(p->reopen_within.days, 5);
	assert_int_equal(p->budgets[BUDGET_ADDRESS].count, 10);
	assert_int_equal(p->budgets[BUDGET_ADDRESS].seconds, DAY);
	assert_int_equal(p->budgets[BUDGET_TICKET].count, 5);
	assert_int_equal(p->budgets[BUDGET_TICKET].seconds, DAY);
	assert_int_equal(p->budgets[BUDGET_DOMAIN].count, 500);
	assert_int_equal(p->budgets[BUDGET_DOMAIN].seconds, DAY);
	assert_int_equal(p->budgets[BUDGET_TOTAL].count, 30);
	assert_int_equal(p->budgets[BUDGET_TOTAL].seconds, 60);
	assert_int_equal(p->n_staff, 1);
	assert_string_equal(p->staff[0].email, "ana@example");
	assert_true(p->staff[0].attends);
	assert_int_equal(p->staff[0].n_services, 1);
	assert_int_equal(p->n_outside, 2);
	assert_false(p->outside[0].office);
	assert_int_equal(p->outside[0].answer_within.days, 2);
	assert_int_equal(p->outside[0].n_remind, 2);
	assert_int_equal(p->outside[0].remind[1], 100);
	assert_true(p->outside[1].office);
	conf_free(&c);
	assert_null(c);
	conf_dir_free(&d);
}

static void what_is_not_said_has_a_default(void **state)
{
	struct conf_dir d = conf_dir_new();
	const struct mesad_conf *m;
	const struct policy *p;
	struct conf *c;

	unsetenv("STATE_DIRECTORY");
	conf_dir_put(&d, "mesad.yaml",
		     "mailboxes:\n  - address: mesa@Entidad.EXAMPLE\n"
		     "    imap: {host: h.example, password_file: p}\n");
	c = good(&d);
	m = conf_get(c);
	p = m->policy;
	assert_string_equal(m->state_dir, "/var/lib/mesad");
	assert_string_equal(m->mailboxes[0].name, "mesa");
	assert_string_equal(m->mailboxes[0].address, "mesa@entidad.example");
	assert_string_equal(m->mailboxes[0].imap.user, "mesa@entidad.example");
	assert_int_equal(m->mailboxes[0].imap.port, 993);
	assert_int_equal(m->mailboxes[0].imap.tls, TLS_IMPLICIT);
	assert_false(m->mailboxes[0].imap.oauth2);
	assert_string_equal(m->mailboxes[0].imap.oauth.token_url, "");
	assert_string_equal(m->mailboxes[0].folder, "INBOX");
	assert_string_equal(m->mailboxes[0].move_to, "Procesados");
	assert_int_equal(m->mailboxes[0].poll_seconds, 60);
	assert_false(m->has_smtp);
	assert_string_equal(m->smtp.host, "");
	assert_string_equal(m->smtp_from, "mesa@entidad.example");
	assert_false(m->has_web);
	assert_null(m->verdict.authserv_id);
	assert_int_equal(m->message_max, 25 << 20);
	assert_int_equal(m->retry_first, 300);
	assert_int_equal(m->retry_most, 4 * HOUR);
	assert_int_equal(m->expire, 3 * DAY);
	assert_int_equal(m->idle_renew, 540);

	assert_string_equal(p->entity, "entidad.example");
	assert_string_equal(p->desk_name, "Mesa de ayuda");
	assert_string_equal(p->zone->name, "America/Bogota");
	assert_int_equal(p->n_domains, 1);
	assert_string_equal(p->domains[0], "entidad.example");
	assert_int_equal(p->n_addresses, 1);
	assert_string_equal(p->base_url, "");
	assert_string_equal(p->number, "ST-{year}-{seq:6}");
	assert_int_equal(p->response.within.seconds, 12 * HOUR);
	assert_null(p->response.calendar);
	assert_int_equal(p->response.warn, 75);
	assert_int_equal(p->survey_close.days, 2);
	assert_string_equal(p->survey_calendar->id, "laboral");
	assert_string_equal(p->reopen_calendar->id, "laboral");
	assert_true(p->assign_auto);
	assert_int_equal(p->attach_max, 10 << 20);
	assert_string_equal(p->default_service, "");
	assert_int_equal(p->default_level, 1);
	assert_int_equal(p->default_priority, PRIORITY_MEDIUM);
	assert_int_equal(p->budgets[BUDGET_TOTAL].count, 30);
	assert_int_equal(p->trust_commands, TRUST_TOKEN);
	assert_int_equal(p->n_rules + p->n_staff + p->n_services + p->n_intake + p->n_outside, 0);
	assert_non_null(strstr(p->data_line, "1581"));
	assert_int_equal(strlen(p->hash), 64);
	conf_free(&c);
	conf_dir_free(&d);
}

static void what_is_said_is_kept(void **state)
{
	struct conf_dir d = conf_dir_new();
	const struct mesad_conf *m;
	const struct policy *p;
	struct conf *c;

	conf_dir_put(
		&d, "mesad.yaml",
		"entity: {timezone: Europe/Madrid}\n"
		"state_dir: state\n"
		"mailboxes:\n"
		"  - name: uno\n"
		"    address: mesa@entidad.example\n"
		"    aliases: [soporte@entidad.example, mesa+x@entidad.example]\n"
		"    imap: {host: 127.0.0.1, port: 10143, tls: none, password_file: p, after: "
		"flag}\n"
		"    start: 2026-10-05\n"
		"    poll: 2s\n"
		"    plus_addresses: sí\n"
		"  - name: dos\n"
		"    address: otra@entidad.example\n"
		"    imap:\n"
		"      host: h.example\n"
		"      tls: starttls\n"
		"      ca_file: ca.pem\n"
		"      oauth2: {token_url: \"https://l.example/t\", client_id: id, "
		"refresh_token_file: r, scope: s}\n"
		"    start: all\n"
		"smtp: {host: localhost, port: 10025, tls: none, from: "
		"no-responder@entidad.example}\n"
		"web: {listen: \"[::1]:10080\", base_url: \"http://[::1]:10080/\"}\n"
		"trust: {commands: token_and_dmarc, topmost: true, internal: \"X-Interno: si\"}\n"
		"retry: {first: 1s, most: 2s, expire: 10s}\n"
		"message_max: 1MB\n"
		"idle_renew: 5s\n");
	conf_dir_put(
		&d, "calendar.yaml",
		"calendars:\n"
		"  - id: laboral\n"
		"    hours: {lun-jue: [\"7:30-12\", \"13-17:30\"], viernes: 8-24:00, sábado: []}\n"
		"    holidays: no\n"
		"    closed: [2026-12-31, 2026-12-24..2026-12-26]\n");
	conf_dir_put(&d, "services.yaml",
		     "services:\n  - {id: red, name: Red, type: incident, level: 2, guide: Hola}\n"
		     "  - {id: pc, name: PC, staff: [eva, nadie]}\n");
	conf_dir_put(
		&d, "staff.yaml",
		"staff:\n"
		"  - {id: eva, name: Eva, email: eva@x.example, role: ingeniera, services: red}\n"
		"  - {id: leo, name: Leo, email: leo@x.example, role: coordinador}\n");
	conf_dir_put(&d, "desk.yaml",
		     "name: Soporte\n"
		     "number: \"A{seq}/{year}\"\n"
		     "numbers_before: [\"ST-{year}-{seq:6}\"]\n"
		     "response:\n"
		     "  within: 5s\n"
		     "  calendar: laboral\n"
		     "  warn: no\n"
		     "  rules:\n"
		     "    - {service: red, within: 2s}\n"
		     "    - {priority: urgente, level: 2, within: 1h 30m, calendar: siempre, warn: "
		     "50%}\n"
		     "survey: {close_after: 4s}\n"
		     "reopen: {within: 3s, calendar: laboral}\n"
		     "late_vote: {within: 20s}\n"
		     "budgets: none\n"
		     "assign: coordinator\n"
		     "default: {service: pc, area: Hacienda, level: 2, priority: low}\n"
		     "intake:\n"
		     "  - {name: web, from: [Web@Entidad.example, \"@Form.example\"], requester: "
		     "reply_to}\n"
		     "  - {name: ups, from: ups@x.example, acknowledge: false}\n"
		     "own_lists: mesa.grupos.example\n");
	c = good(&d);
	m = conf_get(c);
	p = m->policy;
	assert_true(strncmp(m->state_dir, m->dir, strlen(m->dir)) == 0);
	assert_string_equal(m->state_dir + strlen(m->dir), "/state");
	assert_int_equal(m->mailboxes[0].imap.tls, TLS_NONE);
	assert_string_equal(m->mailboxes[0].move_to, "");
	assert_int_equal(m->mailboxes[0].start, START_DATE);
	assert_int_equal(m->mailboxes[0].start_value, 1791151200); /* midnight in Madrid */
	assert_int_equal(m->mailboxes[0].poll_seconds, 2);
	assert_true(m->mailboxes[1].imap.oauth2);
	assert_int_equal(m->mailboxes[1].imap.port, 143);
	assert_string_equal(m->mailboxes[1].imap.oauth.grant, "refresh_token");
	assert_string_equal(m->mailboxes[1].imap.oauth.refresh_token_file, "r");
	assert_string_equal(m->mailboxes[1].imap.oauth.client_secret_file, "");
	assert_string_equal(m->mailboxes[1].imap.oauth.scope, "s");
	assert_string_equal(m->mailboxes[1].imap.ca_file + strlen(m->dir), "/ca.pem");
	assert_int_equal(m->mailboxes[1].start, START_ALL);
	assert_string_equal(m->smtp.user, "");
	assert_string_equal(m->web_listen_host, "::1");
	assert_int_equal(m->web_port, 10080);
	assert_string_equal(p->base_url, "http://[::1]:10080");
	assert_true(m->verdict.topmost);
	assert_string_equal(m->verdict.internal, "X-Interno: si");
	assert_int_equal(m->retry_first * 1000 + m->retry_most * 100 + m->expire, 1210);
	assert_int_equal(m->message_max, 1 << 20);
	assert_int_equal(m->idle_renew, 5);
	assert_int_equal(p->n_addresses, 4);
	assert_string_equal(p->addresses[0], "no-responder@entidad.example");
	assert_string_equal(p->addresses[3], "otra@entidad.example");
	assert_true(p->plus_addresses);

	assert_int_equal(p->n_calendars, 1);
	assert_int_equal(p->calendars[0]->shifts[3][1].to, 17 * HOUR + 1800);
	assert_int_equal(p->calendars[0]->shifts[4][0].to, DAY);
	assert_int_equal(p->calendars[0]->n_shifts[5], 0);
	assert_false(p->calendars[0]->colombian_holidays);
	assert_int_equal(p->calendars[0]->n_closed, 4);
	assert_int_equal(p->calendars[0]->closed[0], civil_day(2026, 12, 24));
	assert_int_equal(p->calendars[0]->closed[3], civil_day(2026, 12, 31));

	assert_string_equal(p->services[0].type, "incidencia");
	assert_int_equal(p->services[0].level, 2);
	assert_int_equal(p->staff[0].role, ROLE_ENGINEER);
	assert_int_equal(p->staff[0].level, 2);
	assert_int_equal(p->staff[0].n_services, 2); /* her own, and the one that names her */
	assert_string_equal(p->staff[0].services[1], "pc");
	assert_false(p->staff[1].attends);

	assert_string_equal(p->number, "A{seq}/{year}");
	assert_int_equal(p->n_number_patterns, 2);
	assert_int_equal(p->response.within.seconds, 5);
	assert_int_equal(p->response.warn, 0);
	assert_ptr_equal(p->response.calendar, p->calendars[0]);
	assert_int_equal(p->n_exceptions, 2);
	assert_int_equal(p->exceptions[0].priority, -1);
	assert_ptr_equal(p->exceptions[0].response.calendar, p->calendars[0]);
	assert_int_equal(p->exceptions[0].response.warn, 0);
	assert_int_equal(p->exceptions[1].priority, PRIORITY_CRITICAL);
	assert_int_equal(p->exceptions[1].response.within.seconds, 5400);
	assert_null(p->exceptions[1].response.calendar);
	assert_int_equal(p->exceptions[1].response.warn, 50);
	assert_int_equal(p->survey_close.seconds, 4);
	assert_null(p->survey_calendar); /* seconds are elapsed time unless a calendar is named */
	assert_ptr_equal(p->reopen_calendar, p->calendars[0]);
	assert_int_equal(p->late_vote_within.seconds, 20);
	for (int i = 0; i < BUDGET_COUNT; i++)
		assert_int_equal(p->budgets[i].count, 0);
	assert_false(p->assign_auto);
	assert_string_equal(p->default_service, "pc");
	assert_string_equal(p->default_area, "Hacienda");
	assert_int_equal(p->default_level, 2);
	assert_int_equal(p->default_priority, PRIORITY_LOW);
	assert_int_equal(p->n_intake, 2);
	assert_string_equal(p->intake[0].from[1], "@form.example");
	assert_true(p->intake[0].requester_from_reply_to);
	assert_false(p->intake[0].case_without_ack);
	assert_true(p->intake[1].case_without_ack);
	assert_string_equal(p->own_lists[0], "mesa.grupos.example");
	conf_free(&c);
	conf_dir_free(&d);
}

static void rules_become_conditions(void **state)
{
	struct conf_dir d = conf_dir_new();
	const struct policy *p;
	const struct rule *r;
	struct conf *c;

	conf_dir_put(&d, "mesad.yaml", conf_dir_mesad);
	conf_dir_put(&d, "services.yaml", "services:\n  - {id: mantenimiento, name: M}\n");
	conf_dir_put(&d, "staff.yaml", "staff:\n  - {id: ana, name: Ana, email: ana@x.example}\n");
	conf_dir_put(&d, "rules.yaml",
		     "rules:\n"
		     "  - name: impresoras\n"
		     "    when: {subject: [Impresora, TÓNER], not_from: [\"@proveedor.example\"]}\n"
		     "    set: {service: mantenimiento, priority: media}\n"
		     "  - name: urgente\n"
		     "    when: {subject: {matches: '\\burgente\\b', is: hola}}\n"
		     "    set: {priority: alta, level: 2, area: Hacienda, assignee: ana}\n"
		     "    stop: true\n"
		     "  - name: red\n"
		     "    when: {words: [sin red, internet], not_words: prueba}\n"
		     "    set: {level: 1, assignee: nadie}\n");
	c = good(&d);
	p = conf_get(c)->policy;
	assert_int_equal(p->n_rules, 4);
	r = &p->rules[0];
	assert_int_equal(r->n_when, 2);
	assert_int_equal(r->when[0].field, RULE_SUBJECT);
	assert_int_equal(r->when[0].test, RULE_CONTAINS);
	assert_string_equal(r->when[0].values[1], "toner");
	assert_true(r->when[1].negated);
	assert_int_equal(r->when[1].field, RULE_FROM);
	assert_int_equal(r->priority, PRIORITY_MEDIUM);
	assert_string_equal(r->area, "");
	assert_false(r->stop);
	r = &p->rules[1];
	assert_int_equal(r->when[0].test, RULE_MATCHES);
	assert_int_equal(pattern_match(r->when[0].patterns[0], SLICE("Muy URGENTE!")), MATCH_YES);
	assert_int_equal(r->when[1].test, RULE_IS);
	assert_int_equal(r->level, 2);
	assert_string_equal(r->assignee, "ana");
	assert_true(r->stop);
	/* `words` is «subject or text»: one rule for each */
	assert_string_equal(p->rules[2].name, "red");
	assert_int_equal(p->rules[2].when[0].field, RULE_SUBJECT);
	assert_int_equal(p->rules[3].when[0].field, RULE_TEXT);
	assert_int_equal(p->rules[3].n_when, 3);
	assert_int_equal(p->rules[3].when[1].field, RULE_SUBJECT);
	assert_int_equal(p->rules[3].when[2].field, RULE_TEXT);
	assert_true(p->rules[3].when[1].negated && p->rules[3].when[2].negated);
	assert_string_equal(p->rules[3].assignee, ""); /* absent: a warning */
	assert_int_equal(p->rules[3].priority, -1);
	conf_free(&c);
	conf_dir_free(&d);
}

static void warnings_do_not_stop(void **state)
{
	static const struct {
		const char *file, *text, *told;
	} rows[] = {
		{"staff.yaml",
		 "staff:\n  - {id: a, name: A, email: a@x.example, services: [nada]}\n",
		 "staff.yaml:2:53: aviso: no hay un servicio «nada»"},
		{"services.yaml", "services:\n  - {id: a, name: A, staff: [nadie]}\n",
		 "services.yaml:2:30: aviso: no hay nadie con el id «nadie»"},
		{"rules.yaml",
		 "rules:\n  - name: a\n    when: {text: x}\n    set: {assignee: nadie}\n",
		 "rules.yaml:4:21: aviso: no hay nadie con el id «nadie»"},
		{"staff.yaml", "staff: []\n", "staff.yaml:1:1: aviso: nadie atiende"},
		{"desk.yaml", "labels: {open: en curso}\n", "«labels» todavía no cambia nada"},
		{"plan.yaml", "plan:\n  - {id: u, name: U, every: 30d}\n",
		 "plan.yaml:2:3: aviso: mesad todavía no abre los casos"},
		{"rules.yml", "rules: []\n", "rules.yml: aviso: rules.yml no se lee"},
		{"people.csv", "nombre,correos,mascota\nAna,ana@x.example,gato\n",
		 "people.csv:1:1: aviso: la columna «mascota» no se usa"},
		{"mesad.yaml",
		 "mailboxes:\n  - address: mesa@e.example\n"
		 "    imap: {host: h, password_file: p, port: 993, tls: starttls}\n",
		 "mesad.yaml:3:45: aviso: el puerto 993 suele ser de implicit"},
		{"mesad.yaml",
		 "mailboxes:\n  - address: mesa@e.example\n    imap: {host: h, password_file: p}\n"
		 "smtp: {host: h, port: 587}\n",
		 "escriba «tls: starttls», o el puerto de implicit"},
		{"ca.pem", "", "mesad.yaml:1:1: aviso: todavía no existe /"},
		{"ca.pem", "", "imap.pass: créelo con permiso 0640"},
		{"ca.pem", "", "mesad.yaml:5:8: aviso: su servidor comprueba a los remitentes"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct conf_dir d = conf_dir_new();
		struct conf *c;
		char *told;

		conf_dir_put(&d, "mesad.yaml", conf_dir_mesad);
		conf_dir_put(&d, rows[i].file, rows[i].text);
		c = conf_dir_load(&d, &told);
		if (!c || !strstr(told, rows[i].told))
			fail_msg("wanted %s\ntold:\n%s", rows[i].told, told);
		free(told);
		conf_free(&c);
		conf_dir_free(&d);
	}
}

static void a_missing_directory_or_file(void **state)
{
	struct conf_dir d = conf_dir_new();
	struct diags diags;
	char *told;

	assert_null(conf_dir_load(&d, &told));
	assert_non_null(strstr(told, "mesad.yaml: error: falta este archivo"));
	free(told);
	conf_dir_free(&d);
	diags_init(&diags);
	assert_null(conf_load(d.path, CONF_DIR_NOW, &diags));
	assert_int_equal(diags_errors(&diags), 1);
	diags_free(&diags);
}

/* --- secrets ---------------------------------------------------------------------------------- */

static void secrets(void **state)
{
	static const struct {
		const char *file, *bytes;
		size_t n;
		const char *want; /* NULL: refused */
	} rows[] = {
		{"a", "clave\n", 6, "clave"},
		{"b", "  dos palabras \r\n", 17, "dos palabras"},
		{"c", "", 0, NULL},
		{"d", " \n\n", 3, NULL},
		{"e", "una\nclave: dos\n", 15, NULL},
		{"f", "a\0b", 3, NULL},
	};
	struct conf_dir d = conf_dir_new(), credentials = conf_dir_new();
	struct mesad_conf m = {.dir = d.path};
	struct arena *a = arena_new();
	char big[SECRET_MAX + 2];
	const char *out;
	struct err e;

	for (size_t i = 0; i < COUNT(rows); i++) {
		conf_dir_put_bytes(&d, rows[i].file, rows[i].bytes, rows[i].n);
		assert_int_equal(conf_secret(a, &m, rows[i].file, &out, &e), rows[i].want != NULL);
		if (rows[i].want)
			assert_string_equal(out, rows[i].want);
	}
	assert_true(conf_secret(a, &m, arena_printf(a, "%s/a", d.path), &out, &e));
	memset(big, 'x', sizeof big);
	conf_dir_put_bytes(&d, "g", big, SECRET_MAX);
	assert_true(conf_secret(a, &m, "g", &out, &e));
	conf_dir_put_bytes(&d, "g", big, SECRET_MAX + 1);
	assert_false(conf_secret(a, &m, "g", &out, &e));
	assert_false(conf_secret(a, &m, "", &out, &e));
	assert_false(conf_secret(a, &m, ".", &out, &e));

	assert_false(conf_secret(a, &m, "cred", &out, &e));
	assert_non_null(strstr(e.text, "0640"));
	conf_dir_put(&credentials, "cred", "secreto");
	setenv("CREDENTIALS_DIRECTORY", credentials.path, 1);
	assert_true(conf_secret(a, &m, "cred", &out, &e));
	assert_string_equal(out, "secreto");
	assert_false(conf_secret(a, &m, "../cred", &out, &e));
	unsetenv("CREDENTIALS_DIRECTORY");
	arena_free(&a);
	conf_dir_free(&d);
	conf_dir_free(&credentials);
}

static void secrets_open_to_all_are_told(void **state)
{
	struct conf_dir d = conf_dir_new();
	char path[128], *told;
	struct conf *c;

	conf_dir_put(&d, "mesad.yaml", conf_dir_mesad);
	conf_dir_put(&d, "imap.pass", "clave");
	snprintf(path, sizeof path, "%s/imap.pass", d.path);
	chmod(path, 0644);
	c = conf_dir_load(&d, &told);
	assert_non_null(strstr(told, "otros usuarios de este equipo pueden leer «imap.pass»"));
	free(told);
	conf_free(&c);
	chmod(path, 0600);
	c = conf_dir_load(&d, &told);
	assert_null(strstr(told, "imap.pass"));
	free(told);
	conf_free(&c);
	conf_dir_free(&d);
}

/* --- the rest ----------------------------------------------------------------------------------
 */

static void where_the_configuration_is(void **state)
{
	struct arena *a = arena_new();

	setenv("CONFIGURATION_DIRECTORY", "/x/uno:/x/dos", 1);
	assert_string_equal(conf_default_dir(a), "/x/uno");
	unsetenv("CONFIGURATION_DIRECTORY");
	if (access("/etc/mesad", F_OK) != 0)
		assert_string_equal(conf_default_dir(a), "./config");
	arena_free(&a);
}

static void state_directory_by_environment(void **state)
{
	struct conf_dir d = conf_dir_new();
	struct conf *c;

	conf_dir_put(&d, "mesad.yaml", conf_dir_mesad);
	setenv("STATE_DIRECTORY", "/x/state:/x/other", 1);
	c = good(&d);
	assert_string_equal(conf_get(c)->state_dir, "/x/state");
	conf_free(&c);
	conf_dir_put(&d, "mesad.yaml", contract_mesad);
	c = good(&d);
	assert_string_equal(conf_get(c)->state_dir, "/var/lib/mesad");
	conf_free(&c);
	unsetenv("STATE_DIRECTORY");
	conf_dir_free(&d);
}

static void hash_of(const struct conf_dir *d, char out[65])
{
	struct conf *c = good(d);

	memcpy(out, conf_get(c)->policy->hash, 65);
	conf_free(&c);
}

/* The hash tells a changed promise, not a comment or another server. */
static void the_hash_is_of_the_policy(void **state)
{
	struct conf_dir d = conf_dir_new();
	char first[65], other[65];

	conf_dir_put(&d, "mesad.yaml", contract_mesad);
	conf_dir_put(&d, "desk.yaml", "response: {within: 12h}\n");
	hash_of(&d, first);
	conf_dir_put(&d, "desk.yaml", "# nota\nresponse:\n  within: \"12h\"\n\n");
	hash_of(&d, other);
	assert_string_equal(first, other);
	conf_dir_put(&d, "desk.yaml", "response: {within: 11h}\n");
	hash_of(&d, other);
	assert_string_not_equal(first, other);
	conf_dir_put(&d, "desk.yaml", "response: {within: 12h}\n");
	conf_dir_put(
		&d, "mesad.yaml",
		"mailboxes:\n  - address: x@y.example\n    imap: {host: h, password_file: p}\n");
	hash_of(&d, other);
	assert_string_not_equal(first, other);
	conf_dir_free(&d);
}

static void escapes_do_not_reach_the_terminal(void **state)
{
	struct conf_dir d = conf_dir_new();
	char *told;

	conf_dir_put(&d, "mesad.yaml", conf_dir_mesad);
	conf_dir_put(&d, "desk.yaml", "\"na\\e[31mme\": x\n\"a\\u202eb\": y\n");
	assert_null(conf_dir_load(&d, &told));
	assert_null(strchr(told, '\033'));
	assert_null(strstr(told, "\xe2\x80\xae"));
	free(told);
	conf_dir_free(&d);
}

static void diagnoses_are_sorted_and_coloured(void **state)
{
	struct sbuf out = SBUF_INIT(4096);
	struct diags d;

	diags_init(&d);
	diags_add(&d, (struct diag){"b.yaml", 2, 1, DIAG_ERROR, "tres", ""});
	diags_add(&d, (struct diag){"b.yaml", 1, 9, DIAG_WARNING, "dos", "haga algo"});
	diags_add(&d, (struct diag){"a.yaml", 7, 3, DIAG_ERROR, "uno\nmás", ""});
	diags_add(&d, (struct diag){"c.yaml", 0, 0, DIAG_ERROR, "cuatro", ""});
	diags_print(&out, &d, false);
	assert_string_equal(out.p, "a.yaml:7:3: error: uno más\n"
				   "b.yaml:1:9: aviso: dos. Remedio: haga algo\n"
				   "b.yaml:2:1: error: tres\n"
				   "c.yaml: error: cuatro\n");
	assert_int_equal(diags_errors(&d), 3);
	sbuf_clear(&out);
	diags_print(&out, &d, true);
	assert_non_null(strstr(out.p, "\033["));
	sbuf_free(&out);
	diags_free(&d);
	diags_free(&d);
}

static const struct {
	const char *yaml;
	int64_t count[BUDGET_COUNT]; /* address, ticket, domain, total */
} budget_rows[] = {
	{"budgets: {}\n", {10, 5, 500, 30}},
	{"budgets:\n  # address: 10/1d\n", {10, 5, 500, 30}},
	{"budgets: ~\n", {10, 5, 500, 30}},
	{"budgets: {address: 1000/1d}\n", {1000, 5, 50000, 30}},
	{"budgets: {address: none, total: none}\n", {0, 5, 0, 0}},
	{"budgets: {address: 1000/1d, domain: 7/1h, ticket: 2/1m}\n", {1000, 2, 7, 30}},
	{"budgets: {domain: none}\n", {10, 5, 0, 30}},
	{"budgets: none\n", {0, 0, 0, 0}},
};

/* A day ahead is a zone further east; a clock that was never set refuses nothing. */
static void a_start_has_come(void **state)
{
	static const struct {
		const char *start;
		int64_t now;
		bool good;
	} starts[] = {{"2026-11-28", CONF_DIR_NOW, true},  {"2026-11-29", CONF_DIR_NOW, true},
		      {"2026-11-30", CONF_DIR_NOW, false}, {"2026-11-30", 86400, true},
		      {"all", CONF_DIR_NOW, true},	   {"2d", CONF_DIR_NOW, true}};

	for (size_t i = 0; i < COUNT(starts); i++) {
		struct conf_dir d = conf_dir_new();
		struct diags diags;
		struct conf *c;
		char text[200];

		snprintf(text, sizeof text,
			 "mailboxes:\n  - address: mesa@entidad.example\n    start: %s\n"
			 "    imap: {host: h.example, password_file: p}\n",
			 starts[i].start);
		conf_dir_put(&d, "mesad.yaml", text);
		diags_init(&diags);
		c = conf_load(d.path, starts[i].now, &diags);
		if ((c != NULL) != starts[i].good)
			fail_msg("start %s at %lld", starts[i].start, (long long)starts[i].now);
		conf_free(&c);
		diags_free(&diags);
		conf_dir_free(&d);
	}
}

static void budgets_have_defaults(void **state)
{
	for (size_t i = 0; i < COUNT(budget_rows); i++) {
		struct conf_dir d = conf_dir_new();
		struct conf *c;

		conf_dir_put(&d, "mesad.yaml", conf_dir_mesad);
		conf_dir_put(&d, "desk.yaml", budget_rows[i].yaml);
		c = good(&d);
		for (int k = 0; k < BUDGET_COUNT; k++)
			if (conf_get(c)->policy->budgets[k].count != budget_rows[i].count[k])
				fail_msg("%s: %d", budget_rows[i].yaml, k);
		conf_free(&c);
		conf_dir_free(&d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_contract),
		cmocka_unit_test(what_is_not_said_has_a_default),
		cmocka_unit_test(what_is_said_is_kept),
		cmocka_unit_test(a_start_has_come),
		cmocka_unit_test(budgets_have_defaults),
		cmocka_unit_test(rules_become_conditions),
		cmocka_unit_test(warnings_do_not_stop),
		cmocka_unit_test(a_missing_directory_or_file),
		cmocka_unit_test(secrets),
		cmocka_unit_test(secrets_open_to_all_are_told),
		cmocka_unit_test(where_the_configuration_is),
		cmocka_unit_test(state_directory_by_environment),
		cmocka_unit_test(the_hash_is_of_the_policy),
		cmocka_unit_test(escapes_do_not_reach_the_terminal),
		cmocka_unit_test(diagnoses_are_sorted_and_coloured),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
