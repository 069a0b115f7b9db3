#include "load.h"
#include "answers.h"
#include "clock.h"
#include "connection.h"
#include "greeting.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

enum { MOST_EVENTS = 256, SHOWN_BYTES = 300 };

struct load {
    const struct options *options;
    const struct requests *requests;
    struct outcome *outcome;
    answer_reader read_answer;
    struct connection *connections;
    int epoll;
    uint64_t in_flight;
    // Nanoseconds: measured is what lies between begin and end, everything stops at the deadline.
    uint64_t begin, end, deadline;
    // At a fixed rate: the requests due so far, and the places where one can be sent, in a ring.
    uint64_t start;
    uint64_t due;
    uint32_t *free_places;
    uint32_t first_place, place_count, places;
};

static void fail(const char *why, const char *bytes, size_t count) {
    int shown = (int)(count < SHOWN_BYTES ? count : SHOWN_BYTES);
    fprintf(stderr, "load-client: %s: %.*s\n", why, shown, bytes ? bytes : "");
}

static bool is_open_loop(const struct load *load) { return load->options->rate > 0; }

/// Puts the connection's next request behind what waits to be sent.
static void enqueue(struct load *load, struct connection *connection, uint64_t since) {
    uint32_t index = connection->next_request;
    const struct request *request = &load->requests->all[index];
    connection->next_request = index + 1 == load->requests->count ? 0 : index + 1;
    uint32_t last = (connection->first_flight + connection->flight_count++) % load->options->depth;
    connection->flights[last] = (struct flight){.since = since, .request = index, .answers_left = request->answers};
    reserve(&connection->out, request->length);
    memcpy(connection->out.bytes + connection->out.end, request->bytes, request->length);
    connection->out.end += request->length;
    load->in_flight++;
}

static void flush(struct load *load, struct connection *connection) {
    if (!send_waiting(connection)) {
        fail("the server has closed a connection", NULL, 0);
        exit(1);
    }
    bool waits = connection->out.start < connection->out.end;
    if (waits == connection->waits_to_write) return;
    connection->waits_to_write = waits;
    struct epoll_event event = {.events = EPOLLIN | (waits ? EPOLLOUT : 0u), .data.ptr = connection};
    epoll_ctl(load->epoll, EPOLL_CTL_MOD, connection->socket, &event);
}

static void add_place(struct load *load, const struct connection *connection) {
    uint32_t last = (load->first_place + load->place_count++) % load->places;
    load->free_places[last] = (uint32_t)(connection - load->connections);
}

/// The moment at which request number `index` is meant to be sent.
static uint64_t due_time(const struct load *load, uint64_t index) {
    return load->start + (uint64_t)((double)index * 1e9 / load->options->rate);
}

/// Sends what is due, as far as there are free places; the rest waits and its latency counts on.
static void send_due(struct load *load, uint64_t now) {
    while (load->place_count > 0) {
        uint64_t since = due_time(load, load->due);
        if (since > now || since >= load->end) return;
        struct connection *connection = &load->connections[load->free_places[load->first_place]];
        load->first_place = (load->first_place + 1) % load->places;
        load->place_count--;
        load->due++;
        enqueue(load, connection, since);
        flush(load, connection);
    }
}

/// Compares one answer with the part of what is expected that is still open.
static void check(struct load *load, struct flight *flight, const struct answer *answer) {
    const struct request *request = &load->requests->all[flight->request];
    flight->answers_left--;
    if (answer->is_error && !flight->is_error) {
        flight->is_error = true;
        if (load->outcome->errors++ == 0) fail("an error", answer->content, answer->content_length);
    }
    if (request->expected_length == 0 || flight->is_wrong || flight->is_error) return;
    size_t left = request->expected_length - flight->checked;
    bool is_right = answer->content_length <= left
        && memcmp(request->expected + flight->checked, answer->content, answer->content_length) == 0
        && (flight->answers_left > 0 || answer->content_length == left);
    flight->checked += answer->content_length;
    if (is_right) return;
    flight->is_wrong = true;
    if (load->outcome->wrong++ == 0) fail("not the expected answer", answer->content, answer->content_length);
}

static void complete(struct load *load, struct connection *connection, uint64_t now) {
    struct flight *flight = &connection->flights[connection->first_flight];
    // At a fixed rate every request meant for the time counts, however late its answer is.
    uint64_t moment = is_open_loop(load) ? flight->since : now;
    if (moment >= load->begin && moment < load->end) histogram_add(&load->outcome->latencies, now - flight->since);
    connection->first_flight = (connection->first_flight + 1) % load->options->depth;
    connection->flight_count--;
    load->in_flight--;
    if (is_open_loop(load)) add_place(load, connection);
    else if (now < load->end) enqueue(load, connection, now);
}

