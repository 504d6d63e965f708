/* smtp_trust: what libcurl does not ask of a certificate whose chain and name it has checked. */
#pragma once

#include <curl/curl.h>
#include <stdbool.h>

/* False: the connection is over TLS, and the relay's certificate is not one for servers, or weak.
 * Call it from a callback of the handle, before the password goes out. */
bool smtp_trusted(CURL *curl);
