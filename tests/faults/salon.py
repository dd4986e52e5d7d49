"""A practice salon in a directory of its own, the program pointed at it, and the other side's hands."""
import json
import math
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import datetime

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "practice"))
import hands  # noqa: E402
from hands import Failure  # noqa: E402

PROGRAM = ""
SEEDED, NOW = "2026-11-23T10:00:00+03:00", "2026-11-23T11:00:00+03:00"
SEED = 7
DEADLINE_S = 60


class Result:
    """One run of the program, its only document read."""

    def __init__(self, args, process):
        self.args, self.status, self.err = args, process.returncode, process.stderr
        if "Sanitizer" in process.stderr or "runtime error" in process.stderr:
            raise Failure(f"a sanitizer complains: zapis {' '.join(args)}\n{process.stderr[:4000]}")
        if process.returncode < 0 or process.returncode > 5:
            raise Failure(f"zapis {' '.join(args)} ended with {process.returncode}: {process.stderr}")
        self.document = json.loads(process.stdout) if process.stdout.strip() else {}

    @property
    def error(self):
        return self.document.get("error") or {}


class Salon:
    """`template`: a directory that an earlier salon left; it is copied. `now`: else its time runs on."""

    def __init__(self, template=None, now=None):
        self.dir = tempfile.mkdtemp(prefix="zapis-faults-")
        self.state = os.path.join(self.dir, "state")
        self.env = hands.environment(self.dir)
        self.servers, self.shift_s = None, 0
        options = ["--now", now] if now else []
        if template is not None:
            shutil.copytree(template, self.state)
        self.log = open(os.path.join(self.dir, "servers.log"), "wb+")
        self.servers = subprocess.Popen(
            [PROGRAM, "practice", "--headless", "--state", self.state, "--seed", str(SEED), *options],
            stdout=subprocess.PIPE, stderr=self.log, env=self.env, text=True)
        ready, _, _ = select.select([self.servers.stdout], [], [], DEADLINE_S)
        self.config = self.servers.stdout.readline().rstrip("\n") if ready else ""
        if not self.config.endswith("/zapis.conf"):
            complaint = self.complaint()
            self.close()
            raise Failure(f"practice --headless printed {self.config!r}: {complaint}")
        with open(self.config, encoding="utf-8") as file:
            self.written = file.read()
        self.settings = {}
        self.secrets = [hands.door(self.state)[1]]
        for name in ("dikidi.key", "bitrix24.url"):
            with open(os.path.join(self.state, name), encoding="utf-8") as file:
                self.secrets += [part for part in file.read().strip().split("/") if len(part) >= 16]

    def complaint(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")[-3000:]

    def configure(self, **settings):
        """Keys of the written configuration, as section__key."""
        self.settings.update(settings)
        text = self.written
        for name, value in self.settings.items():
            section, key = name.split("__")
            begin = text.index(f"\n{section} = {{")
            end = text.index("\n};", begin)
            body, count = re.subn(rf"(?m)^( +){key} = .*;$", rf"\g<1>{key} = {value};",
                                  text[begin:end])
            body += "" if count else f"\n    {key} = {value};"
            text = text[:begin] + body + text[end:]
        if self.shift_s:
            text = re.sub(r"offset_ms = (-?\d+)L",
                          lambda m: f"offset_ms = {int(m[1]) + self.shift_s * 1000}L", text)
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(text)

    def later(self, seconds):
        """The desk's clock goes on; the servers' does not."""
        self.shift_s += seconds
        self.configure()

    def later_than(self, instant):
        """The same, until the desk's clock shows that instant."""
        offset_ms = int(re.search(r"offset_ms = (-?\d+)L", self.written)[1])
        now = time.time() + offset_ms / 1000 + self.shift_s
        self.later(max(0, math.ceil(datetime.fromisoformat(instant).timestamp() - now) + 1))

    def run(self, *args):
        process = subprocess.run([PROGRAM, "--config", self.config, *args, "--json"], env=self.env,
                                 capture_output=True, text=True, timeout=300)
        return Result(args, process)

    def must(self, *args):
        result = self.run(*args)
        if result.status != 0:
            raise Failure(f"zapis {' '.join(args)} in the preparation: {result.status} {result.err}")
        return result.document

    def control(self, *words):
        return hands.control(self.state, *words)

    def carried_out(self, fault):
        """Waits until a call that is done late is done."""
        hands.until(f"a call that is done {fault}", lambda: any(
            r["fault"] == fault for r in self.control("log")["requests"]), DEADLINE_S)

    def met(self, fault, number):
        """Did that fault strike a request after that number? What is done late is noted when it is done."""
        return fault == "late" or any(r["fault"] == fault for r in
                                      self.control("log", "--since", str(number))["requests"])

    def calls_since(self, number):
        """(server, call) of every request after that number of the log, and the newest number."""
        log = self.control("log", "--since", str(number))
        return [(r["server"], r["call"]) for r in log["requests"]], log["last"]

    def stop(self):
        if self.servers.poll() is None:
            self.servers.send_signal(signal.SIGTERM)
        if self.servers.wait(DEADLINE_S) != 0 or "Sanitizer" in self.complaint():
            raise Failure(f"the practice servers ended badly: {self.complaint()}")

    def close(self):
        if self.servers is not None and self.servers.poll() is None:
            self.servers.kill()
            self.servers.wait()
        if self.servers is not None:
            self.servers.stdout.close()
        self.log.close()
        shutil.rmtree(self.dir, ignore_errors=True)
