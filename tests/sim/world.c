/* world: time, chance, and what is told when something is wrong. */
#include "sim.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* 2026-10-05 13:00 UTC: a Monday, eight in the morning in Bogotá */
#define BEGINNING ((int64_t)1791205200)

enum { STORIES = COUNT(((struct sim *)0)->story), STORY_BYTES = 1 << 16 };

/* --- chance (splitmix64) --- */

uint64_t chance_next(struct sim *s)
{
	uint64_t z = s->rng += 0x9E3779B97F4A7C15u;

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

uint32_t chance_below(struct sim *s, uint32_t n)
{
	return (uint32_t)(chance_next(s) % n);
}

bool chance(struct sim *s, uint32_t per_thousand)
{
	return chance_below(s, 1000) < per_thousand;
}

bool fault(struct sim *s, uint32_t per_thousand)
{
	return chance(s, per_thousand) && !s->calm;
}

int64_t chance_between(struct sim *s, int64_t from, int64_t to)
{
	return from + (int64_t)(chance_next(s) % (uint64_t)(to - from + 1));
}

/* --- what is going to happen: a heap by time, then by order --- */

static bool before(const struct happening *a, const struct happening *b)
{
	return a->at < b->at || (a->at == b->at && a->order < b->order);
}

static void swap(struct happening *a, struct happening *b)
{
	struct happening c = *a;

	*a = *b;
	*b = c;
}

void sim_at(struct sim *s, int64_t at, void (*fn)(struct sim *s, void *arg), void *arg)
{
	size_t i = s->n_heap++;

	if (i == s->cap_heap) {
		s->cap_heap = i ? 2 * i : 64;
		s->heap = mem_grow(s->heap, s->cap_heap, sizeof(*s->heap));
	}
	s->heap[i] = (struct happening){at > s->now ? at : s->now, s->order++, fn, arg};
	for (; i && before(&s->heap[i], &s->heap[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&s->heap[i], &s->heap[(i - 1) / 2]);
}

static struct happening next(struct sim *s)
{
	struct happening h = s->heap[0];
	size_t i = 0;

	s->heap[0] = s->heap[--s->n_heap];
	for (;;) {
		size_t least = i;

		for (size_t k = 2 * i + 1; k <= 2 * i + 2 && k < s->n_heap; k++)
			if (before(&s->heap[k], &s->heap[least]))
				least = k;
		if (least == i)
			return h;
		swap(&s->heap[i], &s->heap[least]);
		i = least;
	}
}

void sim_run(struct sim *s)
{
	while (s->n_heap) {
		struct happening h = next(s);

		s->now = h.at;
		h.fn(s, h.arg);
	}
}

/* --- the story --- */

static const char *hour(struct sim *s, int64_t at)
{
	struct civil c = zone_civil(s->policy->zone, at);

	return arena_printf(s->a, "%d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.day, c.hour,
			    c.minute, c.second);
}

void sim_tell(struct sim *s, const char *fmt, ...)
{
	struct story *last = &s->story[s->n_story++ % STORIES];
	struct sbuf b = SBUF_INIT(STORY_BYTES);
	va_list ap;

	va_start(ap, fmt);
	sbuf_vprintf(&b, fmt, ap);
	va_end(ap);
	*last = (struct story){s->now, sbuf_dup(s->a, &b)};
	sbuf_free(&b);
	if (getenv("MESAD_SIM_TELL"))
		fprintf(stderr, "%s  %s\n", hour(s, last->at), last->text);
}

void sim_fail(struct sim *s, const char *fmt, ...)
{
	char text[STORY_BYTES];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	for (size_t i = s->n_story > STORIES ? s->n_story - STORIES : 0; i < s->n_story; i++)
		print_error("%s  %s\n", hour(s, s->story[i % STORIES].at),
			    s->story[i % STORIES].text);
	print_error("MESAD_SIM_SEED=%llu, %s: %s\n", (unsigned long long)s->seed, hour(s, s->now),
		    text);
	_fail(__FILE__, __LINE__);
	abort();
}

/* --- looking --- */

static sqlite3_stmt *asked(struct sim *s, const char *sql, va_list ap)
{
	char *text = sqlite3_vmprintf(sql, ap);
	sqlite3_stmt *q = NULL;

	if (sqlite3_prepare_v2(s->look, text, -1, &q, NULL) != SQLITE_OK)
		sim_fail(s, "%s: %s", text, sqlite3_errmsg(s->look));
	sqlite3_free(text);
	return q;
}

int64_t sim_number(struct sim *s, const char *sql, ...)
{
	sqlite3_stmt *q;
	int64_t n = -1;
	va_list ap;

	va_start(ap, sql);
	q = asked(s, sql, ap);
	va_end(ap);
	if (sqlite3_step(q) == SQLITE_ROW && sqlite3_column_type(q, 0) != SQLITE_NULL)
		n = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return n;
}

const char *sim_text(struct sim *s, const char *sql, ...)
{
	const char *text = "";
	sqlite3_stmt *q;
	va_list ap;

	va_start(ap, sql);
	q = asked(s, sql, ap);
	va_end(ap);
	if (sqlite3_step(q) == SQLITE_ROW)
		text = arena_str(s->a, (const char *)sqlite3_column_text(q, 0));
	sqlite3_finalize(q);
	return text;
}

/* --- a life --- */

/* From here on nothing fails and nobody writes of himself: the desk has to come to rest. */
static void calm(struct sim *s, void *arg)
{
	(void)arg;
	s->calm = true;
	disk_full(false);
	sim_tell(s, "calm");
	if (!s->st)
		desk_up(s);
	desk_wake(s, s->now);
}

void sim_open(struct sim *s, const char *config, uint64_t seed, int days)
{
	struct diags d;
	struct err e;

	*s = (struct sim){.seed = seed, .rng = seed, .now = BEGINNING, .a = arena_new()};
	s->until = s->now + (int64_t)days * DAY;
	s->validity = 7;
	s->next_uid = 1;
	snprintf(s->dir, sizeof(s->dir), "/tmp/mesad-sim-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	diags_init(&d);
	s->conf = conf_load(config, s->now, &d);
	diags_free(&d);
	assert_non_null(s->conf);
	s->policy = conf_get(s->conf)->policy;
	s->templates = template_load(NULL, &e);
	assert_non_null(s->templates);
	disk_install(s->dir);
	people_open(s);
	desk_up(s);
	people_begin(s);
	sim_at(s, s->until, calm, NULL);
}

static void empty(const char *dir)
{
	DIR *d = opendir(dir);
	char path[400];

	assert_non_null(d);
	for (struct dirent *e = readdir(d); e; e = readdir(d)) {
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		if (e->d_name[0] != '.')
			unlink(path);
	}
	closedir(d);
	assert_int_equal(rmdir(dir), 0);
}

void sim_close(struct sim *s)
{
	sqlite3_close(s->look);
	engine_free(&s->en);
	store_close(&s->st);
	template_free(&s->templates);
	conf_free(&s->conf);
	empty(s->dir);
	free(s->heap);
	free(s->letters);
	free(s->posts);
	free(s->sending);
	free(s->moved);
	free(s->light);
	free(s->outages);
	free(s->numbers);
	arena_free(&s->a);
}
