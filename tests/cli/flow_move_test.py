#!/usr/bin/env python3
"""Moves, marks and undecided bookings through the real program against the practice salon:
flow_move_test.py PROGRAM [NAME…]. Runs the scenarios named, or all of them."""

import flow_test  # noqa: E402  the salon and the checks are the same
from flow_test import Salon, check, entries_of, equal, field, is_free, until  # noqa: E402

PHONE = "+79165550201"
NAME = "Подвижная Анна"
DAY = "2026-11-24"


def salon_ready(*options, **changes):
    salon = Salon(*options)
    if changes:
        salon.configure(**changes)
    salon.json("setup")
    return salon


def pairs(salon, apart=True, count=2):
    """A service and free times of one master tomorrow; apart: no two of them overlap."""
    for service in salon.json("services")["services"]:
        slots = salon.json("slots", "--service", service["id"], "--date", DAY)["slots"]
        for master in {s["master_id"] for s in slots}:
            found = []
            for slot in (s for s in slots if s["master_id"] == master):
                overlaps = bool(found) and slot["starts_at"] < found[-1]["ends_at"]
                if not found or overlaps != apart:
                    found.append(slot)
                if len(found) == count:
                    return service, found
    raise flow_test.Failure("the practice salon has no such free times")


def book(salon, service, slot, *more, phone=PHONE, status=0):
    services = [service] if isinstance(service, dict) else service
    names = [word for s in services for word in ("--service", s["id"])]
    return salon.json("book", *names, "--master", slot["master_id"], "--at", slot["starts_at"],
                      "--phone", phone, "--name", NAME, *more, status=status)


def active(salon, phone=PHONE):
    return [b for b in salon.rows("bookings", "--date", DAY)
            if b["client"]["phone"] == phone and b["status"] == "active"]


def calls(salon, call, since=0):
    return [r for r in salon.control("log", "--since", str(since))["requests"] if r["call"] == call]


def mark_of(salon):
    return salon.control("log")["last"]


def stage_writes(salon, since):
    """Every write of a stage to a deal or a lead: none may happen while a visit is moved."""
    return [r for r in salon.control("log", "--since", str(since))["requests"]
            if r["call"].endswith(".update") and ("stageId" in str(r["in"]) or
                                                  "STAGE_ID" in str(r["in"]) or
                                                  "STATUS_ID" in str(r["in"]))]


def words_of(salon, reference):
    return [h["what"] for h in salon.json("show", reference)["history"]]


def assert_moved(salon, old, moved, slot, entity="deal"):
    """Both rows, both bookings at Dikidi, and the one entry that goes along."""
    equal("state", moved["state"], "booked")
    equal("starts_at", moved["starts_at"], slot["starts_at"])
    equal("master_id", moved["master_id"], slot["master_id"])
    equal("moved_from", moved["moved_from"], old["request_id"])
    check(moved["booking_id"] not in (None, old["booking_id"]), "no number of its own", moved)
    left = salon.json("show", old["booking_id"])
    equal("old state", left["state"], "cancelled")
    equal("moved_to", left["moved_to"], moved["request_id"])
    equal("old crm", left["crm"]["state"], "none")
    equal("at Dikidi", [b["id"] for b in active(salon)], [moved["booking_id"]])
    equal("crm", moved["crm"], {"state": "logged", "entity": entity, "id": old["crm"]["id"]})
    equal("entries of the old number", entries_of(salon, entity, old["booking_id"]), [])
    found = entries_of(salon, entity, moved["booking_id"])
    equal("entries of the new number", len(found), 1)
    equal("the same entry", str(field(found[0], "ID")), old["crm"]["id"])
    equal("booking field", field(found[0], "UF_CRM_DIKIDI_ID"), moved["booking_id"])
    flow_test.assert_same_instant("visit field", field(found[0], "UF_CRM_VISIT_AT"),
                                  moved["starts_at"])
    check(moved["booking_id"] in field(found[0], "COMMENTS"), "COMMENTS", found[0])
    check(moved["starts_at"][11:16] in field(found[0], "TITLE"), "TITLE", found[0])
    semantic = "STAGE_SEMANTIC_ID" if entity == "deal" else "STATUS_SEMANTIC_ID"
    equal("stage", field(found[0], semantic), "P")
    equal("queue", salon.json("queue")["tasks"], [])


