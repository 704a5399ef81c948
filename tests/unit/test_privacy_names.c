/* rooms: privacy rules */
#include <criterion/criterion.h>

#include "base/limits.h"
#include "privacy/names.h"
#include "privacy/values.h"

/*
 * Labelled names: tests/unit/names.txt has a name and the type it must have
 * (or - for none, or ~ for one that only counts beside a person) on a line.
 */

static struct rsk_ruleset *rules;
static struct rsk_names *names;

static void open_names(void)
{
	struct rsk_diag diag = { 0 };

	rules = rsk_ruleset_new();
	cr_assert_eq(
		rsk_ruleset_add_builtin(rules, &diag), RSK_OK, "%s", diag.text);
	cr_assert_eq(rsk_ruleset_freeze(rules, &diag), RSK_OK, "%s", diag.text);
	names = rsk_names_new(rsk_ruleset_vocabulary(rules));
}

static void close_names(void)
{
	rsk_names_free(names);
	rsk_ruleset_free(rules);
}

TestSuite(names, .init = open_names, .fini = close_names);

/* What the matcher says, in the words of the file. */
static const char *label_of(const char *name)
{
	struct rsk_name_match match;

	if (!rsk_names_match_path(names, rsk_slice_str(name), &match))
		return "-";
	return match.tier == RSK_TIER_CONTEXT ? "~" : match.type->id;
}

Test(names, labelled)
{
	FILE *file = fopen(RSK_TESTS "/unit/names.txt", "r");
	char name[200];
	char label[100];
	int seen = 0;
	int wrong = 0;

	cr_assert_not_null(file);
	while (fscanf(file, "%199s %99s", name, label) == 2) {
		const char *got = label_of(name);

		seen++;
		if (strcmp(got, label) != 0) {
			wrong++;
			cr_log_error("%s: %s, not %s", name, got, label);
		}
	}
	fclose(file);
	cr_log_info("%d names, %d wrong", seen, wrong);
	cr_assert_gt(seen, 300);
	cr_assert_eq(wrong, 0);
}

Test(names, persons)
{
	static const char *const yes[] = { "user", "currentUser", "this.user",
		"props.customer", "formData", "req.body", "ctx.request.body",
		"patient", "users" };
	static const char *const no[] = { "userId", "isUser", "body",
		"res.body", "userType", "order", "getUser", "event" };

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		cr_expect(rsk_names_person(names, rsk_slice_str(yes[i])), "%s",
			yes[i]);
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		cr_expect_not(rsk_names_person(names, rsk_slice_str(no[i])),
			"%s", no[i]);
}

Test(names, hostile)
{
	char text[5000];
	struct rsk_name_match match;

	memset(text, 'a', sizeof(text));
	cr_expect_not(
		rsk_names_match(names, rsk_slice(text, sizeof(text)), &match));
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)i;
	/* More words than a name has, each with a number. */
	for (size_t i = 0; i < 120; i++)
		text[i] = "a1B2_c3"[i % 7];
	cr_expect_not(rsk_names_match(names, rsk_slice(text, 120), &match));
	for (size_t i = 0; i + 128 < sizeof(text); i += 7)
		rsk_names_match(names, rsk_slice(text + i, i % 129), &match);
}

/* ---- values ---- */

