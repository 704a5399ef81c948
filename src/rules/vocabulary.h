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
 * value, and whose hosts and packages are meant. Data files, `rules/data`, as
 * rules are; `.rskan.yaml` adds to them (docs/vocabulary.md has every key).
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
	struct rsk_strings
		names; /* patterns over words, see docs/vocabulary.md */
};

/* A library whose calls are looked at, and how code gets hold of it. */
struct rsk_sdk {
	const char *id;              /* "resync" */
	const char *title;           /* "Resync" */
	struct rsk_strings packages; /* import specifiers, also "x/sub" */
	struct rsk_strings doubtful; /* packages that need a second signal */
	struct rsk_strings objects;  /* exports and names on it that carry the
				      * methods: "default", "ResyncBase" */
	struct rsk_strings hooks;    /* calls that return such an object */
	struct rsk_strings classes;  /* new X() is such an object */
	struct rsk_strings by_name;  /* classes that count from any module */
	struct rsk_strings globals;  /* "Resync": the global, window.Resync */
	bool product;                /* it is Resync itself */
	bool builtin;                /* not from a configuration */
};

/* What the argument of a sink is for. */
enum rsk_sink_role {
	RSK_SINK_DATA,    /* an object of properties, looked at in depth */
	RSK_SINK_USER_ID, /* identifies the user */
	RSK_SINK_TEXT,    /* a free text: an event's id */
};

/* A call that sends data away: one argument, or one path in it. */
struct rsk_sink {
	const char *id;  /* "resync-log-event" */
	const char *sdk; /* the rsk_sdk; or NULL: a request, see `hosts` */
	struct rsk_strings methods; /* "logEvent"; of a request: "axios.post" */
	struct rsk_strings
		hosts;   /* requests: it counts when the URL has one of these */
	const char *url; /* requests: where the URL is: "0", "0.url" */
	uint32_t argument; /* from 0 */
	const char *path;  /* in the argument: "metadata", "" for all of it */
	enum rsk_sink_role role;
	uint32_t tiers;     /* set of 1 << enum rsk_tier that are reported */
	enum rsk_item item; /* the checklist item it counts for */
	struct rsk_strings silent; /* data types the vendor documents here */
	struct rsk_strings hinted; /* the same, but worth a hint (info) */
	const char *note; /* added to the message: "is dropped by the SDK
			   * before it is sent"; may be NULL */
};

/* What a call does to a value. */
enum rsk_effect {
	RSK_EFFECT_STOPS,  /* the datum is not in the result: hash, mask */
	RSK_EFFECT_CARRIES /* it is, in another form: String, btoa */
};

struct rsk_sanitizer {
	struct rsk_strings words; /* one of them in the callee's last name */
	struct rsk_strings calls; /* the whole last name is one of them */
	enum rsk_effect effect;
};

struct rsk_vocabulary {
	RSK_VEC(struct rsk_data_type) types;
	RSK_VEC(struct rsk_sdk) sdks;
	RSK_VEC(struct rsk_sink) sinks;
	RSK_VEC(struct rsk_sanitizer) sanitizers;
	struct rsk_strings hosts; /* of the product: "getresync.com" */
	/* Words of the name matcher; see privacy/names.h. */
	struct rsk_strings silencers;  /* first words: is, has, handle, ... */
	struct rsk_strings destroyers; /* left modifiers: hashed, masked, ... */
	struct rsk_strings neutral;    /* tails to drop: value, str, raw, ... */
	struct rsk_strings people;     /* user, customer, ...: person objects */
	struct rsk_strings owners;     /* company, store, ...: no persons */
	struct rsk_strings glued;      /* "phonenumber=phone number" */
	struct rsk_strings singular;   /* words that end in s and stay so */
};

/* Never NULL; empty before the built-in packs are added. */
const struct rsk_vocabulary *rsk_ruleset_vocabulary(
	const struct rsk_ruleset *rules);

#endif
