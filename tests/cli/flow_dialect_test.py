#!/usr/bin/env python3
"""Every dialect of the practice Dikidi through the real program: the catalogue, free times, a booking,
what is shown of it and its end are those of the clean form, and check names what is odd:
flow_dialect_test.py PROGRAM [DIALECT…]. Runs the dialects named, or all of them, two at a time."""
import copy
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import flow_test
from flow_test import Failure, Salon, check, equal

PHONE, NAME = "+79165550111", "Диалектова Мария"
NOBODY = "999000999"  # no booking has this number
FORGOTTEN = {"request_id", "fetched_at", "crm", "history"}  # other in each run

# What check must name; "" where nothing is odd: fields null, missing or extra are as good as clean.
WORDS = {
    "ids-number": "number-ids", "ids-mixed": "number-ids", "money-text": "money-text",
    "money-comma": "money-text", "money-nbsp": "money-text", "empty-list": "empty-list",
    "error-number": "plain-error", "error-true": "plain-error", "error-word": "plain-error",
    "bare": "no-envelope", "no-data": "no-data", "camel": "camel-case", "slot-map": "slot-map",
    "status-number": "number-status", "seconds": "seconds", "naive": "naive-times",
    "split": "split-visit", "nulls": "", "missing": "", "extra": "", "retry-date": "",
    "bare-key": "", "v1": "no-duration", "half-text": "broken-text",
    "ids-number,money-nbsp,camel,bare,slot-map,seconds,naive,split,status-number,error-true":
        "naive-times",
}
PAGES = {"html-200": (5, 200), "html-403": (5, 403), "html-503": (4, 503)}  # check's exit, HTTP


def clean_of(value):
    """Without what differs between two runs of the same thing."""
    if isinstance(value, dict):
        return {k: clean_of(v) for k, v in value.items() if k not in FORGOTTEN}
    return [clean_of(v) for v in value] if isinstance(value, list) else value


def two_services(salon):
    """A master, two of the services, and a time tomorrow that is free for both: the same in each run."""
    for master in salon.json("masters")["masters"]:
        services = sorted(master["service_ids"])[:2]
        wanted = [x for s in services for x in ("--service", s)]
        if len(services) == 2 and salon.json("slots", *wanted, "--master", master["id"], "--date",
                                             "tomorrow")["slots"]:
            return master["id"], services
    raise Failure("no master has time for two services")


def form_of(salon):
    """What check says of the form of the answers: state and words."""
    checks = {c["name"]: c for c in salon.json("check")["checks"]}
    bad = [c for c in checks.values() if c["state"] == "fail"]
    check(not bad, "check fails", bad)
    equal("the clock", checks["clock"]["state"], "ok")
    form = checks["dikidi.form"]
    return form["state"], set(re.findall(r"\[([a-z-]+): \d+\]", form["detail"]))


def story(salon, services, master, at=None):
    """All that a desk asks of Dikidi, from the catalogue to the end of a booking."""
    wanted = [x for s in services for x in ("--service", s)]
    told = {"services": salon.json("services"),
            "masters": salon.json("masters", "--date", "tomorrow", "--days", "3"),
            "any": salon.json("slots", "--service", services[0], "--date", "tomorrow", "--days", "2"),
            "slots": salon.json("slots", *wanted, "--master", master, "--date", "tomorrow")}
    at = at or told["slots"]["slots"][0]["starts_at"]
    book = ["book", *wanted, "--master", master, "--at", at, "--phone", PHONE, "--name", NAME]
    told["booked"] = salon.json(*book, "--wait", "30")
    number = told["booked"]["booking_id"]
    equal("crm", told["booked"]["crm"]["state"], "logged")
    told["taken"] = salon.json(*book[:-1], "Другая", status=3)
    told["nobody"] = salon.json("adopt", NOBODY, status=3)
    told["shown"] = salon.json("show", number)
    told["refreshed"] = salon.json("show", number, "--refresh")
    told["form"] = form_of(salon)
    told["cancelled"] = salon.json("cancel", number, "--reason", "по просьбе", "--wait", "30")
    told["gone"] = salon.json("show", number, "--refresh")
    told["day"] = salon.json("day", "tomorrow", "--all")
    return told


