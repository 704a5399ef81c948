#ifndef RSK_REPORT_URI_P_H
#define RSK_REPORT_URI_P_H

#include "report/json_p.h"

/*
 * Add a path of any bytes to an open string as a URI reference (RFC 3986).
 * Every byte but letters, digits, and -._~/ is percent-encoded, so that a
 * colon begins no scheme and the bytes can be had back exactly. A relative
 * path stays relative, an absolute one becomes a file: URI, an empty one is
 * the folder itself.
 */
void rsk_uri_add(struct rsk_json *json, struct rsk_slice path);

/* Does the path name a place that does not depend on where one stands? */
bool rsk_uri_is_absolute(struct rsk_slice path);

#endif
