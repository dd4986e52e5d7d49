#!/usr/bin/python3
"""SIGKILL at any call that others can see (the journal's files, the sockets; each thread), of a booking, a move in both orders, a cancel,
`sync --once` with open tasks, and `serve` to which a signed webhook comes; then `sync --once` until nothing waits. Each time: one booking at
Dikidi, one contact, one deal, in the stage that belongs to it, and the journal says the same.

usage: kill_test.py PROGRAM LIBRARY COUNT|all [--seed N] [--log FILE] [FLOW…]     FLOW: book move release cancel sync hook

LIBRARY is built of tests/preload/kill.c. A run that nobody kills tells the points; COUNT of them, drawn by the seed, or all are killed."""
import argparse
import contextlib
import http.client
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "cli"), os.path.join(HERE, "..", "receiver")]
import flow_test  # noqa: E402  the salon and the checks are the same
import place  # noqa: E402  how a webhook is signed

DATE = "2026-11-24"
PHONE_BASE = 9160000000
ROUNDS = 40  # in one salon; then a new one, so that free time, contacts and deals do not run out or pile up
REASON = "заболела"
check, equal, Failure = flow_test.check, flow_test.equal, flow_test.Failure


class Salon(flow_test.Salon):
    """The practice salon, the program with the library before it, and what is at both sides."""

    def __init__(self):
        super().__init__("--zone", "Europe/Moscow")
        self.calls = os.path.join(self.dir, "calls.log")
        self.configure(bitrix24__recheck_seconds="1", bitrix24__poll_seconds="3600")
        self.control("hooks", "off")
        self.json("setup")

    def preload(self, point):
        env = dict(self.env, LD_PRELOAD=LIBRARY, ZAPIS_KILL_LOG=self.calls)
        # The sanitizer wants to be the first library; its look for leaks is not what is tested here.
        env["ASAN_OPTIONS"] = "detect_leaks=0:verify_asan_link_order=0"
        if point:
            env["ZAPIS_KILL_AT"] = f"{point[0]}:{point[1]}"
        return env

    def killed(self, args, point):
        """Runs the program to its end, which may be at the point. The exit status."""
        if os.path.exists(self.calls):
            os.unlink(self.calls)
        return subprocess.run([flow_test.PROGRAM, "--config", self.config, *args], env=self.preload(point), capture_output=True,
                              text=True, timeout=120).returncode

    def points(self):
        """What the library wrote: (thread, number) -> the call."""
        with open(self.calls, encoding="ascii") as file:
            return {(int(thread), int(number)): call for thread, number, call in (line.split() for line in file)}

    def settle(self):
        """sync --once until nothing waits; nothing may end in attention here."""
        deadline = time.monotonic() + flow_test.DEADLINE_S
        while time.monotonic() < deadline:
            tasks = self.json("queue")["tasks"]
            if not tasks:
                return
            stuck = [task for task in tasks if task["state"] == "attention"]
            check(not stuck, "a task needs a person", stuck)
            self.run("sync", "--once", status=None)
            time.sleep(0.1)
        raise Failure(f"still waiting: {tasks}")

    def journal(self, sql, *values):
        """Closed at once: who has the journal open keeps SQLite from looking, at the next opening, for what a killed process wrote."""
        with contextlib.closing(sqlite3.connect(f"file:{self.state}/zapis.db?mode=ro", uri=True, timeout=20)) as journal:
            return journal.execute(sql, values).fetchall()

    def at_dikidi(self, phone):
        return [b for b in self.rows("bookings", "--date", DATE, "--all") if b["client"]["phone"] == phone]

    def active(self, phone):
        return [b for b in self.at_dikidi(phone) if b["status"] == "active"]

    def contacts(self, phone):
        return [c for c in self.rows("contacts") if phone in str(c)]

    def shown(self, phone):
        """What the desk shows of that client on that day."""
        return [b for b in self.json("day", DATE)["bookings"] if b["client"]["phone"] == phone]

    def last_request(self):
        return self.control("log", "--since", str(10**12))["last"]

    def requests(self, server, since):
        return self.control("log", "--since", str(since), "--server", server)["requests"]

    def free(self, fits=lambda first, second: True):
        """A service and two free times of one master that fit each other."""
        for service in self.json("services")["services"]:
            slots = self.json("slots", "--service", service["id"], "--date", DATE)["slots"]
            for first in slots:
                for second in slots:
                    if first["master_id"] == second["master_id"] and first["starts_at"] < second["starts_at"] and fits(first, second):
                        return service["id"], first, second
        raise Failure("the practice salon has no such time left")

    def book_args(self, phone, slot, service, wait):
        return ["book", "--service", service, "--master", slot["master_id"], "--at", slot["starts_at"], "--phone", phone, "--name",
                "Мария Проба", *(["--wait", "20"] if wait else []), "--json"]

    def book(self, phone, slot, service, wait=True):
        booking = self.run(*self.book_args(phone, slot, service, wait)).document()
        check(booking["crm"]["state"] == "logged" or not wait, "the booking is not in the CRM", booking)
        return booking["booking_id"]

    def retire(self, *phones):
        """The time is given back, and the journal learns it, so that the next round begins from nothing."""
        for phone in phones:
            for booking in self.active(phone):
                self.control("app-cancel", str(booking["id"]))
                if self.journal("SELECT 1 FROM booking_number WHERE booking_id = ?", str(booking["id"])):
                    self.run("show", str(booking["id"]), "--refresh")
        self.settle()

    def entries(self, phone):
        """(number, stage's meaning) of each deal of that client; the client is there once if at all."""
        contacts = self.contacts(phone)
        check(len(contacts) <= 1, f"{len(contacts)} contacts", contacts)
        return sorted((str(d["ORIGIN_ID"]), d["STAGE_SEMANTIC_ID"]) for d in self.rows("deals")
                      if contacts and str(d["CONTACT_ID"]) == str(contacts[0]["ID"]))

    def verify_booking(self, phone):
        """At most one booking, and as much of it in the CRM and on the screen."""
        made = [(str(b["id"]), "P") for b in self.active(phone)]
        check(len(made) <= 1, f"{len(made)} bookings", made)
        equal("booked at Dikidi, whatever became of it", len(self.at_dikidi(phone)), len(made))
        equal("deals", self.entries(phone), made)
        shown = [b for b in self.shown(phone) if b["state"] == "booked"]
        equal("on the screen", [(b["booking_id"], b["crm"]["state"]) for b in shown], [(number, "logged") for number, _ in made])
        return len(made)

    def verify_cancelled(self, phone, number):
        """Cancelled everywhere, or nowhere."""
        cancelled = not self.active(phone)
        equal("bookings at Dikidi", [str(b["id"]) for b in self.at_dikidi(phone)], [number])
        equal("deals", self.entries(phone), [(number, "F" if cancelled else "P")])
        shown = self.json("show", number)
        equal("on the screen", (shown["state"], shown["crm"]["state"]), ("cancelled" if cancelled else "booked", "logged"))
        return cancelled


