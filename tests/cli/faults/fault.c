// A library for LD_PRELOAD: makes one chosen system call on files below a folder fail, or kill the process before it is made.
// All processes of a run count together, in a file that they map.
//
//   FAULT_FOLDER   only calls on files below it count
//   FAULT_CALLS    which: letters of o (open for writing), w (write), f (fsync), r (rename, link)
//   FAULT_COUNTER  a file of 8 bytes; afterwards the number of calls that there were
//   FAULT_AT       the number of the call that meets it, from 1; 0: none
//   FAULT_DO       kill, or the name of an error: ENOSPC, EIO
//   FAULT_STAYS    set: every later call, too, as on a full disk
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static uint64_t* counter(void) {
  static uint64_t* mapped;
  if (mapped) return mapped;
  int fd = (int)syscall(SYS_openat, AT_FDCWD, getenv("FAULT_COUNTER"), O_RDWR);
  void* memory = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  return mapped = memory;
}

static int is_below(const char* path) {
  const char* folder = getenv("FAULT_FOLDER");
  char absolute[PATH_MAX];
  if (!folder) return 0;
  if (path[0] != '/') {
    char here[PATH_MAX];
    if (!getcwd(here, sizeof here) || snprintf(absolute, sizeof absolute, "%s/%s", here, path) >= PATH_MAX) return 0;
    path = absolute;
  }
  return strncmp(path, folder, strlen(folder)) == 0;
}

// The error that this call is to meet, 0 for none.
static int fault(char call, const char* path) {
  const char* calls = getenv("FAULT_CALLS");
  if (!calls || !strchr(calls, call) || !is_below(path)) return 0;
  uint64_t number = __atomic_add_fetch(counter(), 1, __ATOMIC_SEQ_CST);
  uint64_t at = strtoull(getenv("FAULT_AT"), NULL, 10);
  if (at == 0 || number < at || (number > at && !getenv("FAULT_STAYS"))) return 0;
  const char* what = getenv("FAULT_DO");
  if (strcmp(what, "kill") == 0) {
    if (strcmp(program_invocation_short_name, "nero-trial") == 0) kill(getppid(), SIGKILL);  // all, as by a power cut
    kill(getpid(), SIGKILL);
  }
  return strcmp(what, "ENOSPC") == 0 ? ENOSPC : EIO;
}

static int fault_of(char call, int fd) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return fault(call, path);
}

#define FAIL_IF(error)   \
  do {                   \
    int found = (error); \
    if (found) {         \
      errno = found;     \
      return -1;         \
    }                    \
  } while (0)

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  if (flags & (O_WRONLY | O_RDWR | O_CREAT)) FAIL_IF(fault('o', path));
  return REAL(open)(path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  if (flags & (O_WRONLY | O_RDWR | O_CREAT)) FAIL_IF(fault('o', path));
  return REAL(open64)(path, flags, mode);
}

ssize_t write(int fd, const void* bytes, size_t size) {
  FAIL_IF(fault_of('w', fd));
  return REAL(write)(fd, bytes, size);
}

int fsync(int fd) {
  FAIL_IF(fault_of('f', fd));
  return REAL(fsync)(fd);
}

int rename(const char* from, const char* to) {
  FAIL_IF(fault('r', to));
  return REAL(rename)(from, to);
}

int link(const char* from, const char* to) {
  FAIL_IF(fault('r', to));
  return REAL(link)(from, to);
}
