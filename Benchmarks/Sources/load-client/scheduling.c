#include "scheduling.h"
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

struct scheduling {
    uint32_t size, policy;
    uint64_t flags;
    int32_t niceness;
    uint32_t priority;
    uint64_t runtime, deadline, period;
};

void be_prompt(void) {
    // Waiting for the moment of a request ends within microseconds of it, not within the usual 50.
    prctl(PR_SET_TIMERSLACK, 1);
    // Short time slices come first (Linux 6.12 and later; others ignore the wish).
    struct scheduling now = {0};
    if (syscall(SYS_sched_getattr, 0, &now, sizeof now, 0) != 0) return;
    now.size = sizeof now;
    now.runtime = 100000;
    syscall(SYS_sched_setattr, 0, &now, 0);
}