# ---- the flows: prepare() makes what is needed and returns the round, run(point) and verify() -> what was done

class Flow:
    def __init__(self, salon, number):
        self.salon, self.phones = salon, [f"+7{PHONE_BASE + number}"]
        self.phone = self.phones[0]
        self.prepare()

    def run(self, point):
        """The exit status."""
        return self.salon.killed(self.args, point)

    def close(self):
        self.salon.retire(*self.phones)


class Book(Flow):
    def prepare(self):
        service, slot, _ = self.salon.free()
        self.args = self.salon.book_args(self.phone, slot, service, True)

    def verify(self):
        return self.salon.verify_booking(self.phone)


class Move(Flow):
    release = False

    def prepare(self):
        service, first, second = self.salon.free(lambda a, b: (b["starts_at"] >= a["ends_at"]) != self.release)
        number = self.salon.book(self.phone, first, service)
        self.since = self.salon.last_request()
        self.args = ["move", number, "--at", second["starts_at"], "--wait", "20", "--json"] + (["--release-first"] if self.release else [])

    def verify(self):
        """One booking at one of the two times, with one deal, which no write has put into another stage."""
        salon = self.salon
        made = [str(b["id"]) for b in salon.active(self.phone)]
        equal("bookings", len(made), 1)
        equal("deals", salon.entries(self.phone), [(made[0], "P")])
        stages = [r for r in salon.requests("bitrix24", self.since)
                  if r["call"].endswith(".update") and ("stageId" in str(r["in"]) or "STAGE_ID" in str(r["in"]))]
        equal("writes of a stage", stages, [])
        shown = salon.shown(self.phone)
        equal("on the screen", [(b["booking_id"], b["state"], b["crm"]["state"]) for b in shown], [(made[0], "booked", "logged")])
        return shown[0]["moved_from"] is not None