def moves(entity="deal", methods="item"):
    """The new time first, then the old one; the same deal, which never falls."""
    with salon_ready(bitrix24__methods=f'"{methods}"', bitrix24__entity=f'"{entity}"') as salon:
        service, slots = pairs(salon)
        old = book(salon, service, slots[0], "--wait", "30")
        begun = mark_of(salon)
        moved = salon.json("move", old["booking_id"], "--at", slots[1]["starts_at"], "--wait", "30")
        assert_moved(salon, old, moved, slots[1], entity)
        equal("writes of a stage", stage_writes(salon, begun), [])
        order = [r["call"] for r in salon.control("log", "--since", str(begun))["requests"]
                 if r["call"] in ("create", "cancel")]
        equal("order at Dikidi", order, ["create", "cancel"])
        check(is_free(salon, service, slots[0], DAY), "the old time is not free again", slots[0])
        # Once more, by the request id, back to where it was; nobody waits for the CRM this time.
        back = salon.json("move", moved["request_id"], "--at", slots[0]["starts_at"])
        equal("crm at once", back["crm"]["state"], "queued")
        equal("cancelled at once", [b["id"] for b in active(salon)], [back["booking_id"]])
        until("the entry to go along", lambda: (
            salon.run("sync", "--once"),
            salon.json("show", back["request_id"])["crm"]["state"] == "logged")[1])
        back = {k: v for k, v in salon.json("show", back["request_id"]).items() if k != "history"}
        assert_moved(salon, moved, back, slots[0], entity)
        cancelled = salon.json("cancel", back["booking_id"], "--reason", "раздумала", "--wait", "30")
        equal("crm in the end", cancelled["crm"]["id"], old["crm"]["id"])
        flow_test.assert_failed_stage(salon, entity, back["booking_id"], 0)
        equal("all entries", len([e for e in salon.rows(f"{entity}s")
                                  if NAME in field(e, "TITLE")]), 1)


def refuses_to_move():
    """Overlap, a taken time, nonsense: nothing changes, and it is said what to do."""
    with salon_ready() as salon:
        service, slots = pairs(salon, apart=False)
        old = book(salon, service, slots[0], "--wait", "30")
        number = old["booking_id"]
        refused = salon.json("move", number, "--at", slots[1]["starts_at"], status=3)
        equal("overlap", refused["error"]["code"], "MOVE_OVERLAPS")
        equal("the old one stays", (refused["booking_id"], refused["state"]), (number, "booked"))
        service, free = pairs(salon, count=3)
        taken = book(salon, service, free[0], phone="+79165550202")
        begun = mark_of(salon)
        mine = book(salon, service, free[1], "--wait", "30", phone="+79165550203")
        begun = mark_of(salon)
        refused = salon.json("move", mine["booking_id"], "--at", taken["starts_at"], status=3)
        equal("taken", (refused["error"]["code"], refused["state"]), ("SLOT_TAKEN", "refused"))
        check(1 <= len(refused["offers"]) <= 3, "no offers instead", refused)
        equal("cancels", calls(salon, "cancel", begun), [])
        equal("the old one stays", salon.json("show", mine["booking_id"])["state"], "booked")
        equal("its mark", salon.json("show", mine["booking_id"])["moved_to"], None)
        for args in ((number, "--at", "2026-11-22 10:00"), (number, "--at", old["starts_at"]),
                     (number, "--at", slots[1]["starts_at"], "--master", "nobody"), (number,)):
            equal("code", salon.json("move", *args, status=2)["error"]["code"], "USAGE")
        salon.json("cancel", number, "--reason", "болеет")
        refused = salon.json("move", number, "--at", slots[1]["starts_at"], status=3)
        equal("cancelled", refused["error"]["code"], "NOT_BOOKED")