def of_v1(clean):
    """The clean story as far as a catalogue of v1 tells it: no durations, nobody knows who does what
    or works when. What was booked is whole; a time that was refused never learned its end."""
    for service in clean["services"]["services"]:
        service["duration_min"] = None
    for master in clean["masters"]["masters"]:
        master["service_ids"], master["shifts"] = [], []
    for booking in (clean["taken"], *clean["day"]["bookings"]):
        if booking["state"] == "refused":
            booking["ends_at"] = booking["starts_at"]
            for service in booking["services"]:
                service["duration_min"] = 0
    return clean


def bookings_in(document):
    return document["bookings"] if "bookings" in document else [document]


def of_error_number(clean):
    """A refusal told as {"error":1} has a sentence but no code, so no other times are offered."""
    for document in (clean["taken"], clean["nobody"], *clean["day"]["bookings"]):
        if "error" in document:
            document["error"]["code"] = "1"
        document.pop("offers", None)
    return clean


def of_split(got):
    """The parts have numbers of their own; the first stands for the visit."""
    for name in ("booked", "shown", "refreshed", "cancelled", "gone", "day"):
        for booking in bookings_in(got[name]):
            numbers = booking["booking_ids"]
            if numbers:
                equal(f"{name}: parts", numbers, [numbers[0], numbers[0] + "-2"])
                booking["booking_ids"] = numbers[:1]
    return got


def of_slot_map(got, clean):
    """A list of start times tells no end; `slots` adds it from the catalogue, offers go without."""
    for theirs, ours in zip(got["taken"]["offers"], clean["taken"]["offers"]):
        theirs["ends_at"] = theirs["ends_at"] or ours["ends_at"]
    return got


def difference(got, wanted, path=""):
    """The first place where two documents differ; None when they do not."""
    if isinstance(got, dict) and isinstance(wanted, dict) and got.keys() == wanted.keys():
        pairs = [(key, got[key], wanted[key]) for key in wanted]
    elif isinstance(got, list) and isinstance(wanted, list) and len(got) == len(wanted):
        pairs = [(i, *pair) for i, pair in enumerate(zip(got, wanted))]
    else:
        return None if got == wanted else f"{path}: got {got!r}, wanted {wanted!r}"
    return next(filter(None, (difference(a, b, f"{path}.{key}") for key, a, b in pairs)), None)


def same(dialect, got, clean):
    clean, got, parts = copy.deepcopy(clean), clean_of(got), dialect.split(",")
    del clean["form"], got["form"]
    if "v1" in parts:
        clean = of_v1(clean)
    if "error-number" in parts:
        clean = of_error_number(clean)
    if "split" in parts:
        got = of_split(got)
    if "slot-map" in parts:
        got = of_slot_map(got, clean)
    for story_ in (got, clean):  # the words of a refusal are Dikidi's own
        for document in (*story_.values(), *story_["day"]["bookings"]):
            document.get("error", {}).pop("message", None)
    found = difference(got, clean)
    check(found is None, f"{dialect} is not the same as the clean form", found)


def speaks(dialect, services, master, at, clean):
    with Salon("--dialect", dialect) as salon:
        got = story(salon, services, master, at)
        state, words = got["form"]
        equal(f"{dialect}: state of dikidi.form", state, "warn" if WORDS[dialect] else "ok")
        check(not WORDS[dialect] or WORDS[dialect] in words, f"check does not name {dialect}", words)
        same(dialect, got, clean)
        check(salon.rows("deals"), "no deal was made")
        if dialect == "retry-date":  # last: the pause holds for every process of this journal
            is_limited(salon)


def is_limited(salon):
    """429 with a date: said so, and no reason to stop for ever."""
    salon.control("set", "rate", "1")
    salon.run("services", "--refresh", status=4)  # services, then masters are one too many
    salon.control("set", "rate", "600")


