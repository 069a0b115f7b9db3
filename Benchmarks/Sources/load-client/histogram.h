// Counts of latencies by value, in the buckets of an HdrHistogram with two significant digits: exact up to 255 ns, from
// there 128 steps for each doubling, so less than 1 % wide.
#pragma once
#include <stdint.h>

enum { HISTOGRAM_STEPS = 128, HISTOGRAM_DOUBLINGS = 40 };

struct histogram {
    uint64_t counts[HISTOGRAM_STEPS * (HISTOGRAM_DOUBLINGS + 1)];
    uint64_t count;
    uint64_t min;
    uint64_t max;
    double sum;
};

void histogram_add(struct histogram *histogram, uint64_t nanoseconds);

/// The least value that `fraction` of all values do not exceed, as the upper end of its step; 0 without values.
uint64_t histogram_percentile(const struct histogram *histogram, double fraction);
