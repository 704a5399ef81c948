#ifndef RSK_RULES_VOCABULARY_H
#define RSK_RULES_VOCABULARY_H

#include "base/diag.h"
#include "base/vec.h"
#include "model/severity.h"
#include "model/tier.h"
#include "rules/ruleset.h"

/*
 * What the checks that read code know by name: kinds of personal data, the
 * calls that send data away, the functions that take the sting out of a
 * value, and whose hosts and packages are meant. A data file, as rules are
 * (rules/vocabulary.yaml); `.rskan.yaml` adds to it. docs/vocabulary.md has
 * every key.
 *
 *	const struct rsk_vocabulary *v = rsk_ruleset_vocabulary(rules);
 *
 *	for (size_t i = 0; i < v->sinks.len; i++)
 *		look(&v->sinks.ptr[i]);
 *
 * Threads   read-only once the rule set is frozen.
 * Memory    everything belongs to the rule set.
 */

/* A kind of personal data and the names it goes by. */
struct rsk_data_type {
	const char *id;    /* "pii.email" */
	const char *title; /* "e-mail address": fits into a sentence */
	enum rsk_tier tier;
	struct rsk_strings names; /* patterns over words */
	const char *becomes; /* tier context: the type it is when a person is
			      * near ("user.name"); or NULL */
};

/* A library whose calls are looked at, and how code gets hold of it. */
struct rsk_sdk {
	const char *id;              /* "resync" */
	const char *title;           /* "Resync" */
	struct rsk_strings packages; /* import specifiers, also "x/sub" */
	struct rsk_strings doubtful; /* packages that need a second signal */
	struct rsk_strings objects;  /* exports that carry the methods, beside
				      * "default" and the module itself */
	struct rsk_strings hooks;    /* calls that return such an object */
	struct rsk_strings classes;  /* new X() is such an object */
	struct rsk_strings by_name;  /* classes that count from any module */
	struct rsk_strings globals;  /* "Resync": the global, window.Resync */
	bool product;                /* it is Resync itself */
	bool builtin;                /* not from a configuration */
};

/* What the argument of a sink is for. */
#define RSK_SINK_ROLE_MAP(X)                                                   \
	X(DATA, "data")       /* properties, looked at in depth */             \
	X(USER_ID, "user-id") /* identifies the user */                        \
	X(TEXT, "text")       /* a free text: an event's id */

enum rsk_sink_role {
#define X(name, word) RSK_SINK_##name,
	RSK_SINK_ROLE_MAP(X)
#undef X
		RSK_SINK_ROLES,
};

/* A call that sends data away: one argument, or one path in it. */
struct rsk_sink {
	const char *id;  /* "resync-log-event" */
	const char *sdk; /* id of an rsk_sdk; NULL: a request to `hosts` */
	struct rsk_strings packages; /* instead of `sdk`: from these */
	struct rsk_strings methods;  /* "logEvent"; of a request "axios.post" */
	const char *url;   /* requests: where the URL is: "0", "0.url" */
	uint32_t argument; /* from 0 */
	const char *path;  /* in the argument: "metadata"; NULL: all of it */
	enum rsk_sink_role role;
	uint32_t tiers;     /* set of 1 << enum rsk_tier that are reported */
	enum rsk_item item; /* the checklist item it counts for */
	struct rsk_strings silent; /* types the vendor documents here */
	struct rsk_strings hinted; /* the same, but worth a hint (info) */
	struct rsk_strings sent;   /* keys that are sent; others are dropped;
				    * empty: all are */
};

/* Calls by what they do to a value. */
struct rsk_sanitizer {
	struct rsk_strings words; /* one of them is in the callee's name */
	struct rsk_strings calls; /* the callee's last name is one of them */
	bool carries; /* the datum is in the result (String, btoa); else it is
		       * not (hash, mask) */
};

/* Words that tell what names are about; see privacy/names.h. */
struct rsk_words {
	struct rsk_strings silencers;  /* first words: is, has, handle */
	struct rsk_strings destroyers; /* hashed, masked, fake */
	struct rsk_strings neutral;    /* tails to drop: value, raw, new */
	struct rsk_strings people;     /* user, customer: persons */
	struct rsk_strings forms;      /* form data, req body */
	struct rsk_strings owners;     /* company, store: no persons */
	struct rsk_strings notices;    /* welcome, reminder: of an e-mail */
	struct rsk_strings glued;      /* "phonenumber=phone number" */
	struct rsk_strings singular;   /* words that end in s and stay so */
};

typedef RSK_VEC(struct rsk_data_type) rsk_data_types;
typedef RSK_VEC(struct rsk_sdk) rsk_sdks;
typedef RSK_VEC(struct rsk_sink) rsk_sinks;
typedef RSK_VEC(struct rsk_sanitizer) rsk_sanitizers;

struct rsk_vocabulary {
	rsk_data_types types;
	rsk_sdks sdks;
	rsk_sinks sinks;
	rsk_sanitizers sanitizers;
	struct rsk_strings hosts; /* of the product: "getresync.com" */
	struct rsk_words words;
};

/* The data type called `id`, or NULL; the SDK. */
const struct rsk_data_type *rsk_vocabulary_type(
	const struct rsk_vocabulary *vocabulary, const char *id);
const struct rsk_sdk *rsk_vocabulary_sdk(
	const struct rsk_vocabulary *vocabulary, const char *id);

/* Never NULL; empty before the built-in packs are added. */
const struct rsk_vocabulary *rsk_ruleset_vocabulary(
	const struct rsk_ruleset *rules);

#endif
