// TLS: a certificate nobody vouches for is refused before anything is sent; one in ca_path is
// taken.
#include "support.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

struct tls_connection {
    struct fixture *f;
    struct zp_watch *watch;
    SSL *ssl;
    int fd;
    bool shaken;
};

struct fixture {
    TALLOC_CTX *ctx;
    struct zp_loop *loop;
    struct zp_http *http;
    EVP_PKEY *key;
    X509 *certificate;
    SSL_CTX *tls;
    struct zp_watch *watch;
    int fd, port;
    struct got got;
    int connections, resumed, requests;
    char alpn[64]; // what the client offers
    char directory[64];
    char file[128];
    bool drop_after_handshake;
};

// --------------------------------------------------------------------------------- certificates

static void make_certificate(struct fixture *f, const char *alternative_name) {
    X509_free(f->certificate);
    f->certificate = X509_new();
    X509_set_version(f->certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(f->certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(f->certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(f->certificate), 3600);
    X509_set_pubkey(f->certificate, f->key);
    X509_NAME *name = X509_get_subject_name(f->certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"zapis test", -1,
                               -1, 0);
    X509_set_issuer_name(f->certificate, name);
    X509_EXTENSION *extension =
        X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, alternative_name);
    X509_add_ext(f->certificate, extension, -1);
    X509_EXTENSION_free(extension);
    X509_sign(f->certificate, f->key, EVP_sha256());
}

static void write_certificate(const struct fixture *f, const char *path) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(PEM_write_X509(file, f->certificate), 1);
    fclose(file);
}

// --------------------------------------------------------------------------------------- server

static int tls_connection_gone(struct tls_connection *connection) {
    talloc_free(connection->watch);
    SSL_free(connection->ssl);
    close(connection->fd);
    return 0;
}

static void on_tls(int events, void *data) {
    (void)events;
    static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret";
    struct tls_connection *connection = data;
    struct fixture *f = connection->f;
    if (!connection->shaken) {
        int status = SSL_accept(connection->ssl);
        if (status == 1) {
            connection->shaken = true;
            f->resumed += SSL_session_reused(connection->ssl);
        } else if (SSL_get_error(connection->ssl, status) != SSL_ERROR_WANT_READ) {
            talloc_free(connection);
        }
        return;
    }
    char bytes[4096];
    int size = SSL_read(connection->ssl, bytes, sizeof bytes);
    if (size > 0) {
        f->requests++;
        if (!f->drop_after_handshake) {
            SSL_write(connection->ssl, answer, sizeof answer - 1);
            return;
        }
    } else if (SSL_get_error(connection->ssl, size) == SSL_ERROR_WANT_READ) {
        return;
    }
    talloc_free(connection);
}

static void on_accept(int events, void *data) {
    (void)events;
    struct fixture *f = data;
    int fd = accept4(f->fd, NULL, NULL, SOCK_NONBLOCK);
    if (fd < 0) {
        return;
    }
    struct tls_connection *connection = talloc_zero(f->ctx, struct tls_connection);
    f->connections++;
    connection->f = f;
    connection->fd = fd;
    connection->ssl = SSL_new(f->tls);
    SSL_set_fd(connection->ssl, fd);
    connection->watch = zp_watch_new(connection, f->loop, fd, ZP_WATCH_READ, on_tls, connection);
    talloc_set_destructor(connection, tls_connection_gone);
}

static int on_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_size,
                   const unsigned char *in, unsigned in_size, void *data) {
    (void)ssl, (void)out, (void)out_size;
    struct fixture *f = data;
    memcpy(f->alpn, in, in_size < sizeof f->alpn ? in_size : sizeof f->alpn - 1);
    return SSL_TLSEXT_ERR_NOACK;
}

static void serve(struct fixture *f) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    f->tls = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(f->tls, f->certificate);
    SSL_CTX_use_PrivateKey(f->tls, f->key);
    SSL_CTX_set_alpn_select_cb(f->tls, on_alpn, f);
    f->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(f->fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(f->fd, 16), 0);
    assert_int_equal(getsockname(f->fd, (struct sockaddr *)&address, &size), 0);
    f->port = ntohs(address.sin_port);
    f->watch = zp_watch_new(f->ctx, f->loop, f->fd, ZP_WATCH_READ, on_accept, f);
}

static int set_up(void **state) {
    struct fixture *f = calloc(1, sizeof *f);
    f->ctx = talloc_new(NULL);
    f->loop = zp_loop_new(f->ctx);
    f->key = EVP_EC_gen("P-256");
    snprintf(f->directory, sizeof f->directory, "/tmp/zapis-tls-XXXXXX");
    assert_non_null(mkdtemp(f->directory));
    snprintf(f->file, sizeof f->file, "%s/ca.pem", f->directory);
    make_certificate(f, "IP:127.0.0.1,DNS:localhost");
    write_certificate(f, f->file);
    serve(f);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *f = *state;
    talloc_free(f->ctx);
    close(f->fd);
    SSL_CTX_free(f->tls);
    X509_free(f->certificate);
    EVP_PKEY_free(f->key);
    unlink(f->file);
    rmdir(f->directory);
    free(f);
    return 0;
}

