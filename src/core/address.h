/* address: an addr-spec (RFC 5321/5322) as a value: valid, comparable, printable. */
#pragma once

#include "base/mem.h"
#include "base/str.h"

enum { ADDRESS_MAX = 254 }; /* RFC 5321 section 4.5.3.1.3, less the angle brackets */

struct address {
	const char *addr; /* local@domain, domain in lower case; "" when there is none */
	const char *name; /* display name, one clean line of UTF-8; "" when there is none */
};

/* May this go into an SMTP command or a header as it is? ASCII or UTF-8 without controls, blanks,
 * <>, quotes, backslash or comma; exactly one @ with something on both sides; <= ADDRESS_MAX. */
bool address_valid(const char *addr);
/* Valid, and a mail to it can leave without SMTPUTF8: ASCII before the @, nothing of ;:()[]. */
bool address_sendable(const char *addr);

/* Same mailbox: without case on both sides, and without a +tag in the local part. */
bool address_same(const char *a, const char *b);

struct slice address_domain(const char *addr);
/* Is addr in one of the domains or a subdomain of one? */
bool address_in(const char *addr, const char *const *domains, size_t n);
/* The +tag of the local part, or an empty slice. */
struct slice address_tag(const char *addr);
/* The canonical text that is looked up and signed: lower case, without the +tag. */
char *address_key(struct arena *a, const char *addr);