def is_no_data(dialect, services, master, at):
    """A page instead of data: every command says so, nothing is made of it."""
    salon = Salon("--dialect", dialect)
    status, http = PAGES[dialect]
    try:
        words = f"a web page instead of data (HTTP {http})"
        for args in (["services"], ["masters", "--date", "tomorrow"],
                     ["slots", "--service", services[0], "--date", "tomorrow"],
                     ["adopt", NOBODY]):
            error = salon.json(*args, status=4)["error"]
            check(words in error["message"], f"{dialect}: {args[0]} does not say why", error)
            equal(f"{dialect}: code", error["code"],
                  "UNREACHABLE" if http == 503 else "BAD_ANSWER")
        checks = {c["name"]: c for c in salon.json("check", status=status)["checks"]}
        equal("dikidi.services", checks["dikidi.services"]["state"], "fail")
        check("[web-page: " in checks["dikidi.form"]["detail"], "the form", checks["dikidi.form"])
        writes_are_unknown(salon, dialect, services, master, at)
        salon.stop()
    finally:
        salon.close()


def writes_are_unknown(salon, dialect, services, master, at):
    """With a catalogue at hand, a booking and a cancel that met the page are not known to be done,
    and are done once when the page is gone."""
    salon.control("set", "dialect", "clean")
    salon.json("services", "--refresh")
    salon.control("set", "dialect", dialect)
    booking = salon.json("book", "--service", services[0], "--master", master, "--at", at,
                         "--phone", PHONE, "--name", NAME, status=4)
    equal(f"{dialect}: state", booking["state"], "uncertain")
    equal(f"{dialect}: code", booking["error"]["code"], "UNKNOWN_OUTCOME")
    salon.control("set", "dialect", "clean")

    def is_logged():
        salon.run("sync", "--once", status=None)
        return salon.json("show", booking["request_id"])["crm"]["state"] == "logged"
    flow_test.until("the booking to be made after the page", is_logged)
    number = salon.json("show", booking["request_id"])["booking_id"]
    salon.control("set", "dialect", dialect)
    salon.json("cancel", number, "--reason", "по просьбе", status=4)
    equal("after an unknown cancel", salon.json("show", number)["state"], "cancelling")
    rows = [b for b in salon.rows("bookings", "--date", "tomorrow", "--all")
            if b["client"]["phone"] == PHONE]
    equal("bookings made", [b["status"] for b in rows], ["active"])


def refuses_unknown_names():
    process = subprocess.run([flow_test.PROGRAM, "practice", "--headless", "--dialect", "klingon"],
                             capture_output=True, text=True, timeout=60)
    equal("status", process.returncode, 2)
    help_text = subprocess.run([flow_test.PROGRAM, "practice", "--help"], capture_output=True,
                               text=True, timeout=60).stdout
    for name in [*(n for names in WORDS for n in names.split(",")), *PAGES]:
        check(name in process.stderr, f"the error does not list {name}", process.stderr)
        check(f"\n  {name} " in help_text, f"the help does not list {name}", help_text)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    flow_test.PROGRAM = flow_test.os.path.abspath(sys.argv[1])
    failed = []
    refuses_unknown_names()
    with Salon() as salon:
        master, services = two_services(salon)
        clean = story(salon, services, master)
        equal("the clean form", clean["form"], ("ok", set()))
        at, clean = clean["booked"]["starts_at"], clean_of(clean)

    def run(dialect):
        began = time.monotonic()
        try:
            if dialect in PAGES:
                is_no_data(dialect, services, master, at)
            else:
                speaks(dialect, services, master, at, clean)
            print(f"ok    {dialect} ({time.monotonic() - began:.1f} s)", flush=True)
        except (Failure, subprocess.TimeoutExpired, ValueError, KeyError, IndexError) as failure:
            failed.append(dialect)
            print(f"FAIL  {dialect}: {type(failure).__name__}\n      {failure}", flush=True)

    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(run, sys.argv[2:] or [*WORDS, *PAGES]))
    print(f"{len(failed)} failed" if failed else "all passed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
