/* Rules, assignment, and what the words of a reply amount to. */
#include "core_desk.h"

#include "core/assign.h"
#include "core/rule.h"
#include "core/said.h"

#include <string.h>

static int open_desk(void **state)
{
	static struct desk d;

	desk_open(&d);
	*state = &d;
	return 0;
}

static int close_desk(void **state)
{
	desk_close(*state);
	return 0;
}

/* --- conditions --- */

static const char *const printer[] = {"scanner", "impresora"};
static const char *const exact[] = {"impresora rota"};
static const char *const pedro[] = {"pedro@entidad.example"};
static const char *const odd_address[] = {"no es una direccion"};
static const char *const domain[] = {"@entidad.example"};
static const char *const other_domain[] = {"@otra.example"};
static const char *const pdf[] = {".pdf"};
static const char *const signature[] = {"hacienda"};

static const struct {
	const char *name;
	struct rule_condition when;
	bool holds;
	const char *why;
} condition_rows[] = {
	{"subject contains, folded",
	 {RULE_SUBJECT, RULE_CONTAINS, false, printer, NULL, 2},
	 true,
	 "subject contains «impresora»"},
	{"subject does not contain",
	 {RULE_SUBJECT, RULE_CONTAINS, false, pdf, NULL, 1},
	 false,
	 "no: subject has none of its values"},
	{"negated and there",
	 {RULE_SUBJECT, RULE_CONTAINS, true, printer, NULL, 2},
	 false,
	 "no: subject contains «impresora»"},
	{"negated and absent",
	 {RULE_SUBJECT, RULE_CONTAINS, true, pdf, NULL, 1},
	 true,
	 "subject has none of its values"},
	{"subject is",
	 {RULE_SUBJECT, RULE_IS, false, exact, NULL, 1},
	 true,
	 "subject is «impresora rota»"},
	{"subject is not",
	 {RULE_SUBJECT, RULE_IS, false, printer, NULL, 2},
	 false,
	 "no: subject has none of its values"},
	{"text contains",
	 {RULE_TEXT, RULE_CONTAINS, false, printer, NULL, 2},
	 true,
	 "text contains «scanner»"},
	{"text, not the signature",
	 {RULE_TEXT, RULE_CONTAINS, false, signature, NULL, 1},
	 false,
	 "no: text has none of its values"},
	{"from is",
	 {RULE_FROM, RULE_IS, false, pedro, NULL, 1},
	 true,
	 "from is «pedro@entidad.example»"},
	{"from is in a domain",
	 {RULE_FROM, RULE_IS, false, domain, NULL, 1},
	 true,
	 "from is «@entidad.example»"},
	{"from is not in a domain",
	 {RULE_FROM, RULE_IS, false, other_domain, NULL, 1},
	 false,
	 "no: from has none of its values"},
	{"from is no address",
	 {RULE_FROM, RULE_IS, false, odd_address, NULL, 1},
	 false,
	 "no: from has none of its values"},
	{"from contains",
	 {RULE_FROM, RULE_CONTAINS, false, domain, NULL, 1},
	 true,
	 "from contains «@entidad.example»"},
	{"to, or in copy",
	 {RULE_TO, RULE_IS, false, other_domain, NULL, 1},
	 true,
	 "to is «@otra.example»"},
	{"an attachment",
	 {RULE_ATTACHMENT, RULE_CONTAINS, false, pdf, NULL, 1},
	 true,
	 "attachment contains «.pdf»"},
};

static void the_mail(struct desk *d)
{
	desk_mail(d, PEDRO, "  Impresora ROTA ", "El scánner no.\n-- \nHacienda");
	d->span[0].len = 16;
	d->span[1] = (struct span){SPAN_SIGNATURE, 16, (uint32_t)strlen(d->f.text) - 16};
	d->f.n_spans = 2;
	d->cc[0] = (struct address){"jefe@otra.example", ""};
	d->f.n_cc = 1;
	desk_attach(d, "Foto.PDF", 10, 0);
}

