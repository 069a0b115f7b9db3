#pragma once
#include <stdint.h>

/// Asks the kernel for time slices of that length for the calling thread, which keeps its policy and its niceness.
/// A thread with short slices comes to its turn sooner when it wakes beside one with long ones, and has to leave
/// sooner. 0, or the number of the error; kernels before Linux 6.12 take the wish and do not know it.
int fstore_set_time_slice(uint64_t nanoseconds);
