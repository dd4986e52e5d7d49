#!/usr/bin/python3
"""What a terminal shows of the real program is what the grid holds, whatever is typed.

usage: frames_test.py PROGRAM [FRAMES [SEED]]      500 frames, seed 1

The program runs on a pty against the practice salon. Keys and sizes come from a seeded generator;
after each, when the terminal is quiet and the frame's number stands, the screen that pyte made of
all bytes is compared with the grid that the program dumped: every cell, the size, the cursor."""
import fcntl
import os
import pty
import random
import select
import signal
import struct
import sys
import termios
import time
import unicodedata

import session
from session import Failure, check, flow_test

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tui"))
import terminal_test  # noqa: E402  pyte with SU, SD and REP, which it lacks and xterm has
from wcwidth import wcwidth  # noqa: E402  comes with pyte, and is what it goes by

DEADLINE_S = 20.0
PATIENCE_S = 0.25  # a key that has drawn nothing until then means nothing (or is kept)
QUIET_S = 0.004
SIZES = ((60, 15), (80, 24), (120, 40), (200, 60))

MOVES = [b"\x1b[A", b"\x1b[B", b"\x1bOA", b"\x1bOB", b"\x1b[C", b"\x1b[D", b"\t", b"\x1b[Z",
         b"\x1b[H", b"\x1b[F", b"\x1b[5~", b"\x1b[6~", b"+", b"-"]
EDITS = [b"\x7f", b"\x1b[3~", b"\x1b[2~", b"\x15", b"\x17", b"\x01", b"\x05"]
F_KEYS = [b"\x1bOP", b"\x1bOQ", b"\x1bOR", b"\x1bOS", b"\x1b[15~", b"\x1b[17~", b"\x1b[18~",
          b"\x1b[19~", b"\x1b[20~"]  # F1 to F9; F10 leaves
CONTROLS = [b"\x07", b"\x14", b"\x12", b"\x0c", b"\x03", b"\x1a", b"\x0b"]
LETTERS = "abcxyzQWERTY" + "абвжщъыьэюяЙЦУКЁё"
DIGITS = "0123456789"
# Two columns, combining marks (one, two, three of them, one without a base), right to left, marks
# that have no width at all, and what must never reach a terminal.
STRANGE = ["漢", "字", "한", "ア", "Ｗ", "😀", "👍🏽", "e\u0301", "и\u0306", "a\u0323\u0308",
           "o\u0301\u0302\u0303", "\u0301", "ש", "ن", "\u200d", "\ufeff", "\u202e", "\u00ad",
           "👩\u200d🔬", "🇷🇺", "─", "▐"]
WORDS = ["мария", "стриж", "9165550101", "24.11", "завтра", "окраш", "Ivan", "漢字かな"]

F3, F5, F7, F8, F9 = (F_KEYS[n - 1] for n in (3, 5, 7, 8, 9))
CLEAR, ENTER, ESC, TAB = b"\x15", b"\r", b"\x1b", b"\t"
# Ways through the screens that single keys seldom find.
WAYS = [(ESC, ENTER), (ESC, ESC, ENTER), (CLEAR, ENTER), (CLEAR, ENTER, ENTER), (F7, ENTER, F5),
        (CLEAR, F5, TAB), (CLEAR, F9), (F9, ENTER), (F8,), (b"\x1b[B", F8, b"1"), (F3, b"\x1b[B"),
        (b"\x07", CLEAR), (b"\x1b[H",), (CLEAR, ENTER, F5), (TAB, CLEAR),
        (CLEAR, F5, b"9", b"1", b"6"),
        (F7, CLEAR, ENTER, ENTER, "мария".encode()), (CLEAR, ENTER, b"1")]


class Program:
    """The program on a pty, and the emulator that reads it."""

    def __init__(self, salon, cols, rows):
        env = session.console_environment(salon.dir)
        self.dump_path = env["ZAPIS_GRID_DUMP"]
        self.screen = terminal_test.Screen(cols, rows)
        self.stream = terminal_test.Stream(self.screen)
        self.status = None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))
            os.execve(flow_test.PROGRAM, [flow_test.PROGRAM, "--config", salon.config], env)

    def drain(self, wait_s):
        """Feeds what there is to the emulator; False: silence for `wait_s`."""
        got = False
        while select.select([self.fd], [], [], wait_s)[0]:
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                data = b""
            if not data:
                _, status = os.waitpid(self.pid, 0)
                self.status = os.waitstatus_to_exitcode(status)
                return got
            self.stream.feed(data)
            got, wait_s = True, 0
        return got

    def send(self, data):
        os.write(self.fd, data)

    def resize(self, cols, rows):
        self.screen.resize(rows, cols)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def settle(self, before):
        """Waits for quiet: a newer frame than `before` or patience at an end, no byte, the same
        number before and after. Then screen and grid must be equal, at the latest by the deadline
        (a frame may lie between its bytes and its dump). The frame."""
        began = time.monotonic()
        while True:
            first = session.read_dump(self.dump_path)
            got = self.drain(QUIET_S)
            dump = session.read_dump(self.dump_path)
            now = time.monotonic()
            check(self.status is None, f"the program ended by itself with {self.status}")
            check(now - began < DEADLINE_S or (first and dump), "nothing was drawn")
            if got or not first or not dump or first.frame != dump.frame:
                continue
            if dump.frame == before and now - began < PATIENCE_S:
                continue
            difference = self.difference(dump)
            if not difference:
                return dump
            check(now - began < DEADLINE_S, f"frame {dump.frame}: {difference}")

    def shown(self, row):
        """A row of the emulator by columns. pyte puts a mark into the column left of the cursor
        even if that is the right half of a wide character, where a terminal shows nothing of its
        own (`か\\u0301` becomes `か` and `\\u0301`): such a mark belongs to the left half."""
        cells = [self.screen.buffer[row][col].data for col in range(self.screen.columns)]
        for col in range(1, len(cells)):
            if cells[col] and cells[col - 1] and wcwidth(cells[col - 1][0]) == 2:
                if all(wcwidth(character) == 0 for character in cells[col]):
                    cells[col - 1], cells[col] = cells[col - 1] + cells[col], ""
        return [unicodedata.normalize("NFC", cell) for cell in cells]

    def difference(self, dump):
        if (dump.cols, dump.rows) != (self.screen.columns, self.screen.lines):
            return f"the grid is {dump.cols}x{dump.rows}, the terminal " \
                   f"{self.screen.columns}x{self.screen.lines}"
        for row, line in enumerate(dump.lines):
            wanted = cells_of(line)
            shown = self.shown(row)
            if wanted != shown:
                return where(row, wanted, shown)
        cursor = self.screen.cursor
        if cursor.hidden != (dump.row < 0):
            return f"the cursor is {'hidden' if cursor.hidden else 'shown'}, " \
                   f"in the grid {dump.row},{dump.col}"
        # A cursor behind the last column is pyte's way to say that the next character wraps.
        if dump.row >= 0 and (cursor.y, min(cursor.x, dump.cols - 1)) != (dump.row, dump.col):
            return f"the cursor is at {cursor.y},{cursor.x}, in the grid {dump.row},{dump.col}"
        return None

    def end(self):
        """F10, twice where the first asks about a draft: the program ends cleanly."""
        self.send(b"\x1b[21~\x1b[21~")
        deadline = time.monotonic() + DEADLINE_S
        while self.status is None:
            self.drain(0.05)
            check(time.monotonic() < deadline, "F10 does not end the program")
        flow_test.equal("exit status", self.status, 0)

    def kill(self):
        if self.status is None:
            session.end(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)


