"""What the end-to-end tests share: the practice salon with a day in its journal, the dump of the
grid, and the real program in a tmux session of its own."""
import gettext
import glob
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import flow_test  # noqa: E402
import hands  # noqa: E402
from hands import Failure, check  # noqa: E402
from flow_test import play  # noqa: E402, F401

NOW = flow_test.NOW
TODAY = NOW[:10]
TMUX_CONFIG = """
set -g default-terminal tmux-256color
set -s escape-time 0
set -g status off
set -g remain-on-exit on
"""


def words(msgid):
    """A sentence of the program as it says it in Russian, out of the catalogue beside it."""
    place = os.path.join(os.path.dirname(flow_test.PROGRAM), "locale")
    return gettext.translation("zapis", place, ["ru"]).gettext(msgid)


class Dump:
    """One frame as the program wrote it to ZAPIS_GRID_DUMP."""

    def __init__(self, text):
        head, _, body = text.partition("\n")
        found = re.fullmatch(r"frame=(\d+) size=(\d+)x(\d+) cursor=(-?\d+),(-?\d+)", head)
        check(found, f"a dump begins with {head!r}")
        self.frame, self.cols, self.rows, self.row, self.col = map(int, found.groups())
        self.lines = body.split("|\n")
        check(self.lines.pop() == "" and len(self.lines) == self.rows, f"a dump of {head}", body)

    def text(self):
        return "\n".join(self.lines)


def read_dump(path):
    """None: nothing was drawn yet."""
    try:
        with open(path, encoding="utf-8") as file:
            return Dump(file.read())
    except FileNotFoundError:
        return None


def console_environment(directory, language="ru"):
    """The environment of a console: the machine has only C.UTF-8, the language comes by LANGUAGE.
    What a sanitizer says goes to files, since the screen is no place to read it."""
    env = hands.environment(directory, drop=("TMUX", "NO_COLOR", "LINES", "COLUMNS"))
    log = os.path.join(directory, "sanitizer")
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
        env[name] = ":".join(filter(None, [env.get(name), f"log_path={log}"]))
    env.update(LANG="C.UTF-8", LANGUAGE=language, TERM="xterm-256color",
               ZAPIS_GRID_DUMP=os.path.join(directory, "grid"))
    return env


def sanitizer_complaints(directory):
    texts = []
    for path in glob.glob(os.path.join(directory, "sanitizer*")):
        with open(path, encoding="utf-8", errors="replace") as file:
            texts.append(flow_test.short(file.read()))
    return texts


def salon_with_a_day():
    """The practice servers, and today's bookings read into the journal."""
    salon = flow_test.Salon()
    try:
        numbers = [str(booking["id"]) for booking in salon.rows("bookings", "--date", "today")]
        salon.run("adopt", *numbers)
    except BaseException:
        salon.close()
        raise
    return salon


def children_of(pid):
    """All descendants of a process, zombies left out."""
    parents = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as file:
                state, parent = file.read().rpartition(") ")[2].split()[:2]
        except OSError:
            continue
        if state not in "ZX":
            parents[int(entry)] = int(parent)
    found, grown = {pid}, True
    while grown:
        more = {child for child, parent in parents.items() if parent in found} - found
        found, grown = found | more, bool(more)
    return found - {pid}


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(") ")[2].split()[0] not in "ZX"
    except OSError:
        return False


