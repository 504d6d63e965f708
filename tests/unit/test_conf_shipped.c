/* The configurations that are shipped: they pass the check, and INDUPAL's rules understand how
 * people write. Run from the top of the tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "conf_help.h"
#include "core/rule.h"

#include <stdlib.h>
#include <string.h>

static void all_pass_the_check(void **state)
{
	static const char *const dirs[] = {"config", "config/examples/narino",
					   "config/examples/fusagasuga",
					   "config/examples/ministerio"};

	for (size_t i = 0; i < COUNT(dirs); i++) {
		struct diags d;
		struct conf *c;

		diags_init(&d);
		c = conf_load(dirs[i], CONF_DIR_NOW, &d);
		for (size_t j = 0; j < d.n; j++) {
			const struct diag *one = &d.list[j];

			if (one->severity == DIAG_ERROR || !(strstr(one->message, "no existe") ||
							     strstr(one->message, "contraseña") ||
							     strstr(one->message, "authserv_id")))
				fail_msg("%s/%s:%d: %s", dirs[i], one->file, one->line,
					 one->message);
		}
		assert_non_null(c);
		conf_free(&c);
		diags_free(&d);
	}
}

static void indupal_is_the_default(void **state)
{
	struct diags d;
	struct conf *c;
	const struct policy *p;

	diags_init(&d);
	c = conf_load("config", CONF_DIR_NOW, &d);
	assert_non_null(c);
	p = conf_get(c)->policy;
	assert_string_equal(p->entity, "INDUPAL Valledupar");
	assert_string_equal(p->addresses[0], "sistemas@indupalvalledupar.gov.co");
	assert_int_equal(p->n_services, 8);
	assert_int_equal(p->response.within.seconds, 12 * 3600);
	assert_null(p->response.calendar);
	assert_int_equal(p->response.warn, 75);
	assert_int_equal(p->survey_close.days, 2);
	assert_string_equal(p->survey_calendar->id, "laboral");
	assert_true(p->survey_calendar->colombian_holidays);
	conf_free(&c);
	diags_free(&d);
}

static const struct {
	const char *subject, *text, *service;
	int priority;
} mails[] = {
	{"Impresora no funciona", "Buenos días, la impresora no imprime desde ayer.",
	 "mantenimiento", 1},
	{"ayuda por favor", "Se acabó el TONER de la impresora de Tesorería", "mantenimiento", 1},
	{"URGENTE", "Mi computador no enciende", "mantenimiento", 2},
	{"Internet", "Buen día, en la oficina no hay internet", "mantenimiento", 1},
	{"Pantalla azul", "Se reinicia a cada rato", "mantenimiento", 1},
	{"solicitud", "La UPS del segundo piso pita", "mantenimiento", 1},
	{"Publicación de resolución", "Adjunto la resolución", "sitio-web", 1},
	{"Solicitud", "Por favor subir a la página el informe adjunto", "sitio-web", 1},
	{"Contrato", "Favor publicar el siguiente documento en la web", "sitio-web", 1},
	{"Teléfono", "El teléfono no da tono y no entran las llamadas", "telefonia", 1},
	{"Cambio", "Necesito cambiar mi extensión de oficina", "telefonia", 1},
	{"Módulo de nómina", "No me deja liquidar la nómina", "financiera", 1},
	{"Error en el sistema contable", "Sale error al imprimir el comprobante de egreso",
	 "financiera", 1},
	{"CDP", "No puedo generar el CDP", "financiera", 1},
	{"Contraseña", "Olvidé mi contraseña, no puedo entrar al correo", "correo", 1},
	{"Crear correo institucional", "Para el nuevo contratista", "correo", 1},
	{"correo raro", "Me llegó un correo sospechoso que pide datos", "correo", 1},
	{"Solicitud de equipo", "Solicito un computador para el nuevo funcionario", "equipos", 1},
	{"Préstamo de portátil", "Para la jornada del sábado", "equipos", 1},
	{"Concepto técnico", "Necesitamos dar de baja tres impresoras", "baja", 1},
	{"Equipos obsoletos", "Hay computadores dañados para retirar", "baja", 1},
	{"Reunión virtual", "Mañana a las 8, con video beam y micrófono", "reuniones", 1},
	{"Apoyo", "Requerimos alistar la sala de juntas para la rendición de cuentas", "reuniones",
	 1},
	{"Se cayó el servidor", "Ninguna oficina puede trabajar", "", 3},
	{"Consulta", "No es urgente, pero mi computador lento no ayuda", "mantenimiento", 0},
	/* what comes with every mail says nothing */
	{"Consulta", "Gracias.\nAntes de imprimir este correo piense en el medio ambiente.", "", 1},
	{"Consulta", "Gracias.\nLibre de virus. www.avast.example", "", 1},
	{"Consulta", "Gracias.\nEnviado desde Outlook para Android", "", 1},
	{"Consulta", "Gracias.\nÁrea Financiera\nSitio web: www.entidad.example", "", 1},
	{"Consulta", "El grupo de trabajo quiere saber el horario de la oficina", "", 1},
};

static void people_are_understood(void **state)
{
	struct arena *a = arena_new();
	struct diags d;
	struct conf *c;
	int missed = 0;

	diags_init(&d);
	c = conf_load("config", CONF_DIR_NOW, &d);
	assert_non_null(c);
	for (size_t i = 0; i < COUNT(mails); i++) {
		struct facts f;
		struct routing r;
		struct span whole = {SPAN_NEW, 0, (uint32_t)strlen(mails[i].text)};

		facts_init(&f);
		f.subject = mails[i].subject;
		f.text = mails[i].text;
		f.spans = &whole;
		f.n_spans = 1;
		r = rule_route(a, conf_get(c)->policy, &f);
		if (strcmp(r.service, mails[i].service) == 0 &&
		    (int)r.priority == mails[i].priority)
			continue;
		missed++;
		print_error("«%s» / «%s»: %s %d\n", mails[i].subject, mails[i].text, r.service,
			    (int)r.priority);
	}
	assert_int_equal(missed, 0);
	conf_free(&c);
	diags_free(&d);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_pass_the_check),
		cmocka_unit_test(indupal_is_the_default),
		cmocka_unit_test(people_are_understood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
