// Time, and processor time of this process and of the server.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

struct cpu_times {
    double own;
    double server;
};

static inline uint64_t now_nanoseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static inline struct timespec timespec_of(uint64_t nanoseconds) {
    return (struct timespec){
        .tv_sec = (time_t)(nanoseconds / 1000000000u),
        .tv_nsec = (long)(nanoseconds % 1000000000u),
    };
}

/// Seconds of processor time so far, user and system, of all threads of this process and of all servers.
/// With children also of the processes that those have started and that still run.
struct cpu_times read_cpu_times(const pid_t *servers, uint32_t count, bool with_children);