class Terminal:
    """A tmux server of its own with one pane in which a shell command runs."""

    def __init__(self, command, cols, rows, env, directory):
        self.dump_path = env["ZAPIS_GRID_DUMP"]
        self.here = tempfile.mkdtemp(prefix="tmux-", dir=directory)
        config = os.path.join(self.here, "conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(TMUX_CONFIG)
        self.base = ["tmux", "-u", "-S", os.path.join(self.here, "socket"), "-f", config]
        self.env = env
        if os.path.exists(self.dump_path):
            os.unlink(self.dump_path)
        self.tmux("new-session", "-d", "-x", str(cols), "-y", str(rows), command)
        self.pid = int(self.value("pane_pid"))

    def tmux(self, *args):
        done = subprocess.run([*self.base, *args], env=self.env, capture_output=True, text=True,
                              timeout=60)
        check(done.returncode == 0, f"tmux {' '.join(args)[:200]}", done.stderr)
        return done.stdout

    def value(self, name):
        return self.tmux("display-message", "-p", f"#{{{name}}}").strip()

    def keys(self, *names):
        """Names as tmux has them: F7, Enter, Escape, C-g, Down, BTab."""
        self.tmux("send-keys", *names)

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def resize(self, cols, rows):
        self.tmux("resize-window", "-x", str(cols), "-y", str(rows))

    def screen(self):
        """The rows as a person sees them."""
        return self.tmux("capture-pane", "-p").rstrip("\n")

    def dump(self):
        return read_dump(self.dump_path)

    def until(self, what, probe, within_s=hands.DEADLINE_S):
        """Polls probe(screen) until it is true; its value."""
        try:
            return hands.until(what, lambda: probe(self.screen()), within_s)
        except Failure as failure:
            raise Failure(f"{failure}; the screen:\n{self.screen()}") from None

    def shows(self, *texts):
        """Waits until all of them stand on the screen (white space counts as one blank, so that a
        sentence that was wrapped is found)."""
        def plain(text):
            return " ".join(text.split())
        return self.until(f"{texts} on the screen",
                          lambda screen: all(plain(text) in plain(screen) for text in texts))

    def gone(self, text):
        return self.until(f"{text!r} to go", lambda screen: text not in screen)

    def drawn(self):
        """Waits until this terminal shows the program's last frame as it is in the grid; the frame.
        Trailing blanks are nothing to tmux."""
        last = ["nothing was drawn"]

        def same(screen):
            dump = self.dump()
            if not dump:
                return None
            shown = [row.rstrip() for row in screen.split("\n")]
            wanted = [row.rstrip() for row in dump.lines]
            while wanted and not wanted[-1]:
                wanted.pop()
            for row, line in enumerate(wanted):
                if row >= len(shown) or shown[row] != line:
                    last[0] = f"row {row} of the grid is {line!r}"
                    return None
            cursor = self.value("cursor_flag"), self.value("cursor_x"), self.value("cursor_y")
            if dump.row >= 0 and cursor != ("1", str(dump.col), str(dump.row)):
                last[0] = f"the cursor is {cursor}, in the grid {dump.col},{dump.row}"
                return None
            return dump
        try:
            return self.until("the grid in the terminal", same)
        except Failure as failure:
            raise Failure(f"{last[0]}; {failure}") from None

    def close(self):
        """Nothing outlives the test, and nothing writes into its directory any more."""
        left = children_of(self.pid) | {self.pid}
        subprocess.run([*self.base, "kill-server"], env=self.env, capture_output=True, timeout=60)
        deadline = time.monotonic() + 5
        while any(map(alive, left)):
            if time.monotonic() > deadline:
                for pid in left:
                    end(pid, signal.SIGKILL)
            time.sleep(0.02)


class Console(Terminal):
    """The program on a salon's configuration. Its exit status goes through a file: tmux sometimes
    misses the end of a pane's process."""

    def __init__(self, salon, cols=80, rows=24, language="ru"):
        self.salon = salon
        self.status = os.path.join(salon.dir, "status")
        run = shlex.join([flow_test.PROGRAM, "--config", salon.config])
        status = shlex.quote(self.status)
        super().__init__(f"rm -f {status}; {run}; echo $? >{status}.new; mv {status}.new {status}",
                         cols, rows, console_environment(salon.dir, language), salon.dir)
        self.drawn()

    def quit(self):
        """F10; the program must end by itself and cleanly."""
        self.keys("F10")
        self.until("the program to end", lambda _: os.path.exists(self.status))
        with open(self.status, encoding="utf-8") as file:
            flow_test.equal("exit status", file.read(), "0\n")
        complaints = sanitizer_complaints(self.salon.dir)
        check(not complaints, "a sanitizer complains", *complaints)

    def __enter__(self):
        return self

    def __exit__(self, failure, *_):
        try:
            if failure is None:
                self.quit()
        finally:
            self.close()


def end(pid, signum):
    try:
        os.kill(pid, signum)
    except ProcessLookupError:
        pass
