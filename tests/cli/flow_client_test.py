#!/usr/bin/env python3
"""A client's card and erasing a person, through the real program against the practice salon:
flow_client_test.py PROGRAM [NAME…]."""
import datetime
import os
import pty
import select
import sqlite3
import subprocess
import time

import flow_test  # noqa: E402  the salon and the checks are the same
from flow_test import Salon, check, equal, first_free  # noqa: E402

DAY_S = 86400
PHONE, NAME = "+79169876543", "Пелагея Яблочкова"


def book(salon, slot, service, phone=PHONE, name=NAME):
    return salon.json("book", "--service", service["id"], "--at", slot["starts_at"], "--phone", phone,
                      "--name", name, "--comment", "аллергия на хну", "--wait", "20")


def long_ago(salon, booking, days):
    """The visit was so many days ago: as a journal of months has it."""
    journal = sqlite3.connect(os.path.join(salon.state, "zapis.db"))
    journal.execute("UPDATE booking SET starts_at = starts_at - ?, ends_at = ends_at - ?"
                    " WHERE request_id = ?", (days * DAY_S, days * DAY_S, booking["request_id"]))
    journal.commit()
    journal.close()


def several_visits(salon):
    service, _ = first_free(salon)
    days = salon.json("slots", "--service", service["id"], "--date", "+1", "--days", "9")["dates"]
    days = [day for day in days if day["slots"]][:5]
    booked = [book(salon, day["slots"][0], service) for day in days]
    check(len(booked) == 5, "too few free times", days)
    today = datetime.date(2026, 11, 23)
    for booking, days in zip(booked, (90, 60, 30)):
        ahead = (datetime.date.fromisoformat(booking["starts_at"][:10]) - today).days
        long_ago(salon, booking, days + ahead)
    return service, booked


def bytes_left(salon):
    left = []
    for name in os.listdir(salon.state):
        if name.startswith("zapis.db"):
            with open(os.path.join(salon.state, name), "rb") as file:
                data = file.read()
            left += [(name, word) for word in ("9169876543", "Пелагея", "яблочков", "yablochkov", "хну")
                     if word.encode() in data]
    return left


def a_card():
    with Salon() as salon:
        service, booked = several_visits(salon)
        other, slots = first_free(salon, "+2")
        book(salon, slots[0], other, "+79169870000", "Пелагея Иная")
        card = salon.json("client", "8 916 987-65-43")
        equal("client", card["client"], {"name": NAME, "phone": PHONE, "note": None})
        equal("visits", (card["visits"], card["no_shows"], card["cancellations"]), (3, 0, 0))
        equal("coming", card["coming"], len(booked) - 3)
        equal("rhythm", (card["usual_days"], card["last_days_ago"], card["due"]), (30, 30, False))
        equal("usual", card["usual_service_id"], service["id"])
        check(card["last_visit_at"] < "2026-11" and card["next_visit_at"] >= "2026-11-24", "when", card)
        times = [b["starts_at"] for b in card["bookings"]]
        equal("newest first", times, sorted(times, reverse=True))
        salon.json("mark", booked[0]["booking_id"], "no-show")
        for booking in booked[3:]:
            salon.json("cancel", booking["booking_id"], "--reason", "передумала", "--wait", "20")
        text = salon.run("client", "gtkfutz", "z,kjx").out  # the other layout finds as well
        for part in (NAME, "2 visits, 1 no-show", "cancelled", "last 30 days ago"):
            check(part in text, f"the card lacks {part}", text)
        check("usually" not in text, "two visits have no rhythm", text)
        salon.json("mark", booked[0]["booking_id"], "came")
        text = salon.run("client", "6543").out
        check("usually every 30 days, last 30 days ago: due" in text, "the rhythm", text)

        several = salon.run("client", "пелаг", status=2)
        check("write the whole phone" in several.err and "Иная" in several.out and NAME in several.out,
              "several", several)
        document = salon.json("client", "пелаг", status=2)
        equal("code", document["error"]["code"], "SEVERAL")
        equal("those who fit", {c["phone"] for c in document["clients"]}, {PHONE, "+79169870000"})
        equal("a whole name is his", salon.json("client", "пелагея", "иная")["client"]["phone"],
              "+79169870000")
        equal("nobody", salon.json("client", "zzzz", status=3)["error"]["code"], "NOT_FOUND")
        salon.run("client", " ", status=2)