static void test_conditions(void **state)
{
	struct desk *d = *state;

	the_mail(d);
	d->policy.n_rules = 1;
	for (size_t i = 0; i < COUNT(condition_rows); i++) {
		struct rule_condition when = condition_rows[i].when;
		struct rule rule = {.name = "r", .when = &when, .n_when = 1, .priority = -1};
		struct routing r;

		d->policy.rules = &rule;
		r = rule_route(d->a, &d->policy, &d->f);
		if (r.trace[0].matched != condition_rows[i].holds ||
		    strcmp(r.trace[0].why, condition_rows[i].why) != 0)
			fail_msg("%s: %s", condition_rows[i].name, r.trace[0].why);
	}
}

/* A long mail before many rules: its text is folded once, not once for each of their values. */
static void test_long_text_many_rules(void **state)
{
	enum { LONG = 200000, RULES = 40 };
	struct desk *d = *state;
	struct rule_condition when = {RULE_TEXT, RULE_CONTAINS, false, printer, NULL, 2};
	struct rule rules[RULES];
	char *text = arena_alloc(d->a, LONG + 1);
	size_t before;

	memset(text, 'x', LONG);
	desk_mail(d, PEDRO, "Impresora", text);
	for (size_t i = 0; i < RULES; i++)
		rules[i] = (struct rule){.name = "r", .when = &when, .n_when = 1, .priority = -1};
	d->policy.rules = rules;
	d->policy.n_rules = RULES;
	before = arena_used(d->a);
	assert_false(rule_route(d->a, &d->policy, &d->f).trace[RULES - 1].matched);
	assert_in_range(arena_used(d->a) - before, LONG, 8 * LONG);
}

static void test_patterns(void **state)
{
	struct desk *d = *state;
	size_t at;
	struct err e;
	struct pattern *good = pattern_new("rota$", &at, &e);
	struct pattern *slow = pattern_new("(a+)+$", &at, &e);
	struct pattern *one[] = {good}, *costly[] = {slow};
	static const char *const source[] = {"rota$"};
	struct rule_condition when = {RULE_SUBJECT, RULE_MATCHES, false, source, one, 1};
	struct rule rule = {.name = "r", .when = &when, .n_when = 1, .priority = -1};
	char *as = arena_alloc(d->a, 5001);

	desk_mail(d, PEDRO, "Impresora rota", "x");
	d->policy.rules = &rule;
	d->policy.n_rules = 1;
	assert_string_equal(rule_route(d->a, &d->policy, &d->f).trace[0].why,
			    "subject matches «rota$»");
	when.values = NULL;
	assert_string_equal(rule_route(d->a, &d->policy, &d->f).trace[0].why,
			    "subject matches «a pattern»");
	memset(as, 'a', 4999);
	as[4999] = 'b';
	d->f.subject = as;
	when.patterns = costly;
	assert_string_equal(rule_route(d->a, &d->policy, &d->f).trace[0].why,
			    "no: subject cost a pattern too many steps");
	when.negated = true;
	assert_false(rule_route(d->a, &d->policy, &d->f).trace[0].matched);
	pattern_free(&good);
	pattern_free(&slow);
}

/* --- what rules set --- */

static void test_earlier_rules_win(void **state)
{
	struct desk *d = *state;
	struct rule_condition yes[] = {{RULE_SUBJECT, RULE_CONTAINS, false, printer, NULL, 2},
				       {RULE_FROM, RULE_IS, false, domain, NULL, 1}};
	struct rule_condition no[] = {{RULE_SUBJECT, RULE_CONTAINS, false, printer, NULL, 2},
				      {RULE_FROM, RULE_IS, false, other_domain, NULL, 1}};
	const struct rule rules[] = {
		{"never", no, 2, "nunca", "", "", 0, -1, false},
		{"first", yes, 2, "servidores", "", "", 2, PRIORITY_HIGH, false},
		{"second", NULL, 0, "telefonia", "Hacienda", "benito", 1, PRIORITY_LOW, true},
		{"unseen", NULL, 0, "", "Otra", "", 9, -1, false},
	};
	struct routing r;

	the_mail(d);
	d->policy.rules = rules;
	d->policy.n_rules = COUNT(rules);
	r = rule_route(d->a, &d->policy, &d->f);
	assert_string_equal(r.service, "servidores");
	assert_string_equal(r.area, "Hacienda");
	assert_string_equal(r.assignee, "benito");
	assert_int_equal(r.level, 2);
	assert_int_equal(r.priority, PRIORITY_HIGH);
	assert_int_equal(r.n_trace, 3);
	assert_false(r.trace[0].matched);
	assert_string_equal(r.trace[1].why,
			    "subject contains «impresora»; from is «@entidad.example»");
	assert_string_equal(r.trace[2].why, "it has no conditions");
}

