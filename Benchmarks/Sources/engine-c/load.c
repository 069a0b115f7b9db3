// Loads a data set into a file of the same form: appended to `history`, sorted into `latest`, one commit a batch.
#include "engine.h"
#include "format.h"
#include <stdio.h>
#include <stdlib.h>

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("sse4.2"))), apply_to = function)
#endif

struct writer {
    const struct arguments *arguments;
    MDB_env *environment;
    MDB_dbi history, latest;
    /// The last key of `latest` before the commit in progress, to know when rows may be appended.
    uint8_t last_row[KEY_CAPACITY];
    size_t last_row_bytes;
};

static const uint32_t first_number = 1;

static struct writer open_writer(const struct arguments *arguments) {
    char path[4096];
    snprintf(path, sizeof path, "%s/values.mdb", arguments->directory);
    struct writer writer = {.arguments = arguments};
    check(mdb_env_create(&writer.environment), "create");
    check(mdb_env_set_maxdbs(writer.environment, 8), "maxdbs");
    check(mdb_env_set_mapsize(writer.environment, 64ULL << 30), "mapsize");
    check(mdb_env_open(writer.environment, path, MDB_NOSUBDIR | MDB_NOTLS, 0600), "open");
    MDB_txn *transaction;
    check(mdb_txn_begin(writer.environment, NULL, 0, &transaction), "begin");
    check(mdb_dbi_open(transaction, "history", MDB_CREATE, &writer.history), "history");
    check(mdb_dbi_open(transaction, "latest", MDB_CREATE, &writer.latest), "latest");
    check(mdb_txn_commit(transaction), "commit");
    return writer;
}

/// The cell at `position` in the order of `history`: versions of a series come newest first.
static void put_cell(MDB_cursor *cursor, const struct dataset *data, uint64_t position, int64_t commit_time) {
    uint64_t version = data->versions - 1 - position % data->versions;
    uint64_t series = position / data->versions;
    uint64_t entity = series % data->entities, feature = series / data->entities;
    char name[ENTITY_BYTES];
    write_entity_name(name, entity);
    uint8_t bytes[KEY_CAPACITY], value[13];
    size_t prefix = put_prefix(bytes, first_number + (uint32_t)feature, name, ENTITY_BYTES);
    put_inverted(put_inverted(bytes + prefix, event_time(version)), commit_time);
    double number = cell_value(data, feature, entity, version);
    value[0] = TAG_FLOAT64;
    memcpy(value + 1, &number, 8);
    uint32_t sum = crc32c(bytes, prefix + 16, value, 9);
    memcpy(value + 9, &sum, 4);
    MDB_val key = {prefix + 16, bytes}, stored = {13, value};
    check(mdb_cursor_put(cursor, &key, &stored, MDB_APPEND), "append");
}

/// The row of one series, whose newest cell of this commit has `version`.
static void put_row(
    struct writer *writer, MDB_cursor *cursor, uint64_t series, uint64_t version, int64_t commit_time
) {
    const struct dataset *data = &writer->arguments->data;
    uint64_t entity = series % data->entities, feature = series / data->entities;
    char name[ENTITY_BYTES];
    write_entity_name(name, entity);
    uint8_t bytes[KEY_CAPACITY], value[29];
    size_t prefix = put_prefix(bytes, 0, name, ENTITY_BYTES);
    put_u32(bytes + prefix, first_number + (uint32_t)feature);
    MDB_val key = {prefix + 4, bytes}, stored = {29, value};
    size_t common = key.mv_size < writer->last_row_bytes ? key.mv_size : writer->last_row_bytes;
    bool is_beyond_end = memcmp(bytes, writer->last_row, common) > 0 || writer->last_row_bytes == 0;
    int64_t time = event_time(version);
    if (!is_beyond_end) {
        // A row that is newer than this commit's cells stays.
        MDB_val found_key = key, found;
        int code = mdb_cursor_get(cursor, &found_key, &found, MDB_SET);
        if (code == 0) {
            int64_t known;
            memcpy(&known, found.mv_data, 8);
            if (known > time) return;
        } else if (code != MDB_NOTFOUND) {
            check(code, "row");
        }
    }
    double number = cell_value(data, feature, entity, version);
    memcpy(value, &time, 8);
    memcpy(value + 8, &commit_time, 8);
    value[16] = TAG_FLOAT64;
    memcpy(value + 17, &number, 8);
    uint32_t sum = crc32c(bytes, key.mv_size, value, 25);
    memcpy(value + 25, &sum, 4);
    check(mdb_cursor_put(cursor, &key, &stored, is_beyond_end ? MDB_APPEND : 0), "row");
}

static void remember_last_row(struct writer *writer, MDB_cursor *cursor) {
    MDB_val key, value;
    writer->last_row_bytes = 0;
    if (mdb_cursor_get(cursor, &key, &value, MDB_LAST) != 0) return;
    memcpy(writer->last_row, key.mv_data, key.mv_size);
    writer->last_row_bytes = key.mv_size;
}

/// Batches end between series, so that the rows of a commit are the newest cells of whole series, or between the
/// versions of one series where that is longer than a batch; then its oldest versions come first, as a loader has them.
static void write_batch(struct writer *writer, uint64_t first, uint64_t end, int64_t commit_time) {
    const struct dataset *data = &writer->arguments->data;
    MDB_txn *transaction;
    MDB_cursor *history, *latest;
    check(mdb_txn_begin(writer->environment, NULL, 0, &transaction), "begin");
    check(mdb_cursor_open(transaction, writer->history, &history), "history");
    for (uint64_t position = first; position < end; position++) put_cell(history, data, position, commit_time);
    mdb_cursor_close(history);
    check(mdb_cursor_open(transaction, writer->latest, &latest), "latest");
    remember_last_row(writer, latest);
    // Within a feature, the order of `history` is the order of `latest`; a batch that spans features goes through its
    // entities instead.
    uint64_t first_series = first / data->versions, end_series = end / data->versions;
    uint64_t first_feature = first_series / data->entities, last_feature = (end_series - 1) / data->entities;
    for (uint64_t entity = 0; entity < data->entities; entity++) {
        for (uint64_t feature = first_feature; feature <= last_feature; feature++) {
            uint64_t series = feature * data->entities + entity;
            if (series < first_series || series >= end_series) continue;
            put_row(writer, latest, series, data->versions - 1, commit_time);
        }
    }
    mdb_cursor_close(latest);
    check(mdb_txn_commit(transaction), "commit");
}

struct outcome run_load(const struct arguments *arguments) {
    const struct dataset *data = &arguments->data;
    struct writer writer = open_writer(arguments);
    uint64_t cells = data->features * data->entities * data->versions;
    uint64_t batch = arguments->batch / data->versions * data->versions;
    if (batch == 0) {
        fprintf(stderr, "engine-c: a batch must hold a series\n");
        exit(1);
    }
    int64_t commit_time = first_commit_time;
    struct outcome outcome = {.found = cells};
    uint64_t start = monotonic_nanoseconds();
    for (uint64_t first = 0; first < cells; first += batch, commit_time++)
        write_batch(&writer, first, first + batch < cells ? first + batch : cells, commit_time);
    outcome.nanoseconds = monotonic_nanoseconds() - start;
    mdb_env_close(writer.environment);
    return outcome;
}

#if defined(__x86_64__)
#pragma clang attribute pop
#endif