def releases_first():
    """Overlapping times: the old one is given up first; what is refused then is told plainly."""
    with salon_ready() as salon:
        service, slots = pairs(salon, apart=False)
        old = book(salon, service, slots[0], "--wait", "30")
        begun = mark_of(salon)
        moved = salon.json("move", old["booking_id"], "--at", slots[1]["starts_at"],
                           "--release-first", "--wait", "30")
        assert_moved(salon, old, moved, slots[1])
        equal("writes of a stage", stage_writes(salon, begun), [])
        order = [r["call"] for r in salon.control("log", "--since", str(begun))["requests"]
                 if r["call"] in ("create", "cancel")]
        equal("order at Dikidi", order, ["cancel", "create"])
        # The new time goes to somebody else in between: nothing is left, and the entry falls.
        service, free = pairs(salon, count=3)
        taken = book(salon, service, free[0], phone="+79165550204")
        refused = salon.json("move", moved["booking_id"], "--at", taken["starts_at"],
                             "--master", taken["master_id"], "--release-first", status=None)
        if refused["state"] != "refused":  # the master of the second service may not do the first
            raise flow_test.Failure(f"wanted a refusal: {refused}")
        equal("code", refused["error"]["code"], "SLOT_TAKEN")
        check("given up" in refused["error"]["message"], "not told plainly", refused)
        left = salon.json("show", moved["booking_id"])
        equal("the old one", (left["state"], left["moved_to"]), ("cancelled", None))
        until("the entry to fall", lambda: (
            salon.run("sync", "--once"),
            salon.json("show", moved["booking_id"])["crm"]["state"] == "logged")[1])
        flow_test.assert_failed_stage(salon, "deal", moved["booking_id"], 0)
        equal("queue", salon.json("queue")["tasks"], [])


def old_time_is_kept():
    """Dikidi does not let go of the old time."""
    with salon_ready() as salon:
        service, slots = pairs(salon)
        old = book(salon, service, slots[0], "--wait", "30")
        # Given up first: refused as a whole, nothing is moved.
        salon.control("set", "access", "full")
        salon.control("fault", "cancel", "401", "--count", "2")
        refused = salon.json("move", old["booking_id"], "--at", slots[1]["starts_at"],
                             "--release-first", status=None)
        equal("dropped", refused["state"], "dropped")
        check("nothing was moved" in refused["error"]["message"], "not told plainly", refused)
        left = salon.json("show", old["booking_id"])
        equal("the old one", (left["state"], left["moved_to"]), ("booked", None))
        equal("queue", salon.json("queue")["tasks"], [])
        salon.control("fault", "clear")
        # Booked first: both stand, which a person has to know.
        salon.control("fault", "cancel", "401", "--count", "2")
        half = salon.json("move", old["booking_id"], "--at", slots[1]["starts_at"], status=4)
        equal("half", (half["state"], half["moved_from"]), ("booked", old["request_id"]))
        check("keeps the old time" in half["error"]["message"], "not told plainly", half)
        tasks = {t["kind"]: t for t in salon.json("queue")["tasks"]}
        equal("attention", tasks["cancel"]["state"], "attention")
        check("retry" in tasks["cancel"]["error"], "what resolves it", tasks)
        salon.control("fault", "clear")
        salon.run("queue", "--retry", tasks["cancel"]["id"])
        salon.run("sync", "--once")
        moved = {k: v for k, v in salon.json("show", half["request_id"]).items() if k != "history"}
        assert_moved(salon, old, moved, slots[1])
        # And once more, where the person keeps both: two bookings, two deals.
        salon.control("fault", "cancel", "401", "--count", "2")
        both = salon.json("move", moved["booking_id"], "--at", slots[0]["starts_at"], status=4)
        salon.run("sync", "--once")
        tasks = salon.json("queue")["tasks"]
        equal("tasks", [t["kind"] for t in tasks], ["cancel"])
        salon.run("queue", "--drop", tasks[0]["id"])
        salon.run("sync", "--once")
        equal("at Dikidi", len(active(salon)), 2)
        for one in (both, moved):
            shown = salon.json("show", one["request_id"])
            equal("state", (shown["state"], shown["crm"]["state"]), ("booked", "logged"))
            equal("deals", len(entries_of(salon, "deal", shown["booking_id"])), 1)


def nobody_answers():
    """Answers that are lost at every step: in the end one booking, one deal, whatever it takes."""
    with salon_ready() as salon:
        service, slots = pairs(salon)
        old = book(salon, service, slots[0])  # its own entry is still queued
        for number, (call, kind) in enumerate([("create", "drop-after"), ("cancel", "drop-after"),
                                               ("create", "500-after"), ("cancel", "drop-before"),
                                               ("crm.item.update", "drop-after"),
                                               ("create", "drop-before")], start=1):
            salon.control("fault", call, kind)
            slot = slots[number % 2]
            moved = salon.json("move", old["request_id"], "--at", slot["starts_at"], status=None)
            until(f"the move with {kind} of {call}", lambda: (
                salon.run("sync", "--once", status=None),
                not [t for t in salon.json("queue")["tasks"]])[1])
            salon.control("fault", "clear")
            moved = {k: v for k, v in salon.json("show", moved["request_id"]).items()
                     if k != "history"}
            left = salon.json("show", old["request_id"])
            equal("old", (left["state"], left["crm"]["state"]), ("cancelled", "none"))
            equal("at Dikidi", [b["id"] for b in active(salon)], [moved["booking_id"]])
            equal("state", (moved["state"], moved["crm"]["state"]), ("booked", "logged"))
            equal("deals", len([d for d in salon.rows("deals") if NAME in field(d, "TITLE")]), 1)
            old = moved


