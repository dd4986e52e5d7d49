"""The place a story is played at: the practice servers, the programs of the salon, and what can be
asked of each of them. A directory and ports of its own, so that stories run beside each other."""
import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "practice"))
import hands  # noqa: E402
from hands import Failure, check, equal  # noqa: E402

OPENING = "2026-11-23T11:00:00+03:00"
START_S = 40  # until a program says that it is ready; sanitizers are slow
POLL_S = 0.15


def until(what, deadline, probe):
    """Polls until probe() raises no Failure any more and gives something true."""
    return hands.until(what, probe, deadline - time.monotonic(), POLL_S, patient=True)


def sanitizer_frames(text):
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if "ERROR" in line or "runtime error" in line or
            re.search(r" in \w+ .*/(core|tui)/", line)][:20]


class Program:
    """A program that goes on running: the daemon, a worker, a console on a terminal of its own."""

    def __init__(self, place, name, args, terminal=False):
        self.name = name
        self.log = open(os.path.join(place.dir, f"{name.replace(' ', '-')}.log"), "ab+")
        self.began = self.log.tell()
        screen = None
        if terminal:
            self.screen, screen = pty.openpty()
        self.process = subprocess.Popen(
            [place.program, "--config", place.config, *args], env=place.env,
            stdin=screen or subprocess.DEVNULL, stdout=screen or subprocess.DEVNULL,
            stderr=self.log, start_new_session=True)
        if terminal:
            os.close(screen)
            threading.Thread(target=self.drain, daemon=True).start()

    def drain(self):
        """A full terminal must not hold the console up."""
        try:
            while os.read(self.screen, 65536):
                pass
        except OSError:
            pass

    def said(self):
        self.log.seek(self.began)
        return self.log.read().decode(errors="replace")

    def check_health(self):
        said = self.said()
        check("Sanitizer" not in said and "runtime error" not in said,
              f"a sanitizer complains in {self.name}", *sanitizer_frames(said))

    def end(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            status = self.process.wait(START_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Failure(f"{self.name} does not end") from None
        self.check_health()
        if how == signal.SIGTERM:
            check(status in (0, -signal.SIGTERM), f"{self.name} ended with status {status}",
                  self.said()[-1500:])


class Place:
    def __init__(self, program):
        self.program = os.path.abspath(program)
        self.dir = tempfile.mkdtemp(prefix="zapis-story-")
        self.env = hands.environment(self.dir)
        self.env.update(XDG_RUNTIME_DIR=self.dir, TERM="xterm-256color")
        self.state = os.path.join(self.dir, "state")
        self.settings = {}
        self.programs = {}
        self.servers = None

    # ---- the practice servers

    def open(self, now=OPENING):
        log = open(os.path.join(self.dir, "servers.log"), "ab")
        self.servers = subprocess.Popen(
            [self.program, "practice", "--headless", "--state", self.state, "--seed", "7",
             "--now", now], stdout=subprocess.PIPE, stderr=log, env=self.env, text=True)
        ready, _, _ = select.select([self.servers.stdout], [], [], START_S)
        line = self.servers.stdout.readline().strip() if ready else ""
        check(line.endswith("/zapis.conf"), f"the practice salon does not open: {line!r}",
              self.complaint())
        self.config = line
        for name, value in self.settings.items():
            self.write_setting(name, value)

    def shut(self):
        self.servers.send_signal(signal.SIGTERM)
        equal("the status of the practice servers", self.servers.wait(START_S), 0)
        self.servers.stdout.close()

    def complaint(self):
        with open(os.path.join(self.dir, "servers.log"), encoding="utf-8",
                  errors="replace") as file:
            return file.read()[-3000:]

    def set(self, name, value):
        self.settings[name] = value
        self.write_setting(name, value)

    def write_setting(self, name, value):
        section, key = name.split(".")
        with open(self.config, encoding="utf-8") as file:
            text = file.read()
        text, count = re.subn(rf"(?<!\w){key}\s*=\s*[^;]*;", f"{key} = {value};", text)
        if count == 0:
            text, count = re.subn(rf"(?m)^{section}\s*=\s*\{{", f"{section} = {{ {key} = {value};",
                                  text)
        equal(f"how often the configuration has {name}", count, 1)
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(text)

    def control(self, *verb):
        return hands.control(self.state, *verb)

    # ---- our programs

    def run(self, *args, status=0, timeout_s=120):
        process = subprocess.run([self.program, "--config", self.config, *args], env=self.env,
                                 capture_output=True, text=True, timeout=timeout_s)
        told = f"$ zapis {' '.join(args)}\n      status {process.returncode}\n" \
               f"      {process.stdout[:800]!r}\n      {process.stderr[:800]!r}"
        check("Sanitizer" not in process.stderr and "runtime error" not in process.stderr,
              "a sanitizer complains", told, *sanitizer_frames(process.stderr))
        check(status is None or process.returncode in
              (status if isinstance(status, tuple) else (status,)), "it went wrong", told)
        return process.stdout

    def json(self, *args, status=0):
        return json.loads(self.run(*args, "--json", status=status))

    def begin(self, name, args, terminal=False, ready=None):
        check(name not in self.programs, f"{name} is running already")
        program = Program(self, name, args, terminal)
        self.programs[name] = program
        if ready is not None:
            until(f"{name} to be ready", time.monotonic() + START_S,
                  lambda: self.is_ready(program, ready))

    @staticmethod
    def is_ready(program, ready):
        if program.process.poll() is not None:
            program.check_health()
            raise Failure(f"{program.name} ended: {program.said()[-800:]}")
        return ready in program.said()

    def finish(self, name, how=signal.SIGTERM):
        check(name in self.programs, f"{name} is not running")
        self.programs.pop(name).end(how)

    # ---- the end

    def close(self):
        """All ends well, or it is a failure."""
        for name in list(self.programs):
            how = signal.SIGKILL if name == "the console" else signal.SIGTERM
            self.finish(name, how)
        self.shut()
        complaint = self.complaint()
        check("Sanitizer" not in complaint and "runtime error" not in complaint,
              "a sanitizer complains in the practice servers", *sanitizer_frames(complaint))

    def abandon(self):
        for program in self.programs.values():
            if program.process.poll() is None:
                program.process.kill()
                program.process.wait()
        if self.servers is not None and self.servers.poll() is None:
            self.servers.kill()
            self.servers.wait()

    def remove(self):
        shutil.rmtree(self.dir, ignore_errors=True)
