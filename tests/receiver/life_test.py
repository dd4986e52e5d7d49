#!/usr/bin/env python3
"""Starting, changing, stopping and being killed under load: life_test.py PROGRAM [NAME…]."""
import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import threading
import time

import place as base
from place import SECRET, check, equal, hook, run, timestamped, until


class Load:
    """Several senders with connections of their own; `acked` are the events that were answered 2xx."""

    def __init__(self, serve, senders=8, secret=SECRET):
        self.serve, self.secret = serve, secret
        self.acked, self.other, self.lock = [], [], threading.Lock()
        self.stopping = False
        self.threads = [threading.Thread(target=self.send, args=(i,)) for i in range(senders)]
        for thread in self.threads:
            thread.start()

    def send(self, sender):
        connection, count, failures = self.serve.connect(), 0, 0
        while not self.stopping and failures < 3:
            count += 1
            event = f"evt_{sender}_{count}"
            body = hook(id=event, number=str(1000 + count % 50))
            try:
                status = self.serve.post(body, timestamped(body, self.secret), status=None,
                                         connection=connection).status
                failures = 0
            except (OSError, http.client.HTTPException):
                connection.close()
                failures += 1
                continue
            with self.lock:
                (self.acked if status == 200 else self.other).append((event, status))
        connection.close()

    def until(self, count):
        until(f"{count} hooks answered", lambda: len(self.acked) >= count)
        return self

    def end(self):
        self.stopping = True
        for thread in self.threads:
            thread.join()
        equal("answers that are not 2xx", self.other, [])
        return [event for event, _ in self.acked]


def assert_kept(place, acked):
    rows = [row[0] for row in place.rows("SELECT event_id FROM hook")]
    lost = set(acked) - set(rows)
    check(not lost, f"{len(lost)} of {len(acked)} hooks answered 2xx are not in the journal", sorted(lost)[:5])
    equal("hooks kept twice", len(rows), len(set(rows)))
    equal("events answered twice", len(acked), len(set(acked)))
    tasks = place.rows("SELECT request_id, count(*) FROM task WHERE kind = 'look' GROUP BY 1")
    check(all(count == 1 for _, count in tasks), "a look is there twice", tasks)
    subjects = {row[0] for row in place.rows("SELECT DISTINCT subject FROM hook")}
    equal("bookings to look at", {row[0] for row in tasks}, subjects)


def killed_under_load(make):
    """kill -9, three times over one journal: what was answered is there, once."""
    place = make()
    for _ in range(3):
        serve = place.start()
        load = Load(serve).until(400)
        serve.signal(signal.SIGKILL)
        serve.ends(-signal.SIGKILL)
        acked = load.end()
        assert_kept(place, acked)
        for table in ("hook", "task"):
            until("the journal's lock", lambda: clear(place, table))


def clear(place, table):
    with sqlite3.connect(f"{place.dir}/zapis.db", timeout=20) as journal:
        journal.execute(f"DELETE FROM {table}")
    return True


def stopped_under_load(make):
    for number in (signal.SIGTERM, signal.SIGINT):
        place = make()
        serve = place.start()
        load = Load(serve).until(400)
        began = time.monotonic()
        serve.signal(number)
        serve.ends(0)
        check(time.monotonic() - began < 9, "it waited for its deadline")
        acked = load.end()
        assert_kept(place, acked)
        check(not listens_at(serve.port), "somebody still listens")


def stops_at_once_when_idle(make):
    serve = make().start()
    kept = serve.connect()
    serve.ask("GET", "/health", connection=kept)
    silent = socket.create_connection(("127.0.0.1", serve.port), 5)
    began = time.monotonic()
    serve.signal(signal.SIGTERM)
    serve.ends(0)
    check(time.monotonic() - began < 5, "an idle connection holds it")
    silent.close()


def stops_with_a_slow_sender(make):
    """A request that never ends holds it for a few seconds at most."""
    serve = make().start()
    slow = socket.create_connection(("127.0.0.1", serve.port), 5)
    slow.sendall(b"POST /hooks/dikidi HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc")
    until("the connection", lambda: serve.metric("zapis_connections") >= 2)
    began = time.monotonic()
    serve.signal(signal.SIGTERM)
    serve.ends(0)
    check(time.monotonic() - began < 8, "it was held")
    slow.close()


def reloaded_with_a_new_secret(make):
    """Under load: the port stays, nothing is lost, the new secret counts, then the old one does not."""
    place = make()
    serve = place.start()
    load = Load(serve).until(100)
    place.put("secret", "new-secret")
    place.put("previous", SECRET)
    serve.signal(signal.SIGHUP)
    serve.ready(times=2)
    equal("ports", {port for port, _ in serve.listening()}, {serve.port})
    load.until(300)
    acked = load.end()
    assert_kept(place, acked)
    for id, secret in (("a", "new-secret"), ("b", SECRET)):
        serve.post(hook(id=id), timestamped(hook(id=id), secret))
    place.put("previous", "")
    serve.signal(signal.SIGHUP)
    serve.ready(times=3)
    serve.post(hook(id="c"), timestamped(hook(id="c"), SECRET), status=401)
    serve.post(hook(id="d"), timestamped(hook(id="d"), "new-secret"))
    serve.signal(signal.SIGTERM)
    serve.ends(0)


