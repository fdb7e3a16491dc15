/* Counts what a process asks of the disk under one folder; at the n-th request the request fails
   (once, or from then on), or the process is killed. Loaded with LD_PRELOAD, armed by mll_arm;
   or, for whole programs, by MLL_DISK: full while the file of MLL_DISK_FULL is there. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { COUNT, ONCE, FROM_THEN_ON, KILL, WHILE };
static int armed, mode, error_number;
static long at, passed, failed;
static char folder[PATH_MAX], flag[PATH_MAX];

void mll_arm(const char *home, int how, long n, int error) {
    strncpy(folder, home, sizeof folder - 1);
    mode = how; at = n; error_number = error; passed = failed = 0; armed = 1;
}
__attribute__((constructor)) static void from_environment(void) {
    const char *named = getenv("MLL_DISK"), *file = getenv("MLL_DISK_FULL");
    if (!named || !file) return;
    strncpy(flag, file, sizeof flag - 1);
    mll_arm(named, WHILE, 0, ENOSPC);
}
void mll_disarm(void) { armed = 0; }
long mll_passed(void) { return passed; }
long mll_failed(void) { return failed; }

static int refused(void) {
    long now = __sync_add_and_fetch(&passed, 1);
    if (mode == WHILE && access(flag, F_OK) == 0) {
        errno = error_number;
        return 1;
    }
    if (mode == KILL && now == at) kill(getpid(), SIGKILL);
    if ((mode == ONCE && now == at) || (mode == FROM_THEN_ON && now >= at)) {
        __sync_add_and_fetch(&failed, 1);
        errno = error_number;
        return 1;
    }
    return 0;
}
static int by_path(const char *path) {
    return armed && path && strncmp(path, folder, strlen(folder)) == 0 && refused();
}
static int by_descriptor(int descriptor) {
    char link[64], path[PATH_MAX];
    if (!armed) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return by_path(path);
}
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int d, const void *b, size_t n) { return by_descriptor(d) ? -1 : REAL(write)(d, b, n); }
ssize_t pwrite(int d, const void *b, size_t n, off_t o) { return by_descriptor(d) ? -1 : REAL(pwrite)(d, b, n, o); }
ssize_t pwrite64(int d, const void *b, size_t n, off64_t o) { return by_descriptor(d) ? -1 : REAL(pwrite64)(d, b, n, o); }
int fsync(int d) { return by_descriptor(d) ? -1 : REAL(fsync)(d); }
int fdatasync(int d) { return by_descriptor(d) ? -1 : REAL(fdatasync)(d); }
int ftruncate(int d, off_t n) { return by_descriptor(d) ? -1 : REAL(ftruncate)(d, n); }
int ftruncate64(int d, off64_t n) { return by_descriptor(d) ? -1 : REAL(ftruncate64)(d, n); }
int rename(const char *a, const char *b) { return by_path(b) ? -1 : REAL(rename)(a, b); }
int link(const char *a, const char *b) { return by_path(b) ? -1 : REAL(link)(a, b); }
int mkdir(const char *a, mode_t m) {
    int (*real)(const char *, mode_t) = dlsym(RTLD_NEXT, "mkdir");
    return by_path(a) ? -1 : real(a, m);
}
#define WRITES(flags) ((flags) & (O_WRONLY | O_RDWR | O_CREAT))
#define OPEN(name)                                                                  \
    int name(const char *path, int flags, ...) {                                    \
        int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, #name);              \
        va_list rest;                                                               \
        va_start(rest, flags);                                                      \
        mode_t mode_ = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;    \
        va_end(rest);                                                               \
        return WRITES(flags) && by_path(path) ? -1 : real(path, flags, mode_);      \
    }
OPEN(open)
OPEN(open64)
