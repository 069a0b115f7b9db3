// Lookups, as well as C can do them through LMDB's interface.
#include "engine.h"
#include "format.h"
#include <stdio.h>
#include <stdlib.h>

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("sse4.2"))), apply_to = function)
#endif

static void fail(const char *what) {
    fprintf(stderr, "engine-c: %s\n", what);
    exit(1);
}

/// The newest cell of a series at or before `time`.
static inline bool find_as_of(
    const struct reader *reader, uint32_t number, const char *entity, int64_t time, double *value
) {
    uint8_t bytes[KEY_CAPACITY];
    size_t prefix = put_prefix(bytes, number, entity, ENTITY_BYTES);
    uint8_t *at = put_inverted(bytes + prefix, time);
    put_inverted(at, INT64_MAX);
    MDB_val key = {prefix + 16, bytes}, stored;
    // A cursor that stands somewhere first looks around there, which costs a random search more than it saves.
    check(mdb_cursor_renew(reader->transaction, reader->history_cursor), "renew");
    int code = mdb_cursor_get(reader->history_cursor, &key, &stored, MDB_SET_RANGE);
    if (code == MDB_NOTFOUND) return false;
    check(code, "seek");
    if (key.mv_size != prefix + 16 || memcmp(key.mv_data, bytes, prefix) != 0) return false;
    if (!read_number(key.mv_data, key.mv_size, stored.mv_data, stored.mv_size, 0, value)) fail("damaged cell");
    return true;
}

static inline bool find_latest(
    const struct reader *reader, uint32_t number, const char *entity, double *value
) {
    uint8_t bytes[KEY_CAPACITY];
    size_t prefix = put_prefix(bytes, 0, entity, ENTITY_BYTES);
    put_u32(bytes + prefix, number);
    MDB_val key = {prefix + 4, bytes}, stored;
    int code = mdb_get(reader->transaction, reader->latest, &key, &stored);
    if (code == MDB_NOTFOUND) return false;
    check(code, "get");
    if (!read_number(bytes, prefix + 4, stored.mv_data, stored.mv_size, 16, value)) fail("damaged row");
    return true;
}

struct outcome run_as_of(struct reader *reader, const struct arguments *arguments, const char *names) {
    const struct dataset data = arguments->data;
    const uint64_t span = data.versions * (uint64_t)event_step;
    struct generator generator = {arguments->seed};
    struct outcome outcome = {0};
    uint64_t start = monotonic_nanoseconds();
    for (uint64_t done = 0; done < arguments->count; done += arguments->burst) {
        renew(reader);
        for (uint64_t i = 0; i < arguments->burst; i++) {
            uint64_t feature = next_below(&generator, data.features);
            uint64_t entity = next_below(&generator, data.entities);
            int64_t time = first_event_time + (int64_t)next_below(&generator, span);
            double value;
            if (!find_as_of(reader, reader->first_number + (uint32_t)feature, names + entity * ENTITY_BYTES, time, &value))
                continue;
            outcome.found++;
            outcome.sum += value;
        }
        mdb_txn_reset(reader->transaction);
    }
    outcome.nanoseconds = monotonic_nanoseconds() - start;
    return outcome;
}

struct outcome run_latest(struct reader *reader, const struct arguments *arguments, const char *names) {
    const struct dataset data = arguments->data;
    struct generator generator = {arguments->seed};
    struct outcome outcome = {0};
    uint64_t start = monotonic_nanoseconds();
    for (uint64_t done = 0; done < arguments->count; done += arguments->burst) {
        renew(reader);
        for (uint64_t i = 0; i < arguments->burst; i++) {
            uint64_t feature = next_below(&generator, data.features);
            uint64_t entity = next_below(&generator, data.entities);
            double value;
            if (!find_latest(reader, reader->first_number + (uint32_t)feature, names + entity * ENTITY_BYTES, &value))
                continue;
            outcome.found++;
            outcome.sum += value;
        }
        mdb_txn_reset(reader->transaction);
    }
    outcome.nanoseconds = monotonic_nanoseconds() - start;
    return outcome;
}

