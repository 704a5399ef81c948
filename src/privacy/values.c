#include "privacy/values.h"

#include "base/limits.h"

/*
 * One detector for each type. Each looks at a whole literal; those that can
 * stand inside a text look at every place where one can begin.
 */

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(uint8_t c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool is_word(uint8_t c)
{
	return is_digit(c) || is_letter(c) || c == '_';
}

/* ---- digits in groups ---- */

enum { MAX_DIGITS = 40 };

/* A run of digits with single separators, as it stands in a text. */
struct digits {
	uint8_t value[MAX_DIGITS];
	size_t n;
	size_t begin, end;         /* [bytes] */
	size_t groups[MAX_DIGITS]; /* their lengths */
	size_t n_groups;
	uint8_t separator; /* 0: none; 1: several kinds */
};

static void add_digit(struct digits *d, uint8_t c)
{
	if (d->n < MAX_DIGITS)
		d->value[d->n] = (uint8_t)(c - '0');
	d->n++;
	if (d->n_groups <= MAX_DIGITS)
		d->groups[d->n_groups - 1]++;
}

static bool is_between(struct rsk_slice s, size_t i)
{
	return (s.ptr[i] == ' ' || s.ptr[i] == '-') && i + 1 < s.len &&
	       is_digit(s.ptr[i + 1]);
}

/* The run that begins at s.ptr[at], a digit. */
static void read_digits(struct digits *d, struct rsk_slice s, size_t at)
{
	*d = (struct digits){ .begin = at, .n_groups = 1 };
	for (; at < s.len; at++) {
		if (is_digit(s.ptr[at])) {
			add_digit(d, s.ptr[at]);
		} else if (is_between(s, at) && d->n_groups < MAX_DIGITS) {
			d->separator =
				!d->separator || d->separator == s.ptr[at]
					? s.ptr[at]
					: 1;
			d->n_groups++;
		} else {
			break;
		}
	}
	d->end = at;
}

/* Part of a longer word, a decimal, a UUID, an id: no number by itself. */
static bool stands_alone(struct rsk_slice s, size_t begin, size_t end)
{
	if (begin && (is_word(s.ptr[begin - 1]) || s.ptr[begin - 1] == '.' ||
			     s.ptr[begin - 1] == '-'))
		return false;
	if (end < s.len && (is_word(s.ptr[end]) || s.ptr[end] == '-'))
		return false;
	return end + 1 >= s.len || s.ptr[end] != '.' ||
	       !is_digit(s.ptr[end + 1]);
}

static uint32_t number(const struct digits *d, size_t begin, size_t end)
{
	uint32_t value = 0;

	for (size_t i = begin; i < end; i++)
		value = value * 10 + d->value[i];
	return value;
}

static bool all_equal(const struct digits *d)
{
	for (size_t i = 1; i < d->n; i++)
		if (d->value[i] != d->value[0])
			return false;
	return true;
}

static bool has_luhn(const struct digits *d)
{
	unsigned sum = 0;

	for (size_t i = 0; i < d->n; i++) {
		unsigned v = d->value[d->n - 1 - i];

		if (i % 2) {
			v *= 2;
			v -= v > 9 ? 9 : 0;
		}
		sum += v;
	}
	return sum % 10 == 0;
}

/* ---- payment cards: ISO/IEC 7812 issuer ranges and lengths ---- */

static const struct {
	uint32_t low, high; /* of the first six digits */
	uint8_t shortest, longest;
} issuers[] = {
	{ 400000, 499999, 13, 19 }, /* Visa */
	{ 510000, 559999, 16, 16 }, /* Mastercard */
	{ 222100, 272099, 16, 16 },
	{ 340000, 349999, 15, 15 }, /* American Express */
	{ 370000, 379999, 15, 15 },
	{ 300000, 305999, 14, 19 }, /* Diners Club */
	{ 360000, 369999, 14, 19 },
	{ 380000, 399999, 14, 19 },
	{ 601100, 601199, 16, 19 }, /* Discover */
	{ 644000, 659999, 16, 19 },
	{ 352800, 358999, 16, 19 }, /* JCB */
	{ 620000, 629999, 16, 19 }, /* UnionPay */
	{ 500000, 509999, 12, 19 }, /* Maestro */
	{ 560000, 589999, 12, 19 },
	{ 670000, 679999, 12, 19 },
};

static bool is_issued(const struct digits *d)
{
	uint32_t head = number(d, 0, 6);

	for (size_t i = 0; i < sizeof(issuers) / sizeof(issuers[0]); i++)
		if (head >= issuers[i].low && head <= issuers[i].high &&
			d->n >= issuers[i].shortest &&
			d->n <= issuers[i].longest)
			return true;
	return false;
}

static bool is_card(struct digits *d, const char *key)
{
	bool grouped = d->n_groups > 1;

	if (d->n < 12 || d->n > 19 || all_equal(d) || !is_issued(d) ||
		!has_luhn(d) || d->separator == 1)
		return false;
	for (size_t i = 0; i < d->n_groups && grouped; i++)
		if (d->groups[i] < 3 || d->groups[i] > 7)
			return false;
	/* Twelve digits are too many other things. */
	return d->n >= 14 || grouped || (key && !strcmp(key, "pii.card"));
}

/* ---- social security numbers of the USA ---- */

static bool is_ssn(const struct digits *d, const char *key)
{
	uint32_t area;
	bool formed = d->n_groups == 3 && d->groups[0] == 3 &&
		      d->groups[1] == 2 && d->groups[2] == 4 &&
		      d->separator != 1;

	if (d->n != 9 || (!formed && !(key && !strcmp(key, "pii.ssn"))))
		return false;
	area = number(d, 0, 3);
	if (number(d, 5, 9) == 0 || number(d, 3, 5) == 0 || !area ||
		area == 666)
		return false;
	if (area < 900)
		return true;

	/* An ITIN is given out in these groups. */
	uint32_t group = number(d, 3, 5);
	return (group >= 50 && group <= 65) || (group >= 70 && group <= 88) ||
	       (group >= 90 && group <= 92) || (group >= 94 && group <= 99);
}

/* ---- numbers in a text ---- */

static bool has_key(const char *key, const char *type)
{
	return key && !strcmp(key, type);
}

/* What is a run of digits that stands alone? */
static bool judge_digits(
	struct digits *d, const char *key, struct rsk_value_match *match)
{
	if (is_card(d, key)) {
		*match = (struct rsk_value_match){ "pii.card", d->begin, d->end,
			d->n_groups > 1 || has_key(key, "pii.card") };
		return true;
	}
	if (!is_ssn(d, key))
		return false;
	*match = (struct rsk_value_match){ "pii.ssn", d->begin, d->end, true };
	return true;
}

static bool find_number(
	struct rsk_slice s, const char *key, struct rsk_value_match *match)
{
	struct digits d;

	for (size_t i = 0; i < s.len; i++) {
		if (!is_digit(s.ptr[i]))
			continue;
		read_digits(&d, s, i);
		if (d.n <= MAX_DIGITS && stands_alone(s, d.begin, d.end) &&
			judge_digits(&d, key, match))
			return true;
		i = d.end;
	}
	return false;
}

/* ---- IBAN: ISO 13616 lengths, ISO 7064 mod 97-10 ---- */

static const struct {
	char country[3];
	uint8_t len;
} ibans[] = {
	{ "AD", 24 },
	{ "AE", 23 },
	{ "AL", 28 },
	{ "AT", 20 },
	{ "AZ", 28 },
	{ "BA", 20 },
	{ "BE", 16 },
	{ "BG", 22 },
	{ "BH", 22 },
	{ "BR", 29 },
	{ "BY", 28 },
	{ "CH", 21 },
	{ "CR", 22 },
	{ "CY", 28 },
	{ "CZ", 24 },
	{ "DE", 22 },
	{ "DK", 18 },
	{ "DO", 28 },
	{ "EE", 20 },
	{ "EG", 29 },
	{ "ES", 24 },
	{ "FI", 18 },
	{ "FO", 18 },
	{ "FR", 27 },
	{ "GB", 22 },
	{ "GE", 22 },
	{ "GI", 23 },
	{ "GL", 18 },
	{ "GR", 27 },
	{ "GT", 28 },
	{ "HR", 21 },
	{ "HU", 28 },
	{ "IE", 22 },
	{ "IL", 23 },
	{ "IS", 26 },
	{ "IT", 27 },
	{ "JO", 30 },
	{ "KW", 30 },
	{ "KZ", 20 },
	{ "LB", 28 },
	{ "LI", 21 },
	{ "LT", 20 },
	{ "LU", 20 },
	{ "LV", 21 },
	{ "MC", 27 },
	{ "MD", 24 },
	{ "ME", 22 },
	{ "MK", 19 },
	{ "MR", 27 },
	{ "MT", 31 },
	{ "MU", 30 },
	{ "NL", 18 },
	{ "NO", 15 },
	{ "PK", 24 },
	{ "PL", 28 },
	{ "PS", 29 },
	{ "PT", 25 },
	{ "QA", 29 },
	{ "RO", 24 },
	{ "RS", 22 },
	{ "SA", 24 },
	{ "SE", 24 },
	{ "SI", 19 },
	{ "SK", 24 },
	{ "SM", 27 },
	{ "TN", 24 },
	{ "TR", 26 },
	{ "UA", 29 },
	{ "VG", 24 },
	{ "XK", 20 },
};

static size_t iban_len(struct rsk_slice s)
{
	for (size_t i = 0; i < sizeof(ibans) / sizeof(ibans[0]); i++)
		if (s.ptr[0] == (uint8_t)ibans[i].country[0] &&
			s.ptr[1] == (uint8_t)ibans[i].country[1])
			return ibans[i].len;
	return 0;
}

/* The remainder of the number that letters A..Z as 10..35 make. */
static unsigned mod97(unsigned rest, uint8_t c)
{
	if (is_digit(c))
		return (rest * 10 + (c - '0')) % 97;
	return (rest * 100 + (unsigned)((c | 0x20) - 'a') + 10) % 97;
}

static bool find_iban(
	struct rsk_slice s, const char *key, struct rsk_value_match *match)
{
	uint8_t text[34];
	size_t len = 0;
	unsigned rest = 0;

	(void)key;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == ' ')
			continue;
		if (!(is_digit(s.ptr[i]) ||
			    (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z')) ||
			len == sizeof(text))
			return false;
		text[len++] = s.ptr[i];
	}
	if (len < 15 || !is_letter(text[0]) || !is_letter(text[1]) ||
		!is_digit(text[2]) || !is_digit(text[3]) ||
		iban_len(rsk_slice(text, len)) != len)
		return false;
	for (size_t i = 0; i < len; i++)
		rest = mod97(rest, text[(i + 4) % len]);
	*match = (struct rsk_value_match){ "pii.iban", 0, s.len, true };
	return rest == 1;
}

/* ---- e-mail addresses ---- */

static bool is_local(uint8_t c)
{
	return is_word(c) || (c && strchr(".!#$%&'*+/=?^`{|}~-", c));
}

/* The end of the domain that begins at `at`, or `at` when it is none. */
static size_t domain_end(struct rsk_slice s, size_t at)
{
	size_t label = at;
	size_t last = 0; /* where the last label begins */
	size_t i = at;

	for (; i < s.len; i++) {
		uint8_t c = s.ptr[i];

		if (c == '.' && i > label && i + 1 < s.len &&
			is_word(s.ptr[i + 1])) {
			label = i + 1;
			last = label;
		} else if (!is_digit(c) && !is_letter(c) &&
			   !(c == '-' && i > label)) {
			break;
		}
	}
	if (!last || i < last + 2)
		return at;
	for (size_t j = last; j < i; j++)
		if (!is_letter(s.ptr[j]))
			return at;
	return i;
}

static bool is_asset(struct rsk_slice domain)
{
	static const char *const endings[] = { ".png", ".jpg", ".jpeg", ".gif",
		".svg", ".webp", ".js", ".css", ".json", ".ts", ".mjs",
		".pdf" };

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (rsk_slice_ends(domain, rsk_slice_str(endings[i])))
			return true;
	return false;
}

/* Addresses that RFC 2606 keeps for examples still model one: they count. */
static bool find_email(
	struct rsk_slice s, const char *key, struct rsk_value_match *match)
{
	(void)key;
	for (size_t i = 1; i + 3 < s.len; i++) {
		size_t begin = i;
		size_t end;

		if (s.ptr[i] != '@')
			continue;
		while (begin && is_local(s.ptr[begin - 1]) && i - begin < 64)
			begin--;
		end = domain_end(s, i + 1);
		if (begin == i || end == i + 1 ||
			is_asset(rsk_slice_cut(s, i, end)) ||
			rsk_slice_eq_str(rsk_slice_cut(s, begin, i), "git") ||
			(end < s.len && s.ptr[end] == ':' && !begin) ||
			(begin && (s.ptr[begin - 1] == '/' ||
					  s.ptr[begin - 1] == ':')))
			continue;
		/* scheme://user@host is no address. */
		if (rsk_slice_find(rsk_slice_cut(s, begin, i), RSK_LIT("//")) <
			i - begin)
			continue;
		*match = (struct rsk_value_match){ "pii.email", begin, end,
			begin == 0 && end == s.len };
		return true;
	}
	return false;
}

/* ---- phone numbers: E.164, with what people put between digits ---- */

static bool find_phone(
	struct rsk_slice s, const char *key, struct rsk_value_match *match)
{
	size_t n = 0;
	size_t i = 0;
	bool international = s.len && s.ptr[0] == '+';

	if (!international && !has_key(key, "pii.phone"))
		return false;
	for (i = international; i < s.len; i++) {
		if (is_digit(s.ptr[i]))
			n++;
		else if (!s.ptr[i] || !strchr(" .-()/", s.ptr[i]))
			return false;
	}
	*match = (struct rsk_value_match){ "pii.phone", 0, s.len, true };
	if (international)
		return n >= 8 && n <= 15 && s.len > 1 && s.ptr[1] != '0';
	return n >= 7 && n <= 15;
}

/* ---- JSON web tokens ---- */

static bool is_base64url(uint8_t c)
{
	return is_word(c) || c == '-';
}

/* "eyJ" is how {" looks in base64; three parts, none of them empty. */
static bool find_jwt(
	struct rsk_slice s, const char *key, struct rsk_value_match *match)
{
	size_t at = rsk_slice_find(s, RSK_LIT("eyJ"));
	size_t part = at;
	size_t parts = 1;
	size_t i = at;

	(void)key;
	if (at == s.len || (at && is_base64url(s.ptr[at - 1])))
		return false;
	for (; i < s.len; i++) {
		if (s.ptr[i] == '.' && i - part >= 4) {
			parts++;
			part = i + 1;
		} else if (!is_base64url(s.ptr[i])) {
			break;
		}
	}
	*match = (struct rsk_value_match){ "pii.token", at, i, true };
	return parts == 3 && i - part >= 8 && i - at > 30;
}

/* ---- what needs a name to be told ---- */

static bool in_private_net(const unsigned *octet)
{
	return octet[0] == 0 || octet[0] == 10 || octet[0] == 127 ||
	       octet[0] >= 224 || (octet[0] == 192 && octet[1] == 168) ||
	       (octet[0] == 172 && octet[1] >= 16 && octet[1] < 32) ||
	       (octet[0] == 169 && octet[1] == 254) ||
	       (octet[0] == 192 && octet[1] == 0 && octet[2] == 2) ||
	       (octet[0] == 198 && octet[1] == 51 && octet[2] == 100) ||
	       (octet[0] == 203 && octet[1] == 0 && octet[2] == 113);
}

/* Four octets; of a version there are as many, so its name must say so. */
static bool find_ip(
	struct rsk_slice s, const char *key, struct rsk_value_match *match)
{
	unsigned octet[4] = { 0 };
	size_t n = 0;
	size_t width = 0;

	if (!has_key(key, "pii.online"))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '.' && width && n < 3) {
			n++;
			width = 0;
		} else if (is_digit(s.ptr[i]) && width < 3) {
			octet[n] = octet[n] * 10 + (unsigned)(s.ptr[i] - '0');
			width++;
		} else {
			return false;
		}
	}
	for (size_t i = 0; i < 4; i++)
		if (octet[i] > 255)
			return false;
	*match = (struct rsk_value_match){ "pii.online", 0, s.len, true };
	return n == 3 && width && !in_private_net(octet);
}

