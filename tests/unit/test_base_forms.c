/* err, log, json, pack, digest, backoff: the forms that bytes take. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/backoff.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "base/pack.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void errors_are_one_clean_line(void **state)
{
	struct err e;
	char big[3000];

	assert_false(err_set(&e, "said: %s", "550 no\r\nsuch \x1B[1muser\xFF"));
	assert_string_equal(e.text, "said: 550 no  such  [1muser?");
	assert_false(err_prefix(&e, "send %d", 7));
	assert_string_equal(e.text, "send 7: said: 550 no  such  [1muser?");
	err_set(&e, "%s", "");
	assert_true(strlen(e.text) > 0);
	errno = ENOENT;
	assert_false(err_sys(&e, "open %s", "/x"));
	assert_string_equal(e.text, "open /x: No such file or directory");
	assert_int_equal(errno, ENOENT);
	assert_false(err_set(NULL, "nobody asks"));
	for (size_t i = 0; i + 1 < sizeof big; i += 2)
		memcpy(big + i, "ñ", 2);
	big[sizeof big - 2] = '\0';
	err_set(&e, ".%s", big);
	assert_true(strlen(e.text) >= sizeof e.text - 3);
	assert_true(text_valid(slice_of(e.text)));
	err_prefix(&e, "%s", "before");
	assert_memory_equal(e.text, "before: .ñ", 11);
	assert_true(text_valid(slice_of(e.text)));
}

#pragma GCC diagnostic ignored "-Wformat-nonliteral"

/* What a line of the log looks like, caught in a pipe. */
static char *logged(struct arena *a, const char *fmt, const char *value)
{
	char raw[8192];
	int ends[2], keep = dup(STDERR_FILENO);
	ssize_t n;

	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	log_event(LOG_LEVEL_WARN, "probe", fmt, value);
	log_event(LOG_LEVEL_DEBUG, "unheard", "x=%s", value);
	dup2(keep, STDERR_FILENO);
	close(keep);
	close(ends[1]);
	n = read(ends[0], raw, sizeof raw);
	close(ends[0]);
	assert_true(n > 0);
	return arena_strn(a, raw, (size_t)n);
}

static void log_lines_cannot_be_forged(void **state)
{
	struct arena *a = arena_new();
	char huge[9000], *line;

	setenv("JOURNAL_STREAM", "8:1", 1);
	log_open("test", LOG_LEVEL_INFO);
	assert_string_equal(logged(a, "a=%s", "x\nevent=forged\x1B[2J"),
			    "<4>event=probe a=x\\x0aevent=forged\\x1b[2J\n");
	assert_string_equal(logged(a, "a=%s", log_quote(a, "di \"sí\"\\\n")),
			    "<4>event=probe a=\"di \\\"sí\\\"\\\\\\x0a\"\n");
	assert_string_equal(logged(a, "a=%s", "\xC2\x9B\xE2\x80\xAE\xFF"),
			    "<4>event=probe a=\\u009b\\u202e\\xff\n");
	memset(huge, '\n', sizeof huge - 1);
	huge[sizeof huge - 1] = '\0';
	line = logged(a, "a=%s", huge);
	assert_true(strlen(line) <= 4096 && line[strlen(line) - 1] == '\n');
	unsetenv("JOURNAL_STREAM");
	log_open("test", LOG_LEVEL_INFO);
	line = logged(a, "a=%s", "b");
	assert_int_equal(line[10], 'T');
	assert_non_null(strstr(line, "Z test["));
	assert_non_null(strstr(line, "] warn event=probe a=b\n"));
	arena_free(&a);
}

static void log_quotes_are_cut_at_characters(void **state)
{
	struct arena *a = arena_new();
	char big[500];
	const char *got;

	big[0] = '.';
	for (size_t i = 1; i + 1 < sizeof big; i += 2)
		memcpy(big + i, "ñ", 2);
	big[sizeof big - 1] = '\0';
	got = log_quote(a, big);
	assert_true(text_valid(slice_of(got)));
	assert_int_equal(strlen(got), 1 + 199 + strlen("…") + 1);
	assert_string_equal(log_quote(a, NULL), "\"\"");
	arena_free(&a);
}

