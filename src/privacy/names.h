#ifndef RSK_PRIVACY_NAMES_H
#define RSK_PRIVACY_NAMES_H

#include "rules/vocabulary.h"

/*
 * What does a name say that its value is?
 *
 *	struct rsk_names *names = rsk_names_new(vocabulary);
 *	struct rsk_name_match match;
 *
 *	if (rsk_names_match(names, RSK_LIT("userEmail"), &match))
 *		look(match.type, match.tier);
 *	rsk_names_free(names);
 *
 * A name is split into words (camelCase, snake_case, digits), and the last
 * words decide: compounds have their head at the end, so that userEmail is an
 * address, emailVerified a flag and phoneModel a model, without a list of
 * harmless names. First words that ask or act (is, has, handle), left words
 * that destroy (hashed, masked) and owners that are no persons (company) take
 * the meaning away.
 *
 * Threads   read-only once made.
 * Time      linear in the name; a name over RSK_MAX_NAME_BYTES is none.
 */
struct rsk_names;

struct rsk_names *rsk_names_new(const struct rsk_vocabulary *vocabulary);
void rsk_names_free(struct rsk_names *names); /* NULL is fine */

struct rsk_name_match {
	const struct rsk_data_type *type;
	enum rsk_tier tier; /* the type's, or CONTEXT when it was weakened */
};

/* Does the name say that its value is personal data or a secret? */
bool rsk_names_match(const struct rsk_names *names, struct rsk_slice name,
	struct rsk_name_match *match);

/* Is it a person, or a form somebody filled in: user, customer, formData,
 * req.body? Of a path "a.b.c" the last name counts. */
bool rsk_names_person(const struct rsk_names *names, struct rsk_slice path);

/*
 * The same as rsk_names_match() for a value's path, "user.profile.name": the
 * last name decides, and a CONTEXT match becomes what its type is when a name
 * in front of it is a person.
 */
bool rsk_names_match_path(const struct rsk_names *names, struct rsk_slice path,
	struct rsk_name_match *match);

#endif