static void ask_path(struct fixture *f, const char *ca_path, const char *method) {
    char url[64];
    if (!f->http) {
        f->http = zp__http_new(f->ctx, f->loop, &(struct zp__http_options){.ca_path = ca_path});
    }
    f->got = (struct got){0};
    snprintf(url, sizeof url, "https://127.0.0.1:%d/rest/1/secret/", f->port);
    zp__http_send(f->http, &(struct zp__http_request){.method = method, .url = url}, got_reply,
                  &f->got);
    assert_true(zp_loop_run_until(f->loop, &f->got.done, LONG_MS));
    assert_int_equal(f->got.calls, 1);
    assert_null(strstr(f->got.message, "secret"));
}

static void assert_refused(const struct fixture *f) {
    assert_int_equal(f->got.outcome, ZP_HTTP_NOT_SENT);
    assert_int_equal(f->got.code, ZP_E_UNREACHABLE);
    assert_true(strlen(f->got.message) > 0);
    assert_int_equal(f->requests, 0);
}

// ---------------------------------------------------------------------------------------- tests

static void test_an_unknown_certificate_is_refused(void **state) {
    struct fixture *f = *state;
    ask_path(f, "", "POST");
    assert_refused(f);
    assert_int_equal(f->connections, 1); // it was reached, and not told anything
    assert_non_null(strstr(f->got.message, "ca_path"));
}

static void test_a_certificate_in_the_file_is_taken(void **state) {
    struct fixture *f = *state;
    for (int i = 0; i < 3; i++) {
        ask_path(f, f->file, i % 2 ? "POST" : "GET");
        assert_int_equal(f->got.outcome, ZP_HTTP_ANSWERED);
        assert_string_equal(f->got.body, "secret");
    }
    assert_int_equal(f->connections, 1);
    assert_int_equal(f->requests, 3);
    assert_memory_equal(f->alpn, "\x02h2\x08http/1.1", 12); // HTTP/2 if the server can
}

static void test_a_certificate_in_a_directory_is_taken(void **state) {
    struct fixture *f = *state;
    char hashed[128];
    snprintf(hashed, sizeof hashed, "%s/%08lx.0", f->directory,
             X509_NAME_hash_ex(X509_get_subject_name(f->certificate), NULL, NULL, NULL));
    assert_int_equal(rename(f->file, hashed), 0);
    ask_path(f, f->directory, "GET");
    unlink(hashed);
    assert_int_equal(f->got.outcome, ZP_HTTP_ANSWERED);
}

static void test_a_certificate_for_another_name_is_refused(void **state) {
    struct fixture *f = *state;
    make_certificate(f, "DNS:other.example");
    write_certificate(f, f->file);
    SSL_CTX_use_certificate(f->tls, f->certificate);
    ask_path(f, f->file, "POST");
    assert_refused(f);
}

static void test_old_tls_is_refused(void **state) {
    struct fixture *f = *state;
    SSL_CTX_set_security_level(f->tls, 0);
    SSL_CTX_set_max_proto_version(f->tls, TLS1_1_VERSION);
    ask_path(f, f->file, "POST");
    assert_refused(f);
}

static void test_certificates_that_cannot_be_read_are_told(void **state) {
    struct fixture *f = *state;
    assert_int_equal(truncate(f->file, 10), 0);
    ask_path(f, f->file, "POST");
    assert_refused(f);
    assert_non_null(strstr(f->got.message, "ca_path"));
}

static void test_dropped_after_the_handshake_is_lost(void **state) {
    struct fixture *f = *state;
    f->drop_after_handshake = true;
    ask_path(f, f->file, "POST");
    assert_int_equal(f->got.outcome, ZP_HTTP_LOST);
    assert_int_equal(f->requests, 1);
}

static void test_a_new_connection_resumes_the_session(void **state) {
    struct fixture *f = *state;
    ask_path(f, f->file, "GET");
    assert_int_equal(f->got.outcome, ZP_HTTP_ANSWERED);
    f->drop_after_handshake = true;
    ask_path(f, f->file, "POST"); // ends the connection
    assert_int_equal(f->got.outcome, ZP_HTTP_LOST);
    f->drop_after_handshake = false;
    ask_path(f, f->file, "GET");
    assert_int_equal(f->got.outcome, ZP_HTTP_ANSWERED);
    assert_int_equal(f->requests, 3);
    assert_true(f->connections >= 2);
    assert_true(f->resumed >= 1);
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(test_an_unknown_certificate_is_refused),
        T(test_a_certificate_in_the_file_is_taken),
        T(test_a_certificate_in_a_directory_is_taken),
        T(test_a_certificate_for_another_name_is_refused),
        T(test_old_tls_is_refused),
        T(test_certificates_that_cannot_be_read_are_told),
        T(test_dropped_after_the_handshake_is_lost),
        T(test_a_new_connection_resumes_the_session),
    };
    return cmocka_run_group_tests_name("tls", tests, NULL, NULL);
}
