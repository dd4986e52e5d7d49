#!/usr/bin/python3
"""SIGKILL between any two of: intent written, POST sent, answer read, deal added (and every other call on the journal's files and the
sockets), for a booking with its CRM entry; then `sync --once` until nothing waits: one booking, one contact, one deal.

A third one kills a move, with and without --release-first, in the same way: one booking at Dikidi, one deal that never fell.

usage: kill_test.py PROGRAM [STEP [SWEEP…]]     STEP: only every STEP-th point (default 1: all of them); SWEEP: book move release

The points are the system calls by which the program touches the journal and the network, counted in a first run and then killed one by
one with strace's injection. A second sweep kills `sync --once` itself half way through the CRM log."""
import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import flow_test  # noqa: E402  the salon and the checks are the same

CALLS = "fdatasync,fsync,pwrite64,sendto,sendmsg,writev,recvfrom,recvmsg"
PHONE_BASE = 9160000000


def strace(salon, output, inject, args):
    command = ["strace", "-f", "-qq", "-o", output, "-e", f"trace={CALLS}"]
    if inject:
        command += ["-e", f"inject={inject[0]}:signal=SIGKILL:when={inject[1]}"]
    command += [flow_test.PROGRAM, "--config", salon.config, *args]
    return subprocess.run(command, env=salon.env, capture_output=True, text=True, timeout=120).returncode


def points(salon, args):
    """How often each call is made in a run that nobody kills."""
    output = os.path.join(salon.dir, "strace.log")
    status = strace(salon, output, None, args)
    flow_test.check(status == 0, f"the run that nobody kills ended with {status}")
    counts = {}
    with open(output, encoding="utf-8", errors="replace") as file:
        for line in file:
            match = re.match(r"\d+\s+(\w+)\(", line)
            if match:
                counts[match.group(1)] = counts.get(match.group(1), 0) + 1
    return [(call, n) for call in sorted(counts) for n in range(1, counts[call] + 1)]


def settle(salon):
    """sync --once until nothing waits; nothing may end in attention here."""
    deadline = time.monotonic() + flow_test.DEADLINE_S
    while time.monotonic() < deadline:
        salon.run("sync", "--once", status=None)
        tasks = salon.json("queue")["tasks"]
        if not tasks:
            return
        stuck = [task for task in tasks if task["state"] == "attention"]
        flow_test.check(not stuck, "a task needs a person after a kill", stuck)
        time.sleep(0.2)
    raise flow_test.Failure(f"still waiting: {tasks}")


def bookings_of(salon, phone):
    listed = salon.rows("bookings", "--date", "2026-11-24")
    return [b for b in listed if b["client"]["phone"] == phone and b["status"] == "active"]


def verify(salon, phone, what):
    """At both servers: at most one booking for that phone, and exactly as many deals, one contact."""
    made = bookings_of(salon, phone)
    flow_test.check(len(made) <= 1, f"{what}: {len(made)} bookings", made)
    contacts = [c for c in salon.rows("contacts") if phone in str(c)]
    deals = [d for d in salon.rows("deals") if made and str(made[0]["id"]) in str(d)]
    flow_test.equal(f"{what}: deals", len(deals), len(made))
    flow_test.equal(f"{what}: contacts", len(contacts), len(made))
    journal = [b for b in salon.json("day", "2026-11-24")["bookings"] if b["client"]["phone"] == phone]
    flow_test.equal(f"{what}: booked in the journal", len([b for b in journal if b["state"] == "booked"]), len(made))
    flow_test.check(all(b["crm"]["state"] == "logged" for b in journal if b["state"] == "booked"), f"{what}: not logged", journal)
    return len(made)


def free_slot(salon):
    service = salon.json("services")["services"][0]
    slots = salon.json("slots", "--service", service["id"], "--date", "2026-11-24")["slots"]
    flow_test.check(slots, "the practice salon has no free time left for this test")
    return service["id"], slots[0]


def book_args(salon, number):
    service, slot = free_slot(salon)
    return ["book", "--service", service, "--master", slot["master_id"], "--at", slot["starts_at"], "--phone",
            f"+7{PHONE_BASE + number}", "--name", "Мария Проба", "--wait", "10", "--json"], f"+7{PHONE_BASE + number}"


