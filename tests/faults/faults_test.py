#!/usr/bin/env python3
"""Every call of every flow meets every fault, with the real program and the practice servers:
faults_test.py PROGRAM [--write] [--only FLOW[,FLOW]] [--sample N] [--jobs N] [--table FILE]
Compares with the reviewed table; --write writes it (with --only: those flows of it). --sample N: N
cells of a third of the flows, chosen by $ZAPIS_TEST_SEED. A cell that is not as reviewed is run once
more before it counts, since a machine that stands still for seconds changes what was in time; a rule
that is broken counts at once."""
import argparse
import concurrent.futures
import os
import random
import re
import sys
import threading
import time

import cell
import rules
import salon
from flows import FLOWS

HEAD = ["flow", "call", "fault", "exit", "code", "journal", "queue", "dikidi", "crm",
        "journal in the end", "queue", "dikidi", "crm", "sentence"]
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
    reads = row.flow.reads
    used = readers.take(row.template) if reads else row.template.fresh()
    try:
        row.run(used)
        if not reads:
            used.stop()
    except BaseException:
        used.close()
        raise
    if reads:
        readers.give(row.template, used)
    else:
        used.close()
    return rules.broken(row)


def run_all(pool, readers, rows, began):
    """Every row; what is broken, in words with the row's key."""
    bad, count = [], 0
    for future, row in [(pool.submit(run_cell, readers, row), row) for row in rows]:
        try:
            bad += [f"{row.key()}: {word}" for word in future.result()]
        except Exception as failure:  # a cell that cannot be run is a wrong cell
            bad.append(f"{row.key()}: {type(failure).__name__}: {failure}")
        count += 1
        if count % 100 == 0:
            print(f"{count} cells, {time.monotonic() - began:.0f} s", flush=True)
    return bad


# ---- the table

def read_table(path):
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return [re.split(r" {2,}", line.rstrip("\n")) for line in file][1:]


def write_table(path, rows):
    got = [row.cells() for row in rows]
    flows = {cells[0] for cells in got}
    order = [flow.name for flow in FLOWS]
    kept = [cells for cells in read_table(path) if cells[0] not in flows]
    table = [HEAD] + sorted(kept + got, key=lambda cells: order.index(cells[0]))
    widths = [max(len(line[i]) for line in table) for i in range(len(HEAD) - 1)]
    with open(path, "w", encoding="utf-8") as file:
        for line in table:
            file.write("  ".join([*(c.ljust(w) for c, w in zip(line, widths)), line[-1]]) + "\n")


def differing(rows, reviewed):
    known = {tuple(cells) for cells in reviewed}
    return [row for row in rows if tuple(row.cells()) not in known]


def explain(row, reviewed):
    was = [cells for cells in reviewed if cells[:3] == row.cells()[:3]]
    return (f"{row.key()}: not as reviewed\n      is  {' | '.join(row.cells()[3:])}\n"
            f"      was {' | '.join(was[0][3:]) if was else 'not there'}")


def missing(rows, reviewed):
    got = {tuple(row.cells()[:3]) for row in rows}
    return [f"{' | '.join(cells[:3])}: reviewed, but there is no such cell" for cells in reviewed
            if tuple(cells[:3]) not in got]


def judge(pool, readers, rows, options, began):
    bad = run_all(pool, readers, rows, began)
    if options.write:
        write_table(options.table, [row for row in rows if row.then])
        return bad
    reviewed = read_table(options.table)
    again = differing([row for row in rows if row.then], reviewed)
    if again:
        print(f"once more: {', '.join(row.key() for row in again)}", flush=True)
        bad += run_all(pool, readers, again, began)
    bad += [explain(row, reviewed) for row in differing(again, reviewed)]
    if not options.sample:
        flows = {row.flow.name for row in rows}
        bad += missing(rows, [cells for cells in reviewed if cells[0] in flows])
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
            if 0 < options.sample < len(rows):
                rows = chance.sample(rows, options.sample)
            print(f"{len(rows)} cells of {len(flows)} flows, prepared in "
                  f"{time.monotonic() - began:.0f} s", flush=True)
            bad = judge(pool, readers, rows, options, began)
        finally:
            readers.close()
            for template in templates:
                template.close()
    print(f"{len(rows)} cells in {time.monotonic() - began:.0f} s")
    return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=6)
    parser.add_argument("--table", default=os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                                        "table.txt"))
    options = parser.parse_args()
    salon.PROGRAM = os.path.abspath(options.program)
    bad = run(options)
    print("\n".join(bad) if bad else "every rule kept" + ("" if options.write else ", all as reviewed"))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
