/* mesad: the desk. Arguments, configuration, start and end. */
#include "programs/mesad/desk.h"

#include "base/log.h"

#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum {
	EXIT_USAGE = 64,
	EXIT_SOFTWARE = 70,
	EXIT_CANTCREAT = 73,
	EXIT_TRYAGAIN = 75,
	EXIT_CONFIG = 78
};

static const char usage[] =
	"usage: mesad [-c DIR] [-n | --drain]\n"
	"\n"
	"Reads the desk's mailboxes, turns every mail into a case or a part of one, keeps the\n"
	"clocks and answers by mail. Runs in the foreground; log lines go to standard error.\n"
	"\n"
	"  -c, --config DIR  configuration directory (default: $CONFIGURATION_DIRECTORY,\n"
	"                    /etc/mesad, ./config)\n"
	"  -n, --check       check the configuration and exit: 0 good, 78 not\n"
	"      --drain       handle all that is in the mailboxes, send all that is due, and exit:\n"
	"                    0 done, 75 something has to wait\n"
	"      --version     print the version\n"
	"      --help        print this\n"
	"\n"
	"Signals: HUP reads the configuration anew (a bad file keeps the old one), TERM stops\n"
	"within ten seconds.\n"
	"\n"
	"Examples:\n"
	"  mesad -n -c /etc/mesad      is my configuration right?\n"
	"  mesad -c config --drain     one round, then out\n";

struct options {
	const char *dir;
	bool check, drain, quiet;
};

static int parse_options(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{"config", required_argument, NULL, 'c'},
		{"check", no_argument, NULL, 'n'},
		{"drain", no_argument, NULL, 'd'},
		{"quiet", no_argument, NULL, 'q'},
		{"version", no_argument, NULL, 'v'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "c:nh", longs, NULL)) != -1) {
		switch (c) {
		case 'c':
			o->dir = optarg;
			break;
		case 'n':
			o->check = true;
			break;
		case 'd':
			o->drain = true;
			break;
		case 'q':
			o->quiet = true;
			break;
		case 'v':
			printf("mesad %s\n", mesad_version);
			return 0;
		case 'h':
			fputs(usage, stdout);
			return 0;
		default:
			fputs("try: mesad --help\n", stderr);
			return EXIT_USAGE;
		}
	}
	if (optind == argc)
		return -1;
	fprintf(stderr, "mesad: unexpected argument: %s\ntry: mesad --help\n", argv[optind]);
	return EXIT_USAGE;
}

/* --- configuration --- */

static struct conf *load(const char *dir, bool tell_warnings)
{
	struct sbuf text = SBUF_INIT(1024 * 1024);
	struct conf *c;
	struct diags d;

	diags_init(&d);
	c = conf_load(dir, sys_now(), &d);
	if (c == NULL || tell_warnings)
		diags_print(&text, &d, isatty(STDERR_FILENO) != 0);
	if (text.n)
		fputs(text.p, stderr);
	sbuf_free(&text);
	diags_free(&d);
	return c;
}

static struct template_set *load_templates(const struct mesad_conf *c, struct err *e)
{
	struct arena *a = arena_new();
	struct template_set *t = template_load(arena_printf(a, "%s/templates/es", c->dir), e);

	arena_free(&a);
	return t;
}

/* The key that a reload cannot change, and that was changed; NULL: none. */
static const char *moved_key(const struct mesad_conf *a, const struct mesad_conf *b)
{
	if (!str_eq(a->state_dir, b->state_dir))
		return "state_dir";
	if (a->has_web != b->has_web ||
	    (a->has_web &&
	     (!str_eq(a->web_listen_host, b->web_listen_host) || a->web_port != b->web_port)))
		return "web.listen";
	return NULL;
}

static void open_boxes(struct desk *d);

void desk_reload(struct desk *d)
{
	struct conf *fresh = load(d->conf_dir, true);
	struct template_set *templates = NULL;
	struct err e = {"the configuration has errors"};
	const char *moved = NULL;
	bool was_ready = d->ready;

	if (fresh)
		moved = moved_key(conf_get(fresh), d->conf);
	if (moved)
		err_set(&e, "%s only changes with a restart", moved);
	else if (fresh)
		templates = load_templates(conf_get(fresh), &e);
	if (templates == NULL ||
	    !engine_reload(d->engine, conf_get(fresh), templates, sys_now(), &e)) {
		log_event(LOG_LEVEL_ERROR, "reload_refused", "why=\"%s\"", e.text);
		if (templates)
			engine_reload(d->engine, d->conf, d->templates, sys_now(), NULL);
		template_free(&templates);
		conf_free(&fresh);
	} else {
		desk_stop_workers(d);
		free(d->boxes);
		template_free(&d->templates);
		conf_free(&d->conf_owner);
		d->conf_owner = fresh;
		d->conf = conf_get(fresh);
		d->templates = templates;
		open_boxes(d);
		d->ready = false; /* and said anew when every mailbox was read */
		log_event(LOG_LEVEL_INFO, "reloaded", "policy=%s", d->conf->policy->hash);
	}
	if (was_ready)
		sys_notify("READY=1");
}

