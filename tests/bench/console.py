#!/usr/bin/python3
"""How fast the console is, from outside, beside Midnight Commander, calcurse and khal in the same run:

console.py BUILD_DIR [--bookings N] [--runs N] [--keys N] [--dir DIR] [--journal FILE] [--json FILE] [--only PART…]

PARTS: start keys switch esc tls memory idle durable numbers. The budgets are those of the design; one table at the
end has each figure beside the others', its budget, and whether it was met. The exit status is 1 where one was missed
or could not be measured. The journal is made anew (a minute or two with 1,000,000 bookings) unless one made before
is given."""
import argparse
import datetime
import gc
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
BESIDE_OTHERS = {"start", "keys", "memory", "idle"}  # to make the others ready takes minutes
FLIGHT, DELAY_MS, IDLE_S = 30, 400, 20
DESK_MS = 20  # between two writes of a desk
OTHERS = 10000  # appointments given to calcurse and khal


def quantile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def told(*command, environment=None):
    """What a command prints; what it complains of where it fails."""
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{os.path.basename(command[0])} ended with {done.returncode}: {done.stderr.strip()}"
                           f" {done.stdout.strip()}")
    return done.stdout


class Report:
    """The figures, as they come, and the table of them."""

    def __init__(self):
        self.rows, self.failed = [], []

    def row(self, what, own, others=None, budget=None, unit="ms"):
        """Own and the others' figures in the same unit; without a budget it only informs."""
        self.rows.append({"what": what, "zapis": round(own, 3), "others": others or {}, "budget": budget,
                          "unit": unit, "met": None if budget is None else own <= budget})
        print(f"  {what}: {own:.2f} {unit}", flush=True)

    def line(self, what, text):
        print(f"  {what}: {text}", flush=True)

    def fail(self, part, error):
        self.failed.append(part)
        print(f"  {part} COULD NOT BE MEASURED: {error}", flush=True)

    def table(self):
        print(f"\n{'':42} {'zapis':>9} {'budget':>9} {'ratio':>6}         others")
        for row in self.rows:
            budget, ratio, met = "", "", ""
            if row["budget"] is not None:
                budget, met = f"{row['budget']:.2f}", "met" if row["met"] else "MISSED"
                ratio = f"{row['zapis'] / row['budget']:.2f}" if row["budget"] else ""
            told = ", ".join(f"{name} {value:.2f}" for name, value in row["others"].items())
            print(f"{row['what'] + (', ' + row['unit'] if row['unit'] else ''):42} {row['zapis']:9.2f} {budget:>9}"
                  f" {ratio:>6}  {met:6} {told}".rstrip())
        asked = [row for row in self.rows if row["budget"] is not None]
        print(f"{sum(row['met'] for row in asked)} of {len(asked)} budgets met"
              + "".join(f"; not measured: {part}" for part in self.failed), flush=True)

    def all_met(self):
        return not self.failed and all(row["met"] is not False for row in self.rows)


class Salon:
    """A directory with a journal, a TLS server for Dikidi and Bitrix24, and a configuration."""

    def __init__(self, top, program, options):
        self.dir, self.program = top, program
        self.journal = os.path.join(top, "zapis.db")
        self.environment = {k: v for k, v in os.environ.items()
                            if not k.startswith(("ZAPIS_", "LC_", "LANG", "XDG_", "TMUX", "NO_COLOR"))}
        self.environment.update(HOME=top, LC_ALL="C.UTF-8", LANGUAGE="ru", TERM="xterm-256color")
        # Python's own locale takes LANGUAGE for a locale's name, and khal ends.
        self.for_others = {k: v for k, v in self.environment.items() if k != "LANGUAGE"}
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
        return told(self.program, "--config", self.config, *args, environment=self.environment)

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
    subprocess.run(["khal", "-c", config, "list"], env=salon.for_others, capture_output=True, check=False)
    return command, b"\x1b[B", b"\x1b[A"


def others(salon):
    found = {}
    for name, make in (("mc", lambda s: (["mc", "-d", "-b", "/usr/bin", "/etc"], b"\x1bOB", b"\x1bOA")),
                       ("calcurse", calcurse), ("khal", khal)):
        if shutil.which(name):
            program = make(salon)
            peer = other(salon, program)
            peer.first_screen()
            if not peer.ended(0.1):
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
    return Terminal(program[0], salon.for_others, salon.dir)


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
        report.line(f"first full screen, {name}", f"{min(values):.1f}-{max(values):.1f} ms, {len(values)} runs")
    median = {name: statistics.median(values) for name, values in times.items()}
    report.row("first full screen, median", median.pop("zapis"), median, median.get("mc"))
    least = {name: min(values) for name, values in times.items()}
    report.row("first full screen, quickest", least.pop("zapis"), least)


def ready(salon):
    terminal = salon.console()
    terminal.until("Dikidi")
    time.sleep(DELAY_MS / 1000)
    terminal.settle(0.8)
    return terminal


def press(terminal, keys, count):
    """Milliseconds to the last byte of what each key draws."""
    times = []
    for i in range(count):
        took = terminal.key(keys[i % len(keys)])
        if took:
            times.append(took[1] * 1000)
    return times


