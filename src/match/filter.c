#include "match/filter.h"

#include <ctype.h>
#include <math.h>

#include "base/hash.h"

double rsk_entropy(struct rsk_slice s)
{
	size_t counts[256] = { 0 };
	double bits = 0;

	for (size_t i = 0; i < s.len; i++)
		counts[s.ptr[i]]++;
	for (size_t byte = 0; byte < 256; byte++) {
		double share = (double)counts[byte] / (double)s.len;

		if (counts[byte])
			bits -= share * log2(share);
	}
	return bits > 0 ? bits : 0;
}

bool rsk_is_luhn(struct rsk_slice s)
{
	unsigned sum = 0;
	size_t digits = 0;
	size_t same = 0;
	uint8_t last = 0;

	for (size_t i = s.len; i-- > 0;) {
		uint8_t byte = s.ptr[i];

		if (byte == ' ' || byte == '-')
			continue;
		if (byte < '0' || byte > '9')
			return false;

		unsigned value = (unsigned)(byte - '0') << (digits % 2);
		sum += value > 9 ? value - 9 : value;
		same += byte == last;
		last = byte;
		digits++;
	}
	return digits >= 12 && digits <= 19 && same < digits - 1 &&
	       sum % 10 == 0;
}

/* 0..9 for a digit, 10..35 for a letter, -1 for anything else. */
static int base36(uint8_t byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	if (byte >= 'A' && byte <= 'Z')
		return byte - 'A' + 10;
	if (byte >= 'a' && byte <= 'z')
		return byte - 'a' + 10;
	return -1;
}

enum { IBAN_MIN = 15, IBAN_MAX = 34 };

/* Drop the blanks; 0 when it is no IBAN by its looks. */
static size_t iban_values(struct rsk_slice s, int values[IBAN_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		int value = base36(s.ptr[i]);

		if (s.ptr[i] == ' ')
			continue;
		if (value < 0 || n == IBAN_MAX)
			return 0;
		/* Two letters for the country, two digits for the check. */
		if (n < 4 && (value > 9) != (n < 2))
			return 0;
		values[n++] = value;
	}
	return n < IBAN_MIN ? 0 : n;
}

bool rsk_is_mod97(struct rsk_slice s)
{
	int values[IBAN_MAX];
	size_t n = iban_values(s, values);
	int rest = 0;

	for (size_t i = 0; i < n; i++) {
		int value = values[(i + 4) % n];

		rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
	}
	return n > 0 && rest == 1;
}

enum { CHECKSUM = 6 };

static uint8_t base62_digit(uint32_t value)
{
	static const char digits[] = "0123456789"
				     "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz";

	return (uint8_t)digits[value % 62];
}

bool rsk_is_crc32_base62(struct rsk_slice s)
{
	size_t begin = s.len;

	while (begin > 0 && s.ptr[begin - 1] != '_')
		begin--;
	if (s.len - begin <= CHECKSUM)
		return false;

	size_t split = s.len - CHECKSUM;
	uint32_t crc = rsk_crc32(rsk_slice_cut(s, begin, split));
	for (size_t i = s.len; i-- > split; crc /= 62)
		if (s.ptr[i] != base62_digit(crc))
			return false;
	return true;
}

bool rsk_is_hex(struct rsk_slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!isxdigit(s.ptr[i]))
			return false;
	return s.len > 0;
}

bool rsk_is_mixed(struct rsk_slice s)
{
	bool letter = false;
	bool digit = false;

	for (size_t i = 0; i < s.len; i++) {
		int value = base36(s.ptr[i]);

		letter |= value > 9;
		digit |= value >= 0 && value <= 9;
	}
	return letter && digit;
}

/* The step from one digit or letter to the next, also 9 to 0 and f to 0. */
static bool is_step(int a, int b)
{
	return b == a + 1 || (b == 0 && (a == 9 || a == 15)) ||
	       (a == 0 && b == 10);
}

bool rsk_is_irregular(struct rsk_slice s)
{
	size_t pairs = 0;
	size_t up = 0;
	size_t down = 0;

	for (size_t i = 1; i < s.len; i++) {
		int a = base36(s.ptr[i - 1]);
		int b = base36(s.ptr[i]);

		if (a < 0 || b < 0)
			continue;
		pairs++;
		up += is_step(a, b);
		down += is_step(b, a);
	}
	return !pairs || (up * 2 < pairs && down * 2 < pairs);
}

bool rsk_has_word(struct rsk_slice s, const struct rsk_strings *words)
{
	for (size_t i = 0; i < words->len; i++) {
		struct rsk_slice word = rsk_slice_str(words->ptr[i]);

		if (word.len && rsk_slice_find_nocase(s, word) < s.len)
			return true;
	}
	return false;
}

static bool is_no_placeholder(struct rsk_slice s)
{
	return !rsk_is_placeholder(s);
}

/* A secret passes the filter when the function says yes. */
static bool (*const tests[RSK_FILTERS])(struct rsk_slice s) = {
	[RSK_FILTER_PLACEHOLDER] = is_no_placeholder,
	[RSK_FILTER_LUHN] = rsk_is_luhn,
	[RSK_FILTER_MOD97] = rsk_is_mod97,
	[RSK_FILTER_CRC32_BASE62] = rsk_is_crc32_base62,
	[RSK_FILTER_HEX] = rsk_is_hex,
	[RSK_FILTER_MIXED] = rsk_is_mixed,
	[RSK_FILTER_IRREGULAR] = rsk_is_irregular,
};

static const char *const names[RSK_FILTERS] = {
#define X(id, word) [RSK_FILTER_##id] = (word),
	RSK_FILTER_MAP(X)
#undef X
};

const char *rsk_filter_name(enum rsk_filter filter)
{
	return names[filter];
}

enum rsk_filter rsk_filter_find(struct rsk_slice name)
{
	enum rsk_filter found = 0;

	while (found < RSK_FILTERS && !rsk_slice_eq_str(name, names[found]))
		found++;
	return found;
}

bool rsk_filters_pass(
	const struct rsk_pattern *pattern, struct rsk_slice secret)
{
	for (unsigned i = 0; i < RSK_FILTERS; i++)
		if (pattern->filters >> i & 1 && !tests[i](secret))
			return false;
	if (pattern->entropy > 0 && rsk_entropy(secret) < pattern->entropy)
		return false;
	return !rsk_has_word(secret, &pattern->stopwords);
}