class Release(Move):
    release = True


class Cancel(Flow):
    def prepare(self):
        service, slot, _ = self.salon.free()
        self.number = self.salon.book(self.phone, slot, service)
        self.args = ["cancel", self.number, "--reason", REASON, "--wait", "20", "--json"]

    def verify(self):
        return self.salon.verify_cancelled(self.phone, self.number)


class Sync(Flow):
    """A worker with two tasks: the entry of a new booking, and the lost stage of a cancelled one."""

    def prepare(self):
        salon = self.salon
        service, first, second = salon.free(lambda a, b: b["starts_at"] >= a["ends_at"])
        self.other = self.phone.replace("+7916", "+7917")
        self.phones.append(self.other)
        self.number = salon.book(self.other, first, service)
        salon.run("cancel", self.number, "--reason", REASON)
        salon.book(self.phone, second, service, wait=False)
        kinds = {task["kind"] for task in salon.json("queue")["tasks"]}
        equal("open before", kinds, {"crm-log", "crm-cancel"})
        self.args = ["sync", "--once"]

    def verify(self):
        check(self.salon.verify_cancelled(self.other, self.number), "a cancelled visit stands again")
        equal("bookings", self.salon.verify_booking(self.phone), 1)
        return 1


class Hook(Flow):
    """A client books in the app; Dikidi's webhook comes to a daemon that dies."""

    def prepare(self):
        salon = self.salon
        service, slot, _ = salon.free()
        self.number = str(salon.control("app-book", "--service", service, "--master", slot["master_id"], "--at", slot["starts_at"],
                                        "--phone", self.phone, "--name", "Мария Проба")["id"])
        with open(salon.config, encoding="utf-8") as file:
            text = file.read()
        self.offset_s = int(re.search(r"offset_ms = (-?\d+)", text).group(1)) // 1000
        self.port = int(re.search(r'listen = "[^"]*:(\d+)"', text).group(1))
        with open(re.search(r'secret_file = "([^"]*dikidi\.hook)"', text).group(1), encoding="ascii") as file:
            self.secret = file.read().strip()
        self.event = f"evt_{self.number}"
        self.told, self.daemon = False, None

    def tell(self):
        """Sends the webhook once; whether it was answered 2xx."""
        body = place.hook(number=self.number, id=self.event, event="booking.created", company=self.company())
        signature = place.timestamped(body, self.secret, int(time.time()) + self.offset_s)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=flow_test.DEADLINE_S)
        try:
            connection.request("POST", "/hooks/dikidi", body, {"X-Dikidi-Signature": signature})
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        equal("answer to the webhook", status, 200)
        return True

    def company(self):
        return self.salon.journal("SELECT company FROM salon")[0][0]

    def serve(self, env):
        with open(os.path.join(self.salon.dir, "serve.log"), "w+b") as log:
            self.daemon = subprocess.Popen([flow_test.PROGRAM, "serve", "--config", self.salon.config], env=env, stderr=log)

            def listens():
                log.seek(0)
                return b"Listening on" in log.read() or self.daemon.poll() is not None
            flow_test.until("the line that it listens", listens)

    def end(self):
        """Its exit status."""
        self.daemon.send_signal(signal.SIGTERM)
        return self.daemon.wait(flow_test.DEADLINE_S)

    def entered(self):
        return self.salon.journal("SELECT 1 FROM booking WHERE booking_id = ? AND crm_state = 'logged'", self.number) and \
            not self.salon.journal("SELECT 1 FROM task WHERE request_id NOT IN ('dikidi', 'bitrix24')")

    def run(self, point):
        salon = self.salon
        if os.path.exists(salon.calls):
            os.unlink(salon.calls)
        try:
            self.serve(salon.preload(point))
            self.told = self.tell()
            flow_test.until("the entry, or the end of the daemon",
                            lambda: self.daemon.poll() is not None or (self.told and self.entered()))
            status = self.end()
            if self.told:
                equal("answered 2xx: the webhook in the journal", self.kept(), 1)
            else:  # as Dikidi does, until it is answered
                self.serve(salon.env)
                self.told = self.tell()
                equal("status of the daemon", self.end(), 0)
            return status
        finally:
            if self.daemon and self.daemon.poll() is None:
                self.daemon.kill()
                self.daemon.wait()

    def kept(self):
        return self.salon.journal("SELECT count(*) FROM hook WHERE event_id = ?", self.event)[0][0]

    def verify(self):
        check(self.told, "nobody answered the webhook")
        equal("the webhook in the journal", self.kept(), 1)
        equal("bookings", self.salon.verify_booking(self.phone), 1)
        return 1


