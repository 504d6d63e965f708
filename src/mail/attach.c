#include "mail/attach.h"

#include "mail/words.h"

enum { TEXT_PROBE = 512 };

/* Signatures at the start of files. */
static const struct {
	struct slice magic;
	size_t at;
	const char *type;
} magics[] = {
	{SLICE("%PDF-"), 0, "application/pdf"},
	{SLICE("\x89PNG\r\n\x1A\n"), 0, "image/png"},
	{SLICE("\xFF\xD8\xFF"), 0, "image/jpeg"},
	{SLICE("GIF87a"), 0, "image/gif"},
	{SLICE("GIF89a"), 0, "image/gif"},
	{SLICE("WEBP"), 8, "image/webp"},
	{SLICE("II*\0"), 0, "image/tiff"},
	{SLICE("MM\0*"), 0, "image/tiff"},
	{SLICE("ftypheic"), 4, "image/heic"},
	{SLICE("ftypmif1"), 4, "image/heic"},
	{SLICE("ftyp"), 4, "video/mp4"},
	{SLICE("PK\x03\x04"), 0, "application/zip"},
	{SLICE("PK\x05\x06"), 0, "application/zip"},
	{SLICE("\x1F\x8B"), 0, "application/gzip"},
	{SLICE("7z\xBC\xAF\x27\x1C"), 0, "application/x-7z-compressed"},
	{SLICE("Rar!\x1A\x07"), 0, "application/vnd.rar"},
	{SLICE("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), 0, "application/x-ole-storage"},
	{SLICE("{\\rtf"), 0, "application/rtf"},
	{SLICE("MZ"), 0, "application/vnd.microsoft.portable-executable"},
	{SLICE("\x7F"
	       "ELF"),
	 0, "application/x-executable"},
	{SLICE("OggS"), 0, "audio/ogg"},
	{SLICE("ID3"), 0, "audio/mpeg"},
	{SLICE("#!AMR"), 0, "audio/amr"},
	{SLICE("WAVE"), 8, "audio/wav"},
	{SLICE("BEGIN:VCALENDAR"), 0, "text/calendar"},
	{SLICE("BEGIN:VCARD"), 0, "text/vcard"},
};

/* Extensions: what containers (zip, OLE) hold, what undeclared files are, and what to call
 * nameless ones. The first row of a type names its extension. */
static const struct {
	const char *ext, *type;
	const char *container; /* the type by content that it is in, or NULL */
} extensions[] = {
	{".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	 "application/zip"},
	{".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	 "application/zip"},
	{".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	 "application/zip"},
	{".odt", "application/vnd.oasis.opendocument.text", "application/zip"},
	{".ods", "application/vnd.oasis.opendocument.spreadsheet", "application/zip"},
	{".odp", "application/vnd.oasis.opendocument.presentation", "application/zip"},
	{".apk", "application/vnd.android.package-archive", "application/zip"},
	{".jar", "application/java-archive", "application/zip"},
	{".doc", "application/msword", "application/x-ole-storage"},
	{".xls", "application/vnd.ms-excel", "application/x-ole-storage"},
	{".ppt", "application/vnd.ms-powerpoint", "application/x-ole-storage"},
	{".msg", "application/vnd.ms-outlook", "application/x-ole-storage"},
	{".msi", "application/x-msi", "application/x-ole-storage"},
	{".pdf", "application/pdf", NULL},
	{".rtf", "application/rtf", NULL},
	{".png", "image/png", NULL},
	{".jpg", "image/jpeg", NULL},
	{".jpeg", "image/jpeg", NULL},
	{".gif", "image/gif", NULL},
	{".webp", "image/webp", NULL},
	{".tiff", "image/tiff", NULL},
	{".bmp", "image/bmp", NULL},
	{".heic", "image/heic", NULL},
	{".svg", "image/svg+xml", NULL},
	{".zip", "application/zip", NULL},
	{".txt", "text/plain", NULL},
	{".csv", "text/csv", NULL},
	{".html", "text/html", NULL},
	{".htm", "text/html", NULL},
	{".xml", "application/xml", NULL},
	{".json", "application/json", NULL},
	{".ics", "text/calendar", NULL},
	{".vcf", "text/vcard", NULL},
	{".eml", "message/rfc822", NULL},
	{".p7m", "application/pkcs7-mime", NULL},
	{".p7s", "application/pkcs7-signature", NULL},
	{".asc", "application/pgp-signature", NULL},
	{".mp3", "audio/mpeg", NULL},
	{".ogg", "audio/ogg", NULL},
	{".wav", "audio/wav", NULL},
	{".m4a", "audio/mp4", NULL},
	{".amr", "audio/amr", NULL},
	{".opus", "audio/opus", NULL},
	{".mp4", "video/mp4", NULL},
	{".3gp", "video/3gpp", NULL},
	{".mov", "video/quicktime", NULL},
	{".log", "text/plain", NULL},
};

static const char *by_magic(struct slice b)
{
	for (size_t i = 0; i < COUNT(magics); i++)
		if (slice_starts(slice_sub(b, magics[i].at, b.n), magics[i].magic))
			return magics[i].type;
	return NULL;
}

/* Markup that says itself what it is, whatever it is called. */
static const char *by_markup(struct slice b)
{
	struct slice s = slice_trim(slice_sub(b, 0, TEXT_PROBE));

	if (slice_starts(s, SLICE("\xEF\xBB\xBF")))
		s = slice_sub(s, 3, s.n);
	if (s.n == 0 || s.p[0] != '<')
		return NULL;
	if (slice_istarts(s, "<!doctype html") || slice_istarts(s, "<html"))
		return "text/html";
	if (slice_ifind(s, SLICE("<svg")) != SIZE_MAX)
		return "image/svg+xml";
	if (slice_istarts(s, "<script"))
		return "text/html";
	return NULL;
}

static bool says_nothing(const char *type)
{
	static const char *const vague[] = {"",
					    "application/octet-stream",
					    "application/x-octet-stream",
					    "application/unknown",
					    "application/binary",
					    "application/download",
					    "application/force-download",
					    "application/x-download",
					    "binary/octet-stream",
					    "application/x-unknown",
					    "file/unknown",
					    "application/save"};

	for (size_t i = 0; i < COUNT(vague); i++)
		if (str_eq(type, vague[i]))
			return true;
	return false;
}

const char *attach_type(struct slice bytes, const char *declared, const char *name)
{
	const char *content = by_magic(bytes);

	if (!content)
		content = by_markup(bytes);
	for (size_t i = 0; i < COUNT(extensions); i++) {
		bool fits =
			content ? str_eq(content, extensions[i].container) : says_nothing(declared);

		if (fits && slice_iends(slice_of(name), extensions[i].ext))
			return extensions[i].type;
	}
	if (content)
		return content;
	return str_empty(declared) ? "application/octet-stream" : declared;
}

const char *attach_extension(const char *type)
{
	for (size_t i = 0; i < COUNT(extensions); i++)
		if (str_eq(type, extensions[i].type))
			return extensions[i].ext;
	return slice_istarts(slice_of(type), "text/") ? ".txt" : ".bin";
}

/* «filename='acta final.pdf'»: the wrong quotes. */
static struct slice without_quotes(struct slice v)
{
	bool quoted = v.n > 2 && v.p[0] == '\'' && v.p[v.n - 1] == '\'';
	return quoted && slice_find(v, SLICE("''")) == SIZE_MAX ? slice_sub(v, 1, v.n - 2) : v;
}

char *attach_name(struct arena *a, const struct headers *head)
{
	static const struct {
		const char *field, *param;
	} places[] = {{"Content-Disposition", "filename"},
		      {"Content-Type", "name"},
		      {"Content-Disposition", "name"},
		      {"Content-Type", "filename"}};

	for (size_t i = 0; i < COUNT(places); i++) {
		const struct slice *v = header_get(head, places[i].field);
		const char *charset;
		struct slice value;
		char *name;

		if (!v || !header_param(a, *v, places[i].param, &value, &charset))
			continue;
		name = words_param(a, str_empty(charset) ? without_quotes(value) : value, charset);
		if (name[0])
			return name;
	}
	return arena_str(a, "");
}

static const char *numbered(struct arena *a, struct slice s, unsigned copy)
{
	size_t dot = s.n;

	while (dot > 1 && s.p[dot - 1] != '.')
		dot--;
	dot = dot > 1 ? dot - 1 : s.n;
	return words_filename(a, arena_printf(a, "%.*s (%u)%s", (int)dot, s.p, copy, s.p + dot),
			      "adjunto");
}

void attach_distinct(struct arena *a, struct attachment *list, size_t n)
{
	const char **own = arena_array(a, n, sizeof *own);

	for (size_t i = 0; i < n; i++)
		own[i] = list[i].name;
	for (size_t i = 1; i < n; i++) {
		unsigned copies = 1;

		for (size_t j = 0; j < i; j++)
			copies += slice_ieq(slice_of(own[j]), slice_of(own[i]));
		if (copies > 1)
			list[i].name = numbered(a, slice_of(own[i]), copies);
	}
}
