// One number for everything in `history` and `latest`, to hold two files to each other.
#include "crc32c.h"
#include "engine.h"
#include <inttypes.h>
#include <stdio.h>

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("sse4.2"))), apply_to = function)
#endif

static void print_table(MDB_cursor *cursor, const char *name, const char *end) {
    MDB_val key, value;
    uint64_t entries = 0, hash = 0;
    int code = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
    for (; code == 0; code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
        // Stored checksums would cancel a plain CRC over key and value, so the lengths and a product come between.
        uint64_t entry = crc32c(key.mv_data, key.mv_size, &value.mv_size, sizeof value.mv_size);
        entry = entry << 32 | crc32c_extend(~0u, value.mv_data, value.mv_size);
        hash = mixed(hash ^ entry) + entries++;
    }
    if (code != MDB_NOTFOUND) check(code, "walk");
    printf("\"%s\": {\"entries\": %" PRIu64 ", \"hash\": \"%016" PRIx64 "\"}%s", name, entries, hash, end);
}

int print_hash(const char *directory) {
    struct reader reader = open_reader(directory);
    renew(&reader);
    check(mdb_cursor_renew(reader.transaction, reader.history_cursor), "renew");
    check(mdb_cursor_renew(reader.transaction, reader.latest_cursor), "renew");
    printf("{");
    print_table(reader.history_cursor, "history", ", ");
    print_table(reader.latest_cursor, "latest", "}\n");
    return 0;
}

#if defined(__x86_64__)
#pragma clang attribute pop
#endif
