#!/usr/bin/python3
"""What the terminal shows is what the grid holds: the real back end on a pty, read by pyte.

usage: terminal_test.py PROBE [FRAMES [SEED]]
After each random key or resize the grid that the program dumped is compared with the screen that
pyte made of its output, cell by cell, cursor included. Also: Esc within its time, a paste as one
thing, Alt and a digit, the terminal given back on quit and on SIGTERM, the end of a terminal, mono
where NO_COLOR is set; F-keys, colours, mouse and clipboard on the terminals of a front desk.
"""
import base64
import fcntl
import os
import pty
import random
import re
import select
import signal
import struct
import sys
import tempfile
import termios
import time
import unicodedata

import pyte

DEADLINE_S = 20

KEYS = [b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[D", b"\t", b"\x1b[Z", b"\r", b"\x1b", b"+", b"-",
        b"\x07", b"1", b"2", b".", "й".encode(), "м".encode(), b"\x12", b"\x0c", b"\x1b[5~",
        b"\x1b[6~", b"\x1bOP", b"\x1b[20~", b"\x7f", b"\x15", b"\x1b[1~", b"\x03", b"\x1bOA", b"\x1bOB"]


class Screen(pyte.Screen):
    """pyte's screen with what xterm does besides: scrolling by command and repeating a character.
    ncurses uses them when a part of the screen moves, and for runs of one ASCII character."""

    last = " "

    def draw(self, data):
        super().draw(data)
        if data:
            self.last = data[-1]

    def repeat(self, count=1):
        super().draw(self.last * (count or 1))

    def scroll_up(self, count=1):
        self._scroll(count, (self.margins.bottom if self.margins else self.lines - 1), self.index)

    def scroll_down(self, count=1):
        self._scroll(count, (self.margins.top if self.margins else 0), self.reverse_index)

    def _scroll(self, count, row, step):
        kept, self.cursor.y = self.cursor.y, row
        for _ in range(count or 1):
            step()
        self.cursor.y = kept


class Stream(pyte.ByteStream):
    csi = dict(pyte.ByteStream.csi, S="scroll_up", T="scroll_down", b="repeat")
    events = pyte.ByteStream.events | {"scroll_up", "scroll_down", "repeat"}


class Console:
    def __init__(self, program, rows, cols, env=None):
        self.directory = tempfile.TemporaryDirectory()
        self.dump_path = os.path.join(self.directory.name, "grid")
        self.screen = Screen(cols, rows)
        self.stream = Stream(self.screen)
        self.output = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))
            environment = dict(os.environ, TERM="xterm-256color", LC_ALL="C.UTF-8",
                               ZAPIS_GRID_DUMP=self.dump_path)
            environment.pop("NO_COLOR", None)
            environment.update(env or {})
            os.execve(program, [program], environment)

    def drain(self, wait_s=0.0):
        got = False
        while select.select([self.fd], [], [], wait_s)[0]:
            try:
                data = os.read(self.fd, 65536)
            except OSError:  # the other end closed
                return got
            if not data:
                return got
            self.output += data
            self.stream.feed(data)
            got = True
            wait_s = 0
        return got

    def dump(self):
        try:
            with open(self.dump_path, encoding="utf-8") as file:
                text = file.read()
        except FileNotFoundError:
            return None
        head, _, body = text.partition("\n")
        found = re.fullmatch(r"frame=(\d+) size=(\d+)x(\d+) cursor=(-?\d+),(-?\d+)", head)
        frame, cols, rows, row, col = map(int, found.groups())
        lines = body.split("|\n")
        assert lines[-1] == "" and len(lines) == rows + 1, head
        return frame, cols, rows, row, col, lines[:-1]

    def shown(self):
        return [unicodedata.normalize("NFC", "".join(self.screen.buffer[y][x].data
                                                     for x in range(self.screen.columns)))
                for y in range(self.screen.lines)]

    def difference(self, dump):
        _, cols, rows, row, col, lines = dump
        if (rows, cols) != (self.screen.lines, self.screen.columns):
            return "size %dx%d" % (cols, rows)
        for y, (wanted, got) in enumerate(zip(lines, self.shown())):
            if unicodedata.normalize("NFC", wanted) != got:
                return "row %d\n  grid     |%s|\n  terminal |%s|" % (y, wanted, got)
        cursor = self.screen.cursor
        if row >= 0 and (cursor.y, min(cursor.x, cols - 1)) != (row, col):
            return "cursor %d,%d and not %d,%d" % (cursor.y, cursor.x, row, col)
        if cursor.hidden != (row < 0):
            return "cursor hidden: %s" % cursor.hidden
        return None

    def settle(self, after):
        """Waits for a frame newer than `after` that the terminal shows exactly; its number."""
        deadline, why = time.monotonic() + DEADLINE_S, "no frame"
        while time.monotonic() < deadline:
            before = self.dump()
            got = self.drain(0.002)
            now = self.dump()
            if before and now and not got and before[0] == now[0] and now[0] > after:
                why = self.difference(now)
                if why is None:
                    return now[0]
        raise AssertionError(why)

    def send(self, data):
        os.write(self.fd, data)

    def resize(self, rows, cols):
        self.screen.resize(rows, cols)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def end(self):
        """Waits for the program's end; its exit status."""
        deadline = time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline:
            self.drain(0.01)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.drain(0.01)
                self.modes = termios.tcgetattr(self.fd)
                dump = self.dump()
                self.last_grid = dump[5] if dump else []
                os.close(self.fd)
                self.directory.cleanup()
                return os.waitstatus_to_exitcode(status)
        os.kill(self.pid, signal.SIGKILL)
        raise AssertionError("does not end")


