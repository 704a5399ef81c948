#ifndef RSK_PRIVACY_VALUES_H
#define RSK_PRIVACY_VALUES_H

#include "privacy/names.h"

/*
 * Is this text itself personal data: a card number, an SSN, an address? What
 * a test fixture, a copied example or a debugging line puts into a call.
 *
 *	struct rsk_value_match match;
 *
 *	if (rsk_value_match(RSK_LIT("4111 1111 1111 1111"), NULL, &match))
 *		look(match.type, match.begin, match.end);
 *
 * Each detector checks what can be checked (issuer range and Luhn, area and
 * group, modulus 97, top level label) and knows its look-alikes (times in
 * milliseconds, UUIDs, file@2x.png, package@1.2.3). Some need the name of the
 * value: `key` is the type its name says, or NULL.
 *
 * Linear in the text; only its first RSK_MAX_VALUE_BYTES are looked at.
 */
struct rsk_value_match {
	const char *type;  /* "pii.card": an rsk_data_type's id */
	size_t begin, end; /* [bytes] of the text */
	bool sure;         /* no other reading is likely */
};

bool rsk_value_match(
	struct rsk_slice text, const char *key, struct rsk_value_match *match);

#endif
