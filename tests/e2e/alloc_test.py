#!/usr/bin/python3
"""One allocation fails, of the real program: it ends with a sentence or goes on, the terminal is given back, the journal is whole, and what is
left is finished by the worker: never two bookings, never a deal that does not belong to one.

usage: alloc_test.py PROGRAM LIBRARY COUNT|all [--seed N] [--log FILE] [FLOW…]     FLOW: day book move cancel sync console

LIBRARY is built of tests/preload/alloc.c, PROGRAM without sanitizers. An allocation is known by the calls that lead to it; a run in which none
fails tells them, then the first on each path fails in turn, or COUNT of them, drawn by the seed."""
import argparse
import collections
import ctypes
import os
import pty
import random
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
LIBC = ctypes.CDLL(None)


def fixed_addresses():
    LIBC.personality(ADDR_NO_RANDOMIZE)


class Salon(kill_test.Salon):
    """The point is a path; what the program said on standard error is kept."""

    def __init__(self):
        super().__init__()
        self.said = ""

    def preload(self, point):
        env = dict(self.env, LD_PRELOAD=LIBRARY, ZAPIS_ALLOC_LOG=self.calls)
        return dict(env, ZAPIS_ALLOC_FAIL=f"{point}:1") if point else env

    def killed(self, args, point):
        if os.path.exists(self.calls):
            os.unlink(self.calls)
        done = subprocess.run([flow_test.PROGRAM, "--config", self.config, *args], env=self.preload(point), capture_output=True, text=True,
                              timeout=120, preexec_fn=fixed_addresses)
        self.said = done.stderr
        return done.returncode

    def points(self):
        with open(self.calls, encoding="ascii", errors="replace") as file:
            return [line.split()[0] for line in file]

    def where(self):
        """Whether an allocation failed, and the innermost calls."""
        with open(self.calls, encoding="utf-8", errors="replace") as file:
            return [line.strip().split("/")[-1] for line in file]


class Day(kill_test.Flow):
    def prepare(self):
        self.args = ["day", kill_test.DATE]

    def verify(self):
        return True


class Console(Day):
    """The console opens on a terminal, draws, and is left by F10."""

    def run(self, point):
        salon = self.salon
        if os.path.exists(salon.calls):
            os.unlink(salon.calls)
        master, slave = pty.openpty()
        before = termios.tcgetattr(slave)
        said = os.path.join(salon.dir, "console.err")
        with open(said, "wb") as errors:
            console = subprocess.Popen([flow_test.PROGRAM, "--config", salon.config], env=dict(salon.preload(point), TERM="xterm-256color"),
                                       stdin=slave, stdout=slave, stderr=errors, preexec_fn=fixed_addresses, start_new_session=True)
        try:
            seen, deadline = b"", time.monotonic() + ENDS_S
            while console.poll() is None and time.monotonic() < deadline:
                if select.select([master], [], [], 0.3)[0]:
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


FLOWS = {"day": Day, "book": kill_test.Book, "move": kill_test.Move, "cancel": kill_test.Cancel, "sync": kill_test.Sync, "console": Console}


def ended(salon, status):
    """How: the word for the count. A crash, or an end without a sentence, is a violation."""
    if status == 0:
        return "went on"
    check(salon.said.strip(), f"ended with {status} and said nothing")
    check(status in (1, 2, 3, 4, 5, -signal.SIGABRT, -signal.SIGTRAP), f"ended with {status}", salon.said[-500:])
    if status > 0:
        return "refused"
    return "out of memory" if "zapis: " in salon.said and "memory" in salon.said else "ended by a library"


def rounds(name, points, first, log, ways):
    salon = Salon()
    failed = 0
    try:
        for number, point in enumerate(points, start=first):
            flow = FLOWS[name](salon, number)
            where = []
            try:
                status = flow.run(point)
                where = salon.where()
                way = ended(salon, status) if where else "not reached"
                salon.settle()
                flow.verify()
                equal("the journal", salon.journal("PRAGMA integrity_check"), [("ok",)])
                flow.close()
                ways[way] += 1
                print(f"{name} {point} {way}", file=log, flush=True)
            except Failure as failure:
                failed += 1
                print(f"FAILED {name} at {point}: {failure}\n      {' < '.join(where[:8])}", file=log, flush=True)
                break  # what follows would begin in another state
    finally:
        salon.close()
    return failed, number - first + 1


def sweep(name, options, log):
    salon = Salon()
    try:
        flow = FLOWS[name](salon, 0)
        equal("status of the run in which nothing fails", flow.run(None), 0)
        points = salon.points()
        check(len(points) > 100, "the library saw too few allocations", len(points))
    finally:
        salon.close()
    count = len(points) if options.count == "all" else min(int(options.count), len(points))
    chosen = random.Random(f"{options.seed} {name}").sample(points, count)
    ways, failed, position, began = collections.Counter(), 0, 0, time.monotonic()
    while position < len(chosen):
        of_part, did = rounds(name, chosen[position:position + kill_test.ROUNDS], position + 1, log, ways)
        failed, position = failed + of_part, position + did
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
    parser.add_argument("flows", nargs="*")
    options = parser.parse_intermixed_args()
    flow_test.PROGRAM, LIBRARY = os.path.abspath(options.program), os.path.abspath(options.library)
    try:
        check(os.path.exists(LIBRARY), f"{LIBRARY} is not built")
        with open(options.log, "a", encoding="utf-8") if options.log else os.fdopen(os.dup(2), "w") as log:
            return 1 if sum(sweep(name, options, log) for name in options.flows or FLOWS) else 0
    except Failure as failure:
        print(f"FAILED {failure}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
