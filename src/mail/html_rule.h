/* html_rule: the rules that mail/html draws: what HTML tells mail/quote in the text. */
#pragma once

#include "base/str.h"

#define HTML_RULE SLICE("________________________________")
/* Below it stands the head of the quoted mail: its program said so. */
#define HTML_RULE_MAIL SLICE("────────────────────────────────")
