#include "store/height.h"

#include "base/log.h"
#include "store/db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	FILE_BYTES = 1024, /* one write, one page */
	FIRST_SCHEMA = 6,  /* no file was kept before */
	/* More than any desk gives out between two copies. */
	LEAP_NUMBERS = 1000,
	LEAP_IDS = 100000,
	EAST_MOST = 14 * 3600 /* seconds: there the year turns first */
};

static const char first_line[] = "mesad height 1\n";

static const char *const names[HEIGHT_WHATS] = {
	[HEIGHT_NUMBER] = "number", [HEIGHT_CASE] = "case", [HEIGHT_MAIL] = "mail"};

static struct height_row *row_of(struct height *h, enum height_what what, int64_t year)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->rows[i].what == what && h->rows[i].year == year)
			return &h->rows[i];
	return NULL;
}

/* Where there is no room, the oldest year gives way. */
static struct height_row *new_row(struct height *h, enum height_what what, int64_t year)
{
	struct height_row *oldest = NULL;

	for (size_t i = 0; i < h->n; i++)
		if (h->rows[i].what == HEIGHT_NUMBER && h->rows[i].year > 0 &&
		    (!oldest || h->rows[i].year < oldest->year))
			oldest = &h->rows[i];
	if (h->n < HEIGHT_ROWS)
		oldest = &h->rows[h->n++];
	else if (!oldest || oldest->year > year)
		return NULL;
	*oldest = (struct height_row){what, year, 0};
	return oldest;
}

static void reach(struct height *h, enum height_what what, int64_t year, int64_t last)
{
	struct height_row *r = row_of(h, what, year);

	if (!r && last > 0)
		r = new_row(h, what, year);
	if (r && r->last < last)
		r->last = last;
}

static int64_t last_of(const struct height *h, enum height_what what, int64_t year)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->rows[i].what == what && h->rows[i].year == year)
			return h->rows[i].last;
	return 0;
}

/* --- the file --- */

static void put(const struct height *h, char out[FILE_BYTES])
{
	struct sbuf b = SBUF_INIT(FILE_BYTES);

	sbuf_cstr(&b, first_line);
	for (size_t i = 0; i < h->n; i++)
		sbuf_printf(&b, "%s %lld %lld\n", names[h->rows[i].what],
			    (long long)h->rows[i].year, (long long)h->rows[i].last);
	sbuf_printf(&b, "sum %016llx\n", (unsigned long long)hash64(sbuf_view(&b)));
	memset(out, '\n', FILE_BYTES);
	memcpy(out, b.p, b.n);
	sbuf_free(&b);
}

static bool take_line(struct slice line, struct height *h)
{
	struct slice word;
	uint64_t year, last;
	int what = 0;

	if (!slice_next(&line, ' ', &word))
		return false;
	while (what < HEIGHT_WHATS && !slice_eq(word, slice_of(names[what])))
		what++;
	if (what == HEIGHT_WHATS || !slice_next(&line, ' ', &word) || !slice_u64(word, &year) ||
	    !slice_u64(line, &last) || year > INT32_MAX || last > INT64_MAX)
		return false;
	reach(h, (enum height_what)what, (int64_t)year, (int64_t)last);
	return true;
}

/* False for anything but what put() wrote, a torn write among it. */
static bool get(struct slice file, struct height *h)
{
	struct slice rest, line, first = slice_of(first_line);
	size_t sum = slice_find(file, SLICE("sum "));
	char want[32];

	*h = (struct height){0};
	if (sum == SIZE_MAX || !slice_starts(file, first))
		return false;
	snprintf(want, sizeof(want), "sum %016llx",
		 (unsigned long long)hash64(slice_sub(file, 0, sum)));
	if (!slice_starts(slice_sub(file, sum, file.n), slice_of(want)))
		return false;
	rest = slice_sub(file, first.n, sum - first.n);
	while (slice_line(&rest, &line))
		if (!take_line(line, h))
			return false;
	return true;
}

bool height_open(struct store *st, const char *state_dir, struct err *e)
{
	struct arena *a = arena_new();
	const char *path = arena_printf(a, "%s/" STORE_HEIGHT, state_dir);
	char file[FILE_BYTES];
	ssize_t n;

	st->height_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (st->height_fd < 0) {
		err_sys(e, "%s", path);
	} else {
		n = pread(st->height_fd, file, sizeof(file), 0);
		st->has_reached = n > 0 && get((struct slice){file, (size_t)n}, &st->reached);
	}
	arena_free(&a);
	return st->height_fd >= 0;
}

void height_close(struct store *st)
{
	if (st->height_fd < 0)
		return;
	fdatasync(st->height_fd); /* what it cannot promise then, it never promised */
	close(st->height_fd);
}

/* --- what the database says --- */

static bool measure(struct store *st, struct height *h, struct err *e)
{
	int64_t cases, mails;
	sqlite3_stmt *q;
	int rc;

	*h = (struct height){0};
	if (!sql_int(st, SQL_TICKET_LAST, 0, &cases, e, NULL, 0) ||
	    !sql_int(st, SQL_OUTBOX_LAST, 0, &mails, e, NULL, 0))
		return false;
	reach(h, HEIGHT_CASE, 0, cases);
	reach(h, HEIGHT_MAIL, 0, mails);
	q = sql_open(st, SQL_COUNTERS, e, VALUES(v_int(HEIGHT_YEARS)));
	while ((rc = q ? sql_next(st, q, e) : -1) == 1)
		reach(h, HEIGHT_NUMBER, col_int(q, 0), col_int(q, 1));
	return rc == 0;
}

