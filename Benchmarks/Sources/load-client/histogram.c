#include "histogram.h"
#include <math.h>

enum { STEP_BITS = 7 };
static const double ROUNDING = 1e-6;

static uint32_t step_of(uint64_t value) {
    if (value < HISTOGRAM_STEPS) return (uint32_t)value;
    uint32_t shift = 63u - (uint32_t)__builtin_clzll(value) - STEP_BITS;
    if (shift >= HISTOGRAM_DOUBLINGS) return HISTOGRAM_STEPS * (HISTOGRAM_DOUBLINGS + 1) - 1;
    return HISTOGRAM_STEPS * shift + (uint32_t)(value >> shift);
}

static uint64_t upper_end(uint32_t step) {
    if (step < HISTOGRAM_STEPS) return step;
    uint32_t shift = step / HISTOGRAM_STEPS - 1;
    uint64_t leading = HISTOGRAM_STEPS + step % HISTOGRAM_STEPS;
    return ((leading + 1) << shift) - 1;
}

void histogram_add(struct histogram *histogram, uint64_t nanoseconds) {
    histogram->counts[step_of(nanoseconds)]++;
    if (histogram->count == 0 || nanoseconds < histogram->min) histogram->min = nanoseconds;
    if (nanoseconds > histogram->max) histogram->max = nanoseconds;
    histogram->count++;
    histogram->sum += (double)nanoseconds;
}

uint64_t histogram_percentile(const struct histogram *histogram, double fraction) {
    // 0.999 is no exact double: the little that its product may lie above a whole number is not one value more.
    uint64_t wanted = (uint64_t)ceil(fraction * (double)histogram->count - ROUNDING);
    uint64_t seen = 0;
    for (uint32_t step = 0; step < sizeof histogram->counts / sizeof *histogram->counts; step++) {
        seen += histogram->counts[step];
        if (seen < wanted || seen == 0) continue;
        uint64_t value = upper_end(step);
        return value < histogram->max ? value : histogram->max;
    }
    return histogram->max;
}