def several_numbers():
    """One visit that is several bookings at Dikidi: cancelled and moved whole."""
    with salon_ready() as salon:
        salon.control("set", "split", "on")
        services, slots = visits(salon)
        first = book(salon, services, slots[0], "--wait", "30")
        equal("numbers", len(first["booking_ids"]), 2)
        equal("the first is its own", first["booking_ids"][0], first["booking_id"])
        deals = entries_of(salon, "deal", first["booking_id"])
        equal("deals", len(deals), 1)
        shown = salon.json("show", first["booking_ids"][1], "--refresh")
        equal("re-read whole", {k: shown[k] for k in ("request_id", "booking_ids", "starts_at",
                                                      "ends_at", "services", "price_minor")},
              {k: first[k] for k in ("request_id", "booking_ids", "starts_at", "ends_at",
                                     "services", "price_minor")})
        moved = salon.json("move", first["booking_id"], "--at", slots[1]["starts_at"],
                           "--wait", "30")
        equal("numbers", len(moved["booking_ids"]), 2)
        equal("at Dikidi", sorted(b["id"] for b in active(salon)), sorted(moved["booking_ids"]))
        equal("the same deal", moved["crm"], first["crm"])
        # One of the two is lost on the way: both are asked again.
        salon.control("fault", "cancel", "drop-after", "--after", "1")
        salon.json("cancel", moved["booking_ids"][1], "--reason", "болеет", status=4)
        until("the cancel", lambda: (
            salon.run("sync", "--once", status=None),
            not salon.json("queue")["tasks"])[1])
        equal("at Dikidi", active(salon), [])
        equal("state", salon.json("show", moved["request_id"])["state"], "cancelled")
        # One is refused: a person is told which, and the visit is not forgotten.
        third = book(salon, services, slots[0], "--wait", "30")
        salon.control("fault", "cancel", "401", "--after", "1", "--count", "1")
        refused = salon.json("cancel", third["booking_id"], "--reason", "болеет", status=None)
        check(third["booking_ids"][1] in refused["error"]["message"], "which one", refused)
        tasks = salon.json("queue")["tasks"]
        equal("attention", [(t["kind"], t["state"]) for t in tasks], [("cancel", "attention")])
        salon.run("queue", "--retry", tasks[0]["id"])
        equal("at Dikidi", active(salon), [])


def visits(salon):
    """Two services that one master does one after the other, and two times for them that do not overlap."""
    services = salon.json("services")["services"]
    for first in services:
        for second in services:
            if first is second:
                continue
            slots = salon.json("slots", "--service", first["id"], "--service", second["id"],
                               "--date", DAY)["slots"]
            for master in {s["master_id"] for s in slots}:
                mine = [s for s in slots if s["master_id"] == master]
                late = [s for s in mine if s["starts_at"] >= mine[0]["ends_at"]]
                if late:
                    return [first, second], [mine[0], late[-1]]
    raise flow_test.Failure("no visit of two services fits twice")


def uncertain(salon, slot, service):
    """A booking that Dikidi made and nobody can tell: it stands in attention."""
    salon.control("fault", "create", "drop-after")
    lost = book(salon, service, slot, status=4)
    equal("state", lost["state"], "uncertain")
    until("attention", lambda: (
        salon.run("sync", "--once", status=None),
        [t for t in salon.json("queue")["tasks"] if t["state"] == "attention"])[1])
    task = salon.json("queue")["tasks"][0]
    check("adopt" in task["error"] and "drop" in task["error"], "what resolves it", task)
    return lost, task