def echo(salon):
    """A program that does nothing: what the machine itself takes for a key just now."""
    terminal = Terminal(["sh", "-c", "stty raw -echo; echo; exec cat"], salon.for_others)
    terminal.settle()
    times = press(terminal, [b"x"], 100)
    terminal.close()
    return times


def keys(salon, programs, options, report):
    terminal = ready(salon)
    # Down and up the bookings of a master and along the masters: each moves the cursor.
    walk = [b"\x1bOB", b"\x1bOB", b"\t", b"\x1bOA", b"\x1b[Z", b"\x1bOB", b"\t", b"\x1bOA", b"\x1b[Z", b"\x1bOA"]
    own = press(terminal, walk, options.keys)
    terminal.close()
    report.line("keys pressed on Day", f"{options.keys}, {len(own)} painted")
    times = {"cat": echo(salon)}
    for name, program in programs.items():
        times |= of_others(salon, {name: program}, report, lambda peer, keys=program[1:]:
                           press(peer, [keys[0], keys[0], keys[1], keys[1]], min(options.keys, 100)))
    for share, budget in ((0.5, 1), (0.95, 4)):
        report.row(f"key to painted screen, p{share * 100:.0f}", quantile(own, share),
                   {name: quantile(taken, share) for name, taken in times.items() if taken}, budget)


def day_switch(terminal, key):
    """From the key to the last byte of the new day; a moment's silence ends it, well before the network says
    anything (it answers after DELAY_MS)."""
    took = terminal.key(key, quiet_s=0.02)
    terminal.settle(0.05)
    return took


def switch(salon, programs, options, report):
    terminal = ready(salon)
    times = []
    for i in range(min(options.keys, 300)):
        took = day_switch(terminal, b"\x1bOC" if i % 20 < 10 else b"\x1bOD")
        if took:
            times.append(took[1] * 1000)
    terminal.close()
    report.row("day switch to painted screen, p50", quantile(times, 0.5), {}, 3)
    report.row("day switch to painted screen, p95", quantile(times, 0.95))  # the bare program's: 2.1-3.2


def esc(salon, programs, options, report):
    terminal = ready(salon)
    times = []
    for _ in range(min(options.keys, 100)):
        terminal.key(b"\x1bOP")
        took = terminal.key(b"\x1b")
        if took:
            times.append(took[1] * 1000)
    terminal.close()
    report.row("Esc to painted screen, p50", quantile(times, 0.5))
    report.row("Esc to painted screen, worst", max(times), {}, 30)


def until_all_asked(salon, terminal):
    """(how many requests the server got so far, how many at once at most), once no more come."""
    end, last, most = time.monotonic() + 10, -1, 0
    while time.monotonic() < end:
        terminal.settle(2 * DELAY_MS / 1000)
        now = salon.told_by_server()
        most = max(most, now["most"])
        if now["all"] == last:
            break
        last = now["all"]
    return last, most


def tls(salon, programs, options, report):
    """Ctrl-R asks for every master's schedule, each over a connection of its own; keys meanwhile."""
    terminal = ready(salon)
    asked, most, times, runs = [], 0, [], min(options.runs, 5)
    for _ in range(runs):
        before = salon.told_by_server()["all"]
        os.write(terminal.fd, b"\x12")
        end = time.perf_counter() + 2 * DELAY_MS / 1000
        while time.perf_counter() < end:
            took = terminal.key(b"\x1bOB" if len(times) % 2 else b"\x1bOA", quiet_s=0.012, first_s=1.0)
            if took:
                times.append(took[0] * 1000)
        after, at_once = until_all_asked(salon, terminal)
        asked.append(after - before)
        most = max(most, at_once)
    terminal.close()
    asked = min(asked)
    report.line("TLS requests", f"{asked} at a time (wanted {FLIGHT}), at most {most} of them on the wire at once;"
                f" {len(times)} keys meanwhile, p50 {quantile(times, 0.5):.2f} ms")
    if asked < FLIGHT:
        raise RuntimeError(f"only {asked} requests were made")
    report.row(f"worst key among {asked} TLS requests", max(times), {}, 30)


def of_others(salon, programs, report, measure):
    """{name: what `measure` says of it}; one that does not stay is left out."""
    figures = {}
    for name, program in programs.items():
        peer = other(salon, program)
        peer.first_screen()
        try:
            figures[name] = measure(peer)
        except OSError as error:
            report.line(name, f"did not stay: {error}")
        peer.close()
    return figures


def memory(salon, programs, options, report):
    terminal = ready(salon)
    press(terminal, [b"\x1bOC"], 10)
    share, dirty = terminal.memory_kib()
    terminal.close()
    told_others = of_others(salon, programs, report, lambda peer: peer.memory_kib()[0] / 1024)
    report.row("memory (Pss)", share / 1024, told_others, 16, "MiB")
    report.line("private dirty", f"{dirty / 1024:.1f} MiB")


def turns_in(terminal, seconds):
    before = terminal.runs()
    time.sleep(seconds)
    return terminal.runs() - before


