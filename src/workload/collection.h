/* A cache of documents that refer to each other in cycles, with or without a collector. */
#ifndef WORKLOAD_COLLECTION_H
#define WORKLOAD_COLLECTION_H

#include "workload/workload.h"

int collecting_run(struct run *run, struct error *err);

#endif
