#include "programs/mesad-web/web.h"

#include "io/sys.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

/* --- the route --- */

bool web_is_token(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'z') ||
		      s.p[i] == '-'))
			return false;
	return s.n >= WEB_TOKEN_MIN && s.n <= WEB_TOKEN_MAX;
}

void web_split_url(struct arena *a, const char *url, char **origin, char **path)
{
	struct slice s = slice_of(url);
	size_t scheme = slice_find(s, SLICE("://"));
	size_t host = scheme == SIZE_MAX ? 0 : scheme + 3;
	size_t slash = slice_chr(slice_sub(s, host, s.n), '/');
	size_t end = slash == SIZE_MAX ? s.n : host + slash;
	struct slice rest = slice_sub(s, end, s.n);

	while (rest.n > 0 && rest.p[rest.n - 1] == '/')
		rest.n--;
	*origin = slice_dup(a, slice_sub(s, 0, end));
	*path = slice_dup(a, rest);
}

static bool route(const struct web *w, const char *url, char *token)
{
	struct slice s = slice_of(url);

	if (!slice_starts(s, slice_of(w->path)))
		return false;
	s = slice_sub(s, strlen(w->path), s.n);
	if (!slice_starts(s, SLICE("/e/")))
		return false;
	s = slice_sub(s, 3, s.n);
	if (!web_is_token(s))
		return false;
	memcpy(token, s.p, s.n);
	token[s.n] = '\0';
	return true;
}

/* --- what is let through --- */

static const char *header(struct request *r, const char *name)
{
	const char *v = MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, name);

	return v ? v : "";
}

/* Ours by the configuration, or by the name that the browser itself calls us. Pages that give no
 * referrer send "null"; then the browser's own word decides, where it gives one. */
static bool is_foreign(const struct web *w, struct request *r)
{
	const char *origin = header(r, "Origin"), *host = header(r, "Host");
	const char *site = header(r, "Sec-Fetch-Site");
	struct slice o = slice_of(origin);
	size_t scheme;

	if (*site && strcasecmp(site, "same-origin") != 0 && strcasecmp(site, "none") != 0)
		return true;
	if (!*origin || str_eq(origin, "null") || strcasecmp(origin, w->origin) == 0)
		return false;
	scheme = slice_find(o, SLICE("://"));
	return scheme == SIZE_MAX || !*host || !slice_ieqs(slice_sub(o, scheme + 3, o.n), host);
}

static bool is_form(struct request *r)
{
	struct slice type = slice_of(header(r, "Content-Type")), first = {0};

	slice_next(&type, ';', &first);
	return slice_ieqs(slice_trim(first), "application/x-www-form-urlencoded");
}

static bool is_too_long(struct request *r)
{
	const char *said = header(r, "Content-Length");
	uint64_t n;

	return *said && (!slice_u64(slice_of(said), &n) || n > WEB_BODY_MAX);
}

static uint32_t refuse_post(const struct web *w, struct request *r)
{
	return !is_form(r)	  ? MHD_HTTP_UNSUPPORTED_MEDIA_TYPE
	       : is_too_long(r)	  ? MHD_HTTP_CONTENT_TOO_LARGE
	       : is_foreign(w, r) ? MHD_HTTP_FORBIDDEN
				  : 0;
}

static enum web_method method_of(const char *name)
{
	static const char *const names[] = {
		[WEB_GET] = "GET", [WEB_HEAD] = "HEAD", [WEB_POST] = "POST"};

	for (size_t i = 0; i < COUNT(names); i++)
		if (str_eq(name, names[i]))
			return (enum web_method)i;
	return WEB_OTHER;
}

/* --- the form --- */

static struct sbuf *field(struct request *r, const char *key)
{
	return str_eq(key, "score")	? &r->score
	       : str_eq(key, "solved")	? &r->solved
	       : str_eq(key, "comment") ? &r->comment
					: NULL;
}

