#!/usr/bin/env python3
"""HTTP as it comes from the outside, through the real program: http_test.py PROGRAM [NAME…]."""
import json
import socket
import threading
import time

from place import check, equal, hook, run, timestamped, until


def head(body, path="/hooks/dikidi", more="", length=None):
    length = len(body) if length is None else length
    return (f"POST {path} HTTP/1.1\r\nHost: h\r\nX-Dikidi-Signature: {timestamped(body)}\r\n"
            f"Content-Length: {length}\r\n{more}\r\n").encode()


def methods(make):
    serve = make().start()
    for method, path, status, allow in (
            ("GET", "/hooks/dikidi", 405, "POST"), ("HEAD", "/hooks/dikidi", 405, "POST"),
            ("PUT", "/hooks/dikidi", 405, "POST"), ("DELETE", "/hooks/bitrix24/event", 405, "POST"),
            ("OPTIONS", "/hooks/bitrix24/robot", 405, "POST"), ("POST", "/health", 405, "GET, HEAD"),
            ("POST", "/metrics", 405, "GET, HEAD"), ("BREW", "/health", 405, "GET, HEAD"),
            ("GET", "/health", 200, None), ("GET", "/metrics", 200, None), ("GET", "/", 404, None),
            ("POST", "/hooks/dikidi/", 404, None), ("POST", "/hooks", 404, None),
            ("POST", "/hooks/dikidi%00", 400, None), ("GET", "/health/", 404, None),
            ("GET", "/healthy", 404, None), ("GET", "//health", 404, None), ("GET", "/HEALTH", 404, None),
            ("GET", "/health?verbose=1", 200, None), ("GET", "/../health", 404, None)):
        answer = serve.ask(method, path)
        equal(f"{method} {path}", (answer.status, answer.headers["Allow"]), (status, allow))
    for path in ("/health", "/metrics"):
        got, only = serve.ask("GET", path), serve.ask("HEAD", path)
        equal("HEAD", (only.status, only.body), (200, b""))
        check(int(only.headers["Content-Length"]) > 0, "HEAD has no length", only)
        equal("type", only.headers["Content-Type"], got.headers["Content-Type"])
    text = serve.ask("GET", "/metrics").body.decode()
    for line in text.splitlines():
        check(line.startswith("#") or line.startswith("zapis_") and len(line.split()) == 2,
              "a line that Prometheus would not read", line)
    equal("families", text.count("# TYPE "), text.count("# HELP "))


def heads_too_large(make):
    serve = make().start()
    for data in (b"GET /health HTTP/1.1\r\nHost: h\r\nX: " + b"x" * 20000 + b"\r\n\r\n",
                 b"GET /health?" + b"x" * 20000 + b" HTTP/1.1\r\nHost: h\r\n\r\n",
                 b"GET /health HTTP/1.1\r\nHost: h\r\n" + b"X: y\r\n" * 20000 + b"\r\n"):
        got = serve.raw(data)
        check(got[:12] in (b"HTTP/1.1 431", b"HTTP/1.1 414", b"HTTP/1.1 413", b""), "its answer", got[:200])
    equal("health", serve.ask("GET", "/health").status, 200)


def pipelined(make):
    place = make()
    serve = place.start()
    bodies = [hook(id=f"evt_{i}") for i in range(20)]
    got = serve.raw(b"".join(head(b) + b for b in bodies[:-1]) +
                    head(bodies[-1], more="Connection: close\r\n") + bodies[-1])
    equal("answers", got.count(b"HTTP/1.1 200 "), 20)
    equal("journal", len(place.hooks()), 20)


