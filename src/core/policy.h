/* policy: everything that the entity decided in its YAML, as one immutable value. conf/desk builds
 * it; the core only reads it. Strings are UTF-8; never NULL unless a comment says so. */
#pragma once

#include "base/text.h"
#include "core/address.h"
#include "core/calendar.h"

enum priority { PRIORITY_LOW, PRIORITY_MEDIUM, PRIORITY_HIGH, PRIORITY_CRITICAL, PRIORITY_COUNT };
const char *priority_name(enum priority p);  /* low medium high critical */
const char *priority_label(enum priority p); /* baja media alta crítica */
/* Accepts English, Spanish, «normal», «urgente», folded. */
bool priority_read(const char *folded, enum priority *out);

enum role { ROLE_TECHNICIAN, ROLE_ENGINEER, ROLE_COORDINATOR };

struct staff {
	const char *id, *name, *email;
	enum role role;
	int level;		     /* 1 technician, 2 engineer */
	bool attends;		     /* is given cases; coordinators only when they say so */
	const char *const *services; /* ids; n 0: all */
	size_t n_services;
};

/* A provider or an office: accepted in the configuration, escalated to in a later issue. */
struct outside {
	const char *id, *name, *email;
	bool office;
	struct duration answer_within;
	const int *remind; /* percent of answer_within */
	size_t n_remind;
};

struct service {
	const char *id, *name, *type; /* type: incidencia, requerimiento, mantenimiento or "" */
	int level;
	const char *guide; /* a line for the acknowledgement, or "" */
};

enum rule_field { RULE_SUBJECT, RULE_TEXT, RULE_FROM, RULE_TO, RULE_ATTACHMENT };
enum rule_test {
	RULE_CONTAINS, /* folded substring */
	RULE_IS,       /* folded equality; for addresses also «@domain» */
	RULE_MATCHES   /* pattern */
};

/* All conditions of a rule must hold; within one condition any value does. */
struct rule_condition {
	enum rule_field field;
	enum rule_test test;
	bool negated;		   /* «not_…» */
	const char *const *values; /* folded, for CONTAINS and IS */
	struct pattern *const *patterns;
	size_t n;
};

/* What a matching rule sets; "" or 0 or -1: not set. Earlier rules win, field by field. */
struct rule {
	const char *name;
	struct rule_condition *when;
	size_t n_when;
	const char *service, *area, *assignee;
	int level;
	int priority; /* enum priority or -1 */
	bool stop;    /* no later rule is looked at */
};

/* intake: senders with a fate of their own (forms, alarms). */
struct intake {
	const char *name;
	const char *const *from; /* address or @domain, folded */
	size_t n_from;
	bool requester_from_reply_to; /* the site's form */
	bool case_without_ack;	      /* an UPS's alarms become cases although automatic */
};

struct response_policy {
	struct duration within;
	const struct calendar *calendar; /* NULL: always */
	int warn;			 /* percent, 0: no warning */
};

/* response.rules: shorter by area, level, priority or service. The first that fits wins. */
struct response_exception {
	const char *area, *service; /* "" any */
	int level, priority;	    /* 0, -1 any */
	struct response_policy response;
};

/* How much automatic mail may leave: to one address, about one case, to one domain, in all. */
enum budget_kind { BUDGET_ADDRESS, BUDGET_TICKET, BUDGET_DOMAIN, BUDGET_TOTAL, BUDGET_COUNT };

struct budget {
	int64_t count, seconds; /* count 0: none (no limit) */
};

enum trust_commands { TRUST_TOKEN, TRUST_TOKEN_AND_DMARC };

struct policy {
	const char *entity, *desk_name; /* «INDUPAL Valledupar», «Mesa de ayuda» */
	const struct zone *zone;
	const char *const *domains; /* the entity's mail domains */
	size_t n_domains;
	const char *const
		*addresses; /* every address of the desk's own mailboxes; [0] is written from */
	size_t n_addresses;
	bool plus_addresses;  /* the server takes sistemas+token@ */
	const char *base_url; /* "" : no page, everything by reply */
	const char *number;   /* «ST-{year}-{seq:6}» */
	const char *const
		*number_patterns; /* every pattern ever configured, the current one first */
	size_t n_number_patterns;

	struct response_policy response;
	const struct response_exception *exceptions;
	size_t n_exceptions;
	struct duration survey_close;
	const struct calendar *survey_calendar;
	struct duration reopen_within, late_vote_within;
	const struct calendar *reopen_calendar;
	struct budget budgets[BUDGET_COUNT];
	bool assign_auto;   /* false: the coordinator assigns */
	int64_t attach_max; /* bytes that travel with a mail; past it a line with the names */

	const struct calendar *const *calendars;
	size_t n_calendars;
	const struct staff *staff;
	size_t n_staff;
	const struct outside *outside;
	size_t n_outside;
	const struct service *services;
	size_t n_services;
	const char *default_service, *default_area;
	int default_level;
	enum priority default_priority;
	const struct rule *rules;
	size_t n_rules;
	const struct intake *intake;
	size_t n_intake;
	const char *const *own_lists; /* List-Id values that the desk itself is behind */
	size_t n_own_lists;
	enum trust_commands trust_commands;
	const char *data_line; /* data-protection line of the acknowledgement */
	const char *hash;      /* of everything above as read: a change is an event */
};

/* The number «ST-2026-000123» by the current pattern. */
char *policy_number(struct arena *a, const struct policy *p, int year, int64_t seq);
/* Every number, of any pattern ever configured, that stands in s (folded digits and letters
 * without case); at most max. */
size_t policy_numbers_in(struct arena *a, const struct policy *p, struct slice s, const char **out,
			 size_t max);

const struct staff *policy_staff(const struct policy *p, const char *id);	    /* or NULL */
const struct staff *policy_staff_by_mail(const struct policy *p, const char *addr); /* or NULL */
const struct service *policy_service(const struct policy *p, const char *id);	    /* or NULL */
/* By id, address or an unambiguous part of the name. 0 none, 1 found, 2 or more: ambiguous. */
size_t policy_find_staff(struct arena *a, const struct policy *p, const char *who,
			 const struct staff **out);
bool policy_is_own(const struct policy *p, const char *addr); /* an address of the desk itself */
/* The response policy that a case of this class has. */
const struct response_policy *policy_response(const struct policy *p, const char *area,
					      const char *service, int level, int priority);