/* Values come in pieces. Of a field sent twice, the first counts. */
static enum MHD_Result on_field(void *ctx, enum MHD_ValueKind kind, const char *key,
				const char *file, const char *type, const char *encoding,
				const char *data, uint64_t off, size_t n)
{
	struct sbuf *b = field(ctx, key);

	(void)kind;
	(void)file;
	(void)type;
	(void)encoding;
	if (b && off == b->n)
		sbuf_put(b, data, n);
	return MHD_YES;
}

static void take_body(struct request *r, const char *data, size_t n)
{
	r->body += n;
	if (r->refused)
		return;
	if (r->body > WEB_BODY_MAX)
		r->refused = MHD_HTTP_CONTENT_TOO_LARGE;
	else if (MHD_post_process(r->post, data, n) != MHD_YES)
		r->refused = MHD_HTTP_BAD_REQUEST;
}

/* --- answers --- */

static enum MHD_Result respond(struct request *r, uint32_t status, const struct sbuf *page)
{
	static const struct {
		const char *name, *value;
	} fixed[] = {
		{"Content-Type", "text/html; charset=utf-8"},
		{"Content-Language", "es-CO"},
		{"Referrer-Policy", "no-referrer"},
		{"X-Content-Type-Options", "nosniff"},
		{"X-Frame-Options", "DENY"},
		{"X-Robots-Tag", "noindex, nofollow"},
		{"Cache-Control", "no-store"},
		{"Connection", "close"},
	};
	struct MHD_Response *answer =
		MHD_create_response_from_buffer(page->n, page->p, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result ok;

	if (!answer)
		return MHD_NO;
	for (size_t i = 0; i < COUNT(fixed); i++)
		MHD_add_response_header(answer, fixed[i].name, fixed[i].value);
	MHD_add_response_header(answer, "Content-Security-Policy", page_csp());
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(answer, "Allow", "GET, HEAD, POST");
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
		MHD_add_response_header(answer, "Retry-After", "30");
	ok = MHD_queue_response(r->connection, status, answer);
	MHD_destroy_response(answer);
	r->answered = true;
	return ok;
}

static enum MHD_Result respond_plain(struct request *r, uint32_t status)
{
	static const struct page_house nobody = {"", "", ""};
	struct sbuf page = SBUF_INIT(PAGE_MAX);
	enum MHD_Result ok;

	page_error(&page, &nobody, (int)status, "");
	ok = respond(r, status, &page);
	sbuf_free(&page);
	return ok;
}

void web_answer(struct request *r, uint32_t status, const struct slice *page)
{
	r->status = status;
	if (page)
		sbuf_slice(&r->page, *page);
	r->waiting = false;
	MHD_resume_connection(r->connection);
}

/* --- MHD's callbacks --- */

static const char *address_of(struct request *r, char *out, size_t n)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *sa = info ? info->client_addr : NULL;
	const void *raw = NULL;

	if (sa && sa->sa_family == AF_INET)
		raw = &((const struct sockaddr_in *)(const void *)sa)->sin_addr;
	else if (sa && sa->sa_family == AF_INET6)
		raw = &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr;
	return raw && inet_ntop(sa->sa_family, raw, out, (socklen_t)n) ? out : "";
}

/* The head is there, the body is not. */
static enum MHD_Result first_look(struct web *w, struct request *r, const char *url,
				  const char *method)
{
	r->seen = true;
	r->method = method_of(method);
	if (r->method == WEB_OTHER)
		r->refused = MHD_HTTP_METHOD_NOT_ALLOWED;
	else if (!route(w, url, r->token))
		r->refused = MHD_HTTP_NOT_FOUND;
	else if (r->method == WEB_POST)
		r->refused = refuse_post(w, r);
	if (r->method == WEB_POST && !r->refused) {
		r->post = MHD_create_post_processor(r->connection, 1024, on_field, r);
		if (!r->post)
			r->refused = MHD_HTTP_BAD_REQUEST;
	}
	/* What has no body, or one that nobody wants, is answered at once. */
	return r->refused ? respond_plain(r, r->refused) : MHD_YES;
}

static enum MHD_Result ask(struct web *w, struct request *r)
{
	char address[INET6_ADDRSTRLEN] = "";

