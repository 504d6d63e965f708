#include "io/smtp.h"

#include <gnutls/gnutls.h>
#include <string.h>

/* What a lenient next hop could take for the end of a mail must not leave here. */
bool smtp_check(struct slice mail, struct err *e)
{
	size_t start = 0;

	if (mail.n > 0 && memchr(mail.p, '\0', mail.n))
		return err_set(e, "the mail holds a NUL");
	while (start < mail.n) {
		const char *line = mail.p + start;
		const char *lf = memchr(line, '\n', mail.n - start);
		size_t n = lf ? (size_t)(lf - line) : 0;

		if (!lf || n == 0 || line[n - 1] != '\r')
			return err_set(e, "a line at byte %zu does not end in CRLF", start);
		if (memchr(line, '\r', n - 1))
			return err_set(e, "a bare CR in the line at byte %zu", start);
		if (n - 1 > SMTP_LINE_MAX)
			return err_set(e, "the line at byte %zu has %zu bytes", start, n - 1);
		start += n + 1;
	}
	return mail.n > 0 || err_set(e, "the mail is empty");
}

/* Nothing that ends the command, the path or the argument. */
static bool is_safe(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s <= ' ' || *s == 0x7F || strchr("<>\"\\,;:()[]", *s))
			return false;
	return true;
}

static bool is_ascii(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] >= 0x80)
			return false;
	return true;
}

static bool to_a_label(struct arena *a, const char *domain, char **out, struct err *e)
{
	gnutls_datum_t mapped = {0};
	int rc = gnutls_idna_map(domain, (unsigned)strlen(domain), &mapped, 0);

	if (rc < 0)
		return err_set(e, "the domain '%s' cannot be written in ASCII: %s", domain,
			       gnutls_strerror(rc));
	*out = arena_strn(a, (const char *)mapped.data, mapped.size);
	gnutls_free(mapped.data);
	return true;
}

bool smtp_address(struct arena *a, const char *address, bool empty_ok, char **out, struct err *e)
{
	const char *at = strrchr(address, '@');
	char *domain;

	*out = arena_str(a, "");
	if (!*address)
		return empty_ok || err_set(e, "no address");
	if (!at || at == address || !at[1] || strchr(address, '@') != at)
		return err_set(e, "'%s' is no address", address);
	if (!is_safe(address))
		return err_set(e, "'%s' holds what no address may", address);
	if (!is_ascii(address, (size_t)(at - address)))
		return err_set(e, "'%s': a name before the @ beyond ASCII is not deliverable",
			       address);
	domain = arena_str(a, at + 1);
	if (!is_ascii(domain, strlen(domain)) && !to_a_label(a, at + 1, &domain, e))
		return false;
	*out = arena_printf(a, "%.*s@%s", (int)(at - address), address, domain);
	return strlen(*out) <= SMTP_ADDRESS_MAX || err_set(e, "'%s' is too long", address);
}