def sweep(step):
    salon = flow_test.Salon("--zone", "Europe/Moscow")
    try:
        salon.run("setup")
        args, phone = book_args(salon, 0)
        everything = points(salon, args)
        flow_test.equal("the run that nobody kills: booked", verify(salon, phone, "no kill"), 1)
        chosen = everything[::step]
        killed = made = 0
        for number, point in enumerate(chosen, start=1):
            args, phone = book_args(salon, number)
            status = strace(salon, os.path.join(salon.dir, "strace.log"), point, args)
            killed += status != 0
            settle(salon)
            made += verify(salon, phone, f"killed at {point[0]} number {point[1]}")
            salon.cancel_all(phone)
        print(f"kill: {len(everything)} points, {len(chosen)} tried, {killed} killed, {made} booked, 0 violations")
        flow_test.check(killed >= len(chosen) * 7 // 10, "too few of the runs were killed: the points are not the program's")
        flow_test.check(made >= 1, "no killed booking was finished by the worker")
    finally:
        salon.close()


# ---- a move
def two_slots(salon, apart):
    """A service and two free times of one master, which overlap or do not."""
    for service in salon.json("services")["services"]:
        slots = salon.json("slots", "--service", service["id"], "--date", "2026-11-24")["slots"]
        for first in slots:
            for second in slots:
                if second["master_id"] == first["master_id"] and second["starts_at"] > first["starts_at"] and \
                        (second["starts_at"] >= first["ends_at"]) == apart:
                    return service["id"], first, second
    raise flow_test.Failure("the practice salon has no two such times left")


def last_request(salon):
    return salon.control("log", "--since", str(10**12))["last"]


def verify_move(salon, phone, since, what):
    """One booking at Dikidi at one of the two times, one contact, one deal for it, which no write has put into another stage."""
    made = bookings_of(salon, phone)
    flow_test.equal(f"{what}: bookings", len(made), 1)
    number = str(made[0]["id"])
    contacts = [c for c in salon.rows("contacts") if phone in str(c)]
    flow_test.equal(f"{what}: contacts", len(contacts), 1)
    deals = [d for d in salon.rows("deals") if str(d["CONTACT_ID"]) == str(contacts[0]["ID"])]
    flow_test.equal(f"{what}: deals", [(str(d["ORIGIN_ID"]), d["STAGE_SEMANTIC_ID"]) for d in deals], [(number, "P")])
    stages = [r for r in salon.control("log", "--since", str(since), "--server", "bitrix24")["requests"]
              if r["call"].endswith(".update") and ("stageId" in str(r["in"]) or "STAGE_ID" in str(r["in"]))]
    flow_test.equal(f"{what}: writes of a stage", stages, [])
    journal = [b for b in salon.json("day", "2026-11-24")["bookings"] if b["client"]["phone"] == phone]
    flow_test.equal(f"{what}: in the journal", [(b["booking_id"], b["state"], b["crm"]["state"]) for b in journal],
                    [(number, "booked", "logged")])
    return journal[0]["moved_from"] is not None


def move_args(salon, number, release):
    phone = f"+7{PHONE_BASE + number}"
    service, first, second = two_slots(salon, apart=not release)
    booking = salon.json("book", "--service", service, "--master", first["master_id"], "--at", first["starts_at"], "--phone", phone,
                         "--name", "Мария Проба", "--wait", "30")
    flow_test.equal("before the move", booking["crm"]["state"], "logged")
    args = ["move", booking["booking_id"], "--at", second["starts_at"], "--wait", "10", "--json"]
    return args + (["--release-first"] if release else []), phone


def sweep_moves(step, release):
    word = "move --release-first" if release else "move"
    salon = flow_test.Salon("--zone", "Europe/Moscow")
    try:
        salon.run("setup")
        args, phone = move_args(salon, 1000, release)
        since = last_request(salon)
        everything = points(salon, args)
        flow_test.check(verify_move(salon, phone, since, "no kill"), "the run that nobody kills moved nothing")
        salon.cancel_all(phone)
        settle_cancelled(salon)
        chosen = everything[::step]
        killed = moved = 0
        for number, point in enumerate(chosen, start=1001):
            args, phone = move_args(salon, number, release)
            since = last_request(salon)
            status = strace(salon, os.path.join(salon.dir, "strace.log"), point, args)
            killed += status != 0
            settle(salon)
            moved += verify_move(salon, phone, since, f"{word} killed at {point[0]} number {point[1]}")
            salon.cancel_all(phone)
            settle_cancelled(salon)
        print(f"{word}: {len(everything)} points, {len(chosen)} tried, {killed} killed, {moved} moved, 0 violations")
        flow_test.check(killed >= len(chosen) * 7 // 10, "too few of the runs were killed: the points are not the program's")
        flow_test.check(moved >= 1, "no killed move was finished by the worker")
    finally:
        salon.close()


def settle_cancelled(salon):
    """The journal learns of the cancel at the salon, so that the next round begins from nothing."""
    for booking in salon.json("day", "2026-11-24")["bookings"]:
        if booking["booking_id"]:
            salon.run("show", booking["booking_id"], "--refresh")
    settle(salon)


def cancel_all(salon, phone):
    """The slot is given back, so that the sweep does not run out of free time."""
    for booking in bookings_of(salon, phone):
        salon.control("app-cancel", str(booking["id"]))


def main():
    flow_test.PROGRAM = os.path.abspath(sys.argv[1])
    os.environ["ASAN_OPTIONS"] = "detect_leaks=0"  # the leak check cannot run under ptrace
    flow_test.Salon.cancel_all = cancel_all
    try:
        step = int(sys.argv[2]) if len(sys.argv) > 2 else 1
        sweeps = {"book": lambda: sweep(step), "move": lambda: sweep_moves(step, False), "release": lambda: sweep_moves(step, True)}
        for name in sys.argv[3:] or sweeps:
            sweeps[name]()
    except flow_test.Failure as failure:
        print(f"FAILED {failure}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
