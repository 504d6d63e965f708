/* command_words: the table of verbs, and what was meant by a word that is none. Pure. */
#pragma once

#include "core/command.h"

const struct verb_row *verb_find(const char *folded); /* or NULL */
/* The usage of the verb that is few edits away, or "". */
const char *verb_nearest(const char *folded);
/* «#estado X»: the command that brings a case there, or "". rest: X, without marks around it. */
const char *state_meant(struct arena *a, struct slice rest);
/* «#tomar, #asignar, …» */
const char *verb_list(struct arena *a);
