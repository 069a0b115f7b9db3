// The event loop: keeps the connections busy and measures.
#pragma once
#include "histogram.h"
#include "options.h"
#include "requests.h"

struct outcome {
    struct histogram latencies;      // in nanoseconds, of the requests that count
    uint64_t errors;                 // answers that say so, during the whole run
    uint64_t wrong;                  // answers whose content was not the expected one, during the whole run
    uint64_t unanswered;             // requests without an answer when the run ended
    uint64_t bytes;                  // received while measuring
    double client_cpu_seconds;       // while measuring
    double server_cpu_seconds;
};

/// Runs the load to its end, which is bounded by the options, into `outcome`.
void run_load(const struct options *options, const struct requests *requests, struct outcome *outcome);