def chunked(make):
    place = make()
    serve = place.start()
    body = hook()
    start = (f"POST /hooks/dikidi HTTP/1.1\r\nHost: h\r\nX-Dikidi-Signature: {timestamped(body)}\r\n"
             "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n").encode()
    pieces = [body[i:i + 7] for i in range(0, len(body), 7)]
    got = serve.raw(start + b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n")
    check(got.startswith(b"HTTP/1.1 200 "), "a chunked body", got)
    equal("journal", len(place.hooks()), 1)
    got = serve.raw(start + b"%x\r\n%s\r\n" % (70000, b"x" * 70000) + b"0\r\n\r\n")
    check(got.startswith(b"HTTP/1.1 413 "), "a chunked body that is too large", got)
    got = serve.raw(start + b"zz\r\n" + body + b"\r\n0\r\n\r\n")
    check(got == b"" or got.startswith(b"HTTP/1.1 400 "), "a chunk without a size", got)
    equal("journal", len(place.hooks()), 1)


def in_pieces(make):
    """Byte by byte, fast enough."""
    place = make()
    serve = place.start()
    body = hook()
    data = head(body, more="Connection: close\r\n") + body
    sock = serve.raw(data[:1], until_end=False)
    sock = socket.create_connection(("127.0.0.1", serve.port), 30)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for i in range(len(data)):
        sock.sendall(data[i:i + 1])
    check(serve.rest(sock).startswith(b"HTTP/1.1 200 "), "its answer")
    equal("journal", len(place.hooks()), 1)


def asked_first(make):
    """Expect: 100-continue: a body that is too large is refused before it is sent."""
    serve = make().start()
    got = serve.raw(head(b"", length=70000, more="Expect: 100-continue\r\n"))
    check(got.startswith(b"HTTP/1.1 413 "), "its answer", got)
    got = serve.raw(head(b"", length=5000000))
    check(got.startswith(b"HTTP/1.1 413 "), "its answer", got)


def broken_off(make):
    place = make()
    serve = place.start()
    body = hook()
    data = head(body) + body
    for size in range(0, len(data), 11):
        sock = socket.create_connection(("127.0.0.1", serve.port), 30)
        sock.sendall(data[:size])
        sock.close()
    serve.post(body, timestamped(body))
    equal("journal", len(place.hooks()), 1)


def slow_senders(make):
    """A byte now and then is cut off after ten seconds, wherever in the request it comes; others are
    served meanwhile, a connection that is kept lives on."""
    place = make()
    serve = place.start()
    kept = serve.connect()
    serve.ask("GET", "/health", connection=kept)
    body = hook()
    whole = head(body) + body
    starts = {"first line": b"PO", "head": whole[:60], "body": whole[:-100]}
    lived, began = {}, time.monotonic()

    def drip(name, start):
        sock = socket.create_connection(("127.0.0.1", serve.port), 30)
        sock.sendall(start)
        sock.settimeout(0.5)
        while time.monotonic() - began < 25:
            try:
                if not sock.recv(1000):
                    break
            except TimeoutError:
                pass
            except OSError:
                break
            try:
                sock.sendall(b"x")
            except OSError:
                break
        lived[name] = time.monotonic() - began

    threads = [threading.Thread(target=drip, args=item) for item in starts.items()]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        asked = time.monotonic()
        equal("health", serve.ask("GET", "/health").status, 200)
        check(time.monotonic() - asked < 5, "others wait")
        time.sleep(0.2)
    for name, seconds in lived.items():
        check(8 <= seconds <= 16, f"a slow {name} lived for {seconds:.1f} s")
    equal("slow", serve.metric('zapis_connections_closed_total{reason="slow"}'), 3)
    equal("kept", serve.ask("GET", "/health", connection=kept).status, 200)
    equal("journal", place.hooks(), [])


def crowd(make):
    """A thousand connections that say nothing, or have asked once and stay: hooks come through."""
    place = make()
    serve = place.start()
    silent = []
    kept = serve.connect()
    serve.ask("GET", "/health", connection=kept)
    began = time.monotonic()
    for i in range(1000):
        sock = socket.create_connection(("127.0.0.1", serve.port), 30)
        sock.sendall((b"", b"POST /hooks/di", b"GET /health HTTP/1.1\r\nHost: h\r\n\r\n")[i % 3])
        silent.append(sock)
        if i % 100 == 99:
            body = hook(id=f"evt_{i}")
            asked = time.monotonic()
            serve.post(body, timestamped(body))
            check(time.monotonic() - asked < 3, "a genuine hook waits")
    check(time.monotonic() - began < 60, "it took long")
    equal("journal", len(place.hooks()), 10)
    closed = [serve.metric(f'zapis_connections_closed_total{{reason="{why}"}}') for why in ("crowded", "slow")]
    check(closed[0] > 0 and sum(closed) >= 700, "they were not closed", closed)
    check(serve.metric("zapis_connections") <= 256 + 16, "too many connections")
    for sock in silent:
        sock.close()
    until("the end of the crowd", lambda: serve.metric("zapis_connections") < 20)
    equal("health", json.loads(serve.ask("GET", "/health").body)["status"], "ok")


if __name__ == "__main__":
    run([methods, heads_too_large, pipelined, chunked, in_pieces, asked_first, broken_off, slow_senders, crowd])
