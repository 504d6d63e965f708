#include "core/trust.h"

#include <string.h>

enum { REF_CODE_BYTES = 5, REF_TEXT_MAX = 512 };

void trust_ref(const void *key, size_t key_len, const char *number, const char *address_key,
	       enum audience audience, char out[REF_CODE_LEN + 1])
{
	struct sbuf b = SBUF_INIT(REF_TEXT_MAX);
	struct sha256 mac;

	/* the purpose leads: no other token of ours can stand in for this one */
	sbuf_printf(&b, "ref 1\n%s\n%s\n%s", audience_name(audience), number, address_key);
	mac = hmac_sha256(key, key_len, b.p, b.n);
	base32_encode(mac.b, REF_CODE_BYTES, out);
	sbuf_free(&b);
}

bool trust_ref_check(const void *key, size_t key_len, const char *number, const char *address_key,
		     const char *code, enum audience *out)
{
	char lower[REF_CODE_LEN + 1], mine[REF_CODE_LEN + 1];

	if (key_len == 0 || strlen(code) != REF_CODE_LEN)
		return false;
	for (int i = 0; i <= REF_CODE_LEN; i++)
		lower[i] =
			code[i] >= 'A' && code[i] <= 'Z' ? (char)(code[i] + ('a' - 'A')) : code[i];
	for (int au = 0; au < AUDIENCE_COUNT; au++) {
		trust_ref(key, key_len, number, address_key, (enum audience)au, mine);
		if (digest_equal(mine, lower, REF_CODE_LEN)) {
			*out = (enum audience)au;
			return true;
		}
	}
	return false;
}

bool trust_token_read(struct arena *a, const struct policy *p, const char *tag, struct ref *out)
{
	const char *dot = strrchr(tag, '.');
	struct slice number;

	if (!dot)
		return false;
	number = (struct slice){tag, (size_t)(dot - tag)};
	if (policy_numbers_in(a, p, number, &out->number, 1) == 0 ||
	    strlen(out->number) != number.n)
		return false;
	out->code = arena_str(a, dot + 1);
	return true;
}

static bool speaks(struct arena *a, const struct world *w, const struct facts *f,
		   const struct known_ticket *k, const char *code, enum audience *au)
{
	return trust_ref_check(w->snap->token_key, w->snap->token_key_len, k->t.number,
			       address_key(a, f->from.addr), code, au);
}

bool trust_signed(struct arena *a, const struct world *w, const struct facts *f,
		  const struct known_ticket *k, enum audience *au)
{
	struct ref token;

	if (trust_token_read(a, w->policy, f->reply_token, &token) &&
	    slice_ieqs(slice_of(token.number), k->t.number) && speaks(a, w, f, k, token.code, au))
		return true;
	for (size_t i = 0; i < f->n_refs; i++)
		if (slice_ieqs(slice_of(f->refs[i].number), k->t.number) &&
		    speaks(a, w, f, k, f->refs[i].code, au))
			return true;
	return false;
}

bool trust_part_of(struct arena *a, const struct known_ticket *k, const char *addr,
		   enum standing *out)
{
	const char *key = address_key(a, addr);

	if (!str_empty(key) && address_same(k->t.requester.addr, key)) {
		*out = STANDING_REQUESTER;
		return true;
	}
	for (size_t i = 0; !str_empty(key) && i < k->n_participants; i++)
		if (address_same(k->participants[i], key)) {
			*out = STANDING_PARTICIPANT;
			return true;
		}
	return false;
}

enum shortfall {
	SHORT_NOT,
	SHORT_MANY,
	SHORT_FAILED,
	SHORT_TOKEN,
	SHORT_VERDICT,
};

static const struct {
	const char *why, *told;
} shortfalls[] = {
	[SHORT_NOT] = {"registered address with its own token", ""},
	[SHORT_MANY] = {"registered address, but From names more than one mailbox",
			"El mensaje trae más de un remitente."},
	[SHORT_FAILED] = {"registered address, but its authentication failed",
			  "El servidor de correo dice que el mensaje no salió de donde dice."},
	[SHORT_TOKEN] =
		{"registered address without a token of its own",
		 "No respondía a un correo que la mesa de ayuda le hubiera enviado a usted."},
	[SHORT_VERDICT] = {"registered address with its token, but without an authentication pass",
			   "El servidor de correo no confirmó de dónde salió el mensaje."},
};

/* Staff with their own token, and the server's word where the policy asks for it. */
static enum shortfall shortfall(const struct world *w, const struct facts *f, bool token)
{
	bool proven = f->verdict == VERDICT_PASS || f->internal;

	if (f->from_count != 1)
		return SHORT_MANY;
	if (f->verdict == VERDICT_FAIL)
		return SHORT_FAILED;
	if (!token)
		return SHORT_TOKEN;
	if (w->policy->trust_commands == TRUST_TOKEN_AND_DMARC && !proven)
		return SHORT_VERDICT;
	return SHORT_NOT;
}

static void judge_staff(const struct world *w, const struct facts *f, bool token, struct trust *t)
{
	enum shortfall s = shortfall(w, f, token);

	t->short_of = s != SHORT_NOT;
	t->why = shortfalls[s].why;
	t->told = shortfalls[s].told;
	t->standing = t->short_of ? STANDING_STRANGER : STANDING_STAFF;
}

struct trust trust_of(struct arena *a, const struct world *w, const struct facts *f,
		      const struct known_ticket *k, const struct outgoing *answers)
{
	struct trust t = {.standing = STANDING_STRANGER,
			  .audience = AUDIENCE_REQUESTER,
			  .why = "unknown here",
			  .told = ""};
	bool token = false, part;

	if (answers && address_same(answers->to, f->from.addr)) {
		token = true;
		t.audience = answers->audience;
	} else if (k && trust_signed(a, w, f, k, &t.audience)) {
		token = true;
	}
	part = k && (trust_part_of(a, k, f->from.addr, &t.standing) ||
		     trust_part_of(a, k, f->sender.addr, &t.standing));
	t.staff = policy_staff_by_mail(w->policy, f->from.addr);
	/* staff who asked for help themselves are requesters there, unless they answer as staff */
	if (t.staff && k && !(part && t.audience == AUDIENCE_REQUESTER)) {
		judge_staff(w, f, token && t.audience != AUDIENCE_REQUESTER, &t);
	} else if (part) {
		t.why = token ? "of this case, with its token" : "of this case, by address";
	}
	return t;
}
