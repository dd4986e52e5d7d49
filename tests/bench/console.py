#!/usr/bin/python3
"""How fast the console is, from outside, beside Midnight Commander, calcurse and khal in the same run:

console.py BUILD_DIR [--bookings N] [--runs N] [--keys N] [--dir DIR] [--journal FILE] [--only PART…]

PARTS: start keys switch esc tls memory idle durable numbers. The budgets are those of the design; each is
printed with its figure, met or missed, and by what ratio. The journal is made anew (a minute or two with
1,000,000 bookings) unless one made before is given."""
import argparse
import datetime
import json
import os
import shutil
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "console")
sys.path.insert(0, HERE)
import journal  # noqa: E402
from terminal import Terminal  # noqa: E402

PARTS = ("start", "keys", "switch", "esc", "tls", "memory", "idle", "durable", "numbers")
FLIGHT, DELAY_MS, IDLE_S = 30, 400, 20
OTHERS = 10000  # appointments given to calcurse and khal


def quantile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def ms(seconds):
    return f"{seconds * 1000:.2f} ms"


class Report:
    """The budgets, as they come."""

    def __init__(self):
        self.rows = []

    def budget(self, what, got, limit, unit="ms"):
        met = got <= limit
        self.rows.append((what, got, limit, unit, met))
        print(f"  {what:52} {got:9.2f} {unit:4} budget {limit:8.2f}  {'met' if met else 'MISSED'}"
              f"  x{got / limit if limit else 0:.2f}", flush=True)

    def line(self, what, text):
        print(f"  {what:52} {text}", flush=True)

    def summary(self):
        missed = [r for r in self.rows if not r[4]]
        print(f"{len(self.rows) - len(missed)} of {len(self.rows)} budgets met"
              + "".join(f"; missed: {r[0]}" for r in missed))