static void json_is_written_right(void **state)
{
	struct sbuf b = SBUF_INIT(1000);
	struct json j = json_to(&b);

	json_open(&j, NULL, '{');
	json_str(&j, "a",
		 "x\"\\\n\x01\x7F"
		 "ñ\xFFz");
	json_str(&j, "none", NULL);
	json_open(&j, "list", '[');
	json_int(&j, NULL, INT64_MIN);
	json_bool(&j, NULL, true);
	json_open(&j, NULL, '{');
	json_close(&j, '}');
	json_slice(&j, NULL, SLICE("a\0b"));
	json_close(&j, ']');
	json_raw(&j, "raw", "[1,2]");
	json_bool(&j, "no", false);
	json_close(&j, '}');
	assert_string_equal(b.p,
			    "{\"a\":\"x\\\"\\\\\\n\\u0001\\u007fñ\xEF\xBF\xBDz\",\"none\":null,"
			    "\"list\":[-9223372036854775808,true,{},\"a\\u0000b\"],"
			    "\"raw\":[1,2],\"no\":false}");
	sbuf_free(&b);
}

static void packs_and_unpacks(void **state)
{
	struct sbuf b = SBUF_INIT(1000);
	struct arena *a = arena_new();
	struct unpack u;

	pack_u8(&b, 200);
	pack_u32(&b, 0xDEADBEEF);
	pack_i64(&b, -5);
	pack_str(&b, "avería");
	pack_str(&b, NULL);
	pack_bytes(&b, "a\0b", 3);
	assert_memory_equal(b.p, "\xC8\xEF\xBE\xAD\xDE\xFB\xFF", 7); /* little-endian */
	u = unpack_of(b.p, b.n);
	assert_int_equal(unpack_u8(&u), 200);
	assert_int_equal(unpack_u32(&u), 0xDEADBEEF);
	assert_int_equal(unpack_i64(&u), -5);
	assert_string_equal(unpack_str(&u, a), "avería");
	assert_string_equal(unpack_str(&u, a), "");
	assert_true(slice_eq(unpack_slice(&u), SLICE("a\0b")));
	assert_true(unpack_done(&u));
	arena_free(&a);
	sbuf_free(&b);
}

static void unpacking_is_total(void **state)
{
	struct arena *a = arena_new();
	struct unpack u = unpack_of("\x05\x00\x00\x00"
				    "abc",
				    7); /* says 5, has 3 */

	assert_int_equal(unpack_slice(&u).n, 0);
	assert_true(u.bad);
	assert_int_equal(unpack_u8(&u), 0); /* bad stays bad */
	assert_false(unpack_done(&u));

	u = unpack_of("\xFF\xFF\xFF\xFF", 4);
	assert_int_equal(unpack_slice(&u).n, 0);
	assert_true(u.bad);

	u = unpack_of("\x03\x00\x00\x00"
		      "a\0b",
		      7);
	assert_string_equal(unpack_str(&u, a), "");
	assert_true(u.bad);

	u = unpack_of("\x03\x00\x00\x00"
		      "abcd",
		      8);
	assert_int_equal(unpack_count(&u, 2), 0);
	assert_true(u.bad);
	u = unpack_of("\x02\x00\x00\x00"
		      "abcd",
		      8);
	assert_int_equal(unpack_count(&u, 2), 2);
	assert_false(u.bad);
	assert_false(unpack_done(&u)); /* something is left */

	u = unpack_of("\x01\x02", 2);
	assert_int_equal(unpack_i64(&u), 0);
	assert_true(u.bad);
	u = unpack_of(NULL, 0);
	assert_true(unpack_done(&u));
	arena_free(&a);
}

