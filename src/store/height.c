#include "store/height.h"

#include "store/db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	FILE_BYTES = 512, /* one write, one page */
	/* For a copy that comes without the file: more than any desk gives out between two copies.
	 */
	LEAP_NUMBERS = 1000,
	LEAP_MAILS = 100000
};

static const char first_line[] = "mesad height 1\n";

/* --- the file --- */

static void put(const struct height *h, char out[FILE_BYTES])
{
	struct sbuf b = SBUF_INIT(FILE_BYTES);

	sbuf_printf(&b, "%smail %lld\n", first_line, (long long)h->mail);
	for (size_t i = 0; i < h->n_years; i++)
		sbuf_printf(&b, "number %lld %lld\n", (long long)h->years[i].year,
			    (long long)h->years[i].last);
	sbuf_printf(&b, "sum %016llx\n", (unsigned long long)hash64(sbuf_view(&b)));
	memset(out, '\n', FILE_BYTES);
	memcpy(out, b.p, b.n);
	sbuf_free(&b);
}

static bool take_line(struct slice line, struct height *h)
{
	struct slice word;
	uint64_t year, n;

	if (!slice_next(&line, ' ', &word))
		return false;
	if (slice_eq(word, SLICE("mail"))) {
		if (!slice_u64(line, &n) || n > INT64_MAX)
			return false;
		h->mail = (int64_t)n;
		return true;
	}
	if (!slice_eq(word, SLICE("number")) || h->n_years == HEIGHT_YEARS ||
	    !slice_next(&line, ' ', &word) || !slice_u64(word, &year) || !slice_u64(line, &n) ||
	    year > INT32_MAX || n > INT64_MAX)
		return false;
	h->years[h->n_years].year = (int64_t)year;
	h->years[h->n_years++].last = (int64_t)n;
	return true;
}

/* False for anything but what put() wrote, a torn write among it. */
static bool get(struct slice file, struct height *h)
{
	struct slice rest, line;
	size_t sum = slice_find(file, SLICE("sum "));
	char want[32];

	*h = (struct height){0};
	if (sum == SIZE_MAX || !slice_starts(file, slice_of(first_line)))
		return false;
	snprintf(want, sizeof(want), "sum %016llx",
		 (unsigned long long)hash64(slice_sub(file, 0, sum)));
	if (!slice_starts(slice_sub(file, sum, file.n), slice_of(want)))
		return false;
	rest = slice_sub(file, sizeof(first_line) - 1, sum - (sizeof(first_line) - 1));
	while (slice_line(&rest, &line))
		if (!take_line(line, h))
			return false;
	return true;
}