FLOWS = {"book": Book, "move": Move, "release": Release, "cancel": Cancel, "sync": Sync, "hook": Hook}


def baseline(kind):
    """The points: the calls of a run that nobody kills."""
    salon = Salon()
    try:
        flow = kind(salon, 0)
        equal("status of the run that nobody kills", flow.run(None), 0)
        points = salon.points()
        salon.settle()
        check(flow.verify(), "the run that nobody kills did nothing")
        flow.close()
        return points
    finally:
        salon.close()


def rounds(kind, points, first, log):
    """Kills one run at each point, in one salon; (killed, done)."""
    salon = Salon()
    killed = done = 0
    try:
        for number, (point, call) in enumerate(points, start=first):
            flow = kind(salon, number)
            try:
                status = flow.run(point)
                salon.settle()
                result = flow.verify()
                integrity = salon.journal("PRAGMA integrity_check")
                equal("the journal", integrity, [("ok",)])
            except Failure as failure:
                raise Failure(f"killed at thread {point[0]}, call {point[1]} ({call}), phone {flow.phone}: {failure}") from None
            flow.close()
            killed += status == -signal.SIGKILL
            done += bool(result)
            check(status in (0, -signal.SIGKILL), f"killed at {point}: the program ended with {status}")
            if log:
                print(f"{kind.__name__.lower()} {point[0]}:{point[1]} {call} "
                      f"{'killed' if status else 'not reached'} {'done' if result else 'nothing done'}", file=log, flush=True)
    finally:
        salon.close()
    return killed, done


def sweep(name, options):
    points = baseline(FLOWS[name])
    chosen = sorted(points.items())
    count = len(chosen) if options.count == "all" else min(int(options.count), len(chosen))
    chosen = random.Random(f"{options.seed} {name}").sample(chosen, count)  # in an order that says something when it is broken off
    killed = done = failed = 0
    log = open(options.log, "a", encoding="utf-8") if options.log else None
    began = time.monotonic()
    position = 0
    while position < len(chosen):
        part = chosen[position:position + ROUNDS]
        try:
            of_part = rounds(FLOWS[name], part, position + 1, log)
            killed, done = killed + of_part[0], done + of_part[1]
        except Failure as failure:
            failed += 1
            print(f"FAILED {name}: {failure}", flush=True)
            if log:
                print(f"{name} VIOLATION {failure}", file=log, flush=True)
        position += len(part)
    threads = len({thread for thread, _ in points})
    print(f"{name}: {len(points)} points of {threads} threads, {len(chosen)} tried, {killed} killed, {done} done, {failed} violations, "
          f"{time.monotonic() - began:.0f} s", flush=True)
    # Not every run makes as many calls as the first: an answer may come in fewer pieces.
    check(killed >= len(chosen) // (4 if options.count != "all" else 2), "too few of the runs were killed: the points are not the program's")
    return failed


def main():
    global LIBRARY
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("library")
    parser.add_argument("count")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--log")
    parser.add_argument("flows", nargs="*")
    options = parser.parse_intermixed_args()
    flow_test.PROGRAM, LIBRARY = os.path.abspath(options.program), os.path.abspath(options.library)
    try:
        check(os.path.exists(LIBRARY), f"{LIBRARY} is not built")
        return 1 if sum(sweep(name, options) for name in options.flows or FLOWS) else 0
    except Failure as failure:
        print(f"FAILED {failure}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
