/*
 * How fast is the matcher? Reads files into memory, then times the prefilter
 * alone, the whole matcher, and both without and with the reading of the
 * encoding.
 *
 *	find /usr/include /usr/share -type f | bench_match
 *
 * Prints GB/s, hits and matches for each MB, and which anchors cost most.
 */
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include "base/file.h"
#include "base/limits.h"
#include "match/matcher.h"
#include "match/prefilter_p.h"

/* About what a rule set of a hundred rules asks for. */
static const char *const anchors[] = { "rsk_live_", "rsk_sandbox_", "resync",
	"api_key", "apikey", "api-key", "secret_key", "secretkey", "ghp_",
	"gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "AKIA", "ASIA",
	"-----BEGIN", "http://", "sk_live_", "sk_test_", "rk_live_", "xoxb-",
	"xoxp-", "xoxa-", "hooks.slack.com", "SG.", "key-", "AIza", "ya29.",
	"npm_", "pypi-", "dop_v1_", "shpat_", "shpss_", "sq0atp-", "sq0csp-",
	"EAACEdEose0cBA", "access_token", "auth_token", "client_secret",
	"private_key", "password", "passwd", "bearer", "authorization",
	"x-api-key", "process.env", "rejectUnauthorized",
	"NODE_TLS_REJECT_UNAUTHORIZED", "verify=False", "InsecureSkipVerify",
	"CURLOPT_SSL_VERIFYPEER", "sk-ant-", "sk-proj-", "hf_", "r8_", "twilio",
	"heroku", "mailgun", "sendgrid", "datadog", "newrelic", "NRAK-",
	"sntrys_", "lin_api_", "secret_", "ntn_", "figd_", "rdme_", "PMAK-",
	"pul-", "tfp_", "atlasv1", "hvs.", "hvb.", "dp.pt.", "EZAK", "EZTK",
	"fio-u-", "shippo_live_", "sk_prod", "duffel_live_", "dt0c01",
	"NEXT_PUBLIC_", "REACT_APP_", "VITE_", "EXPO_PUBLIC_", "getresync",
	"api.resync", "webhook", "whsec_", "jdbc:", "mongodb+srv://",
	"postgres://", "mysql://", "redis://", "amqp://", "eyJ" };

enum { ANCHORS = sizeof(anchors) / sizeof(anchors[0]) };

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

typedef RSK_VEC(struct rsk_buf) rsk_texts;

/* Every file that standard input names, up to 1 GB of them. */
static size_t read_files(rsk_texts *out)
{
	char *line = NULL;
	size_t size = 0;
	size_t total = 0;
	ssize_t len;

	while ((len = getline(&line, &size, stdin)) > 0 && total >> 30 == 0) {
		struct rsk_buf text = RSK_BUF_INIT(64 * RSK_MIB);

		line[len - 1] = 0;
		if (rsk_file_read_at(&text, -100, line) || !text.len) {
			rsk_buf_release(&text);
			continue;
		}
		total += text.len;
		*RSK_VEC_PUSH(out) = text;
	}
	free(line);
	return total;
}

struct count {
	const char *anchor;
	size_t hits;
};

static int by_hits(const void *a, const void *b)
{
	const struct count *x = a;
	const struct count *y = b;

	return (x->hits < y->hits) - (x->hits > y->hits);
}

/* Scans a piece as a program meets it that has just read it: in the cache. */
static double time_piece(const struct rsk_prefilter *prefilter,
	struct rsk_slice piece, rsk_hits *hits)
{
	static uint8_t warm[RSK_PREFILTER_MAX + RSK_BUF_PAD];

	memcpy(warm, piece.ptr, piece.len);
	memset(warm + piece.len, 0, RSK_BUF_PAD);
	hits->len = 0;

	double start = now();
	rsk_prefilter_scan(prefilter, rsk_slice(warm, piece.len), 0, hits);
	return now() - start;
}

