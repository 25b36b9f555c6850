// A library for LD_PRELOAD: makes one chosen system call on files below a folder fail, or kill its process before it is
// made. All processes of a run count together, in a file that they map.
//
//   FAULT_FOLDER   only calls on files below it count
//   FAULT_COUNTER  a file of 24 bytes: how many calls there were, of them to FAULT_OF, and not 0 once one has killed
//   FAULT_LOG      a file to which every call adds a line before it is made: its number, program, letter and path;
//                  one that has given a file a name adds another, with 0 as its number, and one that meets the
//                  fault another, with its number below 0
//   FAULT_AT       the number of the call that meets it, from 1; 0: none
//   FAULT_OF       set: FAULT_AT counts only calls whose "program letter path" matches this pattern of a shell
//   FAULT_DO       kill; tear, which kills in the middle of a write; or the name of an error: ENOSPC, EIO, EPERM
//   FAULT_STAYS    set: every later call, too, as on a full disk
//
//   FAULT_READS    set: reads count, too
//
// The letters: o (open for writing), w (write), f (fsync), r (rename), l (link), n (rename that replaces nothing),
// u (unlink, rmdir), m (mkdir), i (read).
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static uint64_t* counter(void) {
  static uint64_t* mapped;
  if (mapped) return mapped;
  int fd = (int)syscall(SYS_openat, AT_FDCWD, getenv("FAULT_COUNTER"), O_RDWR);
  void* memory = mmap(NULL, 24, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  return mapped = memory;
}

// What follows the folder in the path of a file below it, NULL for any other file. `folder` is a descriptor or
// AT_FDCWD.
static const char* below(int folder, const char* path, char absolute[PATH_MAX]) {
  const char* chosen = getenv("FAULT_FOLDER");
  if (!chosen) return NULL;
  if (path[0] != '/') {
    char here[PATH_MAX] = "", link[64];
    snprintf(link, sizeof link, folder == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", folder);
    if (readlink(link, here, sizeof here - 1) < 0) return NULL;
    if (snprintf(absolute, PATH_MAX, *path ? "%s/%s" : "%s", here, path) >= PATH_MAX) return NULL;
    path = absolute;
  }
  size_t length = strlen(chosen);
  return strncmp(path, chosen, length) == 0 && strchr("/", path[length]) ? path + length : NULL;
}

// Adds the call to the log; returns whether it is one of those that FAULT_AT counts.
static int tell(int64_t number, char call, const char* path) {
  char what[PATH_MAX + 64], line[PATH_MAX + 96];
  snprintf(what, sizeof what, "%s %c %s", program_invocation_short_name, call, path);
  int length = snprintf(line, sizeof line, "%lld %s\n", (long long)number, what);
  int fd = (int)syscall(SYS_openat, AT_FDCWD, getenv("FAULT_LOG"), O_WRONLY | O_APPEND);
  syscall(SYS_write, fd, line, length);
  close(fd);
  return !getenv("FAULT_OF") || fnmatch(getenv("FAULT_OF"), what, 0) == 0;
}

static int told_if_it_succeeded(int result, const char* to) {
  char absolute[PATH_MAX];
  int error = errno;
  if (result == 0 && (to = below(AT_FDCWD, to, absolute))) tell(0, 'r', to);
  errno = error;
  return result;
}

// All processes end, as by a power cut: ours at once, the others before they make another call.
static void end_all(void) {
  __atomic_store_n(counter() + 2, 1, __ATOMIC_SEQ_CST);
  if (strcmp(program_invocation_short_name, "nero-trial") == 0) kill(getppid(), SIGKILL);
  kill(getpid(), SIGKILL);
}

// The error that this call is to meet, 0 for none; −1: it is to be torn.
static int fault(char call, int folder, const char* path) {
  char absolute[PATH_MAX];
  if (!(path = below(folder, path, absolute))) return 0;
  if (__atomic_load_n(counter() + 2, __ATOMIC_SEQ_CST)) end_all();
  uint64_t number = __atomic_add_fetch(counter(), 1, __ATOMIC_SEQ_CST);
  int64_t line = (int64_t)number;
  if (!tell(line, call, path)) return 0;
  if (getenv("FAULT_OF")) number = __atomic_add_fetch(counter() + 1, 1, __ATOMIC_SEQ_CST);
  uint64_t at = strtoull(getenv("FAULT_AT"), NULL, 10);
  if (at == 0 || number < at || (number > at && !getenv("FAULT_STAYS"))) return 0;
  tell(-line, call, path);
  const char* what = getenv("FAULT_DO");
  if (strcmp(what, "tear") == 0 && call == 'w') return -1;
  if (strcmp(what, "ENOSPC") == 0) return ENOSPC;
  if (strcmp(what, "EIO") == 0) return EIO;
  if (strcmp(what, "EPERM") == 0) return EPERM;
  end_all();
  return 0;
}

#define FAIL_IF(error)   \
  do {                   \
    int found = (error); \
    if (found) {         \
      errno = found;     \
      return -1;         \
    }                    \
  } while (0)

#define OPEN(name)                                                                  \
  int name(const char* path, int flags, ...) {                                      \
    va_list rest;                                                                   \
    va_start(rest, flags);                                                          \
    mode_t mode = va_arg(rest, mode_t);                                             \
    va_end(rest);                                                                   \
    if (flags & (O_WRONLY | O_RDWR | O_CREAT)) FAIL_IF(fault('o', AT_FDCWD, path)); \
    return REAL(name)(path, flags, mode);                                           \
  }

OPEN(open)
OPEN(open64)

ssize_t write(int fd, const void* bytes, size_t size) {
  int error = fault('w', fd, "");
  if (error < 0) {
    REAL(write)(fd, bytes, size / 2);
    end_all();
  }
  FAIL_IF(error);
  return REAL(write)(fd, bytes, size);
}

ssize_t read(int fd, void* bytes, size_t size) {
  if (getenv("FAULT_READS")) FAIL_IF(fault('i', fd, ""));
  return REAL(read)(fd, bytes, size);
}

int fsync(int fd) {
  FAIL_IF(fault('f', fd, ""));
  return REAL(fsync)(fd);
}

int rename(const char* from, const char* to) {
  FAIL_IF(fault('r', AT_FDCWD, to));
  return told_if_it_succeeded(REAL(rename)(from, to), to);
}

int link(const char* from, const char* to) {
  FAIL_IF(fault('l', AT_FDCWD, to));
  return told_if_it_succeeded(REAL(link)(from, to), to);
}

int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) {
  FAIL_IF(fault('n', to_folder, to));
  return told_if_it_succeeded(REAL(renameat2)(from_folder, from, to_folder, to, flags), to);
}

int unlink(const char* path) {
  FAIL_IF(fault('u', AT_FDCWD, path));
  return REAL(unlink)(path);
}

int unlinkat(int folder, const char* path, int flags) {
  FAIL_IF(fault('u', folder, path));
  return REAL(unlinkat)(folder, path, flags);
}

int remove(const char* path) {
  FAIL_IF(fault('u', AT_FDCWD, path));
  return REAL(remove)(path);
}

int rmdir(const char* path) {
  FAIL_IF(fault('u', AT_FDCWD, path));
  return REAL(rmdir)(path);
}

int mkdir(const char* path, mode_t mode) {
  FAIL_IF(fault('m', AT_FDCWD, path));
  return REAL(mkdir)(path, mode);
}