static void test_defaults(void **state)
{
	struct desk *d = *state;
	const struct rule level = {.name = "r", .level = 3, .priority = -1};
	static const char *const y[] = {"y"};
	struct rule_condition text = {RULE_TEXT, RULE_IS, false, y, NULL, 1};
	const struct rule words = {.name = "w", .when = &text, .n_when = 1, .priority = -1};
	struct routing r;

	desk_mail(d, PEDRO, "x", "y");
	d->policy.default_area = "Planeación";
	r = rule_route(d->a, &d->policy, &d->f);
	assert_string_equal(r.service, "general");
	assert_string_equal(r.area, "Planeación");
	assert_int_equal(r.level, 1);
	assert_int_equal(r.priority, PRIORITY_MEDIUM);
	d->policy.rules = &level;
	d->policy.n_rules = 1;
	assert_int_equal(rule_route(d->a, &d->policy, &d->f).level, 3);
	d->policy.n_rules = 0;
	d->policy.default_service = "desconocido";
	d->policy.default_level = 2;
	assert_int_equal(rule_route(d->a, &d->policy, &d->f).level, 2);
	/* all of it looked quoted: then all of it counts */
	d->f.n_spans = 0;
	assert_int_equal(rule_route(d->a, &d->policy, &d->f).level, 2);
	d->policy.rules = &words;
	d->policy.n_rules = 1;
	assert_true(rule_route(d->a, &d->policy, &d->f).trace[0].matched);
}

static void test_service_without_level(void **state)
{
	struct desk *d = *state;
	const struct service bare = {"general", "General", "", 0, ""};

	desk_mail(d, PEDRO, "x", "y");
	d->policy.services = &bare;
	d->policy.n_services = 1;
	d->policy.default_level = 2;
	assert_int_equal(rule_route(d->a, &d->policy, &d->f).level, 2);
}

static void test_intake(void **state)
{
	struct desk *d = *state;
	static const char *const from[] = {"forma@sitio.example", "@ups.example"};
	const struct intake in = {"a", from, 2, true, false};

	d->policy.intake = &in;
	d->policy.n_intake = 1;
	assert_ptr_equal(rule_intake(&d->policy, "forma@sitio.example"), &in);
	assert_ptr_equal(rule_intake(&d->policy, "sala2@ups.example"), &in);
	assert_null(rule_intake(&d->policy, "otra@sitio.example"));
	assert_null(rule_intake(&d->policy, ""));
}

/* --- who attends: ana (1), benito (2), dora (1, telephones only); carmen coordinates --- */

static const struct {
	const char *name, *service, *assignee;
	int level;
	int loads[4]; /* open cases of ana, benito, carmen, dora */
	int64_t given[4];
	const char *who;
} assign_rows[] = {
	{"the lightest", "telefonia", "", 1, {3, 0, 0, 2}, {0}, "dora"},
	{"the lightest that serves", "general", "", 1, {3, 0, 0, 0}, {0}, "ana"},
	{"ties: who waited longest", "telefonia", "", 1, {2, 0, 0, 2}, {20, 0, 0, 10}, "dora"},
	{"ties of ties: the file's order", "telefonia", "", 1, {2, 0, 0, 2}, {10, 0, 0, 10}, "ana"},
	{"level two", "general", "", 2, {0, 9, 0, 0}, {0}, "benito"},
	{"nobody at that level", "general", "", 3, {0}, {0}, NULL},
	{"the rule says who", "general", "carmen", 1, {0}, {0}, "carmen"},
	{"the rule names nobody known", "general", "zoila", 1, {0}, {0}, "ana"},
};