/* --- start --- */

static void open_boxes(struct desk *d)
{
	struct err e;

	d->n_boxes = d->quiet ? 0 : d->conf->n_mailboxes;
	if (d->n_boxes > DESK_BOXES)
		d->n_boxes = DESK_BOXES;
	d->boxes = mem_array(d->n_boxes, sizeof(*d->boxes));
	for (size_t i = 0; i < d->n_boxes; i++) {
		struct box *b = &d->boxes[i];

		b->conf = &d->conf->mailboxes[i];
		worker_init(&b->w, "mesad-imap", d->path_imap);
		b->started = ledger_started(d->store, b->conf->name);
		if (b->started)
			continue;
		b->started = sys_now();
		if (!engine_begin(d->engine, &e) ||
		    !ledger_start(d->store, b->conf->name, b->started, &e) ||
		    !engine_commit(d->engine, false, &e)) {
			engine_abandon(d->engine);
			log_event(LOG_LEVEL_ERROR, "start_not_recorded", "mailbox=%s why=\"%s\"",
				  b->conf->name, e.text);
		}
	}
}

static bool open_descriptors(struct desk *d, struct err *e)
{
	struct arena *a = arena_new();
	bool ok = false;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	d->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	d->signal_fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	d->timer_fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	if (d->epoll_fd < 0 || d->signal_fd < 0 || d->timer_fd < 0) {
		err_sys(e, "event descriptors");
		goto out;
	}
	d->listen_fd = sys_listen_unix(arena_printf(a, "%s/control", d->conf->state_dir), e);
	if (d->listen_fd < 0)
		goto out;
	if (d->conf->has_web && !d->quiet && !d->drain) {
		d->web_fd = sys_listen_tcp(d->conf->web_listen_host, d->conf->web_port, e);
		if (d->web_fd < 0)
			goto out;
	}
	ok = desk_watch(d, d->signal_fd, WATCH(WATCH_SIGNAL, 0), e) &&
	     desk_watch(d, d->timer_fd, WATCH(WATCH_TIMER, 0), e) &&
	     desk_watch(d, d->listen_fd, WATCH(WATCH_LISTEN, 0), e);
out:
	arena_free(&a);
	return ok;
}

static void open_workers(struct desk *d)
{
	for (size_t i = 0; i < DESK_PARSERS; i++) {
		worker_init(&d->parsers[i].w, "mesad-parse", d->path_parse);
		queue_init(&d->parsers[i].handed);
	}
	worker_init(&d->post.w, "mesad-smtp", d->path_smtp);
	worker_init(&d->web, "mesad-web", d->path_web);
	queue_init(&d->to_keep);
	queue_init(&d->to_parse);
	queue_init(&d->to_decide);
	for (size_t i = 0; i < DESK_CLIENTS; i++)
		d->clients[i].fd = -1;
}

/* How did the last life end? Its open mails are taken up; after an unclean end, one at a time. */
static bool look_back(struct desk *d, struct err *e)
{
	struct arena *a = arena_new();
	struct slice clean = {NULL, 0};
	bool ok;

	store_meta_get(d->store, a, "clean", &clean);
	d->careful = slice_eq(clean, SLICE("no"));
	arena_free(&a);
	ok = engine_begin(d->engine, e);
	if (ok && d->careful)
		ledger_desk_died(d->store, e);
	ok = ok && store_meta_set(d->store, "clean", SLICE("no"), e) &&
	     outbox_wake(d->store, sys_now(), e) && engine_commit(d->engine, false, e);
	if (!ok)
		engine_abandon(d->engine);
	d->recovering = true;
	d->timers_due = true;
	d->post.look = true;
	d->next_timer = INT64_MAX;
	d->next_ingest = ledger_next_ingest(d->store);
	return ok;
}

static void look_forward(struct desk *d)
{
	struct err e;

	if (!engine_begin(d->engine, &e) || !store_meta_set(d->store, "clean", SLICE("yes"), &e) ||
	    !engine_commit(d->engine, false, &e))
		engine_abandon(d->engine);
}

/* What holds the lock may be a quiet desk that mesactl just left alone. */
static int take_lock(const char *path, struct err *e)
{
	int64_t until = sys_mono_ms() + LOCK_WAIT_MS;
	int fd = sys_lock(path, e);

	while (fd == -2 && sys_mono_ms() < until) {
		poll(NULL, 0, LOCK_PAUSE_MS);
		fd = sys_lock(path, e);
	}
	return fd;
}

