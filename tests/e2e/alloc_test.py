#!/usr/bin/python3
"""One allocation fails, of the real program: it ends with a sentence or goes on, the terminal is given back, the journal is whole, and what is
left is finished by the worker: never two bookings, never a deal that does not belong to one. What says that it succeeded did so.

usage: alloc_test.py PROGRAM LIBRARY COUNT|all [--seed N] [--log FILE] [--part K/N] [FLOW…]
FLOW: day book move cancel sync hook console

LIBRARY is built of tests/preload/alloc.c. An allocation is known by the calls that lead to it; a run in which none fails tells them, then the
first on each path fails in turn, or COUNT of them, drawn by the seed; --part does the K-th of N shares of these.
Many runs share a salon, each with a client of its own: who left no trace in the journal is tried again at the next point, who left one is
looked at on both sides in the end, when the worker has nothing left to do."""
import argparse
import collections
import ctypes
import os
import pty
import random
import re
import select
import signal
import subprocess
import sys
import termios
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kill_test  # noqa: E402  the flows and what must be so afterwards are the same
from kill_test import Failure, check, equal, flow_test  # noqa: E402

ADDR_NO_RANDOMIZE = 0x0040000
ENDS_S = 30
DATES = [f"2026-11-{day}" for day in range(24, 29)]
POOL = 6  # visits that are made ready at once
ROUNDS = 150  # in one salon at most
# They go on with the memory that they did not get. A fault there ends the program as SIGKILL would, but with a sentence and the terminal given back.
LIBRARY_FAULTS = ("libconfig.so", "libcurl.so", "libtinfo.so", "libncursesw.so", "libcrypto.so", "__nss_database_get")
FAULTS = (1, -signal.SIGSEGV, -signal.SIGFPE)  # 1: a sanitizer's


class Full(Exception):
    """No free time is left in this salon."""


class Salon(kill_test.Salon):
    """The point is a path; what the program said on standard error is kept."""
    service, times = None, None  # the same in each salon, which begin alike
    memo = None

    def __init__(self):
        super().__init__()
        self.configure(bitrix24__requests_per_second="50.0", dikidi__requests_per_minute="6000")
        self.said = self.out = ""
        self.taken, self.fresh = [], []

    def preload(self, point):
        env = dict(self.env, LD_PRELOAD=LIBRARY, ZAPIS_ALLOC_LOG=self.calls)
        # The sanitizer wants to be the first library; its look for leaks is not what is tested here.
        env["ASAN_OPTIONS"] = "detect_leaks=0:verify_asan_link_order=0"
        return dict(env, ZAPIS_ALLOC_FAIL=f"{point[0]}:{point[1]}:1") if point else env

    def killed(self, args, point):
        self.forget_calls()
        done = subprocess.run([flow_test.PROGRAM, "--config", self.config, *args], env=self.preload(point), capture_output=True, text=True,
                              timeout=40)
        self.said, self.out = done.stderr, done.stdout
        return done.returncode

    def forget_calls(self):
        if os.path.exists(self.calls):
            os.unlink(self.calls)

    def points(self):
        with open(self.calls, encoding="ascii", errors="replace") as file:
            return [tuple(line.split()[:2]) for line in file]

    def where(self):
        """The innermost calls, if an allocation failed."""
        try:
            with open(self.calls, encoding="utf-8", errors="replace") as file:
                return [line.strip().split("/")[-1] for line in file]
        except FileNotFoundError:
            return []

    # ---- what is asked often, once

    def rows(self, verb, *args):
        return self.remember((verb, *args), lambda: super(Salon, self).rows(verb, *args))

    def json(self, *args, status=0):
        return self.remember(args, lambda: super(Salon, self).json(*args, status=status))

    def remember(self, key, ask):
        if self.memo is None:
            return ask()
        if key not in self.memo:
            self.memo[key] = ask()
        return self.memo[key]

    def at_dikidi(self, phone):
        return [b for date in DATES for b in self.rows("bookings", "--date", date, "--all") if b["client"]["phone"] == phone]

    def shown(self, phone):
        return [b for date in DATES for b in self.json("day", date)["bookings"] if b["client"]["phone"] == phone]

    def state_of_journal(self):
        return [self.journal(f"SELECT * FROM {table} ORDER BY 1") for table in ("booking", "booking_number", "task", "hook")]

    # ---- visits, many at once

    def is_free(self, slot):
        return not any(slot["master_id"] == master and slot["starts_at"] < ends and slot["ends_at"] > starts
                       for master, starts, ends in self.taken)

    def take(self, *slots):
        self.taken += [(slot["master_id"], slot["starts_at"], slot["ends_at"]) for slot in slots]

    def slots(self, service, date):
        return super().json("slots", "--service", service, "--date", date)["slots"]

    def free(self, fits=None):
        if Salon.times is None:
            services = sorted(super().json("services")["services"], key=lambda service: service["duration_min"])
            Salon.service = next(service["id"] for service in services if len(self.slots(service["id"], DATES[0])) > 10)
            Salon.times = {}
        for date in DATES:
            if date not in Salon.times:
                Salon.times[date] = self.slots(Salon.service, date)
            slots = Salon.times[date]
            left = [slot for slot in slots if self.is_free(slot)]
            for first in left:
                if not fits:
                    self.take(first)
                    return Salon.service, first, None
                for second in left:
                    if first["master_id"] == second["master_id"] and first["starts_at"] < second["starts_at"] and fits(first, second):
                        self.take(first, second)
                        return Salon.service, first, second
        raise Full

    def book(self, phone, slot, service, wait=True):
        """With `wait` a visit that the app booked and the desk adopts: enter()."""
        if not wait:
            return super().book(phone, slot, service, wait)
        made = self.control("app-book", "--service", service, "--master", slot["master_id"], "--at", slot["starts_at"], "--phone", phone,
                            "--name", "Мария Проба")
        self.fresh.append(str(made["id"]))
        return self.fresh[-1]

    def enter(self):
        if self.fresh:
            self.run("adopt", *self.fresh)
            self.fresh = []
            self.settle()


