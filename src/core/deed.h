/* deed: what staff and requesters do to a case, with the mails that it causes. */
#pragma once

#include "core/act.h"

/* --- acts of staff: NULL when done, else why not (one Spanish sentence) --- */
const char *act_take(struct act *x);
const char *act_assign(struct act *x, const struct staff *to);
/* The case's mail with the requester's last words, to be answered by whoever has the case now. */
void act_hand_over(struct act *x, const struct staff *to, const char *note);
const char *act_resolve(struct act *x, const char *text);
/* tell: the requester is told by a line of the desk's own. */
const char *act_reopen(struct act *x, bool tell);
const char *act_close(struct act *x, enum closed_as as, const char *text);
/* The technician's words to the requester and the participants. */
const char *act_reply(struct act *x, const char *text);
void act_note(struct act *x, const char *text);
/* Back in attention with a clock of its own from `from` on; state RESOLVED or CLOSED. */
void act_back(struct act *x, const char *actor, int64_t from);

/* --- acts of the requester --- */
/* 1 and 2 are told to the coordinator too. */
bool act_bad_score(int score);
void act_vote_told(struct act *x, int score, const char *comment, bool late);
