#include "scheduler.h"
#include <errno.h>

#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>

/// The first version of the kernel's `struct sched_attr`; the C library of Debian 12 has no name for it.
struct scheduling {
    uint32_t size;
    uint32_t policy;
    uint64_t flags;
    int32_t niceness;
    uint32_t priority;
    uint64_t runtime;
    uint64_t deadline;
    uint64_t period;
};

int fstore_set_time_slice(uint64_t nanoseconds) {
    struct scheduling now = {0};
    if (syscall(SYS_sched_getattr, 0, &now, sizeof now, 0) != 0) return errno;
    now.size = sizeof now;
    now.runtime = nanoseconds;
    return syscall(SYS_sched_setattr, 0, &now, 0) == 0 ? 0 : errno;
}
#else
int fstore_set_time_slice(uint64_t nanoseconds) { (void)nanoseconds; return ENOSYS; }
#endif