# ---- the flows: made ready together; arm() right before a run, unless an earlier run left all as it was

class Change:
    armed = None

    def arm(self):
        pass

    def is_spent(self, before, status):
        """Whether the next point needs another client."""
        return status == 0 or self.salon.state_of_journal() != before

    def verify_done(self, done):
        """`done`: the program said so."""
        result = self.verify()
        check(result or not done, "the program ended with 0 and nothing was done")

    def last(self):
        pass


class Book(Change, kill_test.Book):
    pass


class Move(Change, kill_test.Move):
    pass


class Cancel(Change, kill_test.Cancel):
    pass


class Sync(Change, kill_test.Sync):
    def prepare(self):
        salon = self.salon
        self.service, first, self.second = salon.free(lambda a, b: b["starts_at"] >= a["ends_at"])
        self.other = self.phone.replace("+7916", "+7917")
        self.phones.append(self.other)
        self.number = salon.book(self.other, first, self.service)
        self.args = ["sync", "--once"]

    def arm(self):
        if not self.armed:
            self.armed = True
            self.salon.run("cancel", self.number, "--reason", kill_test.REASON)
            self.salon.book(self.phone, self.second, self.service, wait=False)

    def is_spent(self, before, status):
        """What is left of two tasks is done by the next."""
        return len(self.salon.journal("SELECT 1 FROM task WHERE kind IN ('crm-log', 'crm-cancel')")) < 2


class Hook(Change, kill_test.Hook):
    def tell(self):
        """Sends the webhook once; whether it was answered 2xx. With no memory it may be refused: then it is sent again."""
        try:
            return super().tell()
        except Failure:
            return False

    def run(self, point):
        salon = self.salon
        salon.forget_calls()
        try:
            self.serve(salon.preload(point))
            self.told = self.tell()
            deadline = time.monotonic() + 3  # a request that failed for want of memory waits for its next turn longer
            while self.told and self.daemon.poll() is None and not self.entered() and time.monotonic() < deadline:
                time.sleep(0.02)
            status = self.end()
            with open(os.path.join(salon.dir, "serve.log"), encoding="utf-8", errors="replace") as log:
                salon.said = log.read()
            return status
        finally:
            if self.daemon and self.daemon.poll() is None:
                self.daemon.kill()
                self.daemon.wait()

    def is_spent(self, before, status):
        return self.told

    def verify_done(self, done):
        """The daemon ends well whatever it was told."""
        self.verify()

    def last(self):
        if not self.told:
            self.serve(self.salon.env)
            self.told = self.tell()
            equal("status of the daemon", self.end(), 0)


