#include "base/mapped.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/limits.h"

/*
 * All mappings are in one table, since a signal handler has nothing else to
 * look at. A row is free when it begins at FREE; it is written in such an order
 * that the handler never sees half of one.
 */
struct rsk_mapped {
	_Atomic uintptr_t begin, end;
	atomic_bool broke;
};

enum { FREE = 0 }; /* where no file is mapped */

static struct rsk_mapped table[RSK_MAX_MAPPINGS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct sigaction before;
static bool installed;
static uintptr_t page_size;

static bool has(const struct rsk_mapped *row, uintptr_t at)
{
	return at >= atomic_load(&row->begin) && at < atomic_load(&row->end);
}

static bool begins_at(const struct rsk_mapped *row, uintptr_t at)
{
	return atomic_load(&row->begin) == at;
}

/* The first row of which `is` is true. */
static struct rsk_mapped *find_row(
	bool (*is)(const struct rsk_mapped *, uintptr_t), uintptr_t at)
{
	for (size_t i = 0; i < RSK_MAX_MAPPINGS; i++)
		if (is(&table[i], at))
			return &table[i];
	return NULL;
}

/*
 * The instruction that failed is done again when this returns: it then finds
 * zeros, or whoever had the signal before.
 */
static void on_bus_error(int number, siginfo_t *info, void *context)
{
	uintptr_t at = (uintptr_t)info->si_addr;
	struct rsk_mapped *mapped = find_row(has, at);
	char *page = (char *)info->si_addr - at % page_size;

	(void)context;
	if (mapped)
		atomic_store(&mapped->broke, true);
	if (!mapped || mmap(page, page_size, PROT_READ,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
			       0) == MAP_FAILED)
		sigaction(number, &before, NULL);
}

/* Under the lock. */
static bool install(void)
{
	struct sigaction action = { .sa_flags = SA_SIGINFO };

	if (installed)
		return true;
	page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
	action.sa_sigaction = on_bus_error;
	sigemptyset(&action.sa_mask);
	installed = !sigaction(SIGBUS, &action, &before);
	return installed;
}

static struct rsk_mapped *map_row(int fd, size_t size)
{
	struct rsk_mapped *row = install() ? find_row(begins_at, FREE) : NULL;
	void *bytes = MAP_FAILED;

	if (row)
		bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return NULL;
	atomic_store(&row->broke, false);
	atomic_store(&row->end, (uintptr_t)bytes + size);
	atomic_store(&row->begin, (uintptr_t)bytes);
	return row;
}

enum rsk_err rsk_mapped_new(struct rsk_mapped **out, int fd, uint64_t size)
{
	struct rsk_mapped *row = NULL;

	/* Any other size that cannot be is refused by mmap(). */
	if ((size_t)size != size)
		return RSK_LIMIT;
	pthread_mutex_lock(&lock);
	row = map_row(fd, (size_t)size);
	pthread_mutex_unlock(&lock);
	if (!row)
		return RSK_LIMIT;
	*out = row;
	return RSK_OK;
}

void rsk_mapped_free(struct rsk_mapped *mapped)
{
	uintptr_t begin;

	if (!mapped)
		return;
	begin = atomic_load(&mapped->begin);
	munmap((void *)begin, atomic_exchange(&mapped->end, FREE) - begin);
	/* From here on, another may have the row. */
	atomic_store(&mapped->begin, FREE);
}

const uint8_t *rsk_mapped_bytes(const struct rsk_mapped *mapped)
{
	return (const uint8_t *)atomic_load_explicit(
		&mapped->begin, memory_order_relaxed);
}

bool rsk_mapped_broke(const struct rsk_mapped *mapped)
{
	return atomic_load(&mapped->broke);
}
