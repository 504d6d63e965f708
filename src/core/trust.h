/* trust: who is this, and by what right? From alone proves nothing (DESIGN, section 4). */
#pragma once

#include "core/decide.h"

enum standing {
	STANDING_STRANGER,
	STANDING_REQUESTER, /* of this case, with the thread's token or a Message-ID of it */
	STANDING_PARTICIPANT,
	STANDING_STAFF /* registered address and its own signed token: full authority */
};

struct trust {
	enum standing standing;
	const struct staff *staff; /* also set for a registered address that falls short */
	bool short_of; /* a registered address without the right: note, not done, confirmation */
	enum audience audience; /* of the mail that is answered, by token */
	const char *why;	/* plain English */
	const char *told;	/* short_of: the same for people, Spanish */
};

/* k: the case in question. answers: the mail of ours that it answers, or NULL. */
struct trust trust_of(struct arena *a, const struct world *w, const struct facts *f,
		      const struct known_ticket *k, const struct outgoing *answers);

/* The code at the foot of each mail: 8 characters over (number, recipient, audience). Pure HMAC. */
enum { REF_CODE_LEN = 8 };
void trust_ref(const void *key, size_t key_len, const char *number, const char *address_key,
	       enum audience audience, char out[REF_CODE_LEN + 1]);
/* The tag of our reply address as text: «st-2026-000123.k7f3q9wm» (number in lower case, a dot, the
 * code of trust_ref). Reading takes the number as the pattern writes it; false: not such a tag. */
bool trust_token_read(struct arena *a, const struct policy *p, const char *tag, struct ref *out);
/* Which audience does this code speak for? False: not ours, or not this recipient's. */
bool trust_ref_check(const void *key, size_t key_len, const char *number, const char *address_key,
		     const char *code, enum audience *out);

/* Does the mail carry a code of case k that was made for its sender (reply address or Ref.)? */
bool trust_signed(struct arena *a, const struct world *w, const struct facts *f,
		  const struct known_ticket *k, enum audience *au);
/* Is addr the requester or a participant of k? */
bool trust_part_of(struct arena *a, const struct known_ticket *k, const char *addr,
		   enum standing *out);
