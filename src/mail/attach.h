/* attach: what a file is (by its content) and under which name it is offered. */
#pragma once

#include "core/facts.h"
#include "mail/header.h"

/* The type by content where the bytes tell it; the declared one otherwise, or by the name's
 * extension when that says nothing. Lower case, never "". */
const char *attach_type(struct slice bytes, const char *declared, const char *name);

/* An extension with its dot for a type without a name; ".bin" when unknown. */
const char *attach_extension(const char *type);

/* The name that the part gives itself, decoded but not yet safe; "" when it has none. */
char *attach_name(struct arena *a, const struct headers *head);

/* Names become different from each other: «foto.jpg», «foto (2).jpg». */
void attach_distinct(struct arena *a, struct attachment *list, size_t n);