bool height_open(struct store *st, const char *state_dir, struct err *e)
{
	struct arena *a = arena_new();
	const char *path = arena_printf(a, "%s/mesad.height", state_dir);
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

/* --- what the database says --- */

static void raise_year(struct height *h, int64_t year, int64_t last)
{
	size_t i = 0;

	while (i < h->n_years && h->years[i].year != year)
		i++;
	if (i == HEIGHT_YEARS) { /* the oldest makes room */
		i = 0;
		for (size_t j = 1; j < HEIGHT_YEARS; j++)
			if (h->years[j].year < h->years[i].year)
				i = j;
		if (h->years[i].year > year)
			return;
		h->years[i].last = 0;
	} else if (i == h->n_years) {
		h->years[h->n_years++].last = 0;
	}
	h->years[i].year = year;
	if (h->years[i].last < last)
		h->years[i].last = last;
}

static bool measure(struct store *st, struct height *h, struct err *e)
{
	sqlite3_stmt *q;
	int rc;

	*h = (struct height){0};
	if (!sql_int(st, SQL_OUTBOX_LAST, 0, &h->mail, e, NULL, 0))
		return false;
	q = sql_open(st, SQL_COUNTERS, e, VALUES(v_int(HEIGHT_YEARS)));
	while ((rc = q ? sql_next(st, q, e) : -1) == 1)
		raise_year(h, col_int(q, 0), col_int(q, 1));
	return rc == 0;
}

static int64_t year_of(const struct height *h, int64_t year)
{
	for (size_t i = 0; i < h->n_years; i++)
		if (h->years[i].year == year)
			return h->years[i].last;
	return 0;
}

void height_note(struct store *st)
{
	struct height now;
	char was[FILE_BYTES], is[FILE_BYTES];

	if (st->mode != STORE_WRITE || !measure(st, &now, NULL))
		return;
	put(&st->reached, was);
	if (st->reached.mail < now.mail)
		st->reached.mail = now.mail;
	for (size_t i = 0; i < now.n_years; i++)
		raise_year(&st->reached, now.years[i].year, now.years[i].last);
	put(&st->reached, is);
	if (st->has_reached && memcmp(was, is, sizeof(is)) == 0)
		return;
	/* what cannot be written now is written with the next commit */
	st->has_reached = pwrite(st->height_fd, is, sizeof(is), 0) == (ssize_t)sizeof(is);
}

/* --- an older copy --- */

static bool step_over(struct store *st, const char *what, int64_t year, int64_t from, int64_t to,
		      struct err *e)
{
	if (from >= to)
		return true;
	return sql_run(st, SQL_GAP_ADD, e,
		       VALUES(v_text(what), v_int(year), v_int(from + 1), v_int(to))) &&
	       (str_eq(what, "mail") ||
		sql_run(st, SQL_COUNTER_RAISE, e, VALUES(v_int(year), v_int(to))));
}

/* The year may have turned since the copy was made. */
static void leap(const struct height *is, struct height *to)
{
	time_t now = time(NULL);
	struct tm tm;
	int64_t newest = 0;

	*to = (struct height){.mail = is->mail + LEAP_MAILS};
	for (size_t i = 0; i < is->n_years; i++) {
		raise_year(to, is->years[i].year, is->years[i].last + LEAP_NUMBERS);
		newest = newest < is->years[i].year ? is->years[i].year : newest;
	}
	if (newest > 0 && gmtime_r(&now, &tm) != NULL && tm.tm_year + 1900 > newest)
		raise_year(to, tm.tm_year + 1900, LEAP_NUMBERS);
}

static bool is_copy(struct store *st)
{
	struct arena *a = arena_new();
	struct slice mark;
	bool yes = store_meta_get(st, a, STORE_COPY_MARK, &mark);

	arena_free(&a);
	return yes;
}

static bool step_to(struct store *st, const struct height *is, const struct height *to,
		    struct err *e)
{
	bool ok = step_over(st, "mail", 0, is->mail, to->mail, e);

	for (size_t i = 0; ok && i < to->n_years; i++)
		ok = step_over(st, "number", to->years[i].year, year_of(is, to->years[i].year),
			       to->years[i].last, e);
	return ok && sql_run(st, SQL_META_DROP, e, VALUES(v_text(STORE_COPY_MARK)));
}

static bool is_behind(const struct height *is, const struct height *reached)
{
	bool behind = is->mail < reached->mail;

	for (size_t i = 0; i < reached->n_years; i++)
		behind = behind || year_of(is, reached->years[i].year) < reached->years[i].last;
	return behind;
}

bool height_catch_up(struct store *st, struct err *e)
{
	struct height is, to = st->reached;
	bool copy = is_copy(st);

	if (!measure(st, &is, e))
		return false;
	if (!st->has_reached && copy)
		leap(&is, &to);
	else if (!st->has_reached || !is_behind(&is, &to))
		to = is;
	if (!copy && !is_behind(&is, &to))
		return true;
	if (!store_begin(st, e))
		return false;
	if (step_to(st, &is, &to, e) && store_commit(st, false, e))
		return true;
	store_rollback(st);
	return false;
}

/* --- for the desk --- */

size_t store_gaps(struct store *st, struct arena *a, struct store_gap **out)
{
	sqlite3_stmt *q = sql_open(st, SQL_GAPS, NULL, NULL, 0);
	struct store_gap *list = arena_array(a, STORE_GAPS_MAX, sizeof(*list));
	size_t n = 0;

	while (q && n < STORE_GAPS_MAX && sql_next(st, q, NULL) == 1)
		list[n++] = (struct store_gap){.mail = col_int(q, 0),
					       .year = col_int(q, 1),
					       .first = col_int(q, 2),
					       .last = col_int(q, 3)};
	sql_end(q);
	*out = list;
	return n;
}

bool store_gaps_told(struct store *st, struct err *e)
{
	return sql_run(st, SQL_GAPS_TOLD, e, NULL, 0);
}