def cells_of(line):
    """A row of the dump by columns: a wide character stands once there, its right half is ""."""
    cells = []
    for character in line:
        if wcwidth(character) == 0 and cells:
            base = next(at for at in range(len(cells) - 1, -1, -1) if cells[at])
            cells[base] += character
        else:
            cells.append(character)
            cells.extend([""] * (wcwidth(character) - 1))
    return [unicodedata.normalize("NFC", cell) for cell in cells]


def where(row, wanted, shown):
    if len(wanted) != len(shown):
        return f"row {row}: {len(wanted)} columns of grid\n      |{''.join(wanted)}|"
    col = next(at for at in range(len(wanted)) if wanted[at] != shown[at])
    return (f"row {row}, column {col}: {wanted[col]!r} in the grid, {shown[col]!r} in the terminal"
            f"\n      grid     |{''.join(wanted)}|\n      terminal |{''.join(shown)}|")


class Typist:
    """Seeded keys. Esc and then 0 would leave the program (F10), so 0 never follows Esc."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.escaped = False
        self.pending = []

    def one(self):
        dice = self.random.randrange(120)
        pick = self.random.choice
        if dice >= 100:
            self.pending = list(pick(WAYS))
            return self.pending.pop(0)
        if dice < 30:
            return pick(MOVES)
        if dice < 42:
            return pick(F_KEYS)
        if dice < 50:
            return b"\r"
        if dice < 57:
            return b"\x1b"
        if dice < 63:
            return pick(CONTROLS)
        if dice < 68:
            return pick(EDITS)
        if dice < 78:
            return pick(LETTERS).encode()
        if dice < 84:
            return pick(DIGITS).encode()
        if dice < 94:
            return pick(STRANGE).encode()
        if dice < 96:
            text = "".join(pick(STRANGE + list(LETTERS)) for _ in range(12))
            return b"\x1b[200~" + text.encode() + b"\x1b[201~"
        self.pending = [character.encode() for character in pick(WORDS)]
        return self.pending.pop(0)

    def next(self):
        key = self.pending.pop(0) if self.pending else self.one()
        while self.escaped and key == b"0":
            self.pending = []
            key = self.one()
        self.escaped = key == b"\x1b"
        return key


def play(program, frames, seed):
    typist, recent = Typist(seed), []
    seen, steps, resizes = set(), 0, 0
    frame = program.settle(0).frame
    while len(seen) < frames:
        check(steps < frames * 10, "too few keys draw anything", steps, len(seen))
        steps += 1
        if typist.random.randrange(20) == 0:
            size = typist.random.choice(SIZES)
            recent.append(f"size {size[0]}x{size[1]}")
            resizes += 1
            program.resize(*size)
        else:
            key = typist.next()
            recent.append(repr(key.decode()))
            program.send(key)
        try:
            frame = program.settle(frame).frame
        except Failure as failure:
            raise Failure(f"seed {seed}, step {steps}: {failure}\n      before it: "
                          f"{' '.join(recent[-25:])}") from None
        seen.add(frame)
    return f"{len(seen)} frames equal in {steps} steps, {resizes} sizes; seed {seed}"


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    flow_test.PROGRAM = os.path.abspath(sys.argv[1])
    frames = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    began = time.monotonic()
    salon = session.salon_with_a_day()
    try:
        program = Program(salon, 80, 24)
        try:
            told = play(program, frames, seed)
            program.end()
        finally:
            program.kill()
        complaints = session.sanitizer_complaints(salon.dir)
        check(not complaints, "a sanitizer complains", *complaints)
        salon.stop()
        print(f"ok    {told} ({time.monotonic() - began:.1f} s)")
        return 0
    except Failure as failure:
        print(f"FAIL  {failure}")
        for complaint in session.sanitizer_complaints(salon.dir):
            print(f"      {complaint}")
        return 1
    finally:
        salon.close()


if __name__ == "__main__":
    sys.exit(main())
