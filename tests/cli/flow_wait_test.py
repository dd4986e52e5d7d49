#!/usr/bin/env python3
"""The waiting list, through the real program against the practice salon:
flow_wait_test.py PROGRAM [NAME…]."""
import os
import sqlite3

import flow_test  # noqa: E402  the salon and the checks are the same
from flow_test import Salon, check, equal, first_free  # noqa: E402

PHONE, NAME = "+79169876543", "Пелагея Яблочкова"
OTHER = "+79031112233"


def add(salon, service, *more, phone=PHONE, name=NAME):
    return salon.json("wait", "--add", "--service", service["id"], "--phone", phone, "--name", name,
                      "--date", "tomorrow", *more)["waiting"][0]


def waiting(salon, *more):
    return salon.json("wait", *more)["waiting"]


def book(salon, slot, service, *more, status=0, phone=OTHER, name="Кто-то"):
    return salon.json("book", "--service", service["id"], "--master", slot["master_id"], "--at",
                      slot["starts_at"], "--phone", phone, "--name", name, *more, status=status)


def a_list():
    with Salon() as salon:
        service, slots = first_free(salon)
        equal("nobody", waiting(salon), [])
        check("Nobody waits." in salon.run("wait").out, "empty list in words")
        one = add(salon, service, "--days", "3", "--time", "10-14:30", "--comment", "после работы")
        equal("state", (one["id"], one["state"]), ("1", "waiting"))
        equal("client", one["client"], {"name": NAME, "phone": PHONE})
        equal("wish", (one["from"], one["to"], one["time_from"], one["time_to"], one["master"]),
              ("2026-11-24", "2026-11-26", "10:00", "14:30", None))
        equal("comment", one["comment"], "после работы")
        changed = salon.json("wait", "--change", "1", "--master", slots[0]["master_id"], "--days",
                             "1")["waiting"][0]
        equal("changed", (changed["to"], changed["master_id"], changed["time_from"]),
              ("2026-11-24", slots[0]["master_id"], "10:00"))
        add(salon, service, phone=OTHER, name="Другая")
        equal("order", [w["id"] for w in waiting(salon)], ["1", "2"])
        check(service["name"] in salon.run("wait").out, "the service in words")
        salon.run("wait", "--drop", "1", status=2)  # nobody is taken off it without a reason
        gone = salon.json("wait", "--drop", "1", "--reason", "нашла другое время")["waiting"][0]
        equal("dropped", (gone["state"], gone["reason"]), ("dropped", "нашла другое время"))
        equal("left", [w["id"] for w in waiting(salon)], ["2"])
        equal("all", [w["id"] for w in waiting(salon, "--all")], ["1", "2"])
        history = waiting(salon, "--show", "1")[0]["history"]
        equal("history", [line["what"] for line in history], ["added", "changed", "dropped"])
        check("put on the list" in salon.run("wait", "--show", "1").out, "history in words")
        # A wish that makes no sense is refused, and nothing is written.
        for wrong in (("--service", "nope"), ("--phone", "12"), ("--name", " "), ("--time", "25-26"),
                      ("--time", "14-10"), ("--date", "2020-01-01"), ("--master", "nope")):
            salon.json("wait", "--add", "--service", service["id"], "--phone", PHONE, "--name", NAME,
                       *wrong, status=2) if wrong[0] != "--service" else \
                salon.json("wait", "--add", *wrong, "--phone", PHONE, "--name", NAME, status=2)
        salon.json("wait", "--drop", "1", "--reason", "x", status=3)
        salon.json("wait", "--show", "9", status=3)
        salon.run("wait", "--add", "--drop", "1", status=2)
        equal("nothing more", len(waiting(salon, "--all")), 2)


def who_fits():
    with Salon() as salon:
        service, slots = first_free(salon)
        slot = slots[0]
        made = book(salon, slot, service, "--wait", "20")
        add(salon, service)
        add(salon, service, "--master", slot["master_id"], phone=OTHER, name="Другая")
        equal("nothing is freed", [w["fits"] for w in waiting(salon)], [[], []])
        salon.json("cancel", made["booking_id"], "--reason", "заболела")
        listed = waiting(salon)
        for one in listed:
            equal("fits", [(f["master_id"], f["starts_at"]) for f in one["fits"]],
                  [(slot["master_id"], slot["starts_at"])])
        said = salon.run("wait").out
        check(f"{NAME} waits: " in said and "turned free" in said, "in words", said)
        check(said.index(NAME + " waits: ") < said.index("Другая waits: "), "who waits longest is first")
        # It is taken again: nobody is told that it is free.
        book(salon, slot, service)
        equal("taken", [w["fits"] for w in waiting(salon)], [[], []])


def one_books():
    with Salon() as salon:
        service, slots = first_free(salon, at_least=3)
        add(salon, service)
        # Refused: she waits on.
        taken = slots[0]
        book(salon, taken, service)
        book(salon, taken, service, "--waiting", "1", status=3, phone=PHONE, name=NAME)
        equal("waits on", waiting(salon)[0]["state"], "waiting")
        made = book(salon, slots[-1], service, "--waiting", "1", phone=PHONE, name=NAME)
        equal("booked", made["state"], "booked")
        equal("nobody waits", waiting(salon), [])
        ended = waiting(salon, "--show", "1")[0]
        equal("ended", (ended["state"], ended["request_id"]), ("booked", made["request_id"]))
        equal("history", [line["what"] for line in ended["history"]],
              ["added", "booking", "waiting", "booking", "booked"])
        # Another desk was quicker: nothing is booked twice.
        before = len(salon.rows("bookings"))
        refused = book(salon, slots[1], service, "--waiting", "1", status=3, phone=PHONE, name=NAME)
        equal("why", refused["error"]["code"], "WAITING_ENDED")
        equal("at Dikidi", len(salon.rows("bookings")), before)


def forgotten():
    with Salon() as salon:
        service, _ = first_free(salon)
        add(salon, service, "--comment", "аллергия на хну")
        card = salon.json("client", PHONE)
        equal("card", [w["id"] for w in card["waiting"]], ["1"])
        check("waits" in salon.run("client", PHONE).out, "card in words")
        salon.json("forget", PHONE, "--yes")
        gone = waiting(salon, "--show", "1")[0]
        equal("erased", (gone["state"], gone["client"], gone["comment"]),
              ("dropped", {"name": "", "phone": ""}, ""))
        journal = sqlite3.connect(os.path.join(salon.state, "zapis.db"))
        equal("whole", journal.execute("PRAGMA integrity_check").fetchone(), ("ok",))
        journal.close()
        for name in os.listdir(salon.state):
            if name.startswith("zapis.db"):
                with open(os.path.join(salon.state, name), "rb") as file:
                    data = file.read()
                for word in ("9169876543", "Пелагея", "хну"):
                    check(word.encode() not in data, "left in the file", name, word)


SCENARIOS = {"list": a_list, "fits": who_fits, "books": one_books, "forget": forgotten}


if __name__ == "__main__":
    flow_test.play(SCENARIOS, __doc__)