static void write_over(struct store *st)
{
	char is[FILE_BYTES];
	bool had = st->has_reached;

	put(&st->reached, is);
	/* what cannot be written now is written with the next commit */
	st->has_reached = pwrite(st->height_fd, is, sizeof(is), 0) == (ssize_t)sizeof(is);
	if (had && !st->has_reached)
		log_event(LOG_LEVEL_WARN, "height_not_written", "why=\"%s\"", strerror(errno));
}

void height_note(struct store *st)
{
	enum trouble trouble = st->trouble;
	struct height now;
	bool more = !st->has_reached;

	if (!st->caught_up)
		return;
	if (measure(st, &now, NULL)) {
		for (size_t i = 0; i < now.n; i++) {
			const struct height_row *r = &now.rows[i];

			more = more || last_of(&st->reached, r->what, r->year) < r->last;
			reach(&st->reached, r->what, r->year, r->last);
		}
		if (more)
			write_over(st);
	}
	st->trouble = trouble; /* the commit stands */
}

/* --- an older copy --- */

static bool step_over(struct store *st, const struct height_row *to, int64_t from, struct err *e)
{
	if (from >= to->last)
		return true;
	return sql_run(st, SQL_GAP_ADD, e,
		       VALUES(v_text(names[to->what]), v_int(to->year), v_int(from + 1),
			      v_int(to->last))) &&
	       (to->what != HEIGHT_NUMBER ||
		sql_run(st, SQL_COUNTER_RAISE, e, VALUES(v_int(to->year), v_int(to->last))));
}

static bool step_to(struct store *st, const struct height *is, const struct height *to,
		    struct err *e)
{
	bool ok = true;

	for (size_t i = 0; ok && i < to->n; i++)
		ok = step_over(st, &to->rows[i], last_of(is, to->rows[i].what, to->rows[i].year),
			       e);
	return ok && sql_run(st, SQL_META_DROP, e, VALUES(v_text(STORE_COPY_MARK)));
}

/* From the newest counter on: the year may have turned since, and where nothing was given out yet
 * the first number may have been of either kind. */
static void leap(const struct height *is, struct height *to)
{
	time_t at = time(NULL) + EAST_MOST;
	struct tm tm;
	int64_t newest = 0, year = gmtime_r(&at, &tm) != NULL ? tm.tm_year + 1900 : 0;
	bool numbers = false;

	*to = (struct height){0};
	reach(to, HEIGHT_CASE, 0, last_of(is, HEIGHT_CASE, 0) + LEAP_IDS);
	reach(to, HEIGHT_MAIL, 0, last_of(is, HEIGHT_MAIL, 0) + LEAP_IDS);
	for (size_t i = 0; i < is->n; i++) {
		const struct height_row *r = &is->rows[i];

		numbers = numbers || r->what == HEIGHT_NUMBER;
		newest = r->what == HEIGHT_NUMBER && newest < r->year ? r->year : newest;
	}
	if (!numbers || last_of(is, HEIGHT_NUMBER, 0) > 0)
		reach(to, HEIGHT_NUMBER, 0, last_of(is, HEIGHT_NUMBER, 0) + LEAP_NUMBERS);
	if (newest > 0)
		reach(to, HEIGHT_NUMBER, newest, last_of(is, HEIGHT_NUMBER, newest) + LEAP_NUMBERS);
	if (year > newest && (newest > 0 || !numbers))
		reach(to, HEIGHT_NUMBER, year, LEAP_NUMBERS);
}

static bool is_copy(struct store *st)
{
	struct arena *a = arena_new();
	struct slice mark;
	bool yes = store_meta_get(st, a, STORE_COPY_MARK, &mark);

	arena_free(&a);
	return yes;
}

static bool is_behind(const struct height *is, const struct height *reached)
{
	bool behind = false;

	for (size_t i = 0; i < reached->n; i++) {
		const struct height_row *r = &reached->rows[i];

		behind = behind || last_of(is, r->what, r->year) < r->last;
	}
	return behind;
}

/* Nothing was given out yet, or by a mesad that kept no file. */
static bool is_first_time(const struct store *st, const struct height *is)
{
	return is->n == 0 || st->schema_before < FIRST_SCHEMA;
}

bool height_catch_up(struct store *st, struct err *e)
{
	struct height is, to = st->reached;
	bool copy = is_copy(st);

	if (!measure(st, &is, e))
		return false;
	if (!st->has_reached || !is_behind(&is, &to)) {
		st->caught_up = !copy && (st->has_reached || is_first_time(st, &is));
		if (st->caught_up)
			return true;
		leap(&is, &to);
	}
	if (!store_begin(st, e))
		return false;
	st->caught_up = step_to(st, &is, &to, e) && store_commit(st, false, e);
	if (!st->caught_up)
		store_rollback(st);
	return st->caught_up;
}

/* --- for the desk --- */

bool store_gaps(struct store *st, struct arena *a, struct store_gap **out, size_t *n, struct err *e)
{
	sqlite3_stmt *q = sql_open(st, SQL_GAPS, e, NULL, 0);
	struct store_gap *list = arena_array(a, STORE_GAPS_MAX, sizeof(*list));
	int rc = -1;

	*n = 0;
	while (q && *n < STORE_GAPS_MAX && (rc = sql_next(st, q, e)) == 1)
		list[(*n)++] = (struct store_gap){.what = col_text(a, q, 0),
						  .year = col_int(q, 1),
						  .first = col_int(q, 2),
						  .last = col_int(q, 3)};
	sql_end(q);
	*out = list;
	return rc >= 0;
}

bool store_gap_told(struct store *st, const struct store_gap *g, struct err *e)
{
	return sql_run(st, SQL_GAP_TOLD, e,
		       VALUES(v_text(g->what), v_int(g->year), v_int(g->first)));
}
