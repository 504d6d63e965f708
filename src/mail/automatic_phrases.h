/* automatic_phrases: data of mail/automatic. */
#pragma once

#include "core/facts.h"

struct automatic_phrase {
	const char *language;
	const char *phrases;
};

struct automatic_header {
	const char *name;
	const char *value; /* folded; what its value holds, "" for anything */
	enum mail_kind kind;
};

extern const struct automatic_header automatic_headers[];
extern const size_t automatic_headers_n;
extern const struct automatic_phrase automatic_subjects[];
extern const size_t automatic_subjects_n;
extern const struct automatic_phrase automatic_absences[]; /* «estoy fuera de la oficina» */
extern const size_t automatic_absences_n;
extern const struct automatic_phrase automatic_machines[]; /* «este es un mensaje automático» */
extern const size_t automatic_machines_n;
extern const char automatic_challenges[]; /* «prove that you are a person» */
extern const char automatic_nobodies[];	  /* local parts behind which nobody reads */
