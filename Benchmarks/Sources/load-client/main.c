// load-client: keeps a server busy with prepared requests and prints what it measured as one line of JSON.
#include "load.h"
#include "scheduling.h"
#include <inttypes.h>
#include <stdio.h>

static void print_latencies(const struct histogram *latencies) {
    const struct {
        const char *name;
        double fraction;
    } percentiles[] = {
        {"p50", 0.5}, {"p75", 0.75}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}, {"p99.9", 0.999}, {"p99.99", 0.9999},
    };
    double mean = latencies->count ? latencies->sum / (double)latencies->count : 0;
    printf("\"latency_us\": {\"min\": %.3f, ", (double)latencies->min / 1e3);
    for (size_t i = 0; i < sizeof percentiles / sizeof *percentiles; i++) {
        uint64_t value = histogram_percentile(latencies, percentiles[i].fraction);
        printf("\"%s\": %.3f, ", percentiles[i].name, (double)value / 1e3);
    }
    printf("\"max\": %.3f, \"mean\": %.3f}", (double)latencies->max / 1e3, mean / 1e3);
}

static const char *const protocol_names[] = {"http", "resp", "postgresql"};

int main(int count, char **texts) {
    struct options options = parse_options(count, texts);
    struct requests requests = open_requests(options.requests);
    if (options.rate > 0) be_prompt();
    static struct outcome outcome;
    run_load(&options, &requests, &outcome);
    printf(
        "{\"protocol\": \"%s\", \"connections\": %" PRIu32 ", \"depth\": %" PRIu32
        ", \"rate\": %g, \"requests\": %" PRIu64
        ", \"errors\": %" PRIu64 ", \"wrong\": %" PRIu64 ", \"unanswered\": %" PRIu64
        ", \"seconds\": %g, \"requests_per_second\": %.2f, \"bytes\": %" PRIu64
        ", \"client_cpu_seconds\": %.6f, \"server_cpu_seconds\": %.6f, ",
        protocol_names[options.protocol], options.connections, options.depth, options.rate,
        outcome.latencies.count, outcome.errors, outcome.wrong, outcome.unanswered, options.seconds,
        (double)outcome.latencies.count / options.seconds, outcome.bytes, outcome.client_cpu_seconds,
        outcome.server_cpu_seconds
    );
    print_latencies(&outcome.latencies);
    printf("}\n");
    if (outcome.unanswered > 0) fprintf(stderr, "load-client: %" PRIu64 " without an answer\n", outcome.unanswered);
    bool is_good = outcome.errors == 0 && outcome.wrong == 0 && outcome.unanswered == 0 && outcome.latencies.count > 0;
    return is_good ? 0 : 1;
}
