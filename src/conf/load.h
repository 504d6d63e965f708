/* load: what the files share while a configuration is read. One function a file; the order matters,
 * because later ones name what earlier ones hold. */
#pragma once

#include "conf/conf.h"
#include "conf/schema.h"

struct owned_pattern {
	struct pattern *p;
	struct owned_pattern *next;
};

struct load {
	struct reader r; /* r.load points back here */
	struct mesad_conf *c;
	struct policy *p;
	int64_t now;
	struct owned_pattern *patterns;
	bool partial; /* a file could not be read: what names its contents is not judged */
	const void *mailbox_rows; /* between load_mailboxes and load_smtp */
	const void *service_rows; /* between load_services and load_staff */
};

enum { SERVICES_MAX = 200, STAFF_MAX = 500, RULES_MAX = 2000, CALENDARS_MAX = 50 };

/* mesad.yaml: places, and of the policy the entity, the addresses, base_url and trust. */
void load_places(struct load *l, const struct node *root);
void load_mailboxes(struct load *l, const struct node *list);
void load_smtp(struct load *l, const struct node *root, const struct node *map);
void load_calendars(struct load *l, const struct node *root); /* after places: the zone */
void load_services(struct load *l, const struct node *root);
void load_staff(struct load *l, const struct node *root); /* after services */
void load_desk(struct load *l, const struct node *root);  /* after calendars and services */
void load_numbers(struct load *l, const struct node *current, const struct node *before);
void load_intake(struct load *l, const struct node *list);
void load_rules(struct load *l, const struct node *root); /* after services and staff */
void load_plan(struct load *l, const struct node *root);  /* after services and staff */
void load_people(struct load *l, const char *file);

/* A server of mesad.yaml (imap, smtp) as its keys are read. */
enum auth { AUTH_UNSAID, AUTH_PASSWORD, AUTH_OAUTH2 };
struct server_row {
	struct server_conf s;
	int tls, auth;
	const struct node *host_at, *oauth;
};

extern const struct choice tls_choices[], auth_choices[];
read_fn read_host;

/* The rows that both tables of keys share; `m` is the struct server_row in `type`. */
#define SERVER_KEYS(type, m)                                                                       \
	{.name = "host",                                                                           \
	 .read = read_node,                                                                        \
	 .offset = offsetof(type, m.host_at),                                                      \
	 .required = true},                                                                        \
		{.name = "port",                                                                   \
		 .read = read_int,                                                                 \
		 .offset = offsetof(type, m.s.port),                                               \
		 .min = 1,                                                                         \
		 .max = 65535},                                                                    \
		{.name = "tls",                                                                    \
		 .read = read_choice,                                                              \
		 .offset = offsetof(type, m.tls),                                                  \
		 .otherwise = "implicit",                                                          \
		 .choices = tls_choices},                                                          \
		{.name = "ca_file",                                                                \
		 .read = read_str,                                                                 \
		 .offset = offsetof(type, m.s.ca_file),                                            \
		 .otherwise = "",                                                                  \
		 .min = 1},                                                                        \
		{.name = "auth",                                                                   \
		 .read = read_choice,                                                              \
		 .offset = offsetof(type, m.auth),                                                 \
		 .choices = auth_choices},                                                         \
		{.name = "user",                                                                   \
		 .read = read_str,                                                                 \
		 .offset = offsetof(type, m.s.user),                                               \
		 .otherwise = "",                                                                  \
		 .min = 1,                                                                         \
		 .max = 254},                                                                      \
		{.name = "password_file",                                                          \
		 .read = read_str,                                                                 \
		 .offset = offsetof(type, m.s.password_file),                                      \
		 .otherwise = "",                                                                  \
		 .min = 1},                                                                        \
	{                                                                                          \
		.name = "oauth2", .read = read_node, .offset = offsetof(type, m.oauth)             \
	}

/* Make row->s whole and check it. at: its map. own: the address that stands for a missing imap
 * user; NULL for smtp, where no user means no AUTH. */
void load_server(struct load *l, struct server_row *row, const struct node *at, const char *own);
/* Warn when a secret is not there yet, or others may read it. */
void check_secret(struct load *l, const struct node *at, const char *file);
/* https, or http where the host is this machine itself; no user, query or fragment. */
bool url_ok(struct load *l, const struct node *at, const char *url);

/* «localhost», 127.0.0.0/8, ::1 */
bool is_loopback(const char *host);

/* Names that stand for something of the policy. read_calendar: const struct calendar * (NULL:
 * always); read_service: const char *. */
read_fn read_calendar;
read_fn read_service;

/* A name that must be there only once; false (and told) when an earlier row has it. */
bool is_first(const struct reader *r, const struct node *at, const char *what, const char *value,
	      const char *const *before, size_t n);