static bool find_mac(
	struct rsk_slice s, const char *key, struct rsk_value_match *match)
{
	(void)key;
	if (s.len != 17)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		uint8_t low = s.ptr[i] | 0x20;
		bool hex = is_digit(s.ptr[i]) || (low >= 'a' && low <= 'f');

		if (i % 3 == 2 ? s.ptr[i] != s.ptr[2] ||
					 (s.ptr[2] != ':' && s.ptr[2] != '-')
			       : !hex)
			return false;
	}
	*match = (struct rsk_value_match){ "pii.online", 0, s.len, true };
	return true;
}

/* YYYY-MM-DD or DD.MM.YYYY and its kin, where the name is a birthday's. */
static bool find_dob(
	struct rsk_slice s, const char *key, struct rsk_value_match *match)
{
	struct digits d;
	unsigned separators = 0;

	if (!has_key(key, "pii.dob") || s.len < 8 || s.len > 10)
		return false;
	d = (struct digits){ .n_groups = 1 };
	for (size_t i = 0; i < s.len; i++) {
		if (is_digit(s.ptr[i]))
			add_digit(&d, s.ptr[i]);
		else if (s.ptr[i] && strchr("-/.", s.ptr[i]))
			separators++;
		else
			return false;
	}
	*match = (struct rsk_value_match){ "pii.dob", 0, s.len, true };
	return separators == 2 && d.n >= 6 && d.n <= 8;
}

/* ---- all of them ---- */

bool rsk_value_match(
	struct rsk_slice text, const char *key, struct rsk_value_match *match)
{
	/* The surest first. */
	static bool (*const detectors[])(struct rsk_slice, const char *,
		struct rsk_value_match *) = { find_jwt, find_iban, find_number,
		find_email, find_phone, find_ip, find_mac, find_dob };
	struct rsk_slice s = rsk_slice_cut(text, 0, RSK_MAX_VALUE_BYTES);

	for (size_t i = 0; i < sizeof(detectors) / sizeof(detectors[0]); i++)
		if (detectors[i](s, key, match))
			return true;
	return false;
}
