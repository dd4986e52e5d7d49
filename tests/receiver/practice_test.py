#!/usr/bin/env python3
"""The daemon at work between the practice servers: practice_test.py PROGRAM [NAME…]."""
import os
import signal
import subprocess
import sys

import place as base
from place import check, equal, run, until

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import flow_test  # noqa: E402


class Daemon(base.Serve):
    """zapis serve with the configuration of a practice salon."""

    def __init__(self, salon):
        salon.serves = []
        salon.env["LANG"] = "en.UTF-8"
        super().__init__(salon, ("--verbose",))


def clients_book(salon, wanted):
    """Clients book in the app, each at a time of its own; the numbers."""
    service, slots = flow_test.first_free(salon, at_least=20)
    for count, slot in enumerate(slots):
        process = subprocess.run(
            [os.path.join(salon.state, "control"), "app-book", "--service", service["id"], "--master",
             slot["master_id"], "--at", slot["starts_at"], "--phone", f"+7916555{count:04d}", "--name",
             f"Клиент {count}"], env=salon.env, capture_output=True, text=True, timeout=60)
        if process.returncode == 0:  # else that time overlaps one before
            yield count
            wanted -= 1
        if wanted == 0:
            return
    raise base.Failure("too few free times")


def reloaded_while_it_works(make):
    """SIGHUP in the middle of hooks, looks and entries: each booking gets its one entry."""
    del make
    flow_test.PROGRAM = base.PROGRAM
    salon = flow_test.Salon()
    daemon = None
    try:
        before = {deal["ORIGIN_ID"] for deal in salon.rows("deals")}
        daemon = Daemon(salon).ready()
        reloads = 1
        for _ in clients_book(salon, 6):
            for _ in range(3):
                daemon.signal(signal.SIGHUP)
                reloads += 1
                daemon.ready(times=reloads)

        def entered():
            return [deal["ORIGIN_ID"] for deal in salon.rows("deals") if deal["ORIGIN_ID"] not in before]

        until("the entries", lambda: len(entered()) >= 6)
        until("an empty queue", lambda: not salon.json("queue")["tasks"])
        equal("entries", (len(entered()), len(set(entered()))), (6, 6))
        check(daemon.log().count("configuration read anew") == 18, "reloads", daemon.log()[-2000:])
        daemon.signal(signal.SIGTERM)
        daemon.ends(0)
    finally:
        if daemon:
            daemon.close()
        salon.close()


if __name__ == "__main__":
    run([reloaded_while_it_works])
