/* fuzz_command: whatever text comes, the grammar keeps its promises: nothing done without being
 * understood, nothing lost, and every line of the block is one that stands in the text. */
#include "core/command.h"

#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void expect(bool ok)
{
	if (!ok)
		abort();
}

static void check_done(const struct commands *c)
{
	expect(c->n > 0 && c->n <= COMMANDS_MAX);
	expect(c->bad_line[0] == '\0' && c->why[0] == '\0' && c->meant[0] == '\0');
	for (size_t i = 0; i < c->n; i++) {
		expect(c->list[i].verb > VERB_NONE && c->list[i].verb < VERB_COUNT);
		expect(verb_row(c->list[i].verb)->verb == c->list[i].verb);
		expect(strlen(c->list[i].line) <= COMMAND_LINE_MAX);
		for (size_t k = 0; k < i; k++)
			expect(c->list[k].verb != c->list[i].verb);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	char *text = text_clean(a, (struct slice){(const char *)data, size});
	struct commands c = commands_read(a, text);
	const char *all = slice_dup(a, slice_trim(slice_of(text)));

	expect(text_valid(slice_of(c.message)));
	switch (c.state) {
	case COMMANDS_NONE:
		expect(c.n == 0 && str_eq(c.message, all));
		break;
	case COMMANDS_OK:
		check_done(&c);
		break;
	case COMMANDS_BAD:
	case COMMANDS_BELOW:
		expect(str_eq(c.message, all) && c.why[0] != '\0');
		expect(strstr(text, c.bad_line) != NULL);
		break;
	}
	arena_free(&a);
	return 0;
}