class Day(Change, kill_test.Flow):
    def prepare(self):
        for phone in ("+79165550101", "+79165550102", "+79165550103"):
            service, slot, _ = self.salon.free()
            self.salon.book(phone, slot, service)
        self.args = ["day", DATES[0]]

    def arm(self):
        if not self.armed:
            self.armed = self.salon.run(*self.args).out
            check(self.armed.count("Мария") >= 3, "the day does not show its visits", self.armed)

    def run(self, point):
        status = super().run(point)
        if status == 0:
            equal("what is shown", self.salon.out, self.armed)
        return status

    def is_spent(self, before, status):
        return False

    def verify(self):
        return True


class Console(Day):
    """The console opens on a terminal, draws, and is left by F10."""

    def run(self, point):
        salon = self.salon
        salon.forget_calls()
        master, slave = pty.openpty()
        before = termios.tcgetattr(slave)
        said = os.path.join(salon.dir, "console.err")
        with open(said, "wb") as errors:
            console = subprocess.Popen([flow_test.PROGRAM, "--config", salon.config], env=dict(salon.preload(point), TERM="xterm-256color"),
                                       stdin=slave, stdout=slave, stderr=errors, start_new_session=True)
        try:
            seen, deadline = b"", time.monotonic() + ENDS_S
            while console.poll() is None and time.monotonic() < deadline:
                if select.select([master], [], [], 0.15)[0]:
                    seen += os.read(master, 65536)
                elif seen:  # nothing more is drawn
                    os.write(master, b"\x1b[21~")
            check(console.poll() is not None, "the console did not end on F10", seen[-300:])
            while select.select([master], [], [], 0)[0]:
                seen += os.read(master, 65536)
            equal("modes of the terminal", termios.tcgetattr(slave), before)
            check(b"\x1b[?1049h" not in seen or seen.rfind(b"\x1b[?1049l") > seen.rfind(b"\x1b[?1049h"), "the screen is not given back",
                  seen[-300:])
        finally:
            if console.poll() is None:
                console.kill()
                console.wait()
            os.close(master)
            os.close(slave)
        with open(said, encoding="utf-8", errors="replace") as file:
            salon.said = file.read()
        return console.returncode


FLOWS = {"day": Day, "book": Book, "move": Move, "cancel": Cancel, "sync": Sync, "hook": Hook, "console": Console}


def ended(salon, status, where):
    """How: the word for the count. A crash, or an end without a sentence, is a violation."""
    if not where:
        check(status in (0, 4), f"ended with {status} though nothing failed", salon.said)  # 4: what an earlier run left is not known yet
        return "not reached"
    said = salon.said
    in_library = "zapis: out of memory in a library" in said
    if in_library and status in FAULTS and any(library in call for library in LIBRARY_FAULTS for call in where[:4]):
        return "ended by a library"
    if status in (1, 2) and re.search("out of dynamic memory in libconfig|: Out of memory", said):  # of libconfig, of ncurses: no more is said
        return "ended by a library"
    check("Sanitizer" not in said and "runtime error" not in said, "a sanitizer complains", flow_test.short(said))
    if status == 0:
        return "went on"
    check("zapis: " in said, f"ended with {status} and said {said[-500:]!r}")
    check(status in (1, 2, 3, 4, 5, -signal.SIGABRT, -signal.SIGTRAP), f"ended with {status}", said[-500:])
    if status > 0:
        return "refused"
    return "ended by a library" if in_library else "out of memory"


