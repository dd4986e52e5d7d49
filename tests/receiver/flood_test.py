#!/usr/bin/env python3
"""A thousand slow clients and forged hooks at full rate: flood_test.py PROGRAM [NAME…], ZAPIS_FLOOD_S seconds (6).

Meanwhile /health answers, genuine hooks are accepted and durable, and memory (Pss) stays bounded."""
import http.client
import json
import os
import selectors
import signal
import socket
import sqlite3
import threading
import time

from place import check, equal, hook, run, timestamped

SECONDS = float(os.environ.get("ZAPIS_FLOOD_S", "6"))
SLOW = 1000
FORGERS = 4
WAIT_S = 5           # at most, for an answer to who is genuine
GROWN_KIB = 32 << 10  # at most, over what it needed before; of a sanitizer's build, whose quarantine keeps what is freed, not asserted
HEAD = b"POST /hooks/dikidi HTTP/1.1\r\nHost: h\r\nContent-Length: 60000\r\n\r\n"


def pss_kib(process):
    with open(f"/proc/{process.pid}/smaps_rollup", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Pss:"))


def sanitized(process):
    with open(f"/proc/{process.pid}/maps", encoding="ascii", errors="replace") as file:
        return any("libasan" in line or "libtsan" in line for line in file)


class Slow:
    """So many connections that send a byte now and then; who is closed comes back."""

    def __init__(self, port):
        self.port, self.stopping, self.opened, self.closed = port, False, 0, 0
        self.thread = threading.Thread(target=self.work)
        self.thread.start()

    def work(self):
        ready, sent = selectors.DefaultSelector(), {}
        while not self.stopping:
            for _ in range(min(50, SLOW - len(sent))):
                sock = socket.socket()
                sock.setblocking(False)
                sock.connect_ex(("127.0.0.1", self.port))
                ready.register(sock, selectors.EVENT_READ)
                sent[sock] = 0
                self.opened += 1
            for key, _ in ready.select(0.02):
                self.drop(ready, sent, key.fileobj)
            for sock in list(sent):
                try:
                    sock.send(HEAD[sent[sock]:sent[sock] + 1] or b"x")
                    sent[sock] += 1
                except BlockingIOError:
                    pass
                except OSError:
                    self.drop(ready, sent, sock)
        for sock in list(sent):
            sock.close()

    def drop(self, ready, sent, sock):
        ready.unregister(sock)
        sock.close()
        del sent[sock]
        self.closed += 1

    def end(self):
        self.stopping = True
        self.thread.join()


class Forger(threading.Thread):
    """Hooks with a signature of nobody, as fast as they are answered."""

    def __init__(self, serve):
        super().__init__()
        self.serve, self.stopping, self.answers = serve, False, {}
        self.start()

    def run(self):
        connection, count = self.serve.connect(), 0
        while not self.stopping:
            count += 1
            body = hook(id=f"forged_{id(self)}_{count}", number=str(count), note="x" * 4000)
            try:
                status = self.serve.post(body, timestamped(body, "whsec_of_nobody"), status=None, connection=connection).status
            except (OSError, http.client.HTTPException):
                connection.close()
                status = "closed"
            self.answers[status] = self.answers.get(status, 0) + 1
        connection.close()

    def end(self):
        self.stopping = True
        self.join()


def accepted(serve, event):
    """A genuine hook, sent again when the connection is closed, as Dikidi does; how long it took."""
    body = hook(id=event, number=event)
    began = time.monotonic()
    while time.monotonic() - began < WAIT_S:
        try:
            serve.post(body, timestamped(body))
            return time.monotonic() - began
        except (OSError, http.client.HTTPException):
            continue
    check(False, f"a genuine hook was not accepted within {WAIT_S} s")


def flooded(make):
    place = make()
    serve = place.start()
    before_kib, most_kib = pss_kib(serve.process), 0
    slow, forgers = Slow(serve.port), [Forger(serve) for _ in range(FORGERS)]
    events, waits = [], []
    try:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            events.append(f"evt_{len(events)}")
            waits.append(accepted(serve, events[-1]))
            asked = time.monotonic()
            equal("health", json.loads(serve.ask("GET", "/health").body)["status"], "ok")
            check(time.monotonic() - asked < WAIT_S, "/health waits")
            most_kib = max(most_kib, pss_kib(serve.process))
    finally:
        slow.end()
        for forger in forgers:
            forger.end()
    forged = {}
    for forger in forgers:
        for status, count in forger.answers.items():
            forged[status] = forged.get(status, 0) + count
    bounded = not sanitized(serve.process)
    serve.signal(signal.SIGKILL)  # what was answered must be there all the same
    serve.ends(-signal.SIGKILL)
    with sqlite3.connect(f"{place.dir}/zapis.db", timeout=20) as journal:
        rows = [row[0] for row in journal.execute("SELECT event_id FROM hook ORDER BY rowid")]
        equal("integrity", journal.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
    waits.sort()
    print(f"     {SECONDS:g} s: {slow.opened} slow connections, {slow.closed} closed; forged {forged}; {len(events)} genuine, "
          f"slowest {waits[-1] * 1000:.0f} ms; Pss {before_kib} KiB, then {most_kib} KiB at most{'' if bounded else ' (no bound: a sanitizer keeps what is freed in its quarantine)'}")
    equal("hooks in the journal", rows, events)
    check(slow.opened >= SLOW and slow.closed > 0, "the slow ones were no flood", slow.opened, slow.closed)
    check(set(forged) <= {401, "closed"} and forged.get(401, 0) > 100, "the forgers", forged)
    check(not bounded or most_kib < before_kib + GROWN_KIB, "memory grows", before_kib, most_kib)


if __name__ == "__main__":
    run([flooded])
