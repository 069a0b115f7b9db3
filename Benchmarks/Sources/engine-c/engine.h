// The C side of the engine benchmark: what the same work costs without FStore.
#pragma once
#include "dataset.h"
#include <lmdb.h>
#include <stdbool.h>

/// What the command line says, as `name=value`.
struct arguments {
    const char *directory;
    struct dataset data;
    uint64_t count, burst, seed, batch, known_start;
};

/// An open values file with one read transaction and a cursor for each table.
struct reader {
    MDB_env *environment;
    MDB_txn *transaction;
    MDB_dbi history, latest;
    MDB_cursor *history_cursor, *latest_cursor;
    /// The number of the first feature; the others follow.
    uint32_t first_number;
};

/// What a workload has found and what it took.
struct outcome {
    uint64_t found;
    double sum;
    uint64_t nanoseconds;
};

void check(int code, const char *what);
uint64_t monotonic_nanoseconds(void);

struct reader open_reader(const char *directory);
void renew(struct reader *reader);
char *make_entity_names(const struct dataset *data);

struct outcome run_as_of(struct reader *reader, const struct arguments *arguments, const char *names);
struct outcome run_latest(struct reader *reader, const struct arguments *arguments, const char *names);
struct outcome run_row(struct reader *reader, const struct arguments *arguments, const char *names);
struct outcome run_row_singly(struct reader *reader, const struct arguments *arguments, const char *names);
struct outcome run_column(struct reader *reader, const struct arguments *arguments, const char *names);
struct outcome run_empty(struct reader *reader, const struct arguments *arguments, const char *names);

struct outcome run_load(const struct arguments *arguments);
int print_hash(const char *directory);