def reloaded_with_a_broken_file(make):
    place = make()
    serve = place.start()
    for breaks in (lambda: place.configure(more="serv = 1;"), lambda: place.put("zapis.conf", "{{{"),
                   lambda: place.put("zapis.conf", ""), lambda: os.unlink(place.config),
                   lambda: (place.configure(), os.chmod(os.path.join(place.dir, "secret"), 0o644))):
        before = serve.log().count("is not used")
        breaks()
        serve.signal(signal.SIGHUP)
        until("the complaint", lambda: serve.log().count("the new configuration is not used") > before)
        body = hook(id=f"evt_{before}")
        serve.post(body, timestamped(body))
    equal("journal", len(place.hooks()), 5)
    equal("lines that it listens", len(serve.listening()), 1)
    os.chmod(os.path.join(place.dir, "secret"), 0o600)
    serve.signal(signal.SIGHUP)
    serve.ready(times=2)
    serve.signal(signal.SIGTERM)
    serve.ends(0)


def listens_at(port):
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except ConnectionRefusedError:
        return False
    return True


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def reloaded_with_another_address(make):
    place = make()
    serve = place.start()
    former = serve.port
    load = Load(serve, senders=4).until(50)
    place.listen = f"127.0.0.1:{free_port()}"
    place.configure()
    serve.signal(signal.SIGHUP)
    serve.ready(times=2)
    equal("port", f"127.0.0.1:{serve.port}", place.listen)
    body = hook(id="there")
    serve.post(body, timestamped(body))
    acked = load.end()
    assert_kept(place, acked + ["there"])

    until("the end of the former port", lambda: not listens_at(former))
    # A port that is taken: the present one stays.
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    place.listen = f"127.0.0.1:{taken.getsockname()[1]}"
    place.configure()
    serve.signal(signal.SIGHUP)
    until("the complaint", lambda: "is taken by another program" in serve.log())
    serve.post(hook(id="still"), timestamped(hook(id="still")))
    taken.close()


def a_port_that_is_taken(make):
    first = make()
    serve = first.start()
    second = make(listen=f"127.0.0.1:{serve.port}")
    process = subprocess.run([base.PROGRAM, "serve", "--config", second.config], env=second.env,
                             capture_output=True, text=True, timeout=60)
    equal("status", process.returncode, 5)
    check(process.stderr.count("\n") == 1 and "is taken by another program" in process.stderr,
          "not one clear sentence", process.stderr)
    process = subprocess.run([base.PROGRAM, "serve", "--json", "--config", second.config], env=second.env,
                             capture_output=True, text=True, timeout=60)
    equal("status", process.returncode, 2)


def two_over_one_journal(make):
    place = make()
    serves = [place.start(), place.start()]
    loads = [Load(serve, senders=4).until(50) for serve in serves]
    ends = [load.end() for load in loads]
    rows = [row[0] for row in place.rows("SELECT event_id FROM hook")]
    equal("journal", set(rows), set(ends[0]) | set(ends[1]))
    equal("hooks kept twice", len(rows), len(set(rows)))
    for serve in serves:
        equal("health", json.loads(serve.ask("GET", "/health").body)["status"], "ok")
        serve.signal(signal.SIGTERM)
        serve.ends(0)


def proved_by_check(make):
    """The round trip as `zapis check` tells it: the public address is here the serve itself."""
    port = free_port()
    place = make(listen=f"127.0.0.1:{port}", public=f"http://127.0.0.1:{port}/")

    def lines():
        process = subprocess.run([base.PROGRAM, "check", "--json", "--config", place.config], env=place.env,
                                 capture_output=True, text=True, timeout=120)
        check("Sanitizer" not in process.stderr, "a sanitizer complains", process.stderr)
        return {c["name"]: c["state"] for c in json.loads(process.stdout)["checks"]
                if c["name"].startswith("serve")}

    equal("before", lines(), {"serve": "warn"})
    serve = place.start()
    equal("running", lines(), {"serve": "ok", "serve.public": "ok"})
    equal("journal", place.hooks(), [])
    place.public = f"http://127.0.0.1:{port}/elsewhere"
    place.configure()
    equal("a proxy that passes nothing on", lines(), {"serve": "ok", "serve.public": "warn"})
    place.public = "http://127.0.0.1:1"
    place.configure()
    equal("nobody there", lines(), {"serve": "ok", "serve.public": "warn"})
    for name in ("secret", "token", "robot"):
        place.put(name, "")
    equal("nothing to prove", lines(), {"serve": "skipped"})
    equal("health", serve.ask("GET", "/health").status, 200)


def quiet(make):
    port = free_port()
    place = make(listen=f"127.0.0.1:{port}")
    process = subprocess.Popen([base.PROGRAM, "serve", "--quiet", "--config", place.config], env=place.env,
                               stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    until("its port", lambda: listens_at(port))
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    equal("printed", (process.returncode, out, err), (0, b"", b""))


if __name__ == "__main__":
    run([killed_under_load, stopped_under_load, stops_at_once_when_idle, stops_with_a_slow_sender,
         reloaded_with_a_new_secret, reloaded_with_a_broken_file, reloaded_with_another_address,
         a_port_that_is_taken, two_over_one_journal, proved_by_check, quiet])
