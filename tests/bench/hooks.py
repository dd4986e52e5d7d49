#!/usr/bin/env python3
"""Hooks durable per second, beside the same receiver in PHP behind nginx, plain and tuned, in one run.

hooks.py BUILD_DIR [--rounds N] [--seconds S] [--dir DIR] [--json FILE]   compares
hooks.py BUILD_DIR tune [--seconds S] [--dir DIR]                         how PHP does best here
hooks.py BUILD_DIR desk [--rounds N] [--seconds S] [--dir DIR]            only a desk beside the flood

BUILD_DIR: where `ninja -C BUILD_DIR bench_hooks` built. On a machine that others use: each measurement
waits until they use at most --calm of the processors (a share), and is made again if they used more
meanwhile, three times at most; all of a run waits --patience seconds at most. What they used is printed
either way."""
import argparse
import itertools
import json
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

from receivers import COMPANY, SECRET, Failure, Ours, Php, Tuning

CONNECTIONS = (1, 16, 64)
WARM_UP_S = 1.0
DESK_PAUSE_MS = 20
# How many events are signed before: more than can be answered, for each second of a run.
EVENTS_PER_S = {("ours", 1): 15000, ("ours", 16): 60000, ("ours", 64): 90000,
                **{(php, c): 20000 for php in ("plain", "tuned") for c in CONNECTIONS}}
# As most would write it, and as it does best: README.md, "What is compared".
PHPS = {"plain": Tuning(lock=False, plain=True), "tuned": Tuning()}
WORDS = {"ours": "zapis serve", "plain": "nginx + php-fpm, plain", "tuned": "nginx + php-fpm, tuned"}
MEMORY_FILE_SYSTEMS = ("tmpfs", "ramfs")

CALM_TRIES = 3
# What is wanted: at 16 connections, beside the plain one; of a desk under the flood.
TIMES, P99_MS, DESK_P99_MS = 12, 5, 50

names = itertools.count(1)


# ---- how much of the processors others used

def busy_s():
    """Seconds of all processors in processes, of everybody, since the start of the machine."""
    with open("/proc/stat", encoding="ascii") as stat:
        user, nice, system = map(int, stat.readline().split()[1:4])
    return (user + nice + system) / os.sysconf("SC_CLK_TCK")


def own_s():
    """Of this process, its descendants and those of them that have ended."""
    ticks, found = {}, {os.getpid()}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", encoding="ascii", errors="replace") as stat:
                    fields = stat.read().rsplit(")", 1)[1].split()
            except OSError:
                continue
            ticks[int(name)] = (int(fields[1]), sum(map(int, fields[11:15])))
    grown = True
    while grown:
        more = {pid for pid, (parent, _) in ticks.items() if parent in found} - found
        found, grown = found | more, bool(more)
    return sum(ticks[pid][1] for pid in found if pid in ticks) / os.sysconf("SC_CLK_TCK")


