#include "checklist/checklist.h"

/*
 * What people read about each item: `rskan help checklist` prints it, and
 * docs/checklist.md is the same text. What is said here must be what the
 * functions beside this file do.
 */
static const struct rsk_checklist_page pages[RSK_ITEMS] = {
	[RSK_ITEM_ENV_KEYS] = { RSK_ITEM_ENV_KEYS,
		"API keys in environment variables",
		"Every place where a key is given: Resync.init, ResyncAdmin, "
		"requests, scripts, CI and configuration. A place that reads "
		"the key from the environment (process.env, import.meta.env, "
		"os.environ, ${{ secrets.X }} and their like) is fine; a key "
		"that is written down is not. Publishable keys in client code "
		"are counted apart: the vendor calls them safe to be seen.",
		"pass: all places that were found read the environment.\n"
		"fail: a key is written down.\n"
		"review: a publishable key in client code, or something that "
		"looks like a key in documentation or a test.\n"
		"not-applicable: no place was found.",
		"Keys that a program fetches from a secret store at run time, "
		"and names that do not say RESYNC." },
	[RSK_ITEM_KEYS_NOT_IN_VCS] = { RSK_ITEM_KEYS_NOT_IN_VCS,
		"Keys not in version control",
		"Tracked files, and every object of the repository: commits "
		"of all refs, stashes, notes, tags, messages, names, and "
		"objects that no ref reaches. Env files that git tracks, the "
		"usual names of env files that git would not ignore (git's own "
		"rules decide, not the text of .gitignore), and what npm "
		"packages and container images would take along.",
		"pass: the whole history was read and has no key, and no env "
		"file can slip in.\n"
		"fail: a key is or was under version control, or an env file "
		"with a key is not ignored, or is shipped.\n"
		"review: an env file without a key is tracked, an image could "
		"take one along, or the history is not all there (a shallow "
		"clone).\n"
		"unknown: not a git repository.",
		"Other clones, forks, caches of the code host, and commits "
		"that garbage collection has removed here." },
	[RSK_ITEM_SEPARATE_KEYS] = { RSK_ITEM_SEPARATE_KEYS,
		"Separate keys per environment",
		"The environments that the project names, and what gives each "
		"its key: env files, CI jobs with an environment, profiles of "
		"eas.json, app.config, compose files, values files, scripts of "
		"package.json, and the arms of Resync.init. One key in two "
		"environments, a live key in the "
		"sandbox or a sandbox key in production speak against it.",
		"pass: two or more environments, each with its own key or its "
		"own variable.\n"
		"fail: a key is shared, or used in the wrong environment.\n"
		"review: two environments read a variable of the same name.\n"
		"unknown: fewer than two environments are named.\n"
		"not-applicable: nothing of Resync is used here.",
		"What values the variables have: two names can hold one key. "
		"Ignored env files are looked at with --ignored." },
	[RSK_ITEM_KEY_ROTATION] = { RSK_ITEM_KEY_ROTATION,
		"Regular key rotation",
		"For each key that the history knows: when it was first seen, "
		"how old it is if it is still in use (allowed are 90 days, or "
		"rotation.max-age of .rskan.yaml), whether another key took "
		"its place, whether both stayed for more than 7 days, and "
		"whether it came back after it was removed. Variables called "
		"_OLD or _PREVIOUS. A note '# rotated: YYYY-MM-DD' in a file "
		"that is about Resync counts.",
		"pass: all dates are within the limit.\n"
		"fail: a key is too old, an old one is kept for more than 7 "
		"days, or one that is in use came back.\n"
		"review: two keys of one sort stand in one file, and the "
		"second came more than 7 days ago: it may have replaced the "
		"first. Or a note has a date that is to come.\n"
		"unknown: keys live in the environment alone or in files "
		"without a history, and no note says when they were changed.\n"
		"not-applicable: nothing of Resync is used here.",
		"When a key was made: the history says when it was first "
		"committed. Whether the old key was deleted in the "
		"dashboard." },
	[RSK_ITEM_MINIMAL_PII] = { RSK_ITEM_MINIMAL_PII,
		"Minimal PII collection",
		"Every call that hands data about users to Resync "
		"(setUserAttributes, logInUser and their older names), and "
		"what reaches it, followed through variables, functions and "
		"files. The data inventory says which kind of data goes where. "
		"Whether the code speaks of consent and of erasure is noted.",
		"pass: nothing personal was found in any call.\n"
		"fail: personal data reaches one.\n"
		"review: a whole object is passed, or what a call sends is not "
		"known here.\n"
		"not-applicable: there is no such call.",
		"Whether a field is needed, what a campaign does with it, and "
		"whether people have agreed." },
	[RSK_ITEM_NO_SENSITIVE_EVENTS] = { RSK_ITEM_NO_SENSITIVE_EVENTS,
		"No sensitive data in events",
		"The same for events and forms: logEvent, recordConversion, "
		"submitForm, logAnalytics, and requests to Resync's hosts.",
		"As for minimal-pii.",
		"What a user types into a free text, and what the server of "
		"an event's data adds." },
	[RSK_ITEM_HTTPS_EVERYWHERE] = { RSK_ITEM_HTTPS_EVERYWHERE,
		"HTTPS everywhere",
		"Every address of Resync's hosts, in code, configuration and "
		"scripts, also where it is put together from parts; addresses "
		"of webhooks; switches that turn the check of certificates "
		"off.",
		"pass: all addresses use https and no switch is off.\n"
		"fail: one does not, or one is.\n"
		"not-applicable: no address and no switch was found.",
		"Proxies and load balancers that end TLS elsewhere." },
	[RSK_ITEM_WEBHOOK_SIGNATURE] = { RSK_ITEM_WEBHOOK_SIGNATURE,
		"Webhook signature verification",
		"Every handler that receives Resync's webhooks (by the header "
		"x-resync-signature, the names of events, or its route), in "
		"JavaScript, TypeScript, Python, Ruby, PHP, Go, Java, Kotlin "
		"and C#: does it verify, with a keyed hash, in constant time, "
		"and does it act on the result?",
		"pass: every handler verifies.\n"
		"fail: one does not, or not well.\n"
		"review: the verification is done by code of elsewhere.\n"
		"not-applicable: there is no handler.",
		"Verification by a gateway in front of the program." },
	[RSK_ITEM_LEAST_PRIVILEGE] = { RSK_ITEM_LEAST_PRIVILEGE,
		"Principle of least privilege",
		"Where secret keys and admin calls are used (server, client, "
		"or not to be told), secrets under a prefix that is built into "
		"clients, live keys in the settings of development and tests, "
		"and requests from clients that change something.",
		"fail: a secret key in client code, or a live key before "
		"production.\n"
		"review: secret keys are used as they should be; the roles are "
		"for a person to look at.\n"
		"unknown: no secret key is used here.\n"
		"not-applicable: nothing of Resync is used here.\n"
		"pass: never, since roles are not in a source tree.",
		"Who has which role in the dashboard. The report has a list to "
		"tick." },
	[RSK_ITEM_REGULAR_AUDITS] = { RSK_ITEM_REGULAR_AUDITS,
		"Regular security audits",
		"Recipes of CI (GitHub Actions, GitLab, CircleCI, Jenkins, "
		"Bitbucket, Azure and others): does one run rskan or another "
		"scanner, on which events, and does its word count? Hooks "
		"(pre-commit, husky, lefthook, .git/hooks), the last audit in "
		".rskan/audits.jsonl (written by 'rskan audit --record'), "
		"suppressions that have ended or have no reason, entries of "
		"the baseline without a reason or of what is not there any "
		"more, exclusions that hide env or source files, and the "
		"packages of the SDK.",
		"pass: a scanner runs, or an audit of the last 92 days is "
		"recorded, and nothing is hidden.\n"
		"fail: an exclusion hides env or source files, or a package is "
		"not what it says.\n"
		"review: CI runs no scanner, or one whose word does not "
		"count; a suppression has ended, or the baseline needs a "
		"look.\n"
		"unknown: no CI, no hook, no record.",
		"Scans that run outside of the repository, and who reads "
		"them." },
};

const struct rsk_checklist_page *rsk_checklist_pages(void)
{
	return pages;
}