static void test_assign(void **state)
{
	struct desk *d = *state;

	for (size_t i = 0; i < COUNT(assign_rows); i++) {
		const struct routing r = {.service = assign_rows[i].service,
					  .assignee = assign_rows[i].assignee,
					  .level = assign_rows[i].level};
		struct assigned got;

		for (size_t k = 0; k < 4; k++)
			d->loads[k] = (struct load){d->staff[k].id, assign_rows[i].loads[k],
						    assign_rows[i].given[k]};
		d->snap.n_loads = 4;
		got = assign_choose(d->a, &d->w, &r);
		if (!str_eq(got.staff ? got.staff->id : NULL, assign_rows[i].who))
			fail_msg("%s: %s", assign_rows[i].name,
				 got.staff ? got.staff->id : "queue");
		assert_true(strlen(got.why) > 0);
	}
}

static void test_sole_technician(void **state)
{
	struct desk *d = *state;
	const struct routing r = {.service = "general", .assignee = "", .level = 3};

	d->staff[0].attends = d->staff[1].attends = false;
	assert_string_equal(assign_choose(d->a, &d->w, &r).staff->id, "dora");
	d->staff[2].attends = true;
	assert_null(assign_choose(d->a, &d->w, &r).staff);
	assert_string_equal(assign_people(d->a, &d->w, &r), "");
	d->policy.n_staff = 0;
	assert_null(assign_choose(d->a, &d->w, &r).staff);
}

static void test_coordinator_assigns(void **state)
{
	struct desk *d = *state;
	const struct routing r = {.service = "telefonia", .assignee = "", .level = 1};

	d->policy.assign_auto = false;
	d->loads[0] = (struct load){"dora", 4, 0};
	d->loads[1] = (struct load){"ana", 1, 0};
	d->snap.n_loads = 2;
	assert_null(assign_choose(d->a, &d->w, &r).staff);
	assert_string_equal(assign_people(d->a, &d->w, &r),
			    "Ana Ruiz (ana): 1 caso abierto\nBenito Peña (benito): 0 casos "
			    "abiertos\nDora Ruiz (dora): 4 casos abiertos");
}

/* --- words --- */

static const struct {
	const char *text;
	int score; /* 0: no vote */
	const char *below;
} vote_rows[] = {
	{"5", 5, ""},
	{"1", 1, ""},
	{"  4.\n", 4, ""},
	{"«3»", 3, ""},
	{"5\xEF\xB8\x8F\xE2\x83\xA3", 5, ""},
	{"4/5", 4, ""},
	{"4 / 5", 4, ""},
	{"4 de 5", 4, ""},
	{"calificación 4", 4, ""},
	{"Calificación: 4", 4, ""},
	{"Mi calificación es 5", 5, ""},
	{"Un 5", 5, ""},
	{"5 excelente", 5, ""},
	{"1 muy mala", 1, ""},
	{"5\nTodo muy bien.\n\nGracias", 5, "Todo muy bien.\n\nGracias"},
	{"", 0, ""},
	{"0", 0, ""},
	{"6", 0, ""},
	{"55", 0, ""},
	{"5/4", 0, ""},
	{"calificación", 0, ""},
	{"1 de 5 equipos no prende", 0, ""},
	{"1. El equipo no prende", 0, ""},
	{"Llevo 5 días esperando", 0, ""},
	{"Gracias\n5", 0, ""},
	{"uno", 0, ""},
};

static void test_vote(void **state)
{
	struct desk *d = *state;

	for (size_t i = 0; i < COUNT(vote_rows); i++) {
		const char *below = "";
		int score = 0;
		bool vote = said_vote(d->a, vote_rows[i].text, &score, &below);

		if (vote != (vote_rows[i].score != 0) || score != vote_rows[i].score ||
		    strcmp(below, vote_rows[i].below) != 0)
			fail_msg("«%s»: %d «%s»", vote_rows[i].text, score, below);
	}
}

