/* token: the names that mesad signs, as pure HMACs over what they name: Message-IDs, the links of
 * surveys, plus addresses. The purpose and its version are part of each MAC, so that no token can
 * stand in for another kind. recipient_key is address_key() of whoever it was made for. */
#pragma once

#include "base/mem.h"
#include "base/str.h"

#include <stdint.h>

struct token_key {
	uint8_t b[32];
};

/* `mesa.<outbox id in base32>.<16 characters>@domain`, without <>. */
char *token_message_id(struct arena *a, const struct token_key *k, int64_t outbox_id,
		       const char *recipient_key, const char *domain);
/* id with or without <>, in any case (some programs change it). The domain is not looked at. */
bool token_message_id_check(const struct token_key *k, const char *id, const char *recipient_key,
			    int64_t *outbox_id);
/* The outbox id that such a name claims, unproven: it says whose recipient to check against. */
bool token_message_id_split(struct slice id, int64_t *outbox_id, struct slice *mac);

/* `sistemas+st-2026-000123.k7f3q9wm@domain`: NULL when number or code cannot stand in an address.
 * The code is trust_ref's. */
char *token_reply_to(struct arena *a, const char *desk_address, const char *number,
		     const char *code);
/* The tag of such an address (address_tag, the part after «+») -> number in upper case and code. */
bool token_reply_split(struct arena *a, struct slice tag, const char **number, const char **code);

/* URL-safe text of [0-9a-z-]: ticket, round and 26 characters of HMAC. */
char *token_survey(struct arena *a, const struct token_key *k, int64_t ticket, int round,
		   const char *recipient_key);
/* First step: what it claims, unproven (mac borrows from token). Second step: is that so? */
bool token_survey_split(struct slice token, int64_t *ticket, int *round, struct slice *mac);
bool token_survey_verify(const struct token_key *k, int64_t ticket, int round,
			 const char *recipient_key, struct slice mac);
