#!/usr/bin/env python3
"""The request budget of a store, through the real program: flow_budget_test.py PROGRAM [days|short|full].

days   a person asks for many days at once: only those that have something are asked of Dikidi
short  30 wishes that wait, three workers (two stand for desks) and a person: for a good minute
full   200 wishes, until the last one is booked and logged (by hand: about 17 minutes)"""
import re
import subprocess
import time

import flow_test as flow
from flow_test import check, equal

RATE = 30  # requests a minute, of the client's configuration and of the practice Dikidi
PERSON_S = 3.0
PERSON_EVERY_S = 8.0


def dikidi_log(salon, call=None):
    verb = ["log", "--server", "dikidi", *(["--call", call] if call else [])]
    return salon.control(*verb)["requests"]


# ---- many days


def asks_only_for_days_that_have_something():
    with flow.Salon() as salon:
        salon.json("setup")
        service = salon.json("services")["services"][0]["id"]
        masters = salon.json("masters")["masters"]
        fewer = 0
        for master in [None, *masters]:
            ask = ["slots", "--service", service, *(["--master", master["id"]] if master else [])]
            if master and service not in master["service_ids"]:
                continue
            # From tomorrow on: today's free times go by.
            one_by_one = [salon.json(*ask, "--date", f"+{day}")["slots"] for day in range(1, 11)]
            before = len(dikidi_log(salon, "schedule"))
            together = salon.json(*ask, "--date", "+1", "--days", "10")["dates"]
            asked = len(dikidi_log(salon, "schedule")) - before
            equal("days answered", len(together), 10)
            for day, slots in zip(together, one_by_one):
                equal(f"the times of {day['date']}", day["slots"], slots)
            wanted = 1 + sum(bool(slots) for slots in one_by_one[1:])
            equal("requests", asked, wanted)
            fewer += wanted < 10
        check(fewer > 0, "every master has something on each of ten days: nothing was shown")


# ---- one budget


def find_wishes(salon, count):
    """Free visits that do not touch each other: (service, slot)."""
    wishes, taken = [], {}
    for service in salon.json("services")["services"]:
        for day in salon.json("slots", "--service", service["id"], "--date", "+2", "--days",
                              "40")["dates"]:
            for slot in day["slots"]:
                begin = flow.datetime.fromisoformat(slot["starts_at"]).timestamp() - 3600
                end = flow.datetime.fromisoformat(slot["ends_at"]).timestamp() + 3600
                others = taken.setdefault(slot["master_id"], [])
                if all(end <= b or begin >= e for b, e in others):
                    others.append((begin, end))
                    wishes.append((service, slot))
                    if len(wishes) == count:
                        return wishes
    raise flow.Failure(f"the salon has only {len(wishes)} of {count} free visits")


def phone_of(number):
    return f"+7916556{number:04d}"


def queue_wishes(salon, wishes):
    """Dikidi is silent: what is wished stands in the journal, to be sent by whoever comes first."""
    salon.stop()
    for number, (service, slot) in enumerate(wishes):
        kept = salon.json("book", "--service", service["id"], "--master", slot["master_id"],
                          "--at", slot["starts_at"], "--phone", phone_of(number), "--name",
                          f"Wish {number}", status=4)
        equal("state of a wish", kept["state"], "intent")
    salon.start()  # their counters begin anew
    salon.control("set", "rate", str(RATE))


def a_person_asks(salon, service, times):
    """Seconds that the budget made a person wait, and that the whole command took."""
    began = time.monotonic()
    said = salon.run("slots", "--service", service, "--date", "tomorrow", "--verbose").err
    waits = [int(ms) for ms in re.findall(r'"waited for the request budget".* ms=(\d+)', said)]
    equal("requests for one day's times", len(waits), 1)
    times.append((waits[0] / 1000, time.monotonic() - began))


def is_done(salon, count):
    made = [r for r in dikidi_log(salon, "create") if r["status"] == 201]
    return len(made) >= count and salon.json("queue")["tasks"] == []


def assert_budget(salon, times, whole):
    rate = salon.control("rate")["dikidi"]
    waits, commands = zip(*times)
    print(f"      {rate['most_in_a_minute']} requests in the fullest minute, {rate['total']} in all; "
          f"of {len(times)} of a person's the budget held one for {max(waits):.2f} s at most, and "
          f"the longest command took {max(commands):.2f} s", flush=True)
    equal("the practice Dikidi's limit", rate["limit_per_minute"], RATE)
    check(rate["most_in_a_minute"] <= RATE, "more than the budget in a minute", rate)
    refused = [r for r in dikidi_log(salon) if r["status"] == 429]
    equal("requests refused as too many", refused, [])
    check(max(waits) < PERSON_S, f"a person waited {max(waits):.2f} s", times)
    # Where other work fills the machine only the budget's part is ours.
    check(not whole or max(commands) < PERSON_S, f"a person waited {max(commands):.2f} s", times)


def keeps_one_budget(count, seconds):
    """seconds None: until all is done."""
    salon = flow.Salon()
    workers = []
    try:
        salon.json("setup")
        wishes = find_wishes(salon, count)
        service = wishes[0][0]["id"]
        queue_wishes(salon, wishes)
        # The configuration has been written anew.
        salon.configure(dikidi__requests_per_minute=RATE, salon__intent_minutes=120)
        workers = [subprocess.Popen([flow.PROGRAM, "--config", salon.config, "sync", "--quiet"],
                                    env=salon.env, stderr=subprocess.PIPE, text=True)
                   for _ in range(3)]
        a_person_asks(salon, service, [])  # waits off what the wishes used of the former, larger budget
        began, times = time.monotonic(), []
        while seconds is None or time.monotonic() - began < seconds:
            a_person_asks(salon, service, times)
            if len(times) % 10 == 5:  # in a hurry
                for _ in range(3):
                    a_person_asks(salon, service, times)
            if seconds is None and is_done(salon, count):
                break
            check(time.monotonic() - began < 1800, "the wishes are not done after half an hour")
            next_at = began + len(times) * PERSON_EVERY_S
            time.sleep(max(0.0, next_at - time.monotonic()))  # a person's pace, not a wait for something
        ran = time.monotonic() - began
        creates = dikidi_log(salon, "create")
        made = [r["key"] for r in creates if r["status"] == 201]
        equal("wishes made twice", len(made), len(set(made)))
        # One whose lease ended while it waited for its turn is sent again, under the same key.
        equal("other answers than done", {r["status"] for r in creates} - {200, 201}, set())
        print(f"      {len(made)} wishes made, {len(creates) - len(made)} repeated in {ran:.0f} s",
              flush=True)
        # The workers get what the person leaves of 24 a minute, and do not dawdle.
        wanted = count if seconds is None else int(ran / 60 * 24 - len(times)) * 2 // 3
        check(len(made) >= wanted, f"{len(made)} wishes of {wanted} made in {ran:.0f} s")
        assert_budget(salon, times, seconds is None)
        for worker in workers:
            worker.terminate()
        for worker in workers:
            equal("a worker's complaint", worker.communicate(timeout=flow.DEADLINE_S)[1], "")
            equal("a worker's exit status", worker.returncode, 0)
        salon.stop()
    finally:
        for worker in workers:
            if worker.poll() is None:
                worker.kill()
                worker.wait()
        salon.close()


SCENARIOS = {"days": asks_only_for_days_that_have_something,
             "short": lambda: keeps_one_budget(30, 66),
             "full": lambda: keeps_one_budget(200, None)}


if __name__ == "__main__":
    flow.play(SCENARIOS, __doc__, ("days", "short"))
