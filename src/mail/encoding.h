/* encoding: transfer encodings (RFC 2045, uuencode) over borrowed bytes: lenient in, strict out. */
#pragma once

#include "base/str.h"

#include <stdbool.h>

/* Decode a span of raw mail by its Content-Transfer-Encoding (base64, quoted-printable, x-uuencode;
 * anything else is identity) and append it to out. Never fails: what is no code is skipped, as
 * mail readers do. */
void encoding_decode(struct sbuf *out, const char *encoding, struct slice bytes);

/* base64 in lines of 76 characters, CRLF after each. */
void encoding_base64(struct sbuf *out, struct slice bytes);
/* Quoted-printable text (RFC 2045 section 6.7): LF or CRLF in, CRLF out, lines <= 76. */
void encoding_qp(struct sbuf *out, struct slice text);