/// All features of one entity after another: one descent in `latest`, then steps.
struct outcome run_row(struct reader *reader, const struct arguments *arguments, const char *names) {
    const struct dataset data = arguments->data;
    struct generator generator = {arguments->seed};
    struct outcome outcome = {0};
    uint64_t start = monotonic_nanoseconds();
    for (uint64_t done = 0; done < arguments->count; done++) {
        renew(reader);
        check(mdb_cursor_renew(reader->transaction, reader->latest_cursor), "renew");
        uint64_t entity = next_below(&generator, data.entities);
        uint8_t bytes[KEY_CAPACITY];
        size_t prefix = put_prefix(bytes, 0, names + entity * ENTITY_BYTES, ENTITY_BYTES);
        put_u32(bytes + prefix, reader->first_number);
        MDB_val key = {prefix + 4, bytes}, stored;
        int code = mdb_cursor_get(reader->latest_cursor, &key, &stored, MDB_SET_RANGE);
        for (uint64_t feature = 0; feature < data.features && code == 0; feature++) {
            double value;
            if (key.mv_size != prefix + 4 || memcmp(key.mv_data, bytes, prefix) != 0) break;
            if (!read_number(key.mv_data, key.mv_size, stored.mv_data, stored.mv_size, 16, &value)) fail("damaged row");
            outcome.found++;
            outcome.sum += value;
            code = mdb_cursor_get(reader->latest_cursor, &key, &stored, MDB_NEXT);
        }
        mdb_txn_reset(reader->transaction);
    }
    outcome.nanoseconds = monotonic_nanoseconds() - start;
    return outcome;
}

/// All features of one entity, each in a read of its own.
struct outcome run_row_singly(struct reader *reader, const struct arguments *arguments, const char *names) {
    const struct dataset data = arguments->data;
    struct generator generator = {arguments->seed};
    struct outcome outcome = {0};
    uint64_t start = monotonic_nanoseconds();
    for (uint64_t done = 0; done < arguments->count; done++) {
        const char *name = names + next_below(&generator, data.entities) * ENTITY_BYTES;
        for (uint64_t feature = 0; feature < data.features; feature++) {
            double value;
            renew(reader);
            bool is_found = find_latest(reader, reader->first_number + (uint32_t)feature, name, &value);
            mdb_txn_reset(reader->transaction);
            if (!is_found) continue;
            outcome.found++;
            outcome.sum += value;
        }
    }
    outcome.nanoseconds = monotonic_nanoseconds() - start;
    return outcome;
}

/// One feature of 100 entities that lie anywhere: as many descents, in the order of the table.
struct outcome run_column(struct reader *reader, const struct arguments *arguments, const char *names) {
    const struct dataset data = arguments->data;
    struct generator generator = {arguments->seed};
    struct outcome outcome = {0};
    uint64_t start = monotonic_nanoseconds();
    for (uint64_t done = 0; done < arguments->count; done++) {
        renew(reader);
        uint64_t feature = next_below(&generator, data.features);
        uint64_t stride = data.entities / 100, offset = next_below(&generator, stride);
        for (uint64_t i = 0; i < 100; i++) {
            const char *name = names + (i * stride + offset) * ENTITY_BYTES;
            double value;
            if (!find_latest(reader, reader->first_number + (uint32_t)feature, name, &value)) continue;
            outcome.found++;
            outcome.sum += value;
        }
        mdb_txn_reset(reader->transaction);
    }
    outcome.nanoseconds = monotonic_nanoseconds() - start;
    return outcome;
}

/// A read that asks for nothing.
struct outcome run_empty(struct reader *reader, const struct arguments *arguments, const char *names) {
    (void)names;
    struct outcome outcome = {0};
    uint64_t start = monotonic_nanoseconds();
    for (uint64_t done = 0; done < arguments->count; done++) {
        renew(reader);
        mdb_txn_reset(reader->transaction);
    }
    outcome.nanoseconds = monotonic_nanoseconds() - start;
    return outcome;
}

#if defined(__x86_64__)
#pragma clang attribute pop
#endif