def person_decides():
    """An undecided booking is adopted by its number, looked at again, or given up: one row, one deal."""
    with salon_ready(dikidi__idempotency='"no"') as salon:
        service, slots = pairs(salon, count=3)
        lost, task = uncertain(salon, slots[0], service)
        number = active(salon)[0]["id"]
        salon.run("queue", "--retry", task["id"], status=4)
        equal("still so", salon.json("show", lost["request_id"])["state"], "uncertain")
        equal("sent once", len(calls(salon, "create")), 1)
        adopted = salon.json("adopt", number)
        equal("the same row", (adopted["request_id"], adopted["state"], adopted["booking_id"]),
              (lost["request_id"], "booked", number))
        equal("kinds", [t["kind"] for t in salon.json("queue")["tasks"]], ["crm-log"])
        salon.run("sync", "--once")
        equal("deals", len(entries_of(salon, "deal", number)), 1)
        equal("adopted twice", salon.json("adopt", number)["request_id"], lost["request_id"])
        day = [b for b in salon.json("day", DAY, "--all")["bookings"]
               if b["client"]["phone"] == PHONE]
        equal("rows", len(day), 1)
        # The same for the new time of a move: the old one goes then, and the deal along.
        salon.control("fault", "create", "drop-after")
        half = salon.json("move", number, "--at", slots[1]["starts_at"], status=4)
        equal("state", half["state"], "uncertain")
        until("attention", lambda: (
            salon.run("sync", "--once", status=None),
            [t for t in salon.json("queue")["tasks"] if t["state"] == "attention"])[1])
        second = [b["id"] for b in active(salon) if b["id"] != number][0]
        moved = salon.json("adopt", second)
        equal("the new one", (moved["request_id"], moved["state"]), (half["request_id"], "booked"))
        salon.run("sync", "--once")
        old = {k: v for k, v in salon.json("show", number).items() if k != "history"}
        moved = {k: v for k, v in salon.json("show", second).items() if k != "history"}
        old["crm"] = adopted["crm"] | {"id": moved["crm"]["id"]}
        assert_moved(salon, old, moved, slots[1])
        # Given up: dropped, and nothing is sent any more.
        lost, task = uncertain(salon, slots[2], service)
        salon.run("queue", "--drop", task["id"])
        equal("dropped", salon.json("show", lost["request_id"])["state"], "dropped")
        equal("queue", salon.json("queue")["tasks"], [])


def visit_is_adopted():
    """An undecided visit of two numbers: each is adopted, and it is one row with one deal."""
    with salon_ready(dikidi__idempotency='"no"') as salon:
        salon.control("set", "split", "on")
        services, slots = visits(salon)
        lost, _ = uncertain(salon, slots[0], services)
        numbers = sorted(b["id"] for b in active(salon))
        equal("made", len(numbers), 2)
        first = salon.json("adopt", numbers[0])
        equal("the same row", (first["request_id"], first["booking_ids"]),
              (lost["request_id"], numbers[:1]))
        equal("the whole visit", [s["id"] for s in first["services"]], [s["id"] for s in services])
        second = salon.json("adopt", numbers[1])
        equal("joined", (second["request_id"], second["booking_ids"]), (lost["request_id"], numbers))
        salon.run("sync", "--once")
        equal("deals", len([d for d in salon.rows("deals") if NAME in field(d, "TITLE")]), 1)
        salon.json("cancel", numbers[1], "--reason", "болеет")
        equal("at Dikidi", active(salon), [])


def cancel_in_doubt():
    """A cancel whose answer was lost cannot be dropped, and nobody holds it afterwards."""
    with salon_ready() as salon:
        service, slots = pairs(salon)
        booking = book(salon, service, slots[0], "--wait", "30")
        salon.control("fault", "cancel", "drop-after")
        lost = salon.json("cancel", booking["booking_id"], "--reason", "болеет", status=4)
        equal("state", lost["state"], "cancelling")
        task = salon.json("queue")["tasks"][0]
        salon.run("queue", "--drop", task["id"], status=4)
        task = salon.json("queue")["tasks"][0]
        equal("nobody holds it", task["state"], "attention")
        check("retry" in task["error"], "what resolves it", task)
        salon.run("queue", "--retry", task["id"])
        equal("state", salon.json("show", booking["booking_id"])["state"], "cancelled")


