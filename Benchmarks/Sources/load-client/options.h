// What the command line asks for.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { MOST_SERVERS = 32 };

enum protocol { PROTOCOL_HTTP, PROTOCOL_RESP, PROTOCOL_POSTGRESQL };

struct options {
    const char *host;                 // an IPv4 address; names are not resolved
    uint16_t port;
    const char *requests;             // the file of prepared requests
    const char *greeting;             // the file of what each connection sends before all else, or NULL
    enum protocol protocol;
    uint32_t connections;
    uint32_t depth;                   // requests under way on each connection
    double seconds;                   // that are measured
    double warm_up_seconds;           // before them
    double drain_seconds;             // how long answers are awaited after them
    double rate;                      // requests a second, at fixed moments; 0: the next one when the last is answered
    pid_t servers[MOST_SERVERS];      // the processes whose CPU time is reported
    uint32_t server_count;
    bool with_children;               // of the servers too, those that exist at the time
};

/// Reads the command line, or explains it and ends the process.
struct options parse_options(int count, char **texts);