static void time_prefilter(const rsk_texts *texts, size_t total)
{
	struct rsk_anchor list[ANCHORS];
	struct count counts[ANCHORS];
	struct rsk_prefilter *prefilter = NULL;
	rsk_hits hits = { 0 };
	size_t all = 0;
	double start = now();

	for (size_t i = 0; i < ANCHORS; i++) {
		list[i] =
			(struct rsk_anchor){ rsk_slice_str(anchors[i]), true };
		counts[i] = (struct count){ anchors[i], 0 };
	}
	if (rsk_prefilter_new(&prefilter, list, ANCHORS, NULL))
		return;
	printf("prefilter: compiled in %.1f ms\n", 1e3 * (now() - start));

	double took = 0;
	for (size_t i = 0; i < texts->len; i++) {
		struct rsk_slice text = rsk_buf_slice(&texts->ptr[i]);

		for (size_t at = 0; at < text.len; at += RSK_PREFILTER_MAX) {
			took += time_piece(prefilter,
				rsk_slice_cut(text, at, at + RSK_PREFILTER_MAX),
				&hits);
			all += hits.len;
			for (size_t h = 0; h < hits.len; h++)
				counts[hits.ptr[h].anchor].hits++;
		}
	}
	printf("prefilter: %.2f GB/s, %.0f hits/MB\n",
		1e-9 * (double)total / took, 1e6 * (double)all / (double)total);
	qsort(counts, ANCHORS, sizeof(counts[0]), by_hits);
	for (size_t i = 0; i < 12; i++)
		printf("  %7.1f hits/MB  %s\n",
			1e6 * (double)counts[i].hits / (double)total,
			counts[i].anchor);
	RSK_VEC_RELEASE(&hits);
	rsk_prefilter_free(prefilter);
}

static enum rsk_err count_matches(void *ctx, const struct rsk_window *window)
{
	*(size_t *)ctx += window->matches_len;
	return RSK_OK;
}

/* One pattern for each anchor: an assignment of something to it. */
static void make_patterns(struct rsk_ruleset *rules)
{
	for (size_t i = 0; i < ANCHORS; i++) {
		static char regexes[ANCHORS][256];
		struct rsk_pattern *pattern = RSK_VEC_PUSH(&rules->patterns);

		snprintf(regexes[i], sizeof(regexes[i]),
			"\\b[\\w-]{0,20}\\Q%s\\E[\\w-]{0,20}[\"']?\\s{0,3}"
			"[:=]\\s{0,3}[\"'](?<secret>[A-Za-z0-9_]{16,64})[\"']",
			anchors[i]);
		*pattern = (struct rsk_pattern){
			.anchors = { &anchors[i], 1 },
			.caseless = true,
			.regex = regexes[i],
			.max_width = 160,
			.filters = 1 << RSK_FILTER_PLACEHOLDER |
				   1 << RSK_FILTER_MIXED,
			.entropy = 3,
			.binary = true,
		};
	}
}

static void time_matcher(const rsk_texts *texts, size_t total)
{
	struct rsk_ruleset rules = { 0 };
	struct rsk_matcher *matcher = NULL;
	struct rsk_scanner *scanner = NULL;
	struct rsk_diag diag = { 0 };
	struct rsk_text_info info;
	size_t matches = 0;

	make_patterns(&rules);
	double start = now();
	if (rsk_matcher_new(&matcher, &rules, NULL, &diag) ||
		rsk_scanner_new(&scanner, matcher)) {
		printf("%s\n", diag.text);
		return;
	}
	printf("matcher: made in %.1f ms\n", 1e3 * (now() - start));
	for (int round = 0; round < 2; round++) {
		matches = 0;
		start = now();
		for (size_t i = 0; i < texts->len; i++)
			if (rsk_scanner_bytes(scanner,
				    rsk_buf_slice(&texts->ptr[i]),
				    count_matches, &matches, &info))
				return;
		printf("matcher: %.2f GB/s, %zu matches\n",
			1e-9 * (double)total / (now() - start), matches);
	}
	rsk_scanner_free(scanner);
	rsk_matcher_free(matcher);
	RSK_VEC_RELEASE(&rules.patterns);
}

static void time_sniffing(const rsk_texts *texts, size_t total)
{
	size_t kinds[RSK_ENCODING_BINARY + 1] = { 0 };
	size_t bom;
	double start = now();

	for (size_t i = 0; i < texts->len; i++)
		kinds[rsk_text_sniff(rsk_buf_slice(&texts->ptr[i]), &bom)]++;
	printf("sniffing: %.2f GB/s\n", 1e-9 * (double)total / (now() - start));
	for (int k = 0; k <= RSK_ENCODING_BINARY; k++)
		printf("  %7zu %s\n", kinds[k],
			rsk_encoding_name((enum rsk_encoding)k));
}

int main(void)
{
	rsk_texts texts = { 0 };
	size_t total = read_files(&texts);

	printf("%zu files, %.0f MB\n", texts.len, 1e-6 * (double)total);
	time_sniffing(&texts, total);
	time_prefilter(&texts, total);
	time_matcher(&texts, total);
	for (size_t i = 0; i < texts.len; i++)
		rsk_buf_release(&texts.ptr[i]);
	RSK_VEC_RELEASE(&texts);
	return 0;
}
