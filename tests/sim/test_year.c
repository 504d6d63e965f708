/* Weeks of a desk with each of the shipped configurations. A seed that fails is printed with the
 * last things that happened; MESAD_SIM_SEED=n lives that one again, MESAD_SIM_TELL=1 tells all. */
#include "sim.h"

#include "mail/read.h"

#include <stdio.h>
#include <stdlib.h>

enum { DAYS = 20, SEEDS = 1, SEEDS_SOAK = 40 };

static void live(const char *config, uint64_t seed, bool put_back)
{
	struct sim s;

	sim_open(&s, config, seed, DAYS);
	if (put_back) {
		sim_at(&s, s.now + 8 * DAY, desk_copy, NULL);
		sim_at(&s, s.now + 10 * DAY, desk_put_back, NULL);
	}
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

static void lives_of(const char *config, bool put_back)
{
	const char *one = getenv("MESAD_SIM_SEED");
	uint64_t n = getenv("MESAD_SOAK") ? SEEDS_SOAK : SEEDS;

	if (one) {
		live(config, strtoull(one, NULL, 10), put_back);
		return;
	}
	for (uint64_t seed = 1; seed <= n; seed++)
		live(config, seed, put_back);
}

/* One of the shipped configurations. */
static void lives(void **state)
{
	lives_of(*state, false);
}

/* A copy of two days ago takes the place of the database: no number, no id twice. */
static void put_back(void **state)
{
	lives_of(*state, true);
}

#define ROW(name, test, config)                                                                    \
	{                                                                                          \
		name, test, NULL, NULL, (void *)(uintptr_t)(config)                                \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW("indupal", lives, "config"),
		ROW("narino", lives, "config/examples/narino"),
		ROW("fusagasuga", lives, "config/examples/fusagasuga"),
		ROW("ministerio", lives, "config/examples/ministerio"),
		ROW("put_back", put_back, "config"),
	};

	read_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