class Bench:
    def __init__(self, options):
        self.build = os.path.abspath(options.build)
        self.seconds, self.calm, self.patience = options.seconds, options.calm, options.patience
        self.top = tempfile.mkdtemp(prefix="bench-", dir=options.dir or self.build)
        self.program = self.tool("tui/zapis")
        self.load, self.desk = self.tool("tests/bench/hooks/bench_load"), self.tool("tests/bench/hooks/bench_desk")

    def tool(self, path):
        full = os.path.join(self.build, path)
        if not os.path.exists(full):
            raise Failure(f"{full} is missing: ninja -C {self.build} bench_hooks")
        return full

    def start(self, which, tuning=None):
        name = f"{which}{next(names)}"
        return Ours(self.top, name, self.program) if which == "ours" else Php(self.top, name, tuning or PHPS[which])

    def flood(self, receiver, which, connections, tag, beside=None):
        """One measurement. Every event that was answered 200 must be in the journal, and no other."""
        acked = os.path.join(self.top, f"acked-{tag}")
        began, busy, own = time.monotonic(), busy_s(), own_s()
        events = int(EVENTS_PER_S[which, connections] * (self.seconds + WARM_UP_S))
        load = subprocess.Popen(
            [self.load, str(receiver.port), str(connections), str(int(WARM_UP_S * 1000)),
             str(int(self.seconds * 1000)), str(events), tag, SECRET, acked],
            stdout=subprocess.PIPE, text=True)
        if beside:
            beside(receiver)
        out = load.communicate()[0]
        if load.returncode != 0:
            raise Failure(f"bench_load ended with {load.returncode}")
        result = json.loads(out)
        cpus_s = (time.monotonic() - began) * os.cpu_count()
        result["others"] = round(max(0, (busy_s() - busy) - (own_s() - own)) / cpus_s, 3)
        with open(acked, encoding="ascii") as file:
            answered = {int(line) for line in file}
        os.unlink(acked)
        stored = receiver.stored(tag)
        if len(stored) != len(set(stored)):
            raise Failure(f"{which}: an event is in the journal twice")
        if not answered <= set(stored):
            raise Failure(f"{which}: {len(answered - set(stored))} of {len(answered)} events were "
                          "answered 200 and are not in the journal")
        if result["refused"] == result["broken"] == 0 and len(answered) != len(stored):
            raise Failure(f"{which}: {len(stored)} stored, {len(answered)} answered 200")
        if receiver.looks() != len(stored):
            raise Failure(f"{which}: {receiver.looks()} in the queue for {len(stored)} events")
        result["acked"] = len(answered)
        return result

    def one(self, which, connections, tuning=None, beside=None):
        for _ in range(CALM_TRIES):
            self.wait_calm()
            result = self.once(which, connections, tuning, beside)
            if result["others"] <= self.calm or self.patience <= 0:
                break
        return result

    def wait_calm(self):
        """While nothing of ours runs: until a second in which the others use little."""
        while self.patience > 0:
            busy, began = busy_s(), time.monotonic()
            time.sleep(1)
            took = time.monotonic() - began
            if (busy_s() - busy) / took / os.cpu_count() <= self.calm:
                return
            self.patience -= took

    def once(self, which, connections, tuning, beside):
        receiver = self.start(which, tuning)
        try:
            return self.flood(receiver, which, connections, f"{which}{next(names)}", beside)
        finally:
            receiver.close()

    def desk_beside(self, connections):
        """A desk writes, in a process of its own, as long as the flood lasts (0: no flood)."""
        wrote = {}

        def write(receiver):
            until_signed(receiver, connections > 0)
            done = subprocess.run([self.desk, f"sqlite:{receiver.journal}", COMPANY, str(DESK_PAUSE_MS),
                                   str(int(self.seconds * 1000))], stdout=subprocess.PIPE, text=True,
                                  check=False)
            wrote.update(json.loads(done.stdout), status=done.returncode)

        if connections == 0:
            receiver = self.start("ours")
            try:
                write(receiver)
            finally:
                receiver.close()
            return wrote, None
        flood = self.one("ours", connections, beside=write)
        return wrote, flood

    def close(self):
        shutil.rmtree(self.top)


def until_signed(receiver, flooded):
    """The flood begins when all its events are signed: until the first of them is stored."""
    end = time.monotonic() + 60
    while flooded and not receiver.rows("SELECT 1 FROM hook LIMIT 1"):
        if time.monotonic() > end:
            raise Failure("the flood does not begin")
        time.sleep(0.05)


# ---- facts of the machine

def file_system(path):
    best = ("", "?")
    with open("/proc/self/mounts", encoding="utf-8") as mounts:
        for line in mounts:
            place, kind = line.split()[1:3]
            if (os.path.realpath(path) + "/").startswith(place.rstrip("/") + "/") and len(place) >= len(best[0]):
                best = (place, kind)
    return best[1]


def syncs_per_second(directory):
    """fdatasync after 4 KiB appended: what one commit costs at least."""
    path = os.path.join(directory, "sync")
    block, count, end = b"x" * 4096, 0, time.monotonic() + 1
    fd = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    while time.monotonic() < end:
        os.write(fd, block)
        os.fdatasync(fd)
        count += 1
    os.close(fd)
    os.unlink(path)
    return count


def cpu_model():
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        for line in info:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def say_machine(bench):
    kind = file_system(bench.top)
    if kind in MEMORY_FILE_SYSTEMS:
        raise Failure(f"{bench.top} is on {kind}: nothing is durable there; name a disk with --dir")
    print(f"{time.strftime('%Y-%m-%d %H:%M')}, {os.cpu_count()} cores ({cpu_model()}), Linux {platform.release()}, "
          f"{kind}, {syncs_per_second(bench.top)} fdatasync/s of an appended block, "
          f"load average before {os.getloadavg()[0]:.2f}", flush=True)


# ---- tables

def middle(results, key):
    return statistics.median(result[key] for result in results)


def ms(us):
    return f"{us / 1000:.2f}"


def row(connections, which, results):
    speeds = [result["per_second"] for result in results]
    faults = sum(result["refused"] + result["broken"] for result in results)
    return (f"| {connections} | {which} | {middle(results, 'per_second'):.0f} ({min(speeds):.0f}-{max(speeds):.0f})"
            f" | {ms(middle(results, 'p50_us'))} | {ms(middle(results, 'p99_us'))}"
            f" | {ms(max(r['max_us'] for r in results))} | {faults} |")


def verdict(met, wanted):
    return f" - wanted {wanted}: {'met' if met else 'MISSED'}"


def ratio(connections, php, ours, theirs):
    ratios = [a["per_second"] / b["per_second"] for a, b in zip(ours, theirs)]
    times = statistics.median(ratios)
    said = verdict(times >= TIMES, f"at least {TIMES} times") if (connections, php) == (16, "plain") else ""
    return (f"{connections} connections, beside {php}: {times:.1f} times "
            f"({min(ratios):.1f}-{max(ratios):.1f} in each round){said}")


