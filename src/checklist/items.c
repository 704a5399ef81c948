#include "checklist/items.h"

const struct rsk_checklist_row rsk_checklist_rows[RSK_ITEMS] = {
	[RSK_ITEM_ENV_KEYS] = {
		.title = "API keys in environment variables",
		.clean = RSK_ANSWER_PASS,
		.clean_text = "the key is read from the environment",
		.nothing = RSK_ANSWER_NOT_APPLICABLE,
		.nothing_text = "no place was found where a Resync key is given",
		.todo = "replace each literal by a read of the environment, "
			"then rotate the key: it has been seen",
	},
	[RSK_ITEM_KEYS_NOT_IN_VCS] = {
		.title = "Keys not in version control",
		.clean = RSK_ANSWER_REVIEW,
		.clean_text = "no key in the working tree; older commits were "
			      "not looked at",
		.history_text = "no key in the working tree and in the history",
		.nothing = RSK_ANSWER_UNKNOWN,
		.nothing_text = "no tracked file was looked at: not a git "
				"repository, or nothing is checked out",
		.todo = "untrack files that hold keys, add the missing ignore "
			"lines, delete leaked keys in the dashboard",
	},
	[RSK_ITEM_SEPARATE_KEYS] = {
		.title = "Separate keys per environment",
		.clean = RSK_ANSWER_PASS,
		.clean_text = "each environment has a key of its own",
		.nothing = RSK_ANSWER_UNKNOWN,
		.nothing_text = "no key of a named environment is in the tree",
		.todo = "compare the keys of development, staging and "
			"production where they are kept: all must differ, and "
			"only production has an rsk_live_ key",
	},
	[RSK_ITEM_KEY_ROTATION] = {
		.title = "Regular key rotation",
		.clean = RSK_ANSWER_UNKNOWN,
		.clean_text = "notes on rotation; dates are not in a tree",
		.nothing = RSK_ANSWER_UNKNOWN,
		.nothing_text = "when a key was made is not in a source tree",
		.todo = "look up the age of each key in the dashboard; rotate "
			"those older than 90 days and delete the old key "
			"after 7",
	},
	[RSK_ITEM_MINIMAL_PII] = {
		.title = "Minimal PII collection",
		.clean = RSK_ANSWER_REVIEW,
		.clean_text = "user attributes are handed to the SDK; their "
			      "values were not followed",
		.nothing = RSK_ANSWER_NOT_APPLICABLE,
		.nothing_text = "no call that hands user attributes to the SDK "
				"was found",
		.todo = "read each call: send what a campaign needs and no "
			"more, never a government or payment number",
	},
	[RSK_ITEM_NO_SENSITIVE_EVENTS] = {
		.title = "No sensitive data in events",
		.clean = RSK_ANSWER_REVIEW,
		.clean_text = "events are logged; their metadata was not followed",
		.nothing = RSK_ANSWER_NOT_APPLICABLE,
		.nothing_text = "no call that logs an event was found",
		.todo = "read each call: no card data, passwords, tokens or "
			"personal data in metadata",
	},
	[RSK_ITEM_HTTPS_EVERYWHERE] = {
		.title = "HTTPS everywhere",
		.clean = RSK_ANSWER_PASS,
		.clean_text = "addresses of the product use https",
		.nothing = RSK_ANSWER_NOT_APPLICABLE,
		.nothing_text = "no address of the product was found",
		.todo = "use https in every address and leave the checks of "
			"certificates on",
	},
	[RSK_ITEM_WEBHOOK_SIGNATURE] = {
		.title = "Webhook signature verification",
		.clean = RSK_ANSWER_REVIEW,
		.clean_text = "the signature header is read; the comparison "
			      "was not followed",
		.nothing = RSK_ANSWER_NOT_APPLICABLE,
		.nothing_text = "no handler of Resync webhooks was found",
		.todo = "check by hand: HMAC-SHA256 under the webhook secret, "
			"crypto.timingSafeEqual, and 401 when it fails",
	},
	[RSK_ITEM_LEAST_PRIVILEGE] = {
		.title = "Principle of least privilege",
		.clean = RSK_ANSWER_UNKNOWN,
		.clean_text = "a secret key is used; who has which role is not "
			      "in a source tree",
		.nothing = RSK_ANSWER_UNKNOWN,
		.nothing_text = "who has which role is not in a source tree",
		.todo = "in the dashboard: developers have sandbox access only, "
			"QA staging, operations read production; remove who "
			"has left",
	},
	[RSK_ITEM_REGULAR_AUDITS] = {
		.title = "Regular security audits",
		.clean = RSK_ANSWER_PASS,
		.clean_text = "a scanner runs in CI or as a hook",
		.nothing = RSK_ANSWER_UNKNOWN,
		.nothing_text = "no CI step or hook that runs a scanner was "
				"found",
		.todo = "run 'rskan audit' in CI and 'rskan staged' as a "
			"pre-commit hook",
	},
};
