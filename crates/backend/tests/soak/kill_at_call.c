// Loaded into the backend by LD_PRELOAD: ends the process, as a power cut would, at the nth call that changes a file or a folder.
// KILL_AT_CALL says which one. Of a write, half of the bytes arrive.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_long calls_left;

__attribute__((constructor)) static void read_count(void) {
    const char *count = getenv("KILL_AT_CALL");
    atomic_store(&calls_left, count ? atol(count) : 0);
}

static int is_last_call(void) { return atomic_fetch_sub(&calls_left, 1) == 1; }

static void end(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static int is_file(int fd) {
    struct stat status;
    return fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t length) {
    if (is_file(fd) && is_last_call()) {
        REAL(write)(fd, bytes, length / 2);
        end();
    }
    return REAL(write)(fd, bytes, length);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
    if (is_file(fd) && is_last_call()) {
        REAL(pwrite)(fd, bytes, length / 2, at);
        end();
    }
    return REAL(pwrite)(fd, bytes, length, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
    if (is_file(fd) && is_last_call()) {
        REAL(pwrite64)(fd, bytes, length / 2, at);
        end();
    }
    return REAL(pwrite64)(fd, bytes, length, at);
}

#define ENDS_BEFORE(result, name, parameters, arguments)                                                                       \
    result name parameters {                                                                                                   \
        if (is_last_call()) end();                                                                                             \
        return REAL(name) arguments;                                                                                           \
    }

ENDS_BEFORE(int, fsync, (int fd), (fd))
ENDS_BEFORE(int, fdatasync, (int fd), (fd))
ENDS_BEFORE(int, ftruncate, (int fd, off_t length), (fd, length))
ENDS_BEFORE(int, ftruncate64, (int fd, off64_t length), (fd, length))
ENDS_BEFORE(int, rename, (const char *from, const char *to), (from, to))
ENDS_BEFORE(int, unlink, (const char *path), (path))
ENDS_BEFORE(int, unlinkat, (int folder, const char *path, int flags), (folder, path, flags))
ENDS_BEFORE(int, rmdir, (const char *path), (path))
ENDS_BEFORE(int, mkdir, (const char *path, mode_t mode), (path, mode))

#define OPENS(name)                                                                                                            \
    int name(const char *path, int flags, ...) {                                                                               \
        va_list rest;                                                                                                          \
        va_start(rest, flags);                                                                                                 \
        mode_t mode = (flags & O_CREAT) ? va_arg(rest, mode_t) : 0;                                                            \
        va_end(rest);                                                                                                          \
        if ((flags & O_CREAT) && is_last_call()) end();                                                                        \
        return REAL(name)(path, flags, mode);                                                                                  \
    }

OPENS(open)
OPENS(open64)