def turns_in_idle(terminal, seconds):
    """Turns on a processor while nothing happens, the minute's not among them: that turn draws, asks the journal
    and both services, and their answers are turns as well."""
    while time.time() % 60 > 60 - seconds - 1:
        time.sleep(0.5)
    if time.time() % 60 < 5:
        time.sleep(5)
    return turns_in(terminal, seconds)


def idle(salon, programs, options, report):
    terminal = ready(salon)
    time.sleep(3)
    woken = turns_in_idle(terminal, IDLE_S)
    terminal.close()
    told_others = of_others(salon, programs, report, lambda peer: turns_in(peer, 5) * IDLE_S / 5)
    report.row(f"turns on a processor in {IDLE_S} s idle", woken, told_others, 0, "")


def disk_sync_ms(directory, count):
    """What the disk itself takes for as much as a commit writes, at the desk's pace (after a rest it takes longer)."""
    times, page = [], b"x" * 16384
    path = os.path.join(directory, "sync")
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for _ in range(count):
        begun = time.perf_counter()
        os.write(handle, page)
        os.fdatasync(handle)
        times.append((time.perf_counter() - begun) * 1000)
        time.sleep(DESK_MS / 1000)
    os.close(handle)
    os.unlink(path)
    return times


def durable(salon, programs, options, report):
    tool = os.path.join(options.build, "tests/bench/hooks/bench_desk")
    if not os.path.exists(tool):
        raise RuntimeError("ninja -C BUILD bench_hooks builds what measures it")
    writes, syncs = [], []
    for _ in range(3):  # in turns
        syncs += disk_sync_ms(salon.dir, 250)
        writes.append(json.loads(told(tool, f"sqlite:{salon.journal}", journal.COMPANY, str(DESK_MS), "5000")))
    disk = quantile(syncs, 0.99)
    report.row("booking durable, p50", statistics.median(w["p50_us"] for w in writes) / 1000,
               {"fdatasync": quantile(syncs, 0.5)})
    report.row("booking durable, p99", statistics.median(w["p99_us"] for w in writes) / 1000, {"fdatasync": disk},
               disk + 1)


def numbers(salon, programs, options, report):
    """Not among the budgets of the console: figures of a month must not be felt."""
    month = (datetime.date.today().replace(day=1) - datetime.timedelta(days=65)).isoformat()
    times = []
    for _ in range(options.runs):
        begun = time.perf_counter()
        figures = json.loads(salon.run("numbers", month, "--month", "--json"))
        times.append((time.perf_counter() - begun) * 1000)
    terminal = ready(salon)
    terminal.key(b"\x0e")
    terminal.settle(0.2)
    figures_of_another_month(terminal, b"3")
    paint = [figures_of_another_month(terminal, b"\x1bOD" if i % 10 < 5 else b"\x1bOC") * 1000
             for i in range(max(10, options.runs))]
    terminal.close()
    report.line("visits of that month", f"{figures['bookings']:,}")
    report.row("zapis numbers --month, median", statistics.median(times))
    report.row("a month's figures painted, median", statistics.median(paint))
    report.row("a month's figures painted, worst", max(paint))


def figures_of_another_month(terminal, key):
    """Seconds from the key to the figures under another title; a frame that says they are being read is none."""
    title = terminal.screen.display[1]
    return terminal.key_until(key, lambda lines: lines[1] != title and lines[3].startswith(" Визиты"))


def calm():
    with open("/proc/loadavg", encoding="ascii") as file:
        load = float(file.read().split()[0])
    return load, os.cpu_count()


def measure(salon, options, report):
    programs = others(salon) if BESIDE_OTHERS & set(options.only) else {}
    for part in options.only:
        print(part, flush=True)
        gc.collect()
        gc.disable()  # its pauses would be the programs'
        try:
            globals()[part](salon, programs, options, report)
        except (RuntimeError, OSError, ValueError, IndexError) as error:
            report.fail(part, error)
        gc.enable()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("--bookings", type=int, default=1000000)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--keys", type=int, default=300)
    parser.add_argument("--dir", help="on the disk that is to be measured")
    parser.add_argument("--journal", help="kept for the next run, or taken from the last")
    parser.add_argument("--json", help="the figures for other programs")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    options = parser.parse_args()
    begun, (load, processors) = time.monotonic(), calm()
    head = f"{time.strftime('%Y-%m-%d %H:%M')}, {processors} processors, load average {load}"
    print(head + (": NOT CALM, others compute too" if load > 0.5 else ""), flush=True)
    top = tempfile.mkdtemp(prefix="zapis-console-", dir=options.dir)
    report = Report()
    try:
        salon = Salon(top, os.path.abspath(os.path.join(options.build, "tui/zapis")), options)
        try:
            measure(salon, options, report)
        finally:
            salon.close()
    finally:
        shutil.rmtree(top, ignore_errors=True)
    report.table()
    print(f"{head}, at the end {calm()[0]}; {time.monotonic() - begun:.0f} s")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"run": head, "figures": report.rows, "not_measured": report.failed}, file, ensure_ascii=False,
                      indent=1)
    return 0 if report.all_met() else 1


if __name__ == "__main__":
    sys.exit(main())