static const struct {
	const char *text, *key, *type;
} values[] = {
	{ "4111 1111 1111 1111", NULL, "pii.card" },
	{ "4111-1111-1111-1111", NULL, "pii.card" },
	{ "5500005555555559", NULL, "pii.card" },
	{ "2223000048400011", NULL, "pii.card" },
	{ "378282246310005", NULL, "pii.card" },
	{ "6011111111111117", NULL, "pii.card" },
	{ "3530111333300000", NULL, "pii.card" },
	{ "30569309025904", NULL, "pii.card" },
	{ "card: 4242424242424242!", NULL, "pii.card" },
	{ "4111 1111 1111 1112", NULL, NULL },
	{ "1700000000000", NULL, NULL },
	{ "4444444444444444", NULL, NULL },
	{ "0.4111111111111111", NULL, NULL },
	{ "a4111111111111111", NULL, NULL },
	{ "41111111-1111-1111-1111-111111111111", NULL, NULL },
	{ "9111111111111111", NULL, NULL },
	{ "4111 1111-1111 1111", NULL, NULL },
	{ "123-45-6789", NULL, "pii.ssn" },
	{ "SSN 123 45 6789", NULL, "pii.ssn" },
	{ "123456789", "pii.ssn", "pii.ssn" },
	{ "912-70-1234", NULL, "pii.ssn" },
	{ "987-65-4329", NULL, "pii.ssn" },
	{ "123456789", NULL, NULL },
	{ "000-45-6789", NULL, NULL },
	{ "666-45-6789", NULL, NULL },
	{ "123-00-6789", NULL, NULL },
	{ "123-45-0000", NULL, NULL },
	{ "900-10-1234", NULL, NULL },
	{ "1123-45-6789", NULL, NULL },
	{ "123-456-789", NULL, NULL },
	{ "GB82 WEST 1234 5698 7654 32", NULL, "pii.iban" },
	{ "DE89370400440532013000", NULL, "pii.iban" },
	{ "FR1420041010050500013M02606", NULL, "pii.iban" },
	{ "NL91ABNA0417164300", NULL, "pii.iban" },
	{ "DE89370400440532013001", NULL, NULL },
	{ "DE8937040044053201300", NULL, NULL },
	{ "ZZ89370400440532013000", NULL, NULL },
	{ "jane@example.com", NULL, "pii.email" },
	{ "mail jane.doe+x@mail.shop.co.uk now", NULL, "pii.email" },
	{ "o'brian@shop.io", NULL, "pii.email" },
	{ "icon@2x.png", NULL, NULL },
	{ "react@18.2.0", NULL, NULL },
	{ "git@github.com:a/b.git", NULL, NULL },
	{ "root@localhost", NULL, NULL },
	{ "@scope/name", NULL, NULL },
	{ "https://user@host.example/path", NULL, NULL },
	{ "logo@dark.svg", NULL, NULL },
	{ "+1 (555) 010-9999", NULL, "pii.phone" },
	{ "+4915112345678", NULL, "pii.phone" },
	{ "555-010-9999", "pii.phone", "pii.phone" },
	{ "555-010-9999", NULL, NULL },
	{ "+1", NULL, NULL },
	{ "+0123456789", NULL, NULL },
	{ "+1234567890123456", NULL, NULL },
	{ "+1.0.0-beta", NULL, NULL },
	{ "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTYifQ.c2lnbmF0dXJl", NULL,
		"pii.token" },
	{ "eyJhbGciOiJIUzI1NiJ9", NULL, NULL },
	{ "keyJhbGciOi.eyJzdWIi.sig", NULL, NULL },
	{ "93.184.216.34", "pii.online", "pii.online" },
	{ "93.184.216.34", NULL, NULL },
	{ "127.0.0.1", "pii.online", NULL },
	{ "10.1.2.3", "pii.online", NULL },
	{ "192.168.0.1", "pii.online", NULL },
	{ "203.0.113.9", "pii.online", NULL },
	{ "1.2.3", "pii.online", NULL },
	{ "300.1.1.1", "pii.online", NULL },
	{ "00:1A:2b:3c:4D:5e", NULL, "pii.online" },
	{ "00:1A:2b:3c:4D:5g", NULL, NULL },
	{ "12:34:56", NULL, NULL },
	{ "1990-02-28", "pii.dob", "pii.dob" },
	{ "28.2.1990", "pii.dob", "pii.dob" },
	{ "1990-02-28", NULL, NULL },
	{ "n/a", "pii.dob", NULL },
	{ "premium", NULL, NULL },
	{ "", NULL, NULL },
};

Test(values, labelled)
{
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct rsk_value_match match = { 0 };
		bool found = rsk_value_match(
			rsk_slice_str(values[i].text), values[i].key, &match);

		cr_expect_eq(
			found, values[i].type != NULL, "%s", values[i].text);
		if (found && values[i].type)
			cr_expect_str_eq(match.type, values[i].type, "%s",
				values[i].text);
	}
}

/* However long and strange, it ends soon and stays inside. */
Test(values, hostile)
{
	struct rsk_value_match match;
	uint8_t text[3000];

	for (unsigned seed = 0; seed < 300; seed++) {
		for (size_t i = 0; i < sizeof(text); i++)
			text[i] = (uint8_t) "0123456789 -@.+aZ:/e"
				[(i * 7 + seed * i + seed) % 20];
		if (rsk_value_match(
			    rsk_slice(text, sizeof(text) - seed), NULL, &match))
			cr_expect_leq(match.end, sizeof(text) - seed);
	}
}

/* ---- limits ---- */

/* "a.a.a.email" of so many bytes: long ones are no name at all. */
static bool is_email_of(size_t len)
{
	char name[2 * RSK_MAX_NAME_BYTES];
	struct rsk_name_match match;

	for (size_t i = 0; i < len; i++)
		name[i] = '_';
	memcpy(name + len - 5, "email", 5);
	return rsk_names_match(names, rsk_slice(name, len), &match);
}

Test(names, length_is_limited)
{
	cr_expect(is_email_of(RSK_MAX_NAME_BYTES - 1));
	cr_expect(is_email_of(RSK_MAX_NAME_BYTES));
	cr_expect_not(is_email_of(RSK_MAX_NAME_BYTES + 1));
}

/* An address that ends at so many bytes. */
static bool is_found_at(size_t end)
{
	static const char address[] = " jane.doe@northwind.io";
	static char text[2 * RSK_MAX_VALUE_BYTES];
	size_t len = sizeof(address) - 1;
	struct rsk_value_match match;

	memset(text, '.', end);
	memcpy(text + end - len, address, len);
	return rsk_value_match(rsk_slice(text, end), NULL, &match) &&
	       match.end == end;
}

Test(names, values_are_looked_at_so_far)
{
	cr_expect(is_found_at(RSK_MAX_VALUE_BYTES - 1));
	cr_expect(is_found_at(RSK_MAX_VALUE_BYTES));
	cr_expect_not(is_found_at(RSK_MAX_VALUE_BYTES + 1));
}
