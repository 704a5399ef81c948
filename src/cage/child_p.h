#ifndef RSK_CAGE_CHILD_P_H
#define RSK_CAGE_CHILD_P_H

#include "cage/message_p.h"

/* What the child is born with. */
struct rsk_birth {
	const struct rsk_cage_options *options;
	struct rsk_input_table *table;
	const struct rsk_input_bad *bad;
	size_t bad_len;
	unsigned jobs;
	int out;
	int parent;
};

/* The child's whole life. */
_Noreturn void rsk_child_live(const struct rsk_birth *birth);

#endif
