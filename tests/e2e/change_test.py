#!/usr/bin/python3
"""A person at the console changes what is booked: marks it, moves it, cancels and takes that back.

usage: change_test.py PROGRAM [SCENARIO…]      all of them without a name

As console_test.py: the real program in tmux, and both servers are asked what became of it."""

import session
from session import Console, check, flow_test, words
from sides import entry, logged
from flow_test import equal, until


def to_booking(console, at, client):
    """The card of today's booking at that time, by Enter on the Day; back on the Day."""
    console.drawn()
    console.keys("Home")
    console.drawn()
    for _ in range(12):
        console.keys("PPage")
        for _ in range(24):
            lines = console.drawn().lines
            if any(line.startswith(f" {at}-") and client in line for line in lines):
                return
            before = console.dump().frame
            console.keys("Down")
            console.until("the next item", lambda _, seen=before: console.dump().frame > seen)
        console.keys("Tab")
        console.drawn()
    raise flow_test.Failure(f"no booking of {client} at {at} on the Day\n{console.screen()}")


def chosen(salon):
    """A booking of today with an hour and more to it, late enough to be moved; as Dikidi has it."""
    found = [booking for booking in salon.rows("bookings", "--date", "today")
             if booking["status"] == "active" and booking["local"][11:16] >= "14:00"
             and len(booking["services"]) == 1]
    check(found, "no booking to move")
    return min(found, key=lambda booking: booking["local"])


def comments_of(salon, deal):
    return [c["text"] for c in salon.rows("comments") if c["entity_id"] == int(deal["ID"])]


def mark_of(salon, number):
    """The last mark in the booking's history; "waiting": none."""
    said = [line["what"] for line in salon.json("show", number)["history"]
            if line["what"] in ("came", "no-show", "waiting")]
    return said[-1] if said else "waiting"


def marks(console, salon, booking):
    """F4 and a digit; the CRM gets a comment; Ctrl-Z takes the mark back."""
    number = str(booking["id"])
    deal = entry(salon, number)
    console.keys("F4")
    console.shows(words("Has the client come?"), booking["client"]["name"])
    console.keys("2")
    console.shows(words("Marked: %s. In the journal and the CRM, not in Dikidi.").split("%s")[1])
    until("the mark", lambda: mark_of(salon, number) == "no-show")
    until("the comment", lambda: len(comments_of(salon, deal)) == 1)
    console.shows(f"^Z {words('Undo')}")
    console.keys("C-z")
    console.shows(words("Undone: the mark is what it was before."))
    equal("the mark", mark_of(salon, number), "waiting")
    equal("status at Dikidi", salon.control("booking", number)["status"], "active")


def moves(console, salon, booking):
    """F6, the second of the soonest times, Enter: one active booking, and the same deal."""
    number = str(booking["id"])
    deal = entry(salon, number)
    console.keys("F6")
    console.shows(words("Soonest:"), words("Date and time"), booking["client"]["name"])
    console.keys("2", "Enter")
    console.shows(words("Enter moves it."), f"zapis move {number}")
    console.drawn()
    console.keys("Enter")
    said = words("Moved: number %s. %s, %s %s. The CRM follows by itself.").split("%s")[0]
    console.shows(said)
    old = until("the old one to end", lambda: (
        lambda row: row if row["state"] == "cancelled" else None)(salon.json("show", number)))
    new = salon.json("show", old["moved_to"])
    equal("at Dikidi, the old one", salon.control("booking", number)["status"], "cancelled")
    there = salon.control("booking", new["booking_id"])
    equal("at Dikidi, the new one", there["status"], "active")
    equal("client", there["client"]["phone"], booking["client"]["phone"])
    equal("services", there["services"], booking["services"])
    check(there["local"] != booking["local"], "it stands where it stood", there)
    logged(salon, new["booking_id"])
    equal("the deal", entry(salon, new["booking_id"])["ID"], deal["ID"])
    check(entry(salon, number) is None, "the old number has a deal too")
    return there


def cancels_and_takes_it_back(console, salon, booking):
    """F8, then Ctrl-Z: booked again under a new number, the same deal in the stage it stood in."""
    number = str(booking["id"])
    deal = entry(salon, number)
    console.drawn()
    console.keys("F8")
    console.shows(words("Cancel this booking?"), booking["client"]["name"])
    console.drawn()
    console.keys("1", "Enter")
    console.shows(words("Cancelled. The CRM follows by itself."))
    until("the deal to fail", lambda: entry(salon, number)["STAGE_SEMANTIC_ID"] == "F")
    until("the end of it", lambda: salon.json("show", number)["crm"]["state"] == "logged")
    console.keys("C-z")
    said = words("Undone: booked again under number %s. Its CRM entry goes along.").split("%s")[0]
    console.shows(said)
    again = salon.json("show", salon.json("show", number)["moved_to"])
    logged(salon, again["booking_id"])
    there = salon.control("booking", again["booking_id"])
    equal("at Dikidi", (there["status"], there["local"], there["master"]["id"]),
          ("active", booking["local"], booking["master"]["id"]))
    equal("the old number", salon.control("booking", number)["status"], "cancelled")
    now = entry(salon, again["booking_id"])
    equal("the deal", (now["ID"], now["STAGE_ID"]), (deal["ID"], deal["STAGE_ID"]))
    check(entry(salon, number) is None, "the old number has a deal too")


def changes(cols, rows):
    with session.salon_with_a_day() as salon:
        booking = chosen(salon)
        with Console(salon, cols, rows) as console:
            logged(salon, booking["id"])
            to_booking(console, booking["local"][11:16], booking["client"]["name"])
            marks(console, salon, booking)
            there = moves(console, salon, booking)
            cancels_and_takes_it_back(console, salon, there)


SCENARIOS = {
    "changes-80x24": lambda: changes(80, 24),
    "changes-200x60": lambda: changes(200, 60),
}


if __name__ == "__main__":
    session.play(SCENARIOS, __doc__)
