#include "options.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: load-client --port P --requests FILE --protocol http|resp|postgresql [options]\n"
    "\n"
    "Sends prepared requests to a server and prints one line of JSON. Exits with 1 when an answer was an error, was\n"
    "not the expected one, or did not come.\n"
    "\n"
    "  --host ADDRESS     IPv4 address (127.0.0.1)\n"
    "  --greeting FILE    requests that each connection sends, and has answered, before all else\n"
    "  --connections N    (1)\n"
    "  --depth N          requests under way on each connection (1)\n"
    "  --seconds S        that are measured (5)\n"
    "  --warm-up S        before them (1)\n"
    "  --drain S          how long answers are awaited after them (10)\n"
    "  --rate R           R requests a second at fixed moments, latency from the moment meant;\n"
    "                     without it, every connection asks again when it has its answer\n"
    "  --server-pid PID   reports the CPU time of this process too; more than once: of all of them\n"
    "  --children yes     and of the processes that those have started\n";

static void refuse(const char *what, const char *text) {
    fprintf(stderr, "load-client: %s \"%s\"\n%s", what, text, usage);
    exit(2);
}

static double number(const char *name, const char *text, double least, double most) {
    char *end;
    errno = 0;
    double value = strtod(text, &end);
    if (end == text || *end != 0 || errno != 0 || !(value >= least && value <= most)) refuse(name, text);
    return value;
}

struct options parse_options(int count, char **texts) {
    struct options options = {
        .host = "127.0.0.1",
        .connections = 1,
        .depth = 1,
        .seconds = 5,
        .warm_up_seconds = 1,
        .drain_seconds = 10,
    };
    bool has_protocol = false;
    for (int i = 1; i < count; i += 2) {
        const char *name = texts[i];
        if (strcmp(name, "--help") == 0) {
            fputs(usage, stdout);
            exit(0);
        }
        if (i + 1 == count) refuse("no value for", name);
        const char *text = texts[i + 1];
        if (strcmp(name, "--host") == 0) options.host = text;
        else if (strcmp(name, "--port") == 0) options.port = (uint16_t)number(name, text, 1, 65535);
        else if (strcmp(name, "--requests") == 0) options.requests = text;
        else if (strcmp(name, "--greeting") == 0) options.greeting = text;
        else if (strcmp(name, "--connections") == 0) options.connections = (uint32_t)number(name, text, 1, 10000);
        else if (strcmp(name, "--depth") == 0) options.depth = (uint32_t)number(name, text, 1, 1024);
        else if (strcmp(name, "--seconds") == 0) options.seconds = number(name, text, 0.01, 3600);
        else if (strcmp(name, "--warm-up") == 0) options.warm_up_seconds = number(name, text, 0, 600);
        else if (strcmp(name, "--drain") == 0) options.drain_seconds = number(name, text, 0, 600);
        else if (strcmp(name, "--rate") == 0) options.rate = number(name, text, 0.01, 10e6);
        else if (strcmp(name, "--children") == 0) options.with_children = strcmp(text, "yes") == 0;
        else if (strcmp(name, "--server-pid") == 0) {
            if (options.server_count == MOST_SERVERS) refuse("one too many", name);
            options.servers[options.server_count++] = (pid_t)number(name, text, 1, 1 << 22);
        } else if (strcmp(name, "--protocol") == 0) {
            if (strcmp(text, "http") == 0) options.protocol = PROTOCOL_HTTP;
            else if (strcmp(text, "resp") == 0) options.protocol = PROTOCOL_RESP;
            else if (strcmp(text, "postgresql") == 0) options.protocol = PROTOCOL_POSTGRESQL;
            else refuse("unknown protocol", text);
            has_protocol = true;
        } else refuse("unknown option", name);
    }
    if (options.port == 0) refuse("missing", "--port");
    if (!options.requests) refuse("missing", "--requests");
    if (!has_protocol) refuse("missing", "--protocol");
    return options;
}
