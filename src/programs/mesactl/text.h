/* text: what the reading verbs print for people, by src/face. Each returns an exit code. */
#pragma once

#include "face/terminal.h"
#include "programs/mesactl/ctl.h"

struct terminal text_terminal(const struct ctl *c);

struct text_list;
struct text_list *text_list_new(struct ctl *c);
void text_list_add(struct text_list *l, const struct ticket *t);
void text_list_print(struct text_list *l);

int text_show(struct ctl *c, const struct known_ticket *k);
int text_history(struct ctl *c, const struct known_ticket *k);
int text_attachments(struct ctl *c, const struct attachment_row *rows, size_t n);
int text_outbox(struct ctl *c, const struct outbox_item *list, size_t n);
int text_quarantine(struct ctl *c, const struct quarantine_item *list, size_t n);