class Round:
    """One salon and as many points as it has room for."""

    def __init__(self, name, first, log, ways):
        self.name, self.number, self.log, self.ways = name, first, log, ways
        self.salon = Salon()
        self.pool, self.flow, self.spent, self.failed = [], None, [], 0

    def ready(self):
        """A client to try the next point with; Full if there is none."""
        if self.flow:
            return self.flow
        if not self.pool:
            try:
                for _ in range(1 if FLOWS[self.name] in (Day, Console) else POOL):
                    self.number += 1
                    self.pool.append(FLOWS[self.name](self.salon, self.number))
                    self.pool[-1].tried = []
            except Full:
                if not self.pool:
                    raise
            self.salon.enter()
        self.flow = self.pool.pop(0)
        return self.flow

    def paths(self):
        """Of the allocations of a run in which none fails."""
        flow = self.ready()
        flow.arm()
        equal("status of the run in which nothing fails", flow.run(None), 0)
        points = self.salon.points()
        check(len(points) > 100, "the library saw too few allocations", len(points))
        flow.done = True
        self.spent, self.flow = [flow], None
        return points

    def violation(self, flow, failure):
        self.failed += 1
        points = "; ".join(f"{point[0]} {how}: {' < '.join(where[:10])}" for point, how, where in flow.tried[-4:])
        print(f"FAILED {self.name} {flow.phone}: {failure}\n      tried {points}", file=self.log, flush=True)

    def run(self, point):
        flow, salon = self.ready(), self.salon
        flow.arm()
        before = salon.state_of_journal()
        status = where = None
        try:
            status = flow.run(point)
            where = salon.where()
            way = ended(salon, status, where)
            flow.tried.append((point, way, where))
            self.ways[way] += 1
            print(f"{self.name} {point[0]} {way}", file=self.log, flush=True)
        except (Failure, subprocess.TimeoutExpired) as failure:
            flow.tried.append((point, status, where or salon.where()))
            self.violation(flow, failure)
        flow.done = status == 0
        if flow.is_spent(before, status):
            self.spent.append(flow)
            self.flow = None

    def tries(self, points):
        """As many as this salon has room for."""
        tried = 0
        try:
            for point in points[:ROUNDS]:
                self.run(point)
                tried += 1
        except Full:
            pass
        self.finish()
        return tried

    def finish(self):
        """The worker finishes what is left; then both sides are read."""
        flow = self.flow
        try:
            if flow and flow.tried:
                flow.last()
                self.spent.append(flow)
            self.salon.settle()
            equal("the journal", self.salon.journal("PRAGMA integrity_check"), [("ok",)])
        except Failure as failure:
            for flow in self.spent:
                self.violation(flow, failure)
            return
        self.salon.memo = {}
        for flow in self.spent:
            try:
                flow.verify_done(flow.done)
            except Failure as failure:
                self.violation(flow, failure)


def sweep(name, options, log):
    ways, failed, position, began = collections.Counter(), 0, 0, time.monotonic()
    salon = Round(name, 0, log, ways)
    try:
        points = salon.paths()
        count = len(points) if options.count == "all" else min(int(options.count), len(points))
        chosen = random.Random(f"{options.seed} {name}").sample(points, count)
        share, shares = map(int, options.part.split("/"))
        chosen = chosen[share - 1::shares]
        while position < len(chosen):
            did = salon.tries(chosen[position:])
            check(did > 0, "a salon without room")
            failed, position = failed + salon.failed, position + did
            salon.salon.close()
            if position < len(chosen):
                salon = Round(name, position, log, ways)
    finally:
        salon.salon.close()
    print(f"{name}: {len(points)} paths, {len(chosen)} tried, {dict(ways)}, {failed} violations, {time.monotonic() - began:.0f} s", flush=True)
    return failed


def main():
    global LIBRARY
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("library")
    parser.add_argument("count")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--log")
    parser.add_argument("--part", default="1/1")
    parser.add_argument("flows", nargs="*")
    options = parser.parse_intermixed_args()
    flow_test.PROGRAM, LIBRARY = os.path.abspath(options.program), os.path.abspath(options.library)
    ctypes.CDLL(None).personality(ADDR_NO_RANDOMIZE)  # of all that is started from here
    try:
        check(os.path.exists(LIBRARY), f"{LIBRARY} is not built")
        with open(options.log, "a", encoding="utf-8") if options.log else os.fdopen(os.dup(2), "w") as log:
            return 1 if sum(sweep(name, options, log) for name in options.flows or FLOWS) else 0
    except Failure as failure:
        print(f"FAILED {failure}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
