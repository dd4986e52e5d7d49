"""What became of a booking: the confirmation that was read, what Dikidi has, the deal in the CRM."""
import re

from session import check, flow_test, words
from flow_test import until


# ---- on the screen


def fact(console, label):
    """A line of the confirmation."""
    found = re.search(rf"(?m)^ {re.escape(words(label))} +(\S.*)$", console.screen())
    check(found, f"the confirmation has no {words(label)}", console.screen())
    return found[1].strip()


def chosen_span(console):
    """The time in the confirmation: "11:45", "12:50"."""
    found = re.search(r"(\d\d:\d\d)-(\d\d:\d\d)", fact(console, "Time"))
    check(found, "the confirmation has no time", console.screen())
    return found[1], found[2]


def written_line(console):
    """The one-line command that stands under the confirmation, its rows joined."""
    rows = console.screen().split("\n")
    at = next((i for i, row in enumerate(rows) if row.startswith(" zapis book ")), None)
    check(at is not None, "no command stands under the confirmation", console.screen())
    end = next(i for i in range(at, len(rows)) if not rows[i].strip())
    return " ".join(row.strip() for row in rows[at:end])


# ---- at Dikidi


def numbers(salon):
    """Of all bookings around today."""
    return {booking["id"] for booking in bookings(salon)}


def bookings(salon):
    found = []
    for date in ("2026-11-23", "2026-11-24", "2026-11-25"):
        found += salon.rows("bookings", "--date", date)
    return found


def new_booking(salon, known):
    """The one booking at Dikidi that was not known; None: none yet."""
    found = [booking for booking in bookings(salon) if booking["id"] not in known]
    check(len(found) <= 1, "more than one new booking", *found)
    return found[0] if found else None


def slot_of(booking):
    return {"master_id": booking["master"]["id"], "master": booking["master"]["name"],
            "starts_at": booking["local"]}


def service_of(salon, name):
    return next(s for s in salon.json("services")["services"] if s["name"] == name)


def booked(salon, console, known):
    """Enter on the confirmation, and what became of it."""
    console.drawn()
    console.keys("Enter")
    return one_more(salon, console, known)


def one_more(salon, console, known):
    """Enter was pressed: Dikidi has exactly one booking more, and the Day says its number."""
    booking = until("the booking at Dikidi", lambda: new_booking(salon, known))
    said = words("Booked: number %s. %s, %s %s. The CRM follows by itself.").split("%s")[0]
    console.shows(said + str(booking["id"]))
    console.drawn()
    return booking


# ---- in the CRM


def entry(salon, number):
    """The one deal that carries the number; None: none, or not yet."""
    found = flow_test.entries_of(salon, "deal", str(number))
    check(len(found) <= 1, f"more than one deal of {number}", found)
    return found[0] if found else None


def logged(salon, number):
    """The deal of a booking, and the booking as the journal has it by then."""
    def probe():
        shown = salon.json("show", str(number))
        return shown if shown["crm"]["state"] == "logged" else None
    shown = until(f"the CRM entry of {number}", probe)
    deal = entry(salon, number)
    check(deal, f"no deal carries {number}", shown)
    return deal, shown
