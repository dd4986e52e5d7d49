#!/usr/bin/env python3
"""A manager's figures through the real program against the practice salon: what was booked, cancelled,
moved and marked here is what they say: flow_numbers_test.py PROGRAM [NAME…]."""
import csv
import io
import os
import sqlite3

import flow_test  # noqa: E402  the salon and the checks are the same
from flow_test import Salon, check, equal  # noqa: E402

DAY = "2026-11-24"
PERSON = "+7916987650%d"


def book(salon, service, slot, person, *more):
    who = ["--walk-in"] if person is None else ["--phone", PERSON % person, "--name", f"Гость {person}"]
    return salon.json("book", "--service", service, "--master", slot["master_id"], "--at",
                      slot["starts_at"], *who, *more)


def apart(slots):
    """Free times that do not lie in each other's way."""
    chosen = []
    for slot in slots:
        if all(s["master_id"] != slot["master_id"] or s["ends_at"] <= slot["starts_at"] for s in chosen):
            chosen.append(slot)
    return chosen


def service_with_times(salon, count):
    """A service that has a price and so many free times: (its number, the times)."""
    services = [s for s in salon.json("services")["services"] if s["price_minor"]]
    for service in sorted(services, key=lambda s: s["duration_min"])[:20]:
        slots = apart(salon.json("slots", "--service", service["id"], "--date", DAY)["slots"])
        if len(slots) >= count:
            return service["id"], slots[:count]
    raise flow_test.Failure(f"no service has {count} free times")


def minutes(bookings):
    return sum((flow_test.datetime.fromisoformat(b["ends_at"]) -
                flow_test.datetime.fromisoformat(b["starts_at"])).seconds // 60 for b in bookings)


def told():
    with Salon() as salon:
        salon.json("services")
        before = salon.json("numbers", DAY)
        equal("nothing yet", (before["bookings"], before["cancelled"]["count"], before["shift_days"],
                              before["masters"], before["journal_since"]), (0, 0, 0, [], None))
        service, slots = service_with_times(salon, 7)
        first, second, third, fourth, fifth, walked, later = slots
        stand = [book(salon, service, first, 1), book(salon, service, second, 2),
                 book(salon, service, walked, None), book(salon, service, third, 1)]
        gone = [book(salon, service, fourth, 3), book(salon, service, fifth, 4)]
        for booking in gone:
            salon.run("cancel", booking["booking_id"], "--reason", "заболела")
        moved = salon.json("move", stand[1]["booking_id"], "--at", later["starts_at"], "--master",
                           later["master_id"])
        stand[1] = moved
        salon.json("mark", stand[0]["booking_id"], "no-show")
        numbers = salon.json("numbers", DAY)
        equal("those that stand", numbers["bookings"], 4)
        equal("kinds", (numbers["ahead"], numbers["no_shows"], numbers["came"]), (3, 1, 0))
        equal("cancelled", numbers["cancelled"], {"count": 2, "reasons": [{"reason": "заболела", "count": 2}]})
        equal("sources", numbers["sources"], {"desk": 3, "app": 0, "walk-in": 1})
        price = [b["price_minor"] for b in stand]
        equal("money", numbers["money"],
              [{"currency": stand[0]["currency"], "booked_minor": sum(price[1:]), "no_show_minor": price[0],
                "cancelled_minor": sum(b["price_minor"] for b in gone)}])
        equal("clients", numbers["clients"]["count"] + numbers["clients"]["visits_without_phone"], 3)
        equal("who is new is not known", numbers["clients"]["new"], None)
        equal("load is not known", {m["load_percent"] for m in numbers["masters"]}, {None})
        equal("nor is a shift", {m["shift_min"] for m in numbers["masters"]}, {None})
        for master in numbers["masters"]:
            own = [b for b in stand if b["master_id"] == master["master_id"]]
            equal("bookings of a master", master["bookings"], len(own))
            equal("minutes of a master", master["booked_min"], minutes(own))
        text = salon.run("numbers", DAY).out
        check("not known: no load can be told" in text and " 0 %" not in text, "an unknown shift", text)
        shifts_known(salon, stand)
        returning(salon, stand)


def shifts_known(salon, stand):
    masters = salon.json("masters", "--date", DAY)["masters"]
    numbers = salon.json("numbers", DAY)
    equal("shifts", numbers["shift_days"], 1)
    by_id = {m["master_id"]: m for m in numbers["masters"]}
    for master in masters:
        for shift in master["shifts"] or []:
            span = [int(t[:2]) * 60 + int(t[3:5]) for t in (shift["from"], shift["to"])]
            rest = [int(t[:2]) * 60 + int(t[3:5]) for t in (shift["break_from"], shift["break_to"]) if t]
            length = span[1] - span[0] - (rest[1] - rest[0] if rest else 0)
            got = by_id[master["id"]]
            equal("shift of " + master["name"], got["shift_min"], length)
            equal("load of " + master["name"], got["load_percent"],
                  (got["booked_min"] * 100 + length // 2) // length)
    week = salon.json("numbers", DAY, "--week")
    equal("the week", (week["date"], week["days"], week["bookings"], week["shift_days"]),
          ("2026-11-23", 7, 4, 1))
    month = salon.json("numbers", DAY, "--month")
    equal("the month", (month["date"], month["days"], month["bookings"]), ("2026-11-01", 30, 4))
    equal("some days", salon.json("numbers", "2026-11-20", "--days", "5")["bookings"], 4)
    equal("the day before", salon.json("numbers", "2026-11-23")["bookings"], 0)
    for wrong in (["--days", "0"], ["--days", "367"], ["--week", "--month"], ["--json", "--csv"], ["gestern"]):
        salon.run("numbers", *wrong, status=2)


def returning(salon, stand):
    """One was here a month ago: then it can be told who is new."""
    journal = sqlite3.connect(os.path.join(salon.state, "zapis.db"))
    journal.execute("UPDATE booking SET starts_at = starts_at - 2592000, ends_at = ends_at - 2592000"
                    " WHERE booking_id = ?", (stand[3]["booking_id"],))
    journal.commit()
    journal.close()
    clients = salon.json("numbers", DAY)["clients"]
    equal("new and returning", (clients["new"], clients["returning"]), (clients["count"] - 1, 1))
    out = salon.run("numbers", DAY, "--csv").out
    check(out.startswith("\ufeff"), "a byte-order mark", out)
    rows = {(r[0], r[1]): r[2:] for r in csv.reader(io.StringIO(out[1:]), delimiter=";")}
    equal("csv", (rows["visits", ""], rows["visits", "no-shows"], rows["cancellations", "заболела"]),
          (["3", ""], ["1", ""], ["2", ""]))
    equal("csv, new", rows["clients", "new"], [str(clients["new"]), ""])


SCENARIOS = {"told": told}


if __name__ == "__main__":
    flow_test.play(SCENARIOS, __doc__)