def marks():
    """Came and did not come: the journal and a comment, no stage, nothing at Dikidi."""
    with salon_ready() as salon:
        service, slots = pairs(salon)
        booking = book(salon, service, slots[0], "--wait", "30")
        number = booking["booking_id"]
        begun = mark_of(salon)
        told = salon.run("mark", number, "no-show")
        check("Dikidi" in told.err, "it does not say so", told)
        salon.run("sync", "--once")
        marked = salon.json("mark", number, "came")
        equal("the object", marked["booking_id"], number)
        equal("idle", salon.json("mark", number, "came")["booking_id"], number)
        salon.run("sync", "--once")
        salon.run("sync", "--once")
        comments = [c["text"] for c in salon.rows("comments")
                    if str(c["entity_id"]) == booking["crm"]["id"]]
        equal("comments", len(comments), 2)
        check("did not come" in comments[0] and "came" in comments[1], "comments", comments)
        equal("at Dikidi", [r for r in salon.control("log", "--since", str(begun))["requests"]
                            if r["server"] == "dikidi"], [])
        equal("writes of a stage", stage_writes(salon, begun), [])
        words = words_of(salon, number)
        check("no-show" in words and "came" in words, "history", words)
        for args in ((number,), (number, "late"), (number, "came", "again")):
            equal("code", salon.json("mark", *args, status=2)["error"]["code"], "USAGE")
        salon.json("cancel", number, "--reason", "болеет")
        equal("code", salon.json("mark", number, "came", status=3)["error"]["code"], "NOT_BOOKED")
        # A comment whose answer was lost is a person's.
        service, slots = pairs(salon)
        other = book(salon, service, slots[0], "--wait", "30", phone="+79165550209")
        salon.control("fault", "crm.timeline.comment.add", "drop-after")
        salon.json("mark", other["booking_id"], "came")
        salon.run("sync", "--once", status=None)
        salon.run("sync", "--once", status=None)
        task = [t for t in salon.json("queue")["tasks"] if t["kind"] == "crm-mark"][0]
        equal("attention", task["state"], "attention")
        equal("sent once", len([c for c in salon.rows("comments")
                                if str(c["entity_id"]) == other["crm"]["id"]]), 1)


def books_again(entity="deal"):
    """A cancelled visit once more: a new number, the same entry, back in the stage it stood in."""
    salon = salon_ready(bitrix24__entity=f'"{entity}"')
    stage = "STAGE_ID" if entity == "deal" else "STATUS_ID"
    try:
        service, slots = pairs(salon)
        old = book(salon, service, slots[0], "--wait", "30")
        number = old["booking_id"]
        stood = field(entries_of(salon, entity, number)[0], stage)
        refused = salon.json("move", number, "--again", "--at", slots[1]["starts_at"], status=3)
        equal("code, of one that stands", refused["error"]["code"], "NOT_CANCELLED")
        salon.json("cancel", number, "--reason", "передумала", "--wait", "30")
        comments = len(salon.rows("comments"))
        # Somebody else was quicker: nothing changes, and nobody is told a second time.
        book(salon, service, slots[1], "--wait", "30", phone="+79165550177")
        refused = salon.json("move", number, "--again", "--at", slots[1]["starts_at"], status=3)
        equal("code, of one that is taken", refused["error"]["code"], "SLOT_TAKEN")
        salon.run("sync", "--once")
        flow_test.assert_failed_stage(salon, entity, number, 0)
        equal("comments", len(salon.rows("comments")), comments)
        again = salon.json("move", number, "--again", "--at", slots[0]["starts_at"], "--wait", "30")
        equal("crm", (again["crm"]["state"], again["crm"]["id"]), ("logged", old["crm"]["id"]))
        found = entries_of(salon, entity, again["booking_id"])
        equal("the same entry", [str(field(e, "ID")) for e in found], [old["crm"]["id"]])
        equal("its stage", field(found[0], stage), stood)
        equal("at Dikidi", salon.control("booking", again["booking_id"])["status"], "active")
        equal("entries of the old number", entries_of(salon, entity, number), [])
        refused = salon.json("move", number, "--again", "--at", slots[0]["starts_at"], status=3)
        equal("code, a second time", refused["error"]["code"], "NOT_CANCELLED")
        salon.stop()
    finally:
        salon.close()


SCENARIOS = {
    "books-again": books_again,
    "books-again-lead": lambda: books_again("lead"),
    "moves": moves,
    "moves-legacy": lambda: moves("deal", "legacy"),
    "moves-lead": lambda: moves("lead", "item"),
    "refuses-to-move": refuses_to_move,
    "releases-first": releases_first,
    "old-time-kept": old_time_is_kept,
    "move-lost-answers": nobody_answers,
    "several-numbers": several_numbers,
    "person-decides": person_decides,
    "visit-adopted": visit_is_adopted,
    "cancel-in-doubt": cancel_in_doubt,
    "marks": marks,
}

if __name__ == "__main__":
    flow_test.play(SCENARIOS, __doc__)