def compare(bench, rounds):
    results = {(c, which): [] for c in CONNECTIONS for which in WORDS}
    print(*(f"PHP {name}: {tuning}" for name, tuning in PHPS.items()),
          f"{rounds} rounds of {bench.seconds:g} s after {WARM_UP_S:g} s of warm-up, an empty journal each time",
          sep="\n", flush=True)
    for number in range(rounds):
        for connections in CONNECTIONS:
            order = list(WORDS)
            for which in order if number % 2 == 0 else reversed(order):
                result = bench.one(which, connections)
                results[connections, which].append(result)
                print(f"  round {number + 1}, {connections} connections, {which}: "
                      f"{result['per_second']:.0f}/s, p50 {ms(result['p50_us'])}, p99 {ms(result['p99_us'])} ms"
                      f"{', out of events' if result['exhausted'] else ''}; others used {result['others']:.0%}",
                      flush=True)
    print("\n| connections | receiver | hooks/s, median (range) | p50 ms | p99 ms | max ms | not 200 |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for (connections, which), list_ in results.items():
        print(row(connections, WORDS[which], list_))
    for connections in CONNECTIONS:
        for php in PHPS:
            print(ratio(connections, php, results[connections, "ours"], results[connections, php]))
    p99 = middle(results[16, "ours"], "p99_us") / 1000
    print(f"16 connections: p99 {p99:.2f} ms{verdict(p99 <= P99_MS, f'at most {P99_MS} ms')}")
    everything = [result for list_ in results.values() for result in list_]
    print(f"others used {statistics.median(r['others'] for r in everything):.0%} of the processors meanwhile, at most "
          f"{max(r['others'] for r in everything):.0%}")
    print(f"answered 200: {sum(r['acked'] for r in everything)}; each of them in its journal, once\n", flush=True)
    return {f"{which}-{connections}": list_ for (connections, which), list_ in results.items()}


def beside(bench, rounds):
    print("| flood, connections | writes | failed | late | p50 ms | p99 ms | max ms | hooks/s meanwhile | their p99 ms |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    kept, said = {}, []
    for connections in (0, 16, 64):
        runs = [bench.desk_beside(connections) for _ in range(rounds)]
        wrote, floods = [run[0] for run in runs], [run[1] for run in runs if run[1]]
        meanwhile = (f"{middle(floods, 'per_second'):.0f} | {ms(middle(floods, 'p99_us'))}" if floods else "- | -")
        print(f"| {connections or 'none'} | {sum(w['writes'] for w in wrote)} | {sum(w['failed'] for w in wrote)}"
              f" | {sum(w['late'] for w in wrote)}"
              f" | {ms(middle(wrote, 'p50_us'))} | {ms(middle(wrote, 'p99_us'))}"
              f" | {ms(max(w['max_us'] for w in wrote))} | {meanwhile} |", flush=True)
        p99 = middle(wrote, "p99_us") / 1000
        if connections:
            said.append(f"desk beside {connections} connections: p99 {p99:.2f} ms"
                        f"{verdict(p99 < DESK_P99_MS, f'below {DESK_P99_MS} ms')}; others used at most "
                        f"{max(flood['others'] for flood in floods):.0%}")
        kept[f"desk-{connections}"] = {"desk": wrote, "flood": floods}
    print(f"one write every {DESK_PAUSE_MS} ms (late: the one before had not ended); p50 and p99 are medians of {rounds} rounds, max is the worst of all",
          *said, sep="\n")
    return kept


def tune(bench):
    """What may be turned: look for the most hooks/s at 16 connections."""
    tried = []
    for children, lock in itertools.product((1, 2, 3, 4, 8), (False, True)):
        tried.append(Tuning(children, lock))
    tried += [Tuning(children, True, keep=True) for children in (16, 32)]
    tried += [Tuning(4, True, workers=2), Tuning(4, True, jit=False)]
    for tuning in tried:
        found = [bench.one("tuned", connections, tuning) for connections in (1, 16)]
        print(f"{tuning}: " + "; ".join(
            f"{r['connections']} connections {r['per_second']:.0f}/s, p99 {ms(r['p99_us'])} ms, "
            f"{r['refused'] + r['broken']} not 200, others {r['others']:.0%}" for r in found), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("what", nargs="?", choices=("all", "tune", "desk"), default="all")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--calm", type=float, default=0.05)
    parser.add_argument("--patience", type=float, default=60)
    parser.add_argument("--dir")
    parser.add_argument("--json")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what runs is ended, its directory removed
    bench = Bench(options)
    try:
        say_machine(bench)
        if options.what == "tune":
            tune(bench)
            return
        kept = {} if options.what == "desk" else compare(bench, options.rounds)
        kept.update(beside(bench, options.rounds))
        if options.json:
            with open(options.json, "w", encoding="utf-8") as file:
                json.dump(kept, file, indent=1)
    finally:
        bench.close()


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"hooks.py: {failure}")