	if (r->comment.over)
		r->comment.over = false; /* the beginning of a very long comment counts too */
	if (!web_ask(w, r, header(r, "Origin"), address_of(r, address, sizeof address)))
		return respond_plain(r, MHD_HTTP_SERVICE_UNAVAILABLE);
	r->waiting = true;
	MHD_suspend_connection(r->connection);
	return MHD_YES;
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *c, const char *url,
				  const char *method, const char *version, const char *data,
				  size_t *n, void **con_cls)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct request *r = info ? info->socket_context : NULL;

	(void)version;
	if (!r)
		return MHD_NO;
	*con_cls = r;
	if (!r->seen)
		return first_look(ctx, r, url, method);
	if (*n > 0) {
		take_body(r, data, *n);
		*n = 0;
		return MHD_YES;
	}
	if (r->answered)
		return MHD_YES;
	if (r->refused)
		return respond_plain(r, r->refused);
	if (r->status && r->page.n > 0)
		return respond(r, r->status, &r->page);
	return r->status ? respond_plain(r, r->status) : ask(ctx, r);
}

static void release(struct request *r)
{
	if (r->post)
		MHD_destroy_post_processor(r->post);
	sbuf_free(&r->score);
	sbuf_free(&r->solved);
	sbuf_free(&r->comment);
	sbuf_free(&r->page);
	*r = (struct request){0};
}

static void on_connection(void *ctx, struct MHD_Connection *c, void **slot,
			  enum MHD_ConnectionNotificationCode what)
{
	struct web *w = ctx;
	const union MHD_ConnectionInfo *info;

	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (*slot)
			release(*slot);
		*slot = NULL;
		return;
	}
	info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
	for (size_t i = 0; i < COUNT(w->slots) && !*slot; i++) {
		if (w->slots[i].connection)
			continue;
		w->slots[i] = (struct request){.connection = c,
					       .fd = info ? info->connect_fd : -1,
					       .born_ms = sys_mono_ms(),
					       .score = SBUF_INIT(WEB_CHOICE_MAX),
					       .solved = SBUF_INIT(WEB_CHOICE_MAX),
					       .comment = SBUF_INIT(WEB_COMMENT_MAX),
					       .page = SBUF_INIT(PAGE_MAX)};
		*slot = &w->slots[i];
	}
}

/* "Cannot accept", "connection reset": nothing that anybody could act on. */
static void quiet(void *ctx, const char *fmt, va_list ap)
{
	(void)ctx;
	(void)fmt;
	(void)ap;
}

static bool is_local(int listener)
{
	struct sockaddr_storage at = {0};
	socklen_t len = sizeof at;
	char text[INET6_ADDRSTRLEN] = "";

	if (getsockname(listener, (struct sockaddr *)&at, &len) < 0)
		return false;
	if (at.ss_family == AF_INET)
		inet_ntop(AF_INET, &((struct sockaddr_in *)&at)->sin_addr, text, sizeof text);
	else if (at.ss_family == AF_INET6)
		inet_ntop(AF_INET6, &((struct sockaddr_in6 *)&at)->sin6_addr, text, sizeof text);
	return sys_is_loopback(text);
}

/* Tokens have nothing to decode, and a decoded %00 would cut the address short. */
static size_t leave_escaped(void *ctx, struct MHD_Connection *c, char *s)
{
	(void)ctx;
	(void)c;
	return strlen(s);
}

bool web_open(struct web *w, int listener, const char *base_url, struct err *e)
{
	struct arena *a = arena_new(); /* as long as the process */
	unsigned per_address = is_local(listener) ? 0 : WEB_PER_ADDRESS;

	web_split_url(a, base_url, &w->origin, &w->path);
	w->daemon = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
		on_request, w, MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_EXTERNAL_LOGGER,
		quiet, NULL, MHD_OPTION_NOTIFY_CONNECTION, on_connection, w,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)WEB_CONNECTIONS,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, per_address, MHD_OPTION_CONNECTION_TIMEOUT,
		(unsigned)WEB_IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)WEB_HEAD_MAX, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_UNESCAPE_CALLBACK,
		leave_escaped, NULL, MHD_OPTION_END);
	return w->daemon || err_set(e, "the HTTP server does not start");
}
