/*
 * What a process that runs has loaded, as its memory says: its objects and where their functions
 * are. Files are not read: they may have been replaced since.
 */
#ifndef CMD_IMAGE_H
#define CMD_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct error;
struct image;

/* A loaded object: the program, a library, the loader. */
struct object {
	char *path;
	uint64_t start, end; /* addresses of its mappings */
};

/* -1 and err: its memory cannot be read. */
int image_new(struct image **ret_image, pid_t process, struct error *err);
void image_free(struct image *image);

size_t image_objects(const struct image *image, const struct object **ret_objects);

/* The object that has the address, or NULL. */
const struct object *image_object_at(const struct image *image, uint64_t address);

/* The C library; NULL: there is none, as in a static program. */
const struct object *image_libc(const struct image *image);
bool image_is_loader(const struct object *object);

/*
 * Whether the loader has finished with what the program was linked with: before that an object may
 * be mapped in part only. True where no loader says.
 */
bool image_is_loaded(const struct image *image);

/* The address of a function that the object defines for others; 0: it does not. */
uint64_t image_find(const struct image *image, const struct object *object, const char *name);

/* The same where the process has dlopen()ed an object; handle: what that returned. */
uint64_t image_find_in_handle(const struct image *image, uint64_t handle, const char *name);

/* Reads and writes its memory; false: not all of it could be. */
bool image_read(const struct image *image, uint64_t at, void *ret_bytes, size_t size);
bool image_write(const struct image *image, uint64_t at, const void *bytes, size_t size);

/* Text up to its NUL, cut where there is no room. */
void image_read_text(const struct image *image, uint64_t at, char *ret_text, size_t size);

#endif
