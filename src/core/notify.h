/* notify: the mails of a plan: to whom, who reads the answer, on which thread. */
#pragma once

#include "core/act.h"

struct staff_list {
	const struct staff **list;
	size_t n;
};

/* The assignee; in the queue (or when she is gone), the coordinators; without any, all who attend.
 */
struct staff_list staff_in_charge(struct act *x);
/* The assignee and the coordinators. */
struct staff_list staff_answerable(struct act *x);
struct staff_list staff_coordinators(struct act *x);

/* Pointers stay valid until the next notify_*. */
struct plan_mail *notify_staff(struct act *x, enum mail_purpose purpose, const struct staff *to,
			       enum audience audience);
/* NULL when nobody can be written to. */
struct plan_mail *notify_requester(struct act *x, enum mail_purpose purpose);
/* An automatic one, within the budgets; over them NULL, and its case waits for the digest. */
struct plan_mail *notify_requester_automatic(struct act *x, enum mail_purpose purpose);
/* The same words to every participant but the sender of the mail in hand, each its own mail. */
void notify_participants(struct act *x, const char *text);

/* The words, and the mail's attachments as far as the policy lets them travel. */
void notify_words(struct act *x, struct plan_mail *m, const char *text);
/* Staff's name stands in From. */
void notify_as(struct act *x, struct plan_mail *m, const struct staff *who);