static void handle_readable(struct load *load, struct connection *connection) {
    if (!receive(connection)) {
        fail("the server has closed a connection", NULL, 0);
        exit(1);
    }
    uint64_t now = now_nanoseconds();
    struct buffer *in = &connection->in;
    while (in->start < in->end) {
        const char *bytes = in->bytes + in->start;
        struct answer answer;
        enum progress progress = load->read_answer(bytes, in->end - in->start, &answer);
        if (progress == ANSWER_BROKEN || (progress == ANSWER_COMPLETE && connection->flight_count == 0)) {
            fail("bytes that are no answer", bytes, in->end - in->start);
            exit(1);
        }
        if (progress == ANSWER_PARTIAL) {
            size_t come = in->end - in->start;
            if (answer.length > come) reserve(in, answer.length - come);
            break;
        }
        struct flight *flight = &connection->flights[connection->first_flight];
        check(load, flight, &answer);
        in->start += answer.length;
        if (now >= load->begin && now < load->end) load->outcome->bytes += answer.length;
        if (flight->answers_left == 0) complete(load, connection, now);
    }
    flush(load, connection);
}

static void connect_all(struct load *load) {
    const struct options *options = load->options;
    load->connections = calloc(options->connections, sizeof *load->connections);
    load->places = options->connections * options->depth;
    load->free_places = calloc(load->places, sizeof *load->free_places);
    load->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (!load->connections || !load->free_places || load->epoll < 0) {
        fail("cannot start", strerror(errno), SHOWN_BYTES);
        exit(2);
    }
    struct requests greeting = {0};
    if (options->greeting) greeting = open_requests(options->greeting);
    for (uint32_t i = 0; i < options->connections; i++) {
        struct connection *connection = &load->connections[i];
        open_connection(connection, options);
        greet(connection, &greeting, load->read_answer);
        connection->next_request = (uint32_t)((uint64_t)i * load->requests->count / options->connections);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
        epoll_ctl(load->epoll, EPOLL_CTL_ADD, connection->socket, &event);
    }
}

static void start_all(struct load *load) {
    for (uint32_t d = 0; d < load->options->depth; d++)
        for (uint32_t i = 0; i < load->options->connections; i++) {
            if (is_open_loop(load)) add_place(load, &load->connections[i]);
            else enqueue(load, &load->connections[i], now_nanoseconds());
        }
    for (uint32_t i = 0; i < load->options->connections; i++) flush(load, &load->connections[i]);
}

/// Requests whose moment came before the end and that were not sent.
static uint64_t overdue(const struct load *load) {
    uint64_t count = 0;
    while (is_open_loop(load) && due_time(load, load->due + count) < load->end) count++;
    return count;
}

/// The next moment at which there is something to do without an answer.
static uint64_t next_moment(const struct load *load, uint64_t now) {
    uint64_t next = now < load->begin ? load->begin : now < load->end ? load->end : load->deadline;
    if (!is_open_loop(load) || load->place_count == 0) return next;
    uint64_t due = due_time(load, load->due);
    return due < next ? due : next;
}

static const answer_reader answer_readers[] = {
    [PROTOCOL_HTTP] = read_http_answer,
    [PROTOCOL_RESP] = read_resp_answer,
    [PROTOCOL_POSTGRESQL] = read_postgresql_answer,
};

void run_load(const struct options *options, const struct requests *requests, struct outcome *outcome) {
    struct load load = {
        .options = options,
        .requests = requests,
        .outcome = outcome,
        .read_answer = answer_readers[options->protocol],
    };
    connect_all(&load);
    load.start = now_nanoseconds();
    load.begin = load.start + (uint64_t)(options->warm_up_seconds * 1e9);
    load.end = load.begin + (uint64_t)(options->seconds * 1e9);
    load.deadline = load.end + (uint64_t)(options->drain_seconds * 1e9);
    start_all(&load);

    struct epoll_event events[MOST_EVENTS];
    struct cpu_times before = {0}, after = {0};
    bool has_begun = false, has_ended = false;
    while (true) {
        uint64_t now = now_nanoseconds();
        if (!has_begun && now >= load.begin) {
            before = read_cpu_times(options->servers, options->server_count, options->with_children);
            has_begun = true;
        }
        if (!has_ended && now >= load.end) {
            after = read_cpu_times(options->servers, options->server_count, options->with_children);
            has_ended = true;
        }
        if (is_open_loop(&load)) send_due(&load, now);
        if (has_ended && load.in_flight == 0 && overdue(&load) == 0) break;
        if (now >= load.deadline) break;
        uint64_t next = next_moment(&load, now);
        struct timespec wait = timespec_of(next > now ? next - now : 0);
        int count = epoll_pwait2(load.epoll, events, MOST_EVENTS, &wait, NULL);
        for (int i = 0; i < count; i++) {
            struct connection *connection = events[i].data.ptr;
            if (events[i].events & EPOLLOUT) flush(&load, connection);
            if (events[i].events & ~(uint32_t)EPOLLOUT) handle_readable(&load, connection);
        }
    }
    outcome->unanswered = load.in_flight + overdue(&load);
    outcome->client_cpu_seconds = after.own - before.own;
    outcome->server_cpu_seconds = after.server - before.server;
}
