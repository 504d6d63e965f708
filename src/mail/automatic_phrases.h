/* automatic_phrases: data of mail/automatic. */
#pragma once

#include "core/facts.h"

struct automatic_phrase {
	const char *language;
	const char *phrases;
};

/* A sentence that names its mail and how it came about. */
struct automatic_statement {
	const char *language;
	const char *mails, *ways;
};

/* Receipts of programs that write them in words only; report as in struct automatic. */
struct automatic_receipt {
	const char *language, *report;
	const char *subjects, *texts;
	bool named; /* its subject says that it is a receipt, and need not end in a colon */
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
extern const char automatic_states_at_end[]; /* of a subject: «… is out of the office» */
extern const struct automatic_phrase automatic_states[]; /* «Fuera de la oficina»: of people, too */
extern const size_t automatic_states_n;
/* «Fuera de la oficina»: titles that programs give to an absence of their own; «Vacaciones» and
 * «Ausente» are not among them. */
extern const char automatic_offices[];
extern const char automatic_returns[];	/* «vuelvo el lunes», below such a title */
extern const char automatic_requests[]; /* who wants something is a person */
extern const struct automatic_receipt automatic_receipts[]; /* «Leído: …», «se leyó el …» */
extern const size_t automatic_receipts_n;
extern const struct automatic_phrase automatic_absences[]; /* «estoy fuera de la oficina» */
extern const size_t automatic_absences_n;
extern const struct automatic_phrase automatic_machines[]; /* «este es un mensaje automático» */
extern const size_t automatic_machines_n;
extern const struct automatic_statement
	automatic_statements[]; /* «este correo … automaticamente» */
extern const size_t automatic_statements_n;
extern const char automatic_answers[];		/* «esta es una respuesta automatica» */
extern const char automatic_acknowledgements[]; /* «your request has been received» */
extern const char automatic_challenges[];	/* «prove that you are a person» */
/* «Ana ya no trabaja aquí»: beside the words of a machine that answers us, another one. */
extern const char automatic_departures[];
/* «Escriba por encima de esta línea», at the very top: the desk wrote; below, somebody answers it.
 */
extern const char automatic_desk_starts[];
extern const char automatic_nobodies[]; /* local parts behind which nobody reads */