static int open_state(struct desk *d, struct err *e)
{
	struct arena *a = arena_new();
	const char *dir = d->conf->state_dir;
	enum trouble t = TROUBLE_NONE;
	int rc = EXIT_CANTCREAT;

	if (!sys_state_dir(dir, e))
		goto out;
	d->lock_fd = take_lock(arena_printf(a, "%s/lock", dir), e);
	if (d->lock_fd == -2) {
		err_set(e, "another mesad runs on %s", dir);
		rc = EXIT_TRYAGAIN;
	}
	if (d->lock_fd < 0)
		goto out;
	d->store = store_open(dir, STORE_WRITE, &t, e);
	if (d->store == NULL) {
		rc = t == TROUBLE_BUSY || t == TROUBLE_FULL ? EXIT_TRYAGAIN : EXIT_SOFTWARE;
		goto out;
	}
	d->engine = engine_new(d->store, d->conf, d->templates, e);
	rc = d->engine ? 0 : EXIT_SOFTWARE;
out:
	arena_free(&a);
	return rc;
}

/* Whoever captures what mesactl prints must not wait until the quiet desk has gone. */
static void let_go_of_terminal(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int to = STDIN_FILENO; fd >= 0 && to <= STDERR_FILENO; to++)
		dup2(fd, to);
	if (fd > STDERR_FILENO)
		close(fd);
}

static int run(struct desk *d)
{
	struct err e = {"could not start"};
	int rc = open_state(d, &e);

	if (rc == 0 && (!open_descriptors(d, &e) || !look_back(d, &e) ||
			!engine_reload(d->engine, d->conf, d->templates, sys_now(), &e)))
		rc = EXIT_CANTCREAT;
	if (rc) {
		log_event(LOG_LEVEL_ERROR, "start_failed", "why=\"%s\"", e.text);
		return rc;
	}
	if (!engine_restored(d->engine, sys_now(), &e))
		log_event(LOG_LEVEL_WARN, "restore_not_told", "why=\"%s\"", e.text);
	if (geteuid() == 0)
		log_event(LOG_LEVEL_WARN, "runs_as_root",
			  "advice=\"use the mesad user (mesad.service)\"");
	open_boxes(d);
	log_event(LOG_LEVEL_INFO, "started", "version=%s mailboxes=%zu%s", mesad_version,
		  d->n_boxes, d->careful ? " after=unclean_end" : "");
	if (d->quiet)
		let_go_of_terminal();
	desk_run(d);
	if (!d->failed)
		look_forward(d);
	log_event(LOG_LEVEL_INFO, "stopped", "exit=%d", d->exit_code);
	return d->exit_code;
}

static void close_desk(struct desk *d)
{
	struct item *it;

	while ((it = queue_take(&d->to_keep)) || (it = queue_take(&d->to_parse)) ||
	       (it = queue_take(&d->to_decide)))
		item_free(it);
	for (size_t i = 0; i < DESK_WINDOW; i++)
		arena_free(&d->post.slot[i].a);
	engine_free(&d->engine);
	store_close(&d->store);
	template_free(&d->templates);
	conf_free(&d->conf_owner);
	free(d->boxes);
}

/* A full house of descriptors: each mail in hand is one. */
static void raise_limits(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
		r.rlim_cur = r.rlim_max < 65536 ? r.rlim_max : 65536;
		setrlimit(RLIMIT_NOFILE, &r);
	}
}

int main(int argc, char **argv)
{
	struct desk *d = mem_alloc(sizeof(*d));
	struct options o = {0};
	struct arena *a = arena_new();
	struct err e;
	int rc = parse_options(argc, argv, &o);

	if (rc >= 0)
		goto out;
	d->lock_fd = d->listen_fd = d->web_fd = -1;
	log_open("mesad", o.quiet ? LOG_LEVEL_ERROR : LOG_LEVEL_INFO);
	raise_limits();
	d->conf_dir = o.dir ? o.dir : conf_default_dir(a);
	d->drain = o.drain;
	d->quiet = o.quiet;
	d->quiet_since_ms = sys_mono_ms();
	d->path_imap = worker_path(a, "mesad-imap");
	d->path_parse = worker_path(a, "mesad-parse");
	d->path_smtp = worker_path(a, "mesad-smtp");
	d->path_web = worker_path(a, "mesad-web");
	open_workers(d);
	d->conf_owner = load(d->conf_dir, !o.quiet);
	rc = EXIT_CONFIG;
	if (d->conf_owner == NULL)
		goto out;
	d->conf = conf_get(d->conf_owner);
	d->templates = load_templates(d->conf, &e);
	if (d->templates == NULL) {
		fprintf(stderr, "%s\n", e.text);
		goto out;
	}
	rc = o.check ? 0 : run(d);
	close_desk(d);
out:
	free(d);
	arena_free(&a);
	return rc;
}
