// The data that both sides load and ask for; Sources/engine-swift/DataSet.swift is the same in Swift.
#pragma once
#include <stdint.h>
#include <stddef.h>

#define ENTITY_BYTES 12

/// `features` × `entities` × `versions` cells: every series has a value each hour from `first_event_time` on.
struct dataset {
    uint64_t features, entities, versions;
};

static const int64_t first_event_time = 1600000000LL * 1000000000LL;
static const int64_t event_step = 3600LL * 1000000000LL;
static const int64_t first_commit_time = 1750000000LL * 1000000000LL;

static inline uint64_t mixed(uint64_t bits) {
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9ULL;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebULL;
    return bits ^ (bits >> 31);
}

/// SplitMix64.
struct generator {
    uint64_t state;
};

static inline uint64_t next_random(struct generator *generator) {
    generator->state += 0x9e3779b97f4a7c15ULL;
    return mixed(generator->state);
}

static inline uint64_t next_below(struct generator *generator, uint64_t bound) {
    return (uint64_t)(((unsigned __int128)next_random(generator) * bound) >> 64);
}

static inline int64_t event_time(uint64_t version) {
    return first_event_time + (int64_t)version * event_step;
}

/// The value of a cell: a number from 0 up to 1 that every cell has for itself.
static inline double cell_value(const struct dataset *data, uint64_t feature, uint64_t entity, uint64_t version) {
    uint64_t position = (feature * data->entities + entity) * data->versions + version;
    return (double)(mixed(position + 1) >> 11) * 0x1p-53;
}

/// "e00000000042", without an end mark.
static inline void write_entity_name(char *name, uint64_t entity) {
    name[0] = 'e';
    for (int digit = ENTITY_BYTES - 1; digit > 0; digit--, entity /= 10) name[digit] = (char)('0' + entity % 10);
}
