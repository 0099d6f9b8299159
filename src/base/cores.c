#include "base/cores.h"

#include <unistd.h>

size_t cores_for(size_t count, size_t most)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	size_t workers = cores < 1 ? 1 : (size_t)cores;

	workers = workers < most ? workers : most;
	return workers < count ? workers : count;
}
