"""A program on a pty of its own, seen from outside: when its bytes come, and what they make of the
screen. Nothing is parsed while the clock runs but the questions that terminals answer."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tui"))
from terminal_test import Screen, Stream  # noqa: E402  pyte's, with what ncurses uses besides

ROWS, COLS = 40, 120
QUIET_START_S, QUIET_KEY_S, LONGEST_S = 0.35, 0.03, 8.0
# What a terminal is asked, and says; who waits for an answer is not measured on its patience.
ANSWERS = [(re.compile(rb"\x1b\[0?c"), b"\x1b[?62;22c"), (re.compile(rb"\x1b\[>0?c"), b"\x1b[>41;354;0c"),
           (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"), (re.compile(rb"\x1b\[5n"), b"\x1b[0n"),
           (re.compile(rb"\x1b\]1([01]);\?(?:\x07|\x1b\\)"), b"\x1b]11;rgb:0000/0000/0000\x1b\\")]


class Terminal:
    def __init__(self, argv, environment, cwd=None):
        self.started = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLS, 0, 0))
            if cwd:
                os.chdir(cwd)
            os.execvpe(argv[0], argv, environment)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLS, 0, 0))
        self.screen = Screen(COLS, ROWS)
        self.stream = Stream(self.screen)

    def read(self, quiet_s, longest_s, since, first_s=None):
        """The chunks [(seconds since, bytes)] until it is silent for quiet_s."""
        chunks, end = [], time.perf_counter() + longest_s
        while time.perf_counter() < end:
            wait = quiet_s if chunks else (first_s or longest_s)
            ready, _, _ = select.select([self.fd], [], [], min(wait, max(0, end - time.perf_counter())))
            if not ready:
                break
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                break
            chunks.append((time.perf_counter() - since, data))
            for question, said in ANSWERS if b"\x1b" in data else ():
                for _ in question.finditer(data):
                    os.write(self.fd, said)
        return chunks

    def feed(self, data):
        self.stream.feed(data)

    def cells(self):
        return {(y, x): (c.data, c.bg, c.reverse) for y in range(ROWS) for x in range(COLS)
                for c in (self.screen.buffer[y][x],) if c.data.strip() or c.reverse or c.bg != "default"}

    def painted(self, chunks, share=0.9):
        """When the screen was the settled one in 90 % of the cells that have something."""
        seen = []
        for at, data in chunks:
            self.feed(data)
            seen.append((at, self.cells()))
        if not seen:
            return None
        final = seen[-1][1]
        for at, cells in seen:
            if final and sum(cells.get(k) == v for k, v in final.items()) >= share * len(final):
                return at
        return None

    def first_screen(self):
        return self.painted(self.read(QUIET_START_S, LONGEST_S, self.started))

    def key(self, data, quiet_s=QUIET_KEY_S, first_s=0.4):
        """(first byte, last byte before the silence) in seconds after the key; None: nothing was drawn."""
        at = time.perf_counter()
        os.write(self.fd, data)
        chunks = self.read(quiet_s, 1.5, at, first_s)
        for _, part in chunks:
            self.feed(part)
        return (chunks[0][0], chunks[-1][0]) if chunks else None

    def key_until(self, data, is_there):
        """Seconds from the key to the bytes after which is_there(lines of the screen)."""
        at = time.perf_counter()
        os.write(self.fd, data)
        while time.perf_counter() - at < LONGEST_S:
            for came, part in self.read(0.002, 0.2, at):
                self.feed(part)
                if is_there(self.screen.display):
                    return came
        raise RuntimeError(f"{data!r} does not lead there:\n" + "\n".join(self.screen.display))

    def until(self, text, longest_s=LONGEST_S):
        """Reads on until the screen shows it."""
        end = time.perf_counter() + longest_s
        while not any(text in line for line in self.screen.display):
            if time.perf_counter() > end:
                raise RuntimeError(f"the screen does not show {text!r}:\n" + "\n".join(self.screen.display))
            for _, part in self.read(0.01, 0.2, 0):
                self.feed(part)

    def settle(self, quiet_s=0.4):
        for _, part in self.read(quiet_s, LONGEST_S, 0, quiet_s):
            self.feed(part)

    def memory_kib(self):
        """(proportional share, private dirty) of the process."""
        told = {}
        with open(f"/proc/{self.pid}/smaps_rollup", encoding="ascii") as file:
            for line in file:
                words = line.split()
                told[words[0]] = words[1]
        return int(told["Pss:"]), int(told["Private_Dirty:"])

    def runs(self):
        """How often any of its threads was given a processor so far."""
        total = 0
        for thread in os.listdir(f"/proc/{self.pid}/task"):
            with open(f"/proc/{self.pid}/task/{thread}/schedstat", encoding="ascii") as file:
                total += int(file.read().split()[2])
        return total

    def close(self):
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.kill(self.pid, sign)
            except ProcessLookupError:
                break
            if self.ended(1):
                break
        os.close(self.fd)

    def ended(self, longest_s):
        for _ in range(int(longest_s * 100)):
            try:
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    return True
            except ChildProcessError:
                return True
            time.sleep(0.01)
        return False
