/* The configuration: the first byte says which file it is, the rest is its text. */
#include "conf/load.h"
#include "conf/zone.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void (*const loaders[])(struct load *, const struct node *) = {
	load_places, load_calendars, load_services, load_staff, load_desk, load_rules, load_plan};
enum { ZONE = COUNT(loaders) };

static void one_file(struct arena *a, struct diags *d, size_t which, struct slice text)
{
	static const struct node empty = {.kind = NODE_MAP, .file = "empty", .text = ""};
	struct mesad_conf c = {.dir = "/nonexistent"};
	struct policy p = {0};
	struct load l = {.c = &c, .p = &p};
	const struct node *root = yaml_parse(a, "fuzz.yaml", text, d);

	c.policy = &p;
	l.r = (struct reader){.a = a, .d = d, .load = &l};
	for (size_t i = 0; root && i < COUNT(loaders); i++)
		loaders[i](&l, i == which ? root : &empty);
	for (struct owned_pattern *o = l.patterns; o; o = o->next)
		pattern_free(&o->p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct sbuf out = SBUF_INIT(1 << 20);
	struct slice text = slice_sub((struct slice){(const char *)data, size}, 1, SIZE_MAX);
	struct diags d;
	struct err e;

	diags_init(&d);
	if (size && data[0] % (ZONE + 1) == ZONE)
		zone_parse(a, "fuzz", text, &e);
	else if (size)
		one_file(a, &d, data[0] % (ZONE + 1), text);
	diags_print(&out, &d, false);
	/* whatever the file says, no escape reaches a terminal */
	for (size_t i = 0; i < out.n; i++) {
		if ((unsigned char)out.p[i] < 0x20 && out.p[i] != '\n')
			abort();
	}
	sbuf_free(&out);
	diags_free(&d);
	arena_free(&a);
	return 0;
}
