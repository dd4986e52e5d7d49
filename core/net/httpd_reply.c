// HTTP server: the three ways to answer a request.
#include "net/httpd.h"

#include "base/memory.h"
#include "net/httpd_private.h"

#include <string.h>
#include <zapis/log.h>

static void add_headers(struct MHD_Response *response, const char *content_type,
                        const struct zp__httpd_header *headers) {
    if (content_type) {
        MHD_add_response_header(response, "Content-Type", content_type);
    }
    for (; headers && headers->name; headers++) {
        if (MHD_add_response_header(response, headers->name, headers->value) != MHD_YES) {
            zp_log(ZP_LOG_ERROR, "answer header refused", ZP_LOG_S("name", headers->name));
        }
    }
}

// The request is the library's from here on; it is freed when the answer is out.
static void answer(struct zp_httpd_request *request, struct MHD_Response *response, int status) {
    if (request->state == ZP_HTTPD_ANSWERED) {
        zp_panic("a request was answered twice");
    }
    request->state = ZP_HTTPD_ANSWERED;
    request->response = response;
    request->status = (unsigned)status;
    if (!request->connection) { // the server is gone
        if (response) {
            MHD_destroy_response(response);
        }
        talloc_free(request);
        return;
    }
    if (response && request->httpd->winding_down) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    }
    zp__httpd_resume(request);
    zp__httpd_wake(request->httpd);
}

void zp__httpd_reply(struct zp_httpd_request *request, int status, const char *content_type,
                     const char *body, size_t size, const struct zp__httpd_header *headers) {
    struct MHD_Response *response =
        zp__memory_must(MHD_create_response_from_buffer(size, (void *)body, MHD_RESPMEM_MUST_COPY));
    add_headers(response, content_type, headers);
    answer(request, response, status);
}

void zp__httpd_drop(struct zp_httpd_request *request) {
    answer(request, NULL, 0);
}

static void on_pause_over(void *data) {
    struct zp_httpd_request *request = data;
    request->stream_allowed += request->trickle.piece;
    zp__httpd_resume(request);
    zp__httpd_wake(request->httpd);
}

// The library asks for the bytes from `position` on.
static ssize_t on_stream(void *data, uint64_t position, char *buffer, size_t room) {
    struct zp_httpd_request *request = data;
    if (position >= request->stream_size) {
        return MHD_CONTENT_READER_END_WITH_ERROR; // more was announced: break off
    }
    if (position >= request->stream_allowed) {
        zp__httpd_suspend(request);
        zp_timer_start(request->pause, request->trickle.pause_ms, 0);
        return 0;
    }
    size_t end = request->stream_allowed < request->stream_size ? request->stream_allowed
                                                                : request->stream_size;
    size_t give = end - (size_t)position < room ? end - (size_t)position : room;
    memcpy(buffer, request->stream + position, give);
    return (ssize_t)give;
}

void zp__httpd_stream(struct zp_httpd_request *request, int status, const char *content_type,
                      const char *body, size_t size, const struct zp__httpd_header *headers,
                      const struct zp__httpd_trickle *trickle) {
    if (!request->connection) {
        answer(request, NULL, 0);
        return;
    }
    bool paused = trickle->piece > 0 && trickle->pause_ms > 0;
    request->trickle = *trickle;
    request->stream =
        zp__memory_must(talloc_memdup(request, size > 0 ? body : "", size > 0 ? size : 1));
    request->stream_size = size < trickle->announced ? size : trickle->announced;
    request->stream_allowed = paused ? trickle->piece : request->stream_size;
    request->pause = zp_timer_new(request, request->httpd->loop, on_pause_over, request);
    size_t block = paused && trickle->piece < 16384 ? trickle->piece : 16384;
    struct MHD_Response *response = zp__memory_must(
        MHD_create_response_from_callback(trickle->announced, block, on_stream, request, NULL));
    add_headers(response, content_type, headers);
    answer(request, response, status);
}