def random_frames(program, frames, seed):
    chooser = random.Random(seed)
    console = Console(program, 24, 80)
    frame = console.settle(0)
    for step in range(frames):
        if chooser.randrange(25) == 0:
            size = chooser.randrange(1, 50), chooser.randrange(2, 160)
            console.resize(*size)
        else:
            console.send(chooser.choice(KEYS))
        try:
            frame = console.settle(frame)
        except AssertionError as error:
            raise AssertionError("step %d of seed %d: %s" % (step, seed, error)) from None
    console.send(b"\x11")
    assert console.end() == 0


def text_of(console):
    return "\n".join(console.shown())


def esc_is_quick(program):
    console = Console(program, 24, 80)
    frame = console.settle(0)
    console.send(b"\x07")
    frame = console.settle(frame)
    assert "Go to date" in text_of(console)
    times = []
    for _ in range(9):
        begin = time.monotonic()
        console.send(b"\x1b")
        while not console.drain(0.001):
            assert time.monotonic() - begin < DEADLINE_S
        times.append(time.monotonic() - begin)
        frame = console.settle(frame)
        console.send(b"\x07")
        frame = console.settle(frame)
    times.sort()
    assert times[4] < 0.2, times  # ncurses alone waits for a whole second
    console.send(b"\x11")
    assert console.end() == 0


def paste_is_one_thing(program):
    console = Console(program, 24, 80)
    frame = console.settle(0)
    console.send(b"\x07")
    frame = console.settle(frame)
    console.send(b"\x1b[200~24.11\r\x1b[2J\x11\x1b[201~")
    frame = console.settle(frame)
    screen = text_of(console)
    assert "24.11" in screen and "Go to date" in screen  # neither Enter nor Ctrl-Q was taken from it
    console.send(b"\x15" + b"24.11\r")
    console.settle(frame)
    assert "Tue 24 November" in text_of(console)
    console.send(b"\x1b0")  # Alt-0 is F10
    assert console.end() == 0


def unknown_sequences_type_nothing(program):
    console = Console(program, 24, 80)
    frame = console.settle(0)
    console.send(b"\x07")
    frame = console.settle(frame)
    console.send(b"\x1b[I\x1b[O\x1b[1;9Q\x1b[<0;5;5M7")
    console.settle(frame)
    screen = text_of(console)
    assert "Go to date" in screen and "│ 7 " in screen, screen
    console.send(b"\x11")
    assert console.end() == 0


def terminal_is_given_back(program):
    for how in ("key", "signal"):
        console = Console(program, 24, 80)
        console.settle(0)
        if how == "key":
            console.send(b"\x1b[21~")
        else:
            os.kill(console.pid, signal.SIGTERM)
        assert console.end() == 0, how
        assert b"\x1b[?2004l" in console.output and b"\x1b[?1049l" in console.output, how
        assert b"the terminal is yours again" in console.output, how


