#include "report/uri_p.h"

static bool is_unreserved(uint8_t byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' ||
	       byte == '_' || byte == '~' || byte == '/';
}

bool rsk_uri_is_absolute(struct rsk_slice path)
{
	return path.len && path.ptr[0] == '/';
}

static void add_encoded(struct rsk_json *json, uint8_t byte)
{
	char text[8];

	snprintf(text, sizeof(text), "%%%02X", byte);
	rsk_json_add_str(json, text);
}

void rsk_uri_add(struct rsk_json *json, struct rsk_slice path)
{
	size_t from = 0;

	if (!path.len)
		rsk_json_add_str(json, ".");
	if (rsk_uri_is_absolute(path))
		rsk_json_add_str(json, "file://");
	for (size_t i = 0; i < path.len; i++) {
		if (is_unreserved(path.ptr[i]))
			continue;
		rsk_json_add(json, rsk_slice_cut(path, from, i));
		add_encoded(json, path.ptr[i]);
		from = i + 1;
	}
	rsk_json_add(json, rsk_slice_cut(path, from, path.len));
}
