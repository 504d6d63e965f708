/* casejson: a case as the object that DESIGN's section 5 promises. */
#include "programs/mesactl/ctl.h"

#include "core/say.h"

#include <stdlib.h>

char *case_time(struct arena *a, const struct policy *p, int64_t utc)
{
	struct civil c;
	int64_t off;

	if (utc == 0)
		return NULL;
	c = zone_civil(p->zone, utc);
	off = civil_day(c.year, c.month, c.day) * 86400 + c.hour * 3600 + c.minute * 60 + c.second -
	      utc;
	return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", c.year, c.month, c.day,
			    c.hour, c.minute, c.second, off < 0 ? '-' : '+',
			    (int)(llabs(off) / 3600), (int)(llabs(off) % 3600 / 60));
}

static void put_time(struct json *j, struct arena *a, const struct policy *p, const char *key,
		     int64_t utc)
{
	json_str(j, key, case_time(a, p, utc));
}

static void put_optional(struct json *j, const char *key, const char *value)
{
	json_str(j, key, str_empty(value) ? NULL : value);
}

static void put_survey(struct json *j, struct arena *a, const struct policy *p,
		       const struct ticket *t)
{
	json_open(j, "survey", '{');
	put_time(j, a, p, "sent_at", t->survey_sent_at);
	put_time(j, a, p, "closes_at", t->survey_close_at);
	if (t->score)
		json_int(j, "score", t->score);
	else
		json_null(j, "score");
	put_optional(j, "comment", t->comment);
	json_close(j, '}');
}

void case_fields(struct json *j, const struct policy *p, const struct ticket *t)
{
	struct arena *a = arena_new();

	json_open(j, NULL, '{');
	json_str(j, "number", t->number);
	json_str(j, "state", state_name(t->state));
	put_optional(j, "closed_as", closed_as_name(t->closed_as));
	json_str(j, "channel", t->channel);
	json_str(j, "subject", t->subject);
	json_str(j, "requester",
		 str_empty(t->requester.name)
			 ? t->requester.addr
			 : arena_printf(a, "%s <%s>", t->requester.name, t->requester.addr));
	put_optional(j, "service", t->service);
	put_optional(j, "area", t->area);
	json_int(j, "level", t->level);
	json_str(j, "priority", priority_name(t->priority));
	put_optional(j, "assignee", t->assignee);
	put_time(j, a, p, "opened_at", t->opened_at);
	put_time(j, a, p, "first_response_at", t->first_response_at);
	put_time(j, a, p, "resolved_at", t->resolved_at);
	put_time(j, a, p, "closed_at", t->closed_at);
	json_int(j, "reopened", t->reopened);
	put_survey(j, a, p, t);
	arena_free(&a);
}
