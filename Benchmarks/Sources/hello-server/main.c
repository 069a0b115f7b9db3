// hello-server: the floor of HTTP. It answers every request with the same bytes, which it reads from a file, and looks at
// nothing but where the request ends. What a server needs beyond this, it needs for its own work.
#include "connection.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_EVENTS = 256, BACKLOG = 512, MOST_ANSWER = 1 << 20 };

static void fail(const char *what) {
    fprintf(stderr, "hello-server: %s: %s\n", what, strerror(errno));
    exit(1);
}

static struct answer read_answer(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) fail(path);
    char *bytes = malloc(MOST_ANSWER);
    if (!bytes) fail("memory");
    size_t length = fread(bytes, 1, MOST_ANSWER, file);
    if (ferror(file) || length == 0 || length == MOST_ANSWER) fail(path);
    fclose(file);
    return (struct answer){bytes, length};
}

static int listen_on(int port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int yes = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0) fail("socket");
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0) fail("bind");
    if (listen(listener, BACKLOG) != 0) fail("listen");
    return listener;
}

static void accept_all(int listener, int epoll) {
    int client;
    while ((client = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        int yes = 1;
        setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        struct connection *connection = calloc(1, sizeof *connection);
        if (!connection) fail("memory");
        connection->socket = client;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, client, &event) != 0) fail("epoll");
    }
}

int main(int count, char **words) {
    if (count != 3) {
        fprintf(stderr, "usage: hello-server PORT FILE\n\nAnswers every HTTP/1.1 request on 127.0.0.1:PORT with FILE.\n");
        return 2;
    }
    struct answer answer = read_answer(words[2]);
    int listener = listen_on(atoi(words[1])), epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) != 0) fail("epoll");

    struct epoll_event events[MOST_EVENTS];
    while (1) {
        int ready = epoll_wait(epoll, events, MOST_EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            struct connection *connection = events[i].data.ptr;
            if (!connection) accept_all(listener, epoll);
            else if (!serve(connection, &answer)) {
                close(connection->socket);
                free(connection);
            }
        }
    }
}
