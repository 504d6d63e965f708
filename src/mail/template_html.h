/* template_html: the HTML part, made by code from the same text. */
#pragma once

#include "mail/template_text.h"

/* Text for HTML: & < > " ' escaped. */
void html_escape(struct sbuf *out, struct slice s);
/* Paragraphs, lists, quoted blocks, particulars, the button, the foot: by the template's marks. */
void template_html(struct sbuf *out, const struct marked *m);
/* layout with each `<!--name-->` of a known name replaced. false: no `<!--content-->` in it. */
bool template_layout(struct sbuf *out, struct slice layout, struct slice content,
		     const char *subject, const struct var *vars, size_t n);
