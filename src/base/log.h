/* log: one line an event on stderr, `<N>` priority first when under systemd.
 * Lines are key=value; values that people or mail wrote go through log_quote. */
#pragma once

#include "base/mem.h"
#include "base/str.h"

enum log_level { LOG_LEVEL_ERROR = 3, LOG_LEVEL_WARN = 4, LOG_LEVEL_INFO = 6, LOG_LEVEL_DEBUG = 7 };

/* program: literal. Priorities are written when the environment has JOURNAL_STREAM;
 * a UTC time stamp otherwise. Lines above `most` are dropped. */
void log_open(const char *program, enum log_level most);

/* "event=NAME " comes first; fmt holds the rest ("ticket=%s mailbox=%s"). Control characters that
 * slip through are escaped; at most 4 KiB a line. */
void log_event(enum log_level level, const char *event, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* "value" quoted and escaped (C0, DEL, C1, quote, backslash), cut at 200 bytes. */
const char *log_quote(struct arena *a, const char *value);
