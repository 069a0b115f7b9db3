#include "web.h"

#include <curl/curl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

static curl_socket_t open_socket(void *user, curlsocktype purpose, struct curl_sockaddr *address) {
    const struct fstore_exchange *exchange = user;
    if (purpose != CURLSOCKTYPE_IPCXN || !exchange->allows(exchange->user, &address->addr)) return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t take_body(char *bytes, size_t size, size_t count, void *user) {
    const struct fstore_exchange *exchange = user;
    return exchange->takes(exchange->user, (const uint8_t *)bytes, size * count) ? size * count : 0;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *user) {
    const struct fstore_exchange *exchange = user;
    exchange->header(exchange->user, (const uint8_t *)bytes, size * count);
    return size * count;
}

static int progress(void *user, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
    (void)a, (void)b, (void)c, (void)d;
    const struct fstore_exchange *exchange = user;
    return exchange->goes_on(exchange->user) ? 0 : 1;
}

static void start(void) { curl_global_init(CURL_GLOBAL_DEFAULT); }

static int may_pass(CURLcode code) {
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE: return 1;
    default: return 0;
    }
}

long fstore_run_exchange(const struct fstore_exchange *exchange, char problem[256], int *is_passing) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start);
    problem[0] = 0;
    *is_passing = 0;
    CURL *curl = curl_easy_init();
    if (!curl) {
        strcpy(problem, "there is no memory for a connection");
        return 0;
    }
    struct curl_slist *headers = NULL;
    for (const char *const *header = exchange->headers; *header; header++) headers = curl_slist_append(headers, *header);
    char error[CURL_ERROR_SIZE] = "";
    void *user = (void *)exchange;
    curl_easy_setopt(curl, CURLOPT_URL, exchange->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, 10000L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, exchange->timeout_milliseconds);
    curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip");
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "fstore");
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, exchange->method);
    if (exchange->body) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)exchange->body_bytes);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, exchange->body);
    }
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, user);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, user);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, user);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, user);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    CURLcode code = curl_easy_perform(curl);
    long status = 0;
    if (code == CURLE_OK) {
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    } else {
        strncpy(problem, error[0] ? error : curl_easy_strerror(code), 255);
        problem[255] = 0;
        *is_passing = may_pass(code);
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return status;
}
