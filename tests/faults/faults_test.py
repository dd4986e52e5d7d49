#!/usr/bin/env python3
"""Every call of every flow meets every fault, with the real program and the practice servers:
faults_test.py PROGRAM [--write] [--only FLOW[,FLOW]] [--match PATTERN] [--sample N]
               [--jobs N] [--deadline SECONDS] [--table FILE]
Compares with the reviewed table; --write writes it (with --only: those flows of it; with --match: the
cells whose “flow | call | fault” has it). --sample N: N
cells of a third of the flows, chosen by $ZAPIS_TEST_SEED. A cell that is not as reviewed is run once
more before it counts, since a machine that stands still for seconds changes what was in time; a rule
that is broken counts at once."""
import argparse
import concurrent.futures
import datetime
import os
import random
import re
import subprocess
import sys
import threading
import time

import cell
import rules
import salon
import table
from flows import FLOWS

TITLE = "What came of every call of every flow under every fault (how to read it: README.md)."
lock = threading.Lock()


class Readers:
    """Salons of flows that change nothing, each used for many cells."""

    def __init__(self):
        self.idle = {}

    def take(self, template):
        with lock:
            idle = self.idle.setdefault(template, [])
            if idle:
                return idle.pop()
        return template.fresh()

    def give(self, template, used):
        with lock:
            self.idle[template].append(used)

    def close(self):
        for used in [s for idle in self.idle.values() for s in idle]:
            used.stop()
            used.close()


def run_cell(readers, row):
    """Runs a row's cell; what is broken in it, in words."""
    began, reads, kept = time.monotonic(), row.flow.reads, False
    used = readers.take(row.template) if reads else row.template.fresh()
    try:
        row.run(used)
        kept = reads and not row.fault.startswith("429")  # the pause they ask for lasts
        if not kept:
            used.stop()
    finally:
        if kept:
            readers.give(row.template, used)
        else:
            used.close()
        row.seconds = time.monotonic() - began
    return rules.broken(row)


def run_all(pool, readers, rows, began):
    """Every row; what is broken, in words with the row's key."""
    bad, count = [], 0
    for future, row in [(pool.submit(run_cell, readers, row), row) for row in rows]:
        try:
            bad += [f"{row.name()}: {word}" for word in future.result()]
        except Exception as failure:  # a cell that cannot be run is a wrong cell
            bad.append(f"{row.name()}: {type(failure).__name__}: {failure}")
        count += 1
        if count % 100 == 0:
            print(f"{count} cells, {time.monotonic() - began:.0f} s", flush=True)
    return bad


# ---- the table

def program_commit():
    """Of the tree in which the program was built."""
    git = subprocess.run(["git", "-C", os.path.dirname(salon.PROGRAM), "rev-parse", "--short", "HEAD"],
                         capture_output=True, text=True, check=False)
    return git.stdout.strip() or "unknown"


def write_table(path, rows, options):
    reviewed = table.Table().read(path)
    got = {row.key(): row.outcome() for row in rows}
    flows = {flow for flow, _, _ in got}
    kept = {key: outcome for key, outcome in reviewed.cells.items()
            if key[0] not in flows or (options.match and key not in got)}
    order = [flow.name for flow in FLOWS]
    calls = list(dict.fromkeys(key[:2] for key in kept | got))
    cells = sorted((kept | got).items(), key=lambda one: (
        order.index(one[0][0]), calls.index(one[0][:2]), cell.ORDER.index(one[0][2])))
    what = f"{', '.join(f for f in order if f in flows)}" if kept else "every flow"
    made = (f"Run of {datetime.date.today()}, program of commit {program_commit()}, practice seed "
            f"{salon.SEED}: {what}, {len(got)} cells.")
    written = table.Table()
    written.cells = dict(cells)
    written.made = [*(reviewed.made if kept else []), made]
    written.write(path, TITLE)


def explain(row, reviewed):
    was = reviewed.cells.get(row.key())
    return (f"{row.name()}: not as reviewed\n  is\n" + "\n".join(table.lines_of(row.outcome())) +
            "\n  was\n" + ("\n".join(table.lines_of(was)) if was else "    not there"))


def judge(pool, readers, rows, options, began):
    bad = run_all(pool, readers, rows, began)
    if options.write:
        write_table(options.table, [row for row in rows if row.then], options)
        return bad
    reviewed = table.Table().read(options.table)

    def differing(some):
        return [row for row in some if reviewed.cells.get(row.key()) != row.outcome()]

    again = differing([row for row in rows if row.then])
    if again:
        print(f"once more: {'; '.join(row.name() for row in again)}", flush=True)
        bad += run_all(pool, readers, again, began)
    bad += [explain(row, reviewed) for row in differing(again)]
    if not options.sample and not options.match:
        flows, got = {row.flow.name for row in rows}, {row.key() for row in rows}
        bad += [f"{' | '.join(key)}: reviewed, but there is no such cell" for key in reviewed.cells
                if key[0] in flows and key not in got]
    return bad


def run(options):
    began = time.monotonic()
    chance = random.Random(os.environ.get("ZAPIS_TEST_SEED", "1"))
    flows = [f for f in FLOWS if not options.only or f.name in options.only.split(",")]
    if options.sample:
        flows = chance.sample(flows, (len(flows) + 2) // 3)
    templates, readers = [], Readers()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        try:
            templates = [cell.Template(flow) for flow in flows]
            list(pool.map(cell.Template.prepare, templates))
            rows = [cell.Row(template, one) for template in templates for one in template.cells()]
            rows = [row for row in rows if re.search(options.match, row.name())]
            if 0 < options.sample < len(rows):
                rows = chance.sample(rows, options.sample)
            print(f"{len(rows)} cells of {len(flows)} flows, prepared in "
                  f"{time.monotonic() - began:.0f} s", flush=True)
            bad = judge(pool, readers, rows, options, began)
        finally:
            readers.close()
            for template in templates:
                template.close()
    slowest = sorted(rows, key=lambda row: -row.seconds)[:5]
    print(f"{len(rows)} cells in {time.monotonic() - began:.0f} s; slowest: " +
          ", ".join(f"{row.seconds:.0f} s {row.name()}" for row in slowest))
    return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--match", default="")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--deadline", type=int, default=2)
    parser.add_argument("--table", default=os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                                        "table.txt"))
    options = parser.parse_args()
    salon.PROGRAM = os.path.abspath(options.program)
    cell.set_deadline(options.deadline)
    bad = run(options)
    print("\n".join(bad) if bad else "every rule kept" + ("" if options.write else ", all as reviewed"))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