static const struct {
	const char *text;
	bool thanks;
} thanks_rows[] = {
	{"Gracias", true},
	{"¡Muchas gracias!", true},
	{"Mil gracias, Ana.", true},
	{"Muchas gracias por su ayuda, Ing. Ana Ruiz.\n\nCordialmente,\nPedro Gómez", true},
	{"Ok, gracias", true},
	{"OK", true},
	{"Listo, muy amable. Feliz tarde", true},
	{"Thank you so much", true},
	{"Buenos días, recibido. Saludos", true},
	{"Gracias 👍", true},
	{"GRACIAS!!! 😊", true},
	{"Sí, ya quedó solucionado, muchas gracias", true},
	{"Sí", true},
	{"Ahora sí, quedó perfecto. Gracias", true},
	{"Ahora sí no prende", false},
	{"Gracias.\n\nPedro Gómez\nProfesional Universitario\nTesorería de Hacienda\nTel. 605 "
	 "555 0100\npedro@entidad.example",
	 true},
	{"Gracias\nPedro Gómez\nÁrea de Hacienda", true},
	{"Gracias\nPedro Gómez\nángulo roto", false},
	{"Gracias\nPedro Gómez\nPero sigue igual", false},
	{"Gracias\nPedro Gómez\nNO IMPRIME", false},
	{"Gracias, Pedro Gómez la espera hoy", false},
	{"No imprime\nPedro Gómez\nTesorería", false},
	{"Pedro Gómez\nTesorería", false},
	{"Excelente servicio, gracias", true},
	{"", false},
	{"Buenos días", false},
	{"Pedro Gómez", false},
	{"Gracias, pero sigue igual", false},
	{"No, gracias", false},
	{"Gracias. ¿Y la otra impresora?", false},
	{"Gracias, quedo pendiente de la otra impresora", false},
	{"Sigue fallando", false},
	{"NO", false},
	{"ok pero no imprime", false},
	{"Gracias Rodolfo", false},
	{"Gracias ø", false},
};

static void test_thanks(void **state)
{
	struct desk *d = *state;
	const char *many = "gracias";

	for (size_t i = 0; i < COUNT(thanks_rows); i++)
		if (said_thanks(d->a, &d->policy, thanks_rows[i].text, "Pedro Gómez") !=
		    thanks_rows[i].thanks)
			fail_msg("«%s»", thanks_rows[i].text);
	for (int i = 0; i < 41; i++)
		many = arena_printf(d->a, "%s ok", many);
	assert_false(said_thanks(d->a, &d->policy, many, ""));
	for (int i = 0; i < 200; i++)
		many = arena_printf(d->a, "%s ok", many);
	assert_false(said_thanks(d->a, &d->policy, many, ""));
}

static const struct {
	const char *text;
	bool below;
} below_rows[] = {
	{"Buenos días, respondo abajo en rojo.", true},
	{"Mis respuestas van en MAYÚSCULA, gracias", true},
	{"En rojo van mis comentarios.", true},
	{"Ingeniero: le contesto entre líneas.", true},
	{"Ver abajo", true},
	{"Please see my answers below.", true},
	{"Replied inline", true},
	{"Le adjunto los datos que pidió, en su correo los marqué en azul.", true},
	{"El bombillo de la impresora está en rojo.", false},
	{"El equipo está abajo, en el primer piso.", false},
	{"Respondo: es el HP de la esquina.", false},
	{"La respuesta del proveedor todavía no llega y el equipo sigue guardado abajo", false},
	{"Gracias", false},
	{"", false},
};

static void test_answers_below(void **state)
{
	struct desk *d = *state;
	const char *late = "palabra";

	for (size_t i = 0; i < COUNT(below_rows); i++)
		if (said_below(d->a, below_rows[i].text) != below_rows[i].below)
			fail_msg("«%s»", below_rows[i].text);
	for (int i = 0; i < 40; i++)
		late = arena_printf(d->a, "palabra %s", late);
	assert_false(said_below(d->a, arena_printf(d->a, "%s respondo abajo", late)));
}

static void test_long_first_line_is_no_vote(void **state)
{
	struct desk *d = *state;
	const char *line = "5";
	const char *below;
	int score;

	for (int i = 0; i < 50; i++)
		line = arena_printf(d->a, "%s 5", line);
	assert_false(said_vote(d->a, line, &score, &below));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_conditions, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_long_text_many_rules, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_patterns, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_earlier_rules_win, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_defaults, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_service_without_level, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_intake, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_assign, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_sole_technician, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_coordinator_assigns, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_vote, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_thanks, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_answers_below, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_long_first_line_is_no_vote, open_desk,
						close_desk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
