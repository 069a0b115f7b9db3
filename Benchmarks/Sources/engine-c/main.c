// engine-c <workload> directory=… [features= entities= versions= count= burst= seed= batch=]: prints one line of JSON.
#include "engine.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static struct arguments parse(int count, char **texts) {
    struct arguments arguments = {
        .directory = ".",
        .data = {.features = 20, .entities = 2500, .versions = 20},
        .count = 100000,
        .burst = 100,
        .seed = 1,
        .batch = 50000,
    };
    const struct {
        const char *name;
        uint64_t *value;
    } numbers[] = {
        {"features", &arguments.data.features}, {"entities", &arguments.data.entities},
        {"versions", &arguments.data.versions}, {"count", &arguments.count},
        {"burst", &arguments.burst},            {"seed", &arguments.seed},
        {"batch", &arguments.batch},            {"started", &arguments.known_start},
    };
    for (int i = 0; i < count; i++) {
        const char *equals = strchr(texts[i], '=');
        size_t length = equals ? (size_t)(equals - texts[i]) : 0;
        bool is_known = false;
        if (equals && length == 9 && strncmp(texts[i], "directory", 9) == 0) {
            arguments.directory = equals + 1;
            continue;
        }
        for (size_t n = 0; equals && n < sizeof numbers / sizeof *numbers; n++) {
            if (strlen(numbers[n].name) != length || strncmp(texts[i], numbers[n].name, length) != 0) continue;
            *numbers[n].value = strtoull(equals + 1, NULL, 10);
            is_known = true;
        }
        if (!is_known) {
            fprintf(stderr, "engine-c: what is \"%s\"?\n", texts[i]);
            exit(2);
        }
    }
    return arguments;
}

static uint64_t cpu_nanoseconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    uint64_t microseconds = (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000u + microseconds * 1000u;
}

static int report(const char *workload, struct outcome outcome, uint64_t cpu) {
    uint64_t bits;
    memcpy(&bits, &outcome.sum, 8);
    printf(
        "{\"side\": \"c\", \"workload\": \"%s\", \"nanoseconds\": %" PRIu64 ", \"cpu_nanoseconds\": %" PRIu64
        ", \"found\": %" PRIu64 ", \"sum\": \"%016" PRIx64 "\"}\n",
        workload, outcome.nanoseconds, cpu, outcome.found, bits
    );
    return 0;
}

typedef struct outcome (*lookup)(struct reader *, const struct arguments *, const char *);

int main(int count, char **texts) {
    const struct {
        const char *name;
        lookup run;
    } lookups[] = {
        {"as-of", run_as_of}, {"latest", run_latest}, {"row", run_row}, {"row-singly", run_row_singly}, {"column", run_column}, {"empty", run_empty},
    };
    if (count < 2) {
        fprintf(stderr, "usage: engine-c load|hash|as-of|latest|row|row-singly|column|empty directory=… [name=number …]\n");
        return 2;
    }
    struct arguments arguments = parse(count - 2, texts + 2);
    if (strcmp(texts[1], "hash") == 0) return print_hash(arguments.directory);
    if (strcmp(texts[1], "load") == 0) {
        struct outcome outcome = run_load(&arguments);
        return report("load", outcome, cpu_nanoseconds());
    }
    for (size_t i = 0; i < sizeof lookups / sizeof *lookups; i++) {
        if (strcmp(texts[1], lookups[i].name) != 0) continue;
        struct reader reader = open_reader(arguments.directory);
        char *names = make_entity_names(&arguments.data);
        // The first pass brings the pages into the process; the second is measured.
        lookups[i].run(&reader, &arguments, names);
        uint64_t cpu = cpu_nanoseconds();
        struct outcome outcome = lookups[i].run(&reader, &arguments, names);
        return report(texts[1], outcome, cpu_nanoseconds() - cpu);
    }
    fprintf(stderr, "engine-c: there is no workload \"%s\"\n", texts[1]);
    return 2;
}