def any_layout():
    """Found in the journal however it was typed: the other layout, Latin letters, е for ё."""
    with Salon() as salon:
        service, slots = first_free(salon, at_least=2)
        people = {"+79169870001": ("Иван Соколов", ("иван", "ИВАН", "ivan", "bdfy", "bdfy cjrj", "sokolov ivan")),
                  "+79169870002": ("Алёна Ёлкина", ("алёна", "алена", "fktyf", "fk`yf", "alena", "елкина", "`krbyf"))}
        for slot, (phone, (name, _)) in zip((slots[0], slots[-1]), people.items()):
            book(salon, slot, service, phone, name)
        for phone, (name, queries) in people.items():
            for query in queries:
                equal(f"by {query!r}", salon.json("client", *query.split())["client"]["phone"], phone)


def forgetting():
    with Salon() as salon:
        _, booked = several_visits(salon)
        check(bytes_left(salon), "the scan finds nothing even before")
        refused = salon.json("forget", PHONE, "--yes", status=3)
        equal("refused", (refused["forgotten"], refused["booking"], refused["error"]["code"]),
              (False, booked[3]["booking_id"], "LIVE_BOOKING"))
        for booking in booked[3:]:
            salon.json("cancel", booking["booking_id"], "--reason", "хну не берём")  # CRM waits
        equal("at work", salon.json("forget", PHONE, "--yes", status=3)["error"]["code"], "IN_FLIGHT")
        salon.run("sync", "--once")
        salon.run("forget", PHONE, status=2)  # nobody is there to be asked
        salon.run("forget", "12", "--yes", status=2)
        salon.configure(salon__phone='"+79160000099"')  # of all visitors who leave none
        visitors = salon.json("forget", "+79160000099", "--yes", status=2)
        equal("walk-ins", visitors["error"]["code"], "WALK_IN")
        done = salon.json("forget", "8 (916) 987-65-43", "--yes")
        equal("done", (done["forgotten"], done["bookings"], done["traces"]), (True, len(booked), False))
        check({"dikidi", "bitrix24", "backups"} <= set(done["not_erased"]), "honest", done)
        equal("bytes left", bytes_left(salon), [])
        equal("client", salon.json("client", PHONE, status=3)["error"]["code"], "NOT_FOUND")
        equal("again", salon.json("forget", PHONE, "--yes", status=3)["error"]["code"], "NOT_FOUND")
        # The visits stay, and reading them at Dikidi, where he is still known, brings nobody back.
        for booking in booked:
            kept = salon.json("show", booking["booking_id"], "--refresh")
            equal("who", kept["client"], {"name": None, "phone": None})
            equal("what stays", [kept[k] for k in ("booking_id", "master", "price_minor", "services")],
                  [booking[k] for k in ("booking_id", "master", "price_minor", "services")])
        equal("nothing is learned of him", salon.json("queue")["tasks"], [])
        salon.run("sync", "--once")
        equal("bytes left", bytes_left(salon), [])
        salon.run("check", status=None)


def answer_on_terminal(salon, line, *args):
    """The program with a terminal of its own, asked a question: (what it said, status)."""
    outer, inner = pty.openpty()
    process = subprocess.Popen([flow_test.PROGRAM, "--config", salon.config, *args], env=salon.env,
                               stdin=inner, stdout=inner, stderr=inner)
    os.close(inner)
    said, answered = b"", False
    end = time.monotonic() + flow_test.DEADLINE_S
    while time.monotonic() < end:
        ready, _, _ = select.select([outer], [], [], 0.1)
        try:
            said += os.read(outer, 4096) if ready else b""
        except OSError:
            break  # it has ended
        if not answered and ("y/N" in said.decode(errors="replace") or "д/Н" in said.decode(errors="replace")):
            os.write(outer, line.encode() + b"\n")
            answered = True
    status = process.wait(flow_test.DEADLINE_S)
    os.close(outer)
    check(answered, "nothing was asked", said.decode())
    return said.decode(), status


def asking_first():
    with Salon(language="ru") as salon:
        service, slots = first_free(salon)
        long_ago(salon, book(salon, slots[0], service), 40)
        said, status = answer_on_terminal(salon, "н", "forget", PHONE)
        equal("no", status, 0)
        check("Ничего не стёрто" in said and NAME in said, "what no does", said)
        equal("kept", salon.json("client", PHONE)["visits"], 1)
        said, status = answer_on_terminal(salon, "да", "forget", PHONE)
        equal("yes", status, 0)
        check("Dikidi" in said, "honest", said)
        salon.json("client", PHONE, status=3)


SCENARIOS = {"card": a_card, "layout": any_layout, "forget": forgetting, "ask": asking_first}


if __name__ == "__main__":
    flow_test.play(SCENARIOS, __doc__)
