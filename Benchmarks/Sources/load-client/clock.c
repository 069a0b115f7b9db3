#include "clock.h"
#include <inttypes.h>
#include <stdio.h>

static double seconds_of(clockid_t clock) {
    struct timespec time;
    if (clock_gettime(clock, &time) != 0) return 0;
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double server_seconds(pid_t server, bool with_children) {
    clockid_t clock;
    // Finer than /proc/PID/stat, which counts in hundredths of a second.
    double seconds = clock_getcpuclockid(server, &clock) == 0 ? seconds_of(clock) : 0;
    if (!with_children) return seconds;
    // A server that starts a process for each connection starts them from its first thread.
    char path[64];
    snprintf(path, sizeof path, "/proc/%" PRIdMAX "/task/%" PRIdMAX "/children", (intmax_t)server, (intmax_t)server);
    FILE *children = fopen(path, "re");
    if (!children) return seconds;
    for (intmax_t child; fscanf(children, "%" SCNdMAX, &child) == 1;) seconds += server_seconds((pid_t)child, true);
    fclose(children);
    return seconds;
}

struct cpu_times read_cpu_times(const pid_t *servers, uint32_t count, bool with_children) {
    struct cpu_times times = {.own = seconds_of(CLOCK_PROCESS_CPUTIME_ID)};
    for (uint32_t i = 0; i < count; i++) times.server += server_seconds(servers[i], with_children);
    return times;
}
