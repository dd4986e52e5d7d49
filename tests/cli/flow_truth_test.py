#!/usr/bin/env python3
"""What zapis does not know it never calls free, and what the CRM lacks it names: bookings made at
Dikidi before zapis ever ran, on the Day and in the truth bar: flow_truth_test.py PROGRAM [NAME…]."""
import json
import os
import re
import sys
import time
import urllib.parse
import urllib.request
from datetime import date, datetime, timedelta

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "e2e")]
import flow_test  # noqa: E402
from flow_test import DEADLINE_S, Failure, Salon, check, entries_of, equal, until  # noqa: E402
from session import Console, salon_with_a_day  # noqa: E402

BEFORE = 12   # made before zapis ever ran
IN_ALL = 41
ZOOM_MIN = 15
AGAIN_S = 9   # longer than a notice stands on the bar
TODAY = date.fromisoformat(flow_test.NOW[:10])


class Dikidi:
    """The partner API as its owner sees it: what there is before zapis knows anything."""

    def __init__(self, salon):
        with open(salon.config, encoding="utf-8") as file:
            self.base = re.search(r'base_url = "([^"]+)"', file.read())[1]
        with open(os.path.join(salon.state, "dikidi.key"), encoding="ascii") as file:
            self.key = file.read().strip()

    def get(self, path, *query):
        url = f"{self.base}/api/v2/company/550001/{path}?{urllib.parse.urlencode(query)}"
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {self.key}"})
        with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
            return json.loads(answer.read())["data"]

    def services(self):
        """Master id to the services he does, by length: (minutes, id)."""
        found = {}
        for service in self.get("services", ("limit", 100)):
            for master in service["masters"]:
                minutes = master.get("duration") or service["duration"]
                found.setdefault(master["id"], []).append((minutes, service["id"]))
        return {master: sorted(services) for master, services in sorted(found.items())}

    def slots(self, service, master, day):
        return [s for s in self.get("schedule", ("date", day), ("service_id", service),
                                    ("master_id", master))["slots"]
                if s["master_id"] == master]


def empty_day(salon):
    """A day on which the practice salon has no booking, and no deal, yet."""
    deals = [d.get("UF_CRM_VISIT_AT") or "" for d in salon.rows("deals")]
    for ahead in range(5, 28):
        day = (TODAY + timedelta(ahead)).isoformat()
        near = {(TODAY + timedelta(ahead + step)).isoformat() for step in (-1, 0, 1)}
        if not salon.rows("bookings", "--date", day, "--all") and not any(
                visit[:10] in near for visit in deals):
            return day
    raise Failure("every day of the practice salon has bookings")


def book_at_dikidi(salon, dikidi, day, count, first, at_least=0):
    """Clients book in the app, at one master after the other, at times spread over the day."""
    made, name = [], first
    services = dikidi.services()
    while len(made) < count:
        before = len(made)
        for master in services:
            service = next((s for minutes, s in services[master] if minutes >= at_least),
                           services[master][0][1])
            slots = dikidi.slots(service, master, day)
            if not slots or len(made) == count:
                continue
            slot = slots[(name * 7) % len(slots)]
            made.append(salon.control("app-book", "--service", service, "--master", master, "--at",
                                      slot["starts_at"], "--phone", f"+7916555{name:04}",
                                      "--name", f"Клиент{name}"))
            name += 1
        check(len(made) > before, f"no room for {count} bookings on {day}", len(made))
    return made


# ---- reading the Day

class Board:
    """One frame of the Day at 15 minutes a row: cells by master and time."""

    def __init__(self, lines):
        names = [(m.start(), m.end()) for m in re.finditer(r"\S+( \S+)*", lines[1])]
        self.columns = {lines[1][start:end]: start - 1 for start, end in names}
        starts = sorted(self.columns.values()) + [len(lines[1])]
        self.width = {start: starts[i + 1] - start for i, start in enumerate(starts[:-1])}
        self.rows = {}
        for line in lines[3:]:
            found = re.match(r"\s?(\d\d):(\d\d) ", line)
            if found:
                self.rows[int(found[1]) * 60 + int(found[2])] = line

    def cell(self, master, minute):
        left = self.columns[master]
        return self.rows[minute][left:left + self.width[left]].strip()

    def is_free(self, master, minute):
        return re.fullmatch(r"(free.*)?", self.cell(master, minute)) is not None