static void digests_are_the_published_ones(void **state)
{
	/* FIPS 180-2 appendix B.1; RFC 4231 test cases 2 and 6 */
	static const char abc[] =
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
	static const char nothing[] =
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
	static const char jefe[] =
		"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
	static const char long_key[] =
		"60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54";
	char hex[SHA256_HEX];
	uint8_t key[131];
	struct sha256_ctx *c = sha256_begin();
	struct sha256 d = sha256_of("abc", 3);

	hex_encode(d.b, sizeof d.b, hex);
	assert_string_equal(hex, abc);
	sha256_add(c, "a", 1);
	sha256_add(c, NULL, 0);
	sha256_add(c, "bc", 2);
	d = sha256_end(&c);
	assert_null(c);
	hex_encode(d.b, sizeof d.b, hex);
	assert_string_equal(hex, abc);
	d = sha256_of(NULL, 0);
	hex_encode(d.b, sizeof d.b, hex);
	assert_string_equal(hex, nothing);
	d = hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28);
	hex_encode(d.b, sizeof d.b, hex);
	assert_string_equal(hex, jefe);
	memset(key, 0xAA, sizeof key);
	d = hmac_sha256(key, sizeof key, "Test Using Larger Than Block-Size Key - Hash Key First",
			54);
	hex_encode(d.b, sizeof d.b, hex);
	assert_string_equal(hex, long_key);
	assert_true(digest_equal("abc", "abc", 3) && !digest_equal("abc", "abd", 3));
}

static void bytes_have_text_forms(void **state)
{
	uint8_t raw[2];
	char out[32];

	assert_true(hex_decode(SLICE("00fF"), raw, 2));
	assert_int_equal(raw[1], 255);
	assert_false(hex_decode(SLICE("00f"), raw, 2));
	assert_false(hex_decode(SLICE("00fg"), raw, 2));
	assert_false(hex_decode(SLICE("00ff00"), raw, 2));
	base32_encode("\xFF\x00\xF0", 3, out); /* 11111 11100 00000 01111 0000(0) */
	assert_string_equal(out, "zw0f0");
	base32_encode("", 0, out);
	assert_string_equal(out, "");
	base32_encode("\x00\x44\x32\x14\xC7", 5, out); /* 0 1 2 3 4 5 6 7 */
	assert_string_equal(out, "01234567");
	/* FNV-1a's own test vectors */
	assert_int_equal(hash64(SLICE("")), (int64_t)0xcbf29ce484222325);
	assert_int_equal(hash64(SLICE("foobar")), (int64_t)0x85944171f73967e8);
	assert_int_equal(hash64(SLICE("FooBar")), (int64_t)0x85944171f73967e8);
}

static void backoff_grows_within_bounds(void **state)
{
	for (uint32_t seed = 0; seed < 200; seed++) {
		int64_t whole = 100;

		for (unsigned attempt = 0; attempt < 40; attempt++) {
			int64_t wait = backoff_ms(attempt, 100, 60000, seed);

			assert_true(wait <= whole && wait >= whole - whole / 4);
			assert_int_equal(wait, backoff_ms(attempt, 100, 60000, seed));
			whole = whole * 2 < 60000 ? whole * 2 : 60000;
		}
	}
	assert_true(backoff_ms(3, 100, 60000, 1) != backoff_ms(3, 100, 60000, 2) ||
		    backoff_ms(3, 100, 60000, 1) != backoff_ms(3, 100, 60000, 3));
	assert_true(backoff_ms(UINT32_MAX, 1, INT64_MAX, 1) > 0);
	assert_true(backoff_ms(0, 0, 0, 1) > 0);
	assert_true(backoff_ms(0, 90000, 60000, 1) <= 60000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_are_one_clean_line),
		cmocka_unit_test(log_lines_cannot_be_forged),
		cmocka_unit_test(log_quotes_are_cut_at_characters),
		cmocka_unit_test(json_is_written_right),
		cmocka_unit_test(packs_and_unpacks),
		cmocka_unit_test(unpacking_is_total),
		cmocka_unit_test(digests_are_the_published_ones),
		cmocka_unit_test(bytes_have_text_forms),
		cmocka_unit_test(backoff_grows_within_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
