/* Workloads of a cache whose entries are pages of text, compressed; they differ in the library. */
#ifndef WORKLOAD_PAGES_H
#define WORKLOAD_PAGES_H

struct codec;
struct error;
struct run;

int pages_run(struct run *run, const struct codec *codec, struct error *err);

#endif
