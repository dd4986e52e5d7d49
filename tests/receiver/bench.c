// How fast signed hooks are taken: receiver_bench PORT SECRET CONNECTIONS SECONDS. Each connection
// is kept and posts one hook after the other, with an event of its own each time; two of three are
// about a booking that was told of before. Prints hooks a second and how long they waited.
#include "dikidi/verify.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_CONNECTIONS 256
#define MAX_SAMPLES     (4u * 1000 * 1000)

struct sender {
    int fd, number;
    long count;
    double sent_at;
    char answer[2048];
    size_t size;
};

static double *samples;
static size_t sample_count, refused;

static double now_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void post(struct sender *sender, const char *secret) {
    char body[1024], request[2048], hex[2 * ZP__VERIFY_DIGEST + 1], signed_text[1100];
    unsigned char digest[ZP__VERIFY_DIGEST];
    const long long at = (long long)time(NULL);
    sender->count++;
    const int body_size = snprintf(
        body, sizeof body,
        "{\"id\":\"evt_%d_%d_%ld\",\"event\":\"booking.updated\",\"company_id\":\"550001\","
        "\"booking\":{\"id\":\"%ld\",\"status\":\"active\",\"version\":%ld},\"comment\":"
        "\"%0300d\"}",
        (int)getpid(), sender->number, sender->count,
        852900000 + sender->number * 1000L + sender->count / 3 % 1000, sender->count, 0);
    const int signed_size = snprintf(signed_text, sizeof signed_text, "%lld.%s", at, body);
    zp__verify_hmac(secret, strlen(secret), signed_text, (size_t)signed_size, digest);
    for (size_t i = 0; i < sizeof digest; i++) {
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    }
    const int size = snprintf(request, sizeof request,
                              "POST /hooks/dikidi HTTP/1.1\r\nHost: h\r\nX-Dikidi-Signature: "
                              "t=%lld,v1=%s\r\nContent-Length: %d\r\n\r\n%s",
                              at, hex, body_size, body);
    sender->size = 0;
    sender->sent_at = now_s();
    if (write(sender->fd, request, (size_t)size) != size) {
        die("write");
    }
}

// The whole answer: its head, and eleven bytes of body.
static bool is_complete(struct sender *sender) {
    sender->answer[sender->size] = '\0';
    const char *end = strstr(sender->answer, "\r\n\r\n");
    const char *length = strstr(sender->answer, "Content-Length: ");
    return end && length &&
           sender->answer + sender->size >= end + 4 + strtol(length + 16, NULL, 10);
}

static void take(struct sender *sender, const char *secret) {
    ssize_t size =
        read(sender->fd, sender->answer + sender->size, sizeof sender->answer - 1 - sender->size);
    if (size <= 0) {
        die("read");
    }
    sender->size += (size_t)size;
    if (!is_complete(sender)) {
        return;
    }
    refused += strncmp(sender->answer, "HTTP/1.1 200 ", 13) != 0;
    if (sample_count < MAX_SAMPLES) {
        samples[sample_count++] = now_s() - sender->sent_at;
    }
    post(sender, secret);
}

static int connect_to(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port = htons((uint16_t)port)};
    int one = 1;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        die("connect");
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

static int by_size(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double percentile(double part) {
    return samples[(size_t)((double)(sample_count - 1) * part)] * 1000;
}

int main(int argc, char **argv) {
    static struct sender senders[MAX_CONNECTIONS];
    struct pollfd polls[MAX_CONNECTIONS];
    if (argc != 5) {
        fprintf(stderr, "receiver_bench PORT SECRET CONNECTIONS SECONDS\n");
        return 2;
    }
    const int count = (int)strtol(argv[3], NULL, 10);
    const double seconds = strtod(argv[4], NULL);
    if (count < 1 || count > MAX_CONNECTIONS) {
        return 2;
    }
    samples = calloc(MAX_SAMPLES, sizeof *samples);
    const double began = now_s();
    for (int i = 0; i < count; i++) {
        senders[i].fd = connect_to((int)strtol(argv[1], NULL, 10));
        senders[i].number = i;
        polls[i] = (struct pollfd){.fd = senders[i].fd, .events = POLLIN};
        post(&senders[i], argv[2]);
    }
    while (now_s() - began < seconds) {
        if (poll(polls, (nfds_t)count, 1000) < 0) {
            die("poll");
        }
        for (int i = 0; i < count; i++) {
            if (polls[i].revents != 0) {
                take(&senders[i], argv[2]);
            }
        }
    }
    const double took = now_s() - began;
    qsort(samples, sample_count, sizeof *samples, by_size);
    printf("%d connections: %.0f hooks/s, ms p50 %.2f p90 %.2f p99 %.2f p99.9 %.2f worst %.2f, "
           "not 200: %zu\n",
           count, (double)sample_count / took, percentile(0.5), percentile(0.9), percentile(0.99),
           percentile(0.999), percentile(1), refused);
    return refused > 0;
}