def minutes_of(instant):
    moscow = datetime.fromisoformat(instant.replace("Z", "+00:00")) + timedelta(hours=3)
    return moscow.hour * 60 + moscow.minute


def boards(console):
    """The Day with the cursor on its first and on its last item: the cursor's own is drawn blank."""
    frames = []
    for key in ("PPage", "NPage"):
        console.keys(key)
        console.drawn()
        frames.append(Board(console.dump().lines))
    return frames


def whole_rows(start, end):
    """Rows that lie wholly between two minutes."""
    first = -(-start // ZOOM_MIN) * ZOOM_MIN
    return [minute for minute in range(first, end, ZOOM_MIN) if minute + ZOOM_MIN <= end]


def assert_not_free(frames, bookings):
    looked_at = 0
    for booking in bookings:
        master = booking["master"]["name"]
        for minute in whole_rows(minutes_of(booking["starts_at"]), minutes_of(booking["ends_at"])):
            looked_at += 1
            check(not all(frame.is_free(master, minute) for frame in frames),
                  f"the Day calls {minute // 60}:{minute % 60:02} of {master} free",
                  booking, *[frame.rows[minute] for frame in frames])
    check(looked_at >= 2 * len(bookings), "too few rows to tell", looked_at)


def assert_offered_is_free(frames, dikidi, day, names):
    """The other half: what Dikidi offers is shown as free, so that the check above can fail."""
    seen = 0
    for master, services in dikidi.services().items():
        minutes, service = services[0]
        for slot in dikidi.slots(service, master, day)[:40]:
            start = minutes_of(slot["starts_at"])
            for minute in whole_rows(start, start + minutes):
                check(any(frame.is_free(names[master], minute) for frame in frames),
                      f"offered and not free: {minute} of {names[master]}", slot)
                seen += 1
    check(seen > 50, "nothing is offered on that day", seen)


def open_day(salon, day):
    console = Console(salon, 200, 64, language="en")
    shown = date.fromisoformat(day)
    console.keys("C-g")
    console.type(f"{shown.day}.{shown.month}")
    console.keys("Enter")
    console.shows(shown.strftime(f"%a {shown.day} %B %Y"))
    console.keys("+")
    console.until("the whole look", lambda screen: re.search(r"busy in Dikidi: \d+ ", screen))
    console.until("rows of 15 minutes", lambda screen: re.search(r"(?m)^ ?11:15 ", screen))
    console.drawn()
    return console


def truth(console, words):
    """Waits until the truth bar says it. What the portal did by itself is seen when it is asked: the
    key for that is pressed now and then, since its own notice covers the bar for a while."""
    pressed = [0.0]

    def says(screen):
        bar = [line for line in screen.split("\n") if line.startswith(" Dikidi ")]
        if bar and words in bar[0]:
            return bar[0]
        if time.monotonic() - pressed[0] > AGAIN_S:
            pressed[0] = time.monotonic()
            console.keys("C-r")
        return None
    return console.until(f"{words!r} on the truth bar", says)


def bookings_of_before_are_never_free():
    with Salon() as salon:
        dikidi = Dikidi(salon)
        day = empty_day(salon)
        made = book_at_dikidi(salon, dikidi, day, BEFORE, 1, at_least=45)
        check(not os.path.exists(os.path.join(salon.state, "zapis.db")), "zapis ran before")
        names = {m["id"]: m["username"] for m in dikidi.get("masters", ("limit", 100))}
        with open_day(salon, day) as console:
            frames = boards(console)
            assert_not_free(frames, made)
            assert_offered_is_free(frames, dikidi, day, names)
            bar = truth(console, "CRM ● 0 = 0")
            outside = int(re.search(r"busy in Dikidi: (\d+)", bar)[1])
            check(1 <= outside <= BEFORE, "time busy outside the journal", bar)

            # Another process adopts them; the console shows them by itself.
            numbers = [str(b["id"]) for b in made]
            salon.run("adopt", *numbers)
            console.shows(*[b["client"]["name"] for b in made[:3]])
            assert_not_free(boards(console), made)
            # The console's own worker may hold some of them: both together log all, once.
            deadline = time.monotonic() + flow_test.DEADLINE_S
            while time.monotonic() < deadline:
                salon.run("sync", "--once", status=None)
                if all(b["crm"]["state"] == "logged" for b in salon.json("day", day)["bookings"]):
                    break
                time.sleep(0.3)
            for booking in salon.json("day", day)["bookings"]:
                equal("crm", booking["crm"]["state"], "logged")
                equal("deals", len(entries_of(salon, "deal", booking["booking_id"])), 1)
            equal("bookings", sorted(b["booking_id"] for b in salon.json("day", day)["bookings"]),
                  sorted(numbers))
            bar = truth(console, f"CRM ● {BEFORE} = {BEFORE}")
            check("busy in Dikidi: 0 " in bar, "busy outside the journal after adopt", bar)
            check("^E" not in console.screen(), "a list of no difference", console.screen())
            deletes_a_deal(salon, dikidi, console, day)


def deletes_a_deal(salon, dikidi, console, day):
    more = book_at_dikidi(salon, dikidi, day, IN_ALL - BEFORE, 100)
    salon.run("adopt", *[str(b["id"]) for b in more])
    salon.run("sync", "--once")
    truth(console, f"CRM ● {IN_ALL} = {IN_ALL}")
    lost = salon.json("show", str(more[4]["id"]))
    salon.control("deal-delete", lost["crm"]["id"])
    truth(console, f"CRM ● {IN_ALL} ≠ {IN_ALL - 1} ({lost['booking_id']} ^E)")
    console.shows("^E Compare")
    console.keys("C-e")
    console.shows("Journal and CRM", f"{IN_ALL} in the journal, {IN_ALL - 1} counted in Bitrix24",
                  f"only in the journal {lost['booking_id']}", lost["client"]["name"],
                  "the entry was deleted")
    equal("lines", len(re.findall(r"only in the", console.screen())), 1)
    console.keys("Enter")
    console.shows(lost["booking_id"], f"deal {lost['crm']['id']}")
    console.keys("Escape")
    console.shows("Journal and CRM")
    mend(console, lost["booking_id"], f"Bitrix24 did not have deal {lost['crm']['id']} any more",
         "Both have the same bookings.")
    now = salon.json("show", lost["booking_id"])
    equal("deals", [str(d["ID"]) for d in entries_of(salon, "deal", lost["booking_id"])],
          [now["crm"]["id"]])
    check(now["crm"]["id"] != lost["crm"]["id"] and now["crm"]["state"] == "logged",
          "the entry after mending", now["crm"])
    check([line for line in now["history"] if line["what"] == "crm-again"], "no line of it", now)
    console.keys("Escape")
    truth(console, f"CRM ● {IN_ALL} = {IN_ALL}")


def listed(console):
    return re.findall(r"only in the (?:journal|CRM) (\d+)", console.screen())


def mend(console, number, *words):
    """Puts the cursor of the list on the number's line, presses the key and waits for the words."""
    lines = None
    while listed(console) != lines:  # what was mended before leaves the list a moment after its words
        lines = listed(console)
        check(number in lines, f"{number} is not in the list", console.screen())
        console.keys(*["Up"] * len(lines), *["Down"] * lines.index(number))
        console.drawn()
    console.keys("F5")
    console.shows(f"{number}: ", *words)


def mends_each_difference():
    """Every kind of difference at once; each is mended by the one key, and nothing is doubled."""
    with Salon() as salon:
        salon.configure(bitrix24__poll_seconds="3600")  # nothing but the key sets it right
        dikidi = Dikidi(salon)
        day = empty_day(salon)
        made = book_at_dikidi(salon, dikidi, day, 6, 1)
        deleted, moved, unlogged, cancelled, unknown, kept = numbers = [str(b["id"]) for b in made]
        salon.run("adopt", unlogged)
        for task in salon.json("queue")["tasks"]:
            salon.run("queue", "--drop", task["id"])
        salon.run("adopt", deleted, moved, cancelled, kept)
        salon.run("sync", "--once")
        salon.run("cancel", cancelled, "--reason", "проба", "--wait", "30")
        deal = {n: str(entries_of(salon, "deal", n)[0]["ID"])
                for n in (deleted, moved, cancelled, kept)}
        salon.control("deal-delete", deal[deleted])
        tomorrow = (date.fromisoformat(day) + timedelta(1)).isoformat()
        salon.control("deal-edit", deal[moved], "UF_CRM_VISIT_AT", f"{tomorrow}T12:00:00+03:00")
        salon.control("deal-reopen", deal[cancelled])
        # A deal of somebody's own with the number of a booking that the journal does not know.
        spare = next(d for d in salon.rows("deals") if not d.get("UF_CRM_DIKIDI_ID"))
        salon.control("deal-edit", str(spare["ID"]), "UF_CRM_DIKIDI_ID", unknown)
        salon.control("deal-edit", str(spare["ID"]), "UF_CRM_VISIT_AT", made[4]["starts_at"])
        with open_day(salon, day) as console:
            truth(console, "CRM ● 4 ≠ 3 (^E)")
            console.keys("C-e")
            console.shows("4 in the journal, 3 counted in Bitrix24")
            # Of what only the CRM has it is told when it is and what it is called there.
            begins = minutes_of(made[4]["starts_at"])
            console.shows(f"only in the CRM {unknown}  {begins // 60:02}:{begins % 60:02} "
                          f"{spare['TITLE'][:20]}")
            mend(console, deleted, f"did not have deal {deal[deleted]} any more")
            mend(console, moved, f"deal {deal[moved]} shows this booking again")
            mend(console, unlogged, "It is entered in Bitrix24 now: deal ")
            mend(console, cancelled, f"deal {deal[cancelled]} is marked as cancelled now")
            mend(console, unknown, "It was read from Dikidi", "Both have the same bookings.")
            console.keys("Escape")
            truth(console, "CRM ● 5 = 5")
            until("the queue to be empty", lambda: not salon.json("queue")["tasks"])
            for number in numbers:
                deals = [d for d in salon.rows("deals") if d.get("UF_CRM_DIKIDI_ID") == number]
                equal(f"deals of {number}", len(deals), 1)
                shown = salon.json("show", number)
                equal(f"crm of {number}", shown["crm"]["state"], "logged")
                equal(f"state of {number}", shown["state"],
                      "cancelled" if number == cancelled else "booked")
            # What a manager ended is a wish: the key takes it up, it does not undo it.
            salon.control("deal-move", deal[kept], "LOSE")
            truth(console, f"CRM ● 5 ≠ 4 ({kept} ^E)")
            console.keys("C-e")
            console.shows(f"only in the journal {kept}")
            mend(console, kept, "this visit will be cancelled at Dikidi too")
            until("the visit to be cancelled",
                  lambda: salon.json("show", kept)["state"] == "cancelled")
            console.shows("Both have the same bookings.")
            equal("at Dikidi", salon.control("booking", kept)["status"], "cancelled")


def mends_leads():
    """The same where leads are kept."""
    with Salon() as salon:
        salon.control("set", "mode", "1")
        salon.configure(bitrix24__poll_seconds="3600", bitrix24__entity='"lead"')
        dikidi = Dikidi(salon)
        day = empty_day(salon)
        numbers = [str(b["id"]) for b in book_at_dikidi(salon, dikidi, day, 3, 1)]
        deleted, cancelled, moved = numbers
        salon.run("adopt", *numbers)
        salon.run("sync", "--once")
        salon.run("cancel", cancelled, "--reason", "проба", "--wait", "30")
        lead = {n: str(entries_of(salon, "lead", n)[0]["ID"]) for n in numbers}
        salon.control("lead-delete", lead[deleted])
        salon.control("lead-reopen", lead[cancelled])
        salon.control("lead-edit", lead[moved], "UF_CRM_VISIT_AT", "")
        with open_day(salon, day) as console:
            truth(console, "CRM ● 2 ≠ 1 (^E)")
            console.keys("C-e")
            console.shows("2 in the journal, 1 counted in Bitrix24")
            mend(console, deleted, f"did not have lead {lead[deleted]} any more")
            mend(console, cancelled, f"lead {lead[cancelled]} is marked as cancelled now")
            mend(console, moved, f"lead {lead[moved]} shows this booking again",
                 "Both have the same bookings.")
            equal("leads", [len(entries_of(salon, "lead", n)) for n in numbers], [1, 1, 1])
            until("the queue to be empty", lambda: not salon.json("queue")["tasks"])


def mends_visits_that_have_begun():
    """Today, after the visit: a deal that is gone is made anew, one that a manager ended is nobody's
    cancel, and a portal that may not be read is no deal that is gone."""
    with salon_with_a_day() as salon:
        salon.configure(bitrix24__poll_seconds="3600")
        salon.run("sync", "--once")
        begun = [b for b in salon.json("day")["bookings"] if b["starts_at"] < flow_test.NOW]
        deleted, ended = begun[0], begun[1]
        with Console(salon, 200, 50, language="en") as console:
            bar = console.until("equal figures", lambda screen: re.search(
                r"CRM ● ([1-9]\d*) = \1 ", screen))
            count = int(bar[1])
            salon.control("deal-delete", deleted["crm"]["id"])
            salon.control("deal-move", ended["crm"]["id"], "LOSE")
            truth(console, f"CRM ● {count} ≠ {count - 2} (^E)")
            console.keys("C-e")
            console.shows(f"only in the journal {deleted['booking_id']}")
            salon.control("persona", "outsider")
            mend(console, deleted["booking_id"], "it has lost its rights, so nothing was made")
            salon.control("persona", "admin")
            equal("nothing was made for who sees nothing",
                  entries_of(salon, "deal", deleted["booking_id"]), [])
            console.keys("C-r")
            console.shows(f"{count} in the journal, {count - 2} counted")
            mend(console, ended["booking_id"], "has begun or is over: nothing is cancelled")
            mend(console, deleted["booking_id"], f"did not have deal {deleted['crm']['id']} any more",
                 f"{count - 1} counted")
            equal("deals", len(entries_of(salon, "deal", deleted["booking_id"])), 1)
            equal("state", salon.json("show", ended["booking_id"])["state"], "booked")


def other_differences():
    """As many on both sides and yet not the same; a cancel that the CRM does not know."""
    with Salon() as salon:
        dikidi = Dikidi(salon)
        day = empty_day(salon)
        made = book_at_dikidi(salon, dikidi, day, 3, 1)
        numbers = [str(b["id"]) for b in made]
        salon.run("adopt", *numbers)
        salon.run("sync", "--once")
        with open_day(salon, day) as console:
            truth(console, "CRM ● 3 = 3")
            # The number of one deal is changed in the portal.
            deal = entries_of(salon, "deal", numbers[0])[0]
            salon.control("deal-edit", str(deal["ID"]), "UF_CRM_DIKIDI_ID", "999000111")
            truth(console, "CRM ● 3 ≠ 3 (^E)")
            console.keys("C-e")
            # Whose visit, and when: by the journal, and by the entry's own title.
            console.shows(f"only in the journal {numbers[0]}", "only in the CRM 999000111", deal["TITLE"])
            mend(console, "999000111", "Dikidi does not know this booking number.")
            mend(console, numbers[0], f"deal {deal['ID']} shows this booking again",
                 "Both have the same bookings.")
            equal("deals", [d["ID"] for d in entries_of(salon, "deal", numbers[0])], [deal["ID"]])
            console.keys("Escape")
            truth(console, "CRM ● 3 = 3")
            # Cancelled here while the portal takes no change.
            salon.control("fault", "crm.item.update", "500", "--count", "0")
            salon.run("cancel", numbers[1], "--reason", "проба")
            truth(console, f"CRM ● 2 ≠ 3 ({numbers[1]} ^E)")
            console.keys("C-e")
            console.shows(f"only in the CRM {numbers[1]}", "waits in the queue")
            salon.control("fault", "clear")
            # Its own retry may be under way: then that is what is told.
            mend(console, numbers[1], "Both have the same bookings.")
            until("the queue to be empty", lambda: not salon.json("queue")["tasks"])


SCENARIOS = {
    "before": bookings_of_before_are_never_free,
    "differences": other_differences,
    "mend": mends_each_difference,
    "mend-lead": mends_leads,
    "mend-begun": mends_visits_that_have_begun,
}


if __name__ == "__main__":
    flow_test.play(SCENARIOS, __doc__)
