#include "clock.h"

static double seconds_of(clockid_t clock) {
    struct timespec time;
    if (clock_gettime(clock, &time) != 0) return 0;
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

struct cpu_times read_cpu_times(const pid_t *servers, uint32_t count) {
    struct cpu_times times = {.own = seconds_of(CLOCK_PROCESS_CPUTIME_ID)};
    for (uint32_t i = 0; i < count; i++) {
        clockid_t clock;
        // Finer than /proc/PID/stat, which counts in hundredths of a second.
        if (clock_getcpuclockid(servers[i], &clock) == 0) times.server += seconds_of(clock);
    }
    return times;
}