def terminal_that_goes_away_ends_it(program):
    console = Console(program, 24, 80)
    console.settle(0)
    os.close(console.fd)
    deadline = time.monotonic() + DEADLINE_S
    while os.waitpid(console.pid, os.WNOHANG)[0] == 0:
        assert time.monotonic() < deadline, "still running without a terminal"
        time.sleep(0.01)
    console.directory.cleanup()


def no_color(program):
    colour = re.compile(rb"\x1b\[([0-9]+;)*([34][0-7]|[34]8;5;[0-9]+|9[0-7])(;[0-9]+)*m")
    for env, wanted in (({}, True), ({"NO_COLOR": "1"}, False), ({"PROBE_THEME": "mono"}, False)):
        console = Console(program, 24, 80, env)
        console.settle(0)
        console.send(b"\x11")
        assert console.end() == 0
        assert bool(colour.search(console.output)) == wanted, env


# The terminals of a front desk. `putty` has no description in Debian's base system.
TERMS = ["xterm-256color", "xterm", "linux", "tmux-256color", "screen", "screen-256color", "putty",
         "putty-256color", "xterm-kitty", "vt100", "dumb"]
F1 = [b"\x1bOP", b"\x1b[11~", b"\x1b[[A"]  # xterm, PuTTY, the Linux console
F10 = b"\x1b[21~"
NO_CURSOR = {"dumb"}


