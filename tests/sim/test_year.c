/* Months of a desk with each of the shipped configurations. A seed that fails is printed with the
 * last things that happened; MESAD_SIM_SEED=n lives that one again, MESAD_SIM_TELL=1 tells all. */
#include "sim.h"

#include "mail/read.h"

#include <stdio.h>
#include <stdlib.h>

enum { DAYS = 30, SEEDS = 2, SEEDS_SOAK = 100 };

static void live(const char *config, uint64_t seed)
{
	struct sim s;

	sim_open(&s, config, seed, DAYS);
	sim_run(&s);
	truth_at_the_end(&s);
	print_message(
		"# %s %llu: %lld mails in, %lld cases, %lld mails out, %lld again, %lld kills, "
		"%lld power cuts, %lld bounces, %lld forged\n",
		config, (unsigned long long)seed, (long long)s.counted[N_LETTERS],
		(long long)s.counted[N_CASES], (long long)s.counted[N_MAILS],
		(long long)s.counted[N_AGAIN], (long long)s.counted[N_CRASHES],
		(long long)s.counted[N_CUTS], (long long)s.counted[N_BOUNCES],
		(long long)s.counted[N_FORGED]);
	sim_close(&s);
}

static void lives_of(const char *config)
{
	const char *one = getenv("MESAD_SIM_SEED");
	uint64_t n = getenv("MESAD_SOAK") ? SEEDS_SOAK : SEEDS;

	if (one) {
		live(config, strtoull(one, NULL, 10));
		return;
	}
	for (uint64_t seed = 1; seed <= n; seed++)
		live(config, seed);
}

static void indupal(void **state)
{
	(void)state;
	lives_of("config");
}

static void narino(void **state)
{
	(void)state;
	lives_of("config/examples/narino");
}

static void fusagasuga(void **state)
{
	(void)state;
	lives_of("config/examples/fusagasuga");
}

static void ministerio(void **state)
{
	(void)state;
	lives_of("config/examples/ministerio");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(indupal),
		cmocka_unit_test(narino),
		cmocka_unit_test(fusagasuga),
		cmocka_unit_test(ministerio),
	};

	read_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
