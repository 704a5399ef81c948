#include "base/hash.h"
#include "pack/odb.h"

static const char *const type_names[] = {
	[RSK_OBJECT_COMMIT] = "commit",
	[RSK_OBJECT_TREE] = "tree",
	[RSK_OBJECT_BLOB] = "blob",
	[RSK_OBJECT_TAG] = "tag",
};

const char *rsk_object_name(enum rsk_object_type type)
{
	if (type < RSK_OBJECT_COMMIT || type > RSK_OBJECT_TAG)
		return "object";
	return type_names[type];
}

struct rsk_oid rsk_oid_of(const uint8_t *bytes, size_t len)
{
	struct rsk_oid oid = { .len = (uint8_t)len };

	memcpy(oid.bytes, bytes, len);
	return oid;
}

/* Ids of different lengths have no order that means anything: shorter first. */
int rsk_oid_cmp(const struct rsk_oid *a, const struct rsk_oid *b)
{
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return memcmp(a->bytes, b->bytes, a->len);
}

void rsk_oid_hex(char out[RSK_OID_HEX_MAX], const struct rsk_oid *oid)
{
	rsk_hex(out, oid->bytes, oid->len);
}

/* The value of a hexadecimal digit, plus one; 0 for anything else. */
static const uint8_t digits[256] = {
	['0'] = 1,
	['1'] = 2,
	['2'] = 3,
	['3'] = 4,
	['4'] = 5,
	['5'] = 6,
	['6'] = 7,
	['7'] = 8,
	['8'] = 9,
	['9'] = 10,
	['a'] = 11,
	['b'] = 12,
	['c'] = 13,
	['d'] = 14,
	['e'] = 15,
	['f'] = 16,
	['A'] = 11,
	['B'] = 12,
	['C'] = 13,
	['D'] = 14,
	['E'] = 15,
	['F'] = 16,
};

bool rsk_oid_parse(struct rsk_oid *out, struct rsk_slice hex)
{
	struct rsk_oid oid = { .len = (uint8_t)(hex.len / 2) };

	if (hex.len != 40 && hex.len != 64)
		return false;
	for (size_t i = 0; i < oid.len; i++) {
		uint8_t high = digits[hex.ptr[2 * i]];
		uint8_t low = digits[hex.ptr[2 * i + 1]];

		if (!high || !low)
			return false;
		oid.bytes[i] = (uint8_t)((high - 1) << 4 | (low - 1));
	}
	*out = oid;
	return true;
}

static void hash_sha1(uint8_t *out, struct rsk_slice head, struct rsk_slice s)
{
	struct rsk_sha1 sha;

	rsk_sha1_init(&sha);
	rsk_sha1_update(&sha, head);
	rsk_sha1_update(&sha, s);
	rsk_sha1_final(&sha, out);
}

static void hash_sha256(uint8_t *out, struct rsk_slice head, struct rsk_slice s)
{
	struct rsk_sha256 sha;

	rsk_sha256_init(&sha);
	rsk_sha256_update(&sha, head);
	rsk_sha256_update(&sha, s);
	rsk_sha256_final(&sha, out);
}

void rsk_oid_hash(struct rsk_oid *out, size_t len, enum rsk_object_type type,
	struct rsk_slice bytes)
{
	char text[64];
	int n = snprintf(
		text, sizeof(text), "%s %zu", rsk_object_name(type), bytes.len);
	/* The closing NUL is part of what git hashes. */
	struct rsk_slice head = rsk_slice(text, (size_t)n + 1);

	*out = (struct rsk_oid){ .len = (uint8_t)len };
	if (len == RSK_SHA1_BYTES)
		hash_sha1(out->bytes, head, bytes);
	else
		hash_sha256(out->bytes, head, bytes);
}