def wait_for(console, what, wanted=True):
    """Until the program's own grid has the text, or has it no more; all terminals alike."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        console.drain(0.005)
        dump = console.dump()
        if dump and any(what in line for line in dump[5]) == wanted:
            return "\n".join(dump[5])
    raise AssertionError("%s: %r" % (what, console.output[-400:]))


def every_terminal(program):
    for term in TERMS:
        # newterm keeps what it had allocated when a type has no description
        console = Console(program, 24, 80, {"TERM": term, "ASAN_OPTIONS": "detect_leaks=0"})
        before = termios.tcgetattr(console.fd)
        first = wait_for(console, "Lotus")
        if term not in NO_CURSOR:
            console.settle(0)
        else:
            deadline = time.monotonic() + DEADLINE_S  # whole frames, one below the other
            while "Анна П." not in text_of(console) or "10Quit" not in text_of(console):
                assert time.monotonic() < deadline, text_of(console)
                console.drain(0.01)
            assert b"\x1b" not in console.output, console.output[:99]
        assert ("▐" in first) == (term != "linux"), term
        for key in F1:
            console.send(key)
            wait_for(console, "The keys of this screen")
            console.send(b"\x1b")
            wait_for(console, "The keys of this screen", False)
        assert (b"\x1b[?1000h" in console.output) == (term not in ("vt100", "dumb")), term
        console.send(F10)
        assert console.end() == 0, term
        assert console.modes[:4] == before[:4], term
        assert b"the terminal is yours again" in console.output, term
        if b"\x1b[?1000h" in console.output:
            assert console.output.rindex(b"\x1b[?1000l") > console.output.rindex(b"\x1b[?1000h")


# A Windows terminal over SSH keeps some F-keys for itself: Alt and a digit, Esc and then a digit,
# and what PuTTY sends for the keys around the letters.
def windows_over_ssh(program):
    for term in ("xterm-256color", "putty-256color"):
        console = Console(program, 24, 80, {"TERM": term, "ASAN_OPTIONS": "detect_leaks=0"})
        wait_for(console, "Lotus")
        for key, screen in ((b"\x1b1", "The keys of this screen"), (b"\x1b7", "New booking"),
                            (b"\x1b[18~", "New booking")):
            console.send(key)
            wait_for(console, screen)
            console.send(b"\x1b")
            wait_for(console, screen, False)
        console.send(b"\x1b")  # on the Day Esc does nothing by itself: the digit may follow later
        console.drain(0.3)
        console.send(b"7")
        wait_for(console, "New booking")
        console.send(b"\x1b")
        wait_for(console, "New booking", False)
        for key in (b"\x1b[1~", b"\x1b[4~", b"\x1b[5~", b"\x1b[6~", b"\x1bOA", b"\x1bOB", b"\x1b[2~", b"\x1b[3~"):
            console.send(key)  # Home, End, pages, arrows, Ins, Del: no letter of them is typed
            console.drain(0.05)
        assert "Clients" not in text_of(console).splitlines()[0], text_of(console)
        console.send(b"\x1b0")  # Alt-0: F10
        assert console.end() == 0, term


def other_terminals(program):
    for env in ({"PROBE_THEME": "light"}, {"PROBE_THEME": "high-contrast"}, {"LC_ALL": "C"}):
        console = Console(program, 24, 80, env)
        console.settle(0)
        drawn = text_of(console)
        if env.get("LC_ALL") == "C":  # names stay what they are; what is drawn around them is ASCII
            assert not set(drawn) & set("│─▐░▒·●✓…▸▾"), drawn
        else:
            assert "▐" in drawn
        console.send(b"\x11")
        assert console.end() == 0, env
    # newterm itself keeps what it had allocated when it fails
    console = Console(program, 24, 80, {"TERM": "no-such-terminal",
                                        "ASAN_OPTIONS": "detect_leaks=0"})
    assert console.end() == 2
    assert b"no-such-terminal" in console.output


def colours(program):
    """256 where TERM or COLORTERM tells of so many, 8 elsewhere."""
    for env, many in (({"TERM": "xterm-256color"}, True), ({"TERM": "xterm"}, False),
                      ({"TERM": "linux"}, False), ({"TERM": "screen-256color"}, True),
                      ({"TERM": "putty-256color", "ASAN_OPTIONS": "detect_leaks=0"}, True),
                      ({"TERM": "xterm", "COLORTERM": "truecolor"}, True),
                      ({"TERM": "tmux", "COLORTERM": "24bit"}, True)):
        console = Console(program, 24, 80, dict({"COLORTERM": ""}, **env))
        console.settle(0)
        console.send(b"\x11")
        assert console.end() == 0, env
        assert (b"[38;5;" in console.output) == many, env


def mouse_on_a_pty(program):
    console = Console(program, 24, 80)
    console.settle(0)
    assert b"\x1b[?1000h\x1b[?1006h" in console.output
    assert not re.search(rb"\x1b\[\?100[23]h", console.output)  # motion would wake an idle program
    console.send(b"\x1b[<0;3;24M\x1b[<0;3;24m")  # F1 of the bar, and its release
    wait_for(console, "The keys of this screen")
    for piece in (b"\x1b[<0;", b"3;2", b"4M"):  # in pieces: the first of the bar, over a slow line
        console.send(piece)
        console.drain(0.002)
    wait_for(console, "The keys of this screen", False)
    frame = console.settle(0)
    console.send(b"\x1b[<64;10;10M")  # the wheel
    frame = console.settle(frame)
    console.send(b"\x1b[<0;0;0M\x1b[<99999999999999999999999;1;1M\x1b[<0M\x1b[<;;M\x0f")
    wait_for(console, "select text")
    assert b"\x1b[?1006l\x1b[?1000l" in console.output
    console.send(F10)
    assert console.end() == 0


def number_to_the_clipboard(program):
    for env, wanted in (({}, b"\x1b]52;c;"), ({"TERM": "screen"}, b"\x1bP\x1b]52;c;"),
                        ({"TERM": "screen", "TMUX": "/tmp/x,1,0"}, b"\x1b]52;c;"),
                        ({"TERM": "linux"}, None), ({"TERM": "vt100"}, None)):
        console = Console(program, 24, 80, env)
        console.settle(0)
        console.send(b"\x1b[6~")  # PgDn: the last of the day, a booking or free time
        console.send(b"\x1b[5~\x19")  # PgUp: the first, a booking; Ctrl-Y
        wait_for(console, "copied" if wanted else "no clipboard")
        console.send(F10)
        assert console.end() == 0, env
        found = re.search(rb"(\x1bP)?\x1b\]52;c;([A-Za-z0-9+/=]+)\a", console.output)
        assert bool(found) == bool(wanted), env
        if found:
            assert found.group(0).startswith(wanted), env
            assert base64.b64decode(found.group(2)).decode() in "".join(console.last_grid), env


def main():
    program = sys.argv[1]
    frames = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    random_frames(program, frames, seed)
    esc_is_quick(program)
    paste_is_one_thing(program)
    unknown_sequences_type_nothing(program)
    terminal_is_given_back(program)
    terminal_that_goes_away_ends_it(program)
    no_color(program)
    every_terminal(program)
    windows_over_ssh(program)
    other_terminals(program)
    colours(program)
    mouse_on_a_pty(program)
    number_to_the_clipboard(program)
    print("%d frames equal; seed %d" % (frames, seed))


if __name__ == "__main__":
    main()
