/* Lets the FAIL_AT-th write or sync of a database's file, or of its log, fail with EIO, and those that follow. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int fails(int descriptor) {
  static int count;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  if (!strstr(path, ".db") || strstr(path, "-shm")) return 0;
  const char *at = getenv("FAIL_AT");
  if (!at || __atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST) < atoi(at)) return 0;
  errno = EIO;
  return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
  return fails(descriptor) ? -1 : REAL(pwrite64)(descriptor, bytes, count, offset);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
  return fails(descriptor) ? -1 : REAL(pwrite)(descriptor, bytes, count, offset);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
  return fails(descriptor) ? -1 : REAL(write)(descriptor, bytes, count);
}

int fdatasync(int descriptor) { return fails(descriptor) ? -1 : REAL(fdatasync)(descriptor); }

int fsync(int descriptor) { return fails(descriptor) ? -1 : REAL(fsync)(descriptor); }
