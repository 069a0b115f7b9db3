#include "engine.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void check(int code, const char *what) {
    if (code == 0) return;
    fprintf(stderr, "engine-c: %s: %s\n", what, mdb_strerror(code));
    exit(1);
}

uint64_t monotonic_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static uint32_t read_first_number(const struct reader *reader) {
    MDB_val key, value;
    check(mdb_cursor_get(reader->history_cursor, &key, &value, MDB_FIRST), "first cell");
    uint32_t number;
    __builtin_memcpy(&number, key.mv_data, 4);
    return __builtin_bswap32(number);
}

struct reader open_reader(const char *directory) {
    char path[4096];
    snprintf(path, sizeof path, "%s/values.mdb", directory);
    struct reader reader;
    check(mdb_env_create(&reader.environment), "create");
    check(mdb_env_set_maxdbs(reader.environment, 8), "maxdbs");
    check(mdb_env_open(reader.environment, path, MDB_NOSUBDIR | MDB_NOTLS | MDB_RDONLY, 0600), "open");
    check(mdb_txn_begin(reader.environment, NULL, MDB_RDONLY, &reader.transaction), "begin");
    check(mdb_dbi_open(reader.transaction, "history", 0, &reader.history), "history");
    check(mdb_dbi_open(reader.transaction, "latest", 0, &reader.latest), "latest");
    check(mdb_txn_commit(reader.transaction), "keep the tables open");
    check(mdb_txn_begin(reader.environment, NULL, MDB_RDONLY, &reader.transaction), "begin");
    check(mdb_cursor_open(reader.transaction, reader.history, &reader.history_cursor), "history");
    check(mdb_cursor_open(reader.transaction, reader.latest, &reader.latest_cursor), "latest");
    reader.first_number = read_first_number(&reader);
    mdb_txn_reset(reader.transaction);
    return reader;
}

void renew(struct reader *reader) {
    check(mdb_txn_renew(reader->transaction), "renew");
}

char *make_entity_names(const struct dataset *data) {
    char *names = malloc(data->entities * ENTITY_BYTES);
    for (uint64_t entity = 0; entity < data->entities; entity++)
        write_entity_name(names + entity * ENTITY_BYTES, entity);
    return names;
}
