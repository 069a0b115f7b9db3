#include "files.h"
#include <errno.h>

#if defined(__linux__)
#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_openat2
#define SYS_openat2 437
#endif

/// The kernel's `struct open_how`. The C library of Debian 12 has no name for it that every compiler finds.
struct how {
    uint64_t flags;
    uint64_t mode;
    uint64_t resolve;
};

enum { no_magic_links = 0x02, no_links = 0x04, beneath = 0x08 };

int fstore_open_beneath(int root, const char *path) {
    struct how how = {O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0, no_magic_links | no_links | beneath};
    for (;;) {
        long descriptor = syscall(SYS_openat2, root, path, &how, sizeof how);
        if (descriptor >= 0) return (int)descriptor;
        // EAGAIN: something was renamed while the kernel looked, and it could not tell whether the path stays below.
        if (errno != EINTR && errno != EAGAIN) return -errno;
    }
}
#else
int fstore_open_beneath(int root, const char *path) { (void)root; (void)path; return -ENOSYS; }
#endif