class Salon:
    """A directory with a journal, a TLS server for Dikidi and Bitrix24, and a configuration."""

    def __init__(self, top, program, options):
        self.dir, self.program = top, program
        self.journal = os.path.join(top, "zapis.db")
        self.environment = {k: v for k, v in os.environ.items()
                            if not k.startswith(("ZAPIS_", "LC_", "LANG", "XDG_", "TMUX", "NO_COLOR"))}
        self.environment.update(HOME=top, LC_ALL="C.UTF-8", LANGUAGE="ru", TERM="xterm-256color")
        self.certificate()
        port_file = os.path.join(top, "port")
        self.server = subprocess.Popen([sys.executable, os.path.join(HERE, "server.py"), top, str(DELAY_MS),
                                        port_file])
        end = time.monotonic() + 20
        while not os.path.exists(port_file):
            if time.monotonic() > end:
                raise RuntimeError("the TLS server does not start")
            time.sleep(0.01)
        with open(port_file, encoding="ascii") as file:
            self.port = int(file.read())
        self.config = self.configure()
        self.fill(options)

    def certificate(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                        "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", "cert.key", "-out", "cert.pem"],
                       cwd=self.dir, check=True, stderr=subprocess.DEVNULL)
        # A directory of all the system's certificates and ours: as long a list as in real life.
        trusted = os.path.join(self.dir, "trusted")
        shutil.copytree("/etc/ssl/certs", trusted, symlinks=True)
        name = subprocess.run(["openssl", "x509", "-hash", "-noout", "-in", "cert.pem"], cwd=self.dir, check=True,
                              capture_output=True, text=True).stdout.strip()
        shutil.copy(os.path.join(self.dir, "cert.pem"), os.path.join(trusted, name + ".0"))

    def configure(self):
        for name, text in (("key", "k"), ("url", f"https://127.0.0.1:{self.port}/rest/1/s/")):
            with open(os.path.join(self.dir, name), "w", encoding="ascii",
                      opener=lambda p, f: os.open(p, f, 0o600)) as file:
                file.write(text)
        path = os.path.join(self.dir, "zapis.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"""version = 1;
                salon = {{ name = "Lotus"; company = "{journal.COMPANY}"; timezone = "{journal.ZONE}"; }};
                dikidi = {{ base_url = "https://127.0.0.1:{self.port}"; key_file = "key"; ca_path = "trusted";
                    requests_per_minute = 6000; }};
                bitrix24 = {{ webhook_url_file = "url"; ca_path = "trusted"; requests_per_second = 50.0;
                    poll_seconds = 3600; }};
                store = {{ url = "sqlite:{self.journal}"; }};\n""")
        return path

    def fill(self, options):
        if options.journal and os.path.exists(options.journal):
            shutil.copy(options.journal, self.journal)
        self.run("queue")  # makes the tables, or brings them up to date
        if options.journal and os.path.exists(options.journal):
            journal.make_fresh(self.journal, int(time.time()))
            return
        begun = time.monotonic()
        count = journal.fill(self.journal, int(time.time()), options.bookings)
        print(f"a journal of {count:,} bookings made in {time.monotonic() - begun:.0f} s,"
              f" {os.path.getsize(self.journal) / 1e6:.0f} MB", flush=True)
        if options.journal:
            shutil.copy(self.journal, options.journal)

    def run(self, *args):
        return subprocess.run([self.program, "--config", self.config, *args], env=self.environment, check=True,
                              capture_output=True, text=True).stdout

    def console(self):
        return Terminal([self.program, "--config", self.config], self.environment)

    def told_by_server(self):
        context = ssl.create_default_context(cafile=os.path.join(self.dir, "cert.pem"))
        with urllib.request.urlopen(f"https://127.0.0.1:{self.port}/bench", context=context) as answer:
            return json.load(answer)

    def close(self):
        self.server.terminate()
        self.server.wait()


# ---- the others

def calcurse(salon):
    place = os.path.join(salon.dir, "calcurse")
    os.makedirs(os.path.join(place, "notes"), exist_ok=True)
    today = datetime.date.today()
    with open(os.path.join(place, "apts"), "w", encoding="utf-8") as file:
        for i in range(OTHERS):
            date = (today + datetime.timedelta(days=i // 20 - OTHERS // 40)).strftime("%m/%d/%Y")
            file.write(f"{date} @ {9 + i % 10:02d}:00 -> {date} @ {9 + i % 10:02d}:45 |Визит {i}\n")
    return ["calcurse", "-D", place], b"j", b"k"


def khal(salon):
    place = os.path.join(salon.dir, "khal")
    os.makedirs(os.path.join(place, "events"), exist_ok=True)
    today = datetime.datetime.now().replace(hour=9, minute=0)
    for i in range(OTHERS):
        begins = today + datetime.timedelta(days=i // 20 - OTHERS // 40, minutes=30 * (i % 20))
        ends = begins + datetime.timedelta(minutes=30)
        with open(os.path.join(place, "events", f"{i}.ics"), "w", encoding="utf-8") as file:
            file.write(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:bench\r\nBEGIN:VEVENT\r\nUID:{i}\r\nDTSTAMP:"
                       f"20260101T000000Z\r\nDTSTART:{begins:%Y%m%dT%H%M%S}\r\nDTEND:{ends:%Y%m%dT%H%M%S}\r\n"
                       f"SUMMARY:Визит {i}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    config = os.path.join(place, "config")
    with open(config, "w", encoding="utf-8") as file:
        file.write(f"[calendars]\n[[bench]]\npath = {place}/events\n[sqlite]\npath = {place}/cache.db\n"
                   "[locale]\ntimeformat = %H:%M\ndateformat = %d.%m.\nlongdateformat = %d.%m.%Y\n"
                   "datetimeformat = %d.%m. %H:%M\nlongdatetimeformat = %d.%m.%Y %H:%M\n")
    command = ["khal", "-c", config, "interactive"]
    subprocess.run(["khal", "-c", config, "list"], env=salon.environment, capture_output=True, check=False)
    return command, b"\x1b[B", b"\x1b[A"


def others(salon):
    found = {}
    for name, make in (("mc", lambda s: (["mc", "-d", "-b", "/usr/bin", "/etc"], b"\x1bOB", b"\x1bOA")),
                       ("calcurse", calcurse), ("khal", khal)):
        if shutil.which(name):
            program = make(salon)
            peer = other(salon, program)
            peer.settle()
            if os.waitpid(peer.pid, os.WNOHANG)[0] == 0:
                found[name] = program
                peer.close()
            else:  # what it said stands on its screen
                print(f"  {name} does not stay: " + " ".join(" ".join(peer.screen.display).split())[-300:])
        else:
            print(f"  {name} is not installed: console/install.sh")
    return found


def other(salon, program):
    # What calcurse leaves behind when it is ended, and would refuse to start for.
    lock = os.path.join(salon.dir, "calcurse", ".calcurse.pid")
    if os.path.exists(lock):
        os.unlink(lock)
    return Terminal(program[0], salon.environment, salon.dir)


# ---- the parts

def first_screens(salon, programs, runs):
    """All take turns, so that what others do on the machine falls on each."""
    times = {name: [] for name in ("zapis", *programs)}
    for run in range(runs + 1):
        for name in times:
            terminal = salon.console() if name == "zapis" else other(salon, programs[name])
            at = terminal.first_screen()
            terminal.close()
            if run > 0 and at is not None:  # the first one warms what is read from disk
                times[name].append(at * 1000)
    return times


def start(salon, programs, options, report):
    times = first_screens(salon, programs, options.runs)
    for name, values in times.items():
        report.line(f"first full screen: {name}", f"median {statistics.median(values):.1f} ms"
                    f" ({min(values):.1f}-{max(values):.1f}, {len(values)} runs)")
    own = statistics.median(times["zapis"])
    if "mc" in times:
        report.budget("first full screen, no later than mc", own, statistics.median(times["mc"]))


def ready(salon):
    terminal = salon.console()
    terminal.until("Dikidi")
    time.sleep(DELAY_MS / 1000)
    terminal.settle(0.8)
    return terminal


def press(terminal, keys, count):
    times = []
    for i in range(count):
        took = terminal.key(keys[i % len(keys)])
        if took:
            times.append(took)
    return times


def keys(salon, programs, options, report):
    terminal = ready(salon)
    # Down and up the bookings of a master and along the masters: each moves the cursor.
    walk = [b"\x1bOB", b"\x1bOB", b"\t", b"\x1bOA", b"\x1b[Z", b"\x1bOB", b"\t", b"\x1bOA", b"\x1b[Z", b"\x1bOA"]
    times = [last * 1000 for _, last in press(terminal, walk, options.keys)]
    terminal.close()
    report.line("keys pressed on Day", f"{options.keys}, {len(times)} painted")
    report.budget("key to painted screen, p50", quantile(times, 0.5), 1)
    report.budget("key to painted screen, p95", quantile(times, 0.95), 4)
    for name, program in programs.items():
        peer, (_, down, up) = other(salon, program), program
        peer.settle()
        taken = [last * 1000 for _, last in press(peer, [down, down, up, up], min(options.keys, 100))]
        peer.close()
        if taken:
            report.line(f"key to painted screen: {name}", f"p50 {quantile(taken, 0.5):.2f} ms,"
                        f" p95 {quantile(taken, 0.95):.2f} ms ({len(taken)} keys)")


def day_switch(terminal, key):
    """From the key to the last byte of the new day; a moment's silence ends it, well before the network says
    anything (it answers after DELAY_MS)."""
    took = terminal.key(key, quiet_s=0.02)
    terminal.settle(0.05)
    return took


def switch(salon, programs, options, report):
    terminal = ready(salon)
    times, first = [], []
    for i in range(options.keys):
        took = day_switch(terminal, b"\x1bOC" if i % 20 < 10 else b"\x1bOD")
        if took:
            first.append(took[0] * 1000)
            times.append(took[1] * 1000)
    terminal.close()
    report.line("days switched", f"{len(times)}, first byte p50 {quantile(first, 0.5):.2f} ms")
    report.budget("day switch to painted screen, p50", quantile(times, 0.5), 3)
    report.budget("day switch to painted screen, p95", quantile(times, 0.95), 3)


def esc(salon, programs, options, report):
    terminal = ready(salon)
    times = []
    for _ in range(min(options.keys, 100)):
        terminal.key(b"\x1bOP")
        took = terminal.key(b"\x1b")
        if took:
            times.append(took[1] * 1000)
    terminal.close()
    report.line("Esc out of help", f"p50 {quantile(times, 0.5):.2f} ms ({len(times)} times)")
    report.budget("Esc to painted screen, worst", max(times), 30)


def tls(salon, programs, options, report):
    """Ctrl-R asks for every master's schedule, each over a connection of its own; keys meanwhile."""
    terminal = ready(salon)
    asked, most, times = salon.told_by_server()["all"], 0, []
    for _ in range(options.runs):
        os.write(terminal.fd, b"\x12")
        end = time.perf_counter() + DELAY_MS / 1000
        while time.perf_counter() < end:
            took = terminal.key(b"\x1bOB" if len(times) % 2 else b"\x1bOA", quiet_s=0.012, first_s=1.0)
            if took:
                times.append(took[0] * 1000)
        terminal.settle(0.8)
        most = max(most, salon.told_by_server()["most"])
    terminal.close()
    asked = (salon.told_by_server()["all"] - asked) / options.runs
    report.line("TLS requests", f"{asked:.0f} at a time (wanted {FLIGHT}), at most {most} of them on the wire at once;"
                f" {len(times)} keys meanwhile, p50 {quantile(times, 0.5):.2f} ms")
    if asked < FLIGHT:
        report.line("", f"fewer than {FLIGHT}: this is no measurement of that budget")
    report.budget("worst key while they are in flight", max(times), 30)


def memory(salon, programs, options, report):
    terminal = ready(salon)
    press(terminal, [b"\x1bOC"], 10)
    share, dirty = terminal.memory_kib()
    terminal.close()
    report.budget("memory (Pss)", share / 1024, 16, "MiB")
    report.line("private dirty", f"{dirty / 1024:.1f} MiB")
    for name, program in programs.items():
        peer = other(salon, program)
        peer.settle()
        report.line(f"memory (Pss): {name}", f"{peer.memory_kib()[0] / 1024:.1f} MiB")
        peer.close()


def idle(salon, programs, options, report):
    terminal = ready(salon)
    time.sleep(3)
    minute = int(time.time()) // 60
    before = terminal.runs()
    time.sleep(IDLE_S)
    woken, minutes = terminal.runs() - before, int(time.time()) // 60 - minute
    terminal.close()
    report.line("idle", f"{woken} turns on a processor in {IDLE_S} s, {minutes} of them may be the minute hand")
    # The minute's turn draws, asks the journal and both services: their answers are turns as well.
    report.budget("idle wake-ups in a minute without its hand", woken if not minutes else 0, 0.999, "")
    for name, program in programs.items():
        peer = other(salon, program)
        peer.settle()
        before = peer.runs()
        time.sleep(5)
        report.line(f"idle: {name}", f"{peer.runs() - before} turns in 5 s")
        peer.close()


def disk_sync_ms(directory, count):
    """What the disk itself takes for as much as a commit writes, with nothing else."""
    times, page = [], b"x" * 16384
    path = os.path.join(directory, "sync")
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for _ in range(count):
        begun = time.perf_counter()
        os.write(handle, page)
        os.fdatasync(handle)
        times.append((time.perf_counter() - begun) * 1000)
        time.sleep(0.005)
    os.close(handle)
    os.unlink(path)
    return times


def durable(salon, programs, options, report):
    tool = os.path.join(options.build, "tests/bench/hooks/bench_desk")
    if not os.path.exists(tool):
        report.line("booking durable", "ninja -C BUILD bench_hooks builds what measures it")
        return
    writes, syncs = [], []
    for _ in range(3):  # in turns
        syncs += disk_sync_ms(salon.dir, 150)
        done = subprocess.run([tool, f"sqlite:{salon.journal}", journal.COMPANY, "20", "3000"], check=True,
                              capture_output=True, text=True)
        writes.append(json.loads(done.stdout))
    disk = quantile(syncs, 0.99)
    own = statistics.median(w["p99_us"] for w in writes) / 1000
    report.line("the disk's own fdatasync of 16 KiB", f"p50 {quantile(syncs, 0.5):.2f} ms, p99 {disk:.2f} ms")
    report.line("booking durable", f"p50 {statistics.median(w['p50_us'] for w in writes) / 1000:.2f} ms,"
                f" p99 {own:.2f} ms")
    report.budget("booking durable p99, beyond the disk's own", max(0, own - disk), 1)


def numbers(salon, programs, options, report):
    """Not among the budgets of the console: figures of a month must not be felt."""
    month = (datetime.date.today().replace(day=1) - datetime.timedelta(days=65)).isoformat()
    times = []
    for _ in range(options.runs):
        begun = time.perf_counter()
        told = json.loads(salon.run("numbers", month, "--month", "--json"))
        times.append((time.perf_counter() - begun) * 1000)
    terminal = ready(salon)
    terminal.key(b"\x0e")
    terminal.settle(0.2)
    paint = [t[1] * 1000 for t in press_month(terminal)]
    terminal.close()
    report.line("zapis numbers --month", f"{told['bookings']:,} visits: median {statistics.median(times):.0f} ms,"
                " start of the program included")
    report.line("a month's figures on the screen", f"median {statistics.median(paint):.1f} ms,"
                f" worst {max(paint):.1f} ms ({len(paint)} months)")


def press_month(terminal):
    terminal.key(b"3", quiet_s=0.25)
    return [took for took in (terminal.key(b"\x1bOD", quiet_s=0.25) for _ in range(10)) if took]


def calm():
    with open("/proc/loadavg", encoding="ascii") as file:
        load = float(file.read().split()[0])
    return load, os.cpu_count()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("--bookings", type=int, default=1000000)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--keys", type=int, default=400)
    parser.add_argument("--dir", help="on the disk that is to be measured")
    parser.add_argument("--journal", help="kept for the next run, or taken from the last")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    options = parser.parse_args()
    load, processors = calm()
    print(f"{time.strftime('%Y-%m-%d %H:%M')}, {processors} processors, load average {load}"
          + (": NOT CALM, others compute too" if load > 0.5 else ""), flush=True)
    top = tempfile.mkdtemp(prefix="zapis-console-", dir=options.dir)
    report = Report()
    salon = Salon(top, os.path.abspath(os.path.join(options.build, "tui/zapis")), options)
    try:
        programs = others(salon)
        for part in options.only:
            print(part, flush=True)
            globals()[part](salon, programs, options, report)
    finally:
        salon.close()
        shutil.rmtree(top, ignore_errors=True)
    print(f"load average at the end {calm()[0]}")
    report.summary()


if __name__ == "__main__":
    main()
