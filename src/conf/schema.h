/* schema: tables of keys. A row says the key's name, how its value is read and where it goes; what
 * is unknown, double, missing or of another kind is told, and nothing is silently ignored. */
#pragma once

#include "conf/diag.h"
#include "conf/yaml.h"
#include "core/calendar.h"

struct load;

struct reader {
	struct arena *a;
	struct diags *d;
	struct load *load; /* for readers that look names up */
};

struct choice {
	const char *name; /* folded */
	int value;
};

struct key;
/* Put the value into *field. What is wrong is told, and the field left as it was. */
typedef void read_fn(const struct reader *r, const struct key *k, const struct node *v,
		     void *field);

struct key {
	const char *name;
	read_fn *read;
	size_t offset;
	const char *otherwise; /* default, as one would write it; NULL: the field stays */
	bool required;
	int64_t min, max;	      /* numbers, bytes, seconds; length of texts (0: 1 to 998) */
	const struct choice *choices; /* ends with a NULL name */
	const struct key *sub;	      /* read_map: the keys inside */
	size_t n_sub;
};

/* Read a map into *out; map NULL or blank: the defaults alone (then nothing is required). */
void schema_read(const struct reader *r, const struct node *map, const struct key *keys, size_t n,
		 void *out);

/* A list of maps as rows of `size` bytes that begin with `const struct node *at`. */
void *schema_rows(const struct reader *r, const struct node *list, const struct key *keys, size_t n,
		  size_t size, size_t *count);

/* --- values. The type of *field stands beside. --- */
struct strs {
	const char **v;
	const struct node **at;
	size_t n;
};

read_fn read_str;	  /* const char *: one line, no controls */
read_fn read_id;	  /* const char *: a-z 0-9 - _ */
read_fn read_address;	  /* const char *: domain in lower case; mesad can write to it */
read_fn read_any_address; /* the same, where mail need only come from it */
read_fn read_strs;	  /* struct strs; one text stands for a list of one */
read_fn read_bool;	  /* bool: true false sí no … */
read_fn read_int;	  /* int */
read_fn read_seconds;	  /* int64_t: elapsed time, a day is 24 h */
read_fn read_duration;	  /* struct duration; min and max in seconds */
read_fn read_percent;	  /* int: «75%», «no» is 0 */
read_fn read_bytes;	  /* int64_t: «25MB» */
read_fn read_choice;	  /* int (an enum) */
read_fn read_priority;	  /* int */
read_fn read_map;	  /* a struct, by k->sub */
read_fn read_names;	  /* nothing is kept: a map of texts, checked */
read_fn read_node;	  /* const struct node *: looked at later */

/* Of an address that is one, but no mail can be sent to. */
#define ADDRESS_UNSENDABLE_REMEDY                                                                  \
	"use una dirección sin tildes ni eñes antes de la arroba y sin ; : ( ) [ ]"

/* --- helpers for readers elsewhere --- */
void tell(const struct reader *r, const struct node *at, enum severity s, const char *remedy,
	  const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* «, ¿quiso decir «x»?» for the nearest of names, or "". */
const char *did_you_mean(const struct reader *r, const char *what, const char *const *names,
			 size_t n);
/* A scalar with something in it; otherwise told. */
bool is_scalar(const struct reader *r, const struct node *v);
/* «1d 12h» and the like; false when it is not one or is past ten years. */
bool duration_read(struct slice s, struct duration *out);
/* «2026-11-30», a day that exists: days since 1970. */
bool date_read(struct slice s, int64_t *day);
