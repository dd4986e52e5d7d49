#!/usr/bin/python3
"""A morning at the desk: bookings, moves and cancels one after the other on a slow network that fails,
while clients book in the app and a manager ends visits in the CRM; in the end both sides are as the
script says, and every key that was typed has arrived.

usage: morning_test.py PROGRAM [short|whole]      whole without a word"""
import os
import random
import re
import shlex
import shutil
import tempfile
import time

import session
from session import Terminal, check, flow_test, hands, words
from flow_test import equal

DELAY_MS = 300
# One of so many requests of a service: five of a hundred all in all, each kind with a time of its own.
FAULTS = (("drop-after", 73), ("500-after", 79), ("drop-before", 83), ("502", 89), ("truncated", 97),
          ("html-after", 101))
SERVICES = ("Мужская стрижка", "Массаж лица", "Стрижка и борода", "Камуфляж седины", "Массаж спины")
STEP_S = 90  # of one step: a person would wait too, as long as the screen says what for
LENGTHS = {"short": (6, 1, 2, 1, 1), "whole": (40, 6, 8, 3, 2)}
SEED = int(os.environ.get("ZAPIS_SEED", "1"))


class Visit:
    """What the script wants of one visit, and what the screen said of it."""

    def __init__(self, index, service):
        self.phone = f"+7916556{index:04d}"
        self.name = f"Проба{chr(ord('а') + index % 26)}{chr(ord('а') + index // 26)} Анна"
        self.comment = f"заметка № {index}"
        self.service = service
        self.starts_at = None  # as the last confirmation had it: "2026-11-24 12:30"
        self.wanted = "booked"  # booked, cancelled
        self.moved = False
        self.by_app = False


class Salon:
    """`zapis practice` in tmux: the console, the servers and the receiver."""

    def __init__(self, base):
        self.state = os.path.join(base, "state")
        self.env = session.console_environment(base)
        self.config = os.path.join(self.state, "zapis.conf")
        command = "exec " + shlex.join([flow_test.PROGRAM, "practice", "--state", self.state,
                                        "--now", session.NOW, "--seed", "7"])
        self.terminal = Terminal(command, 120, 40, self.env, base)
        self.terminal.shows("PRACTICE", "Лотос")
        self.terminal.until("equal figures", lambda screen: re.search(r"CRM ● (\d+) = \1 ", screen))

    run, control, rows, json = (flow_test.Salon.run, flow_test.Salon.control, flow_test.Salon.rows,
                                flow_test.Salon.json)


def day_is_here(screen):
    bar = screen.split("\n")[-1]
    return f"7{words('Book')}" in bar and f"9{words('Today')}" in bar


def until(what, terminal, probe):
    """As long as a person would wait."""
    return terminal.until(what, probe, STEP_S)


def offers(screen):
    """The line of the three soonest, of today or of a later day."""
    later = re.escape(words("From %s %d:")).replace("%s", r"\S+").replace("%d", r"\d+")
    return words("Soonest:") in screen or re.search(later, screen) is not None


def times_offered(terminal):
    """Step 2 with times to choose from; where they could not be asked for, they are asked again."""
    def probe(screen):
        if words("Could not ask for free time: %s").split("%s")[0].strip() in screen:
            pressed(terminal, "C-r")
            return False
        known = offers(screen) or words("No free time on this day.") in screen
        return known and words("asking for free time ...") not in screen
    until("times to choose from", terminal, probe)
    terminal.drawn()


def pressed(terminal, key):
    """A key, and the frame that it makes."""
    before = terminal.dump().frame
    terminal.keys(key)
    until(f"a frame after {key}", terminal, lambda _: terminal.dump().frame > before)
    terminal.drawn()


def days_later(terminal, days):
    """So many days to the right, and then to the first that has times."""
    times_offered(terminal)
    for _ in range(days):
        pressed(terminal, "Right")
        times_offered(terminal)
    while words("No free time on this day.") in terminal.screen():
        pressed(terminal, "Right")
        times_offered(terminal)


def answered(terminal, before):
    """The screen once something came of a key that was pressed at frame `before`."""
    busy = (words("booking at Dikidi ..."), words("moving at Dikidi ..."),
            words("asking Dikidi to cancel …"))
    return until("an answer", terminal, lambda now: now if terminal.dump().frame > before and
                 not any(word in now for word in busy) else None)


def confirmed(terminal, visit, enter):
    """Enter on the confirmation, until it is not asked any more: where nothing was sent it is tried
    again, where the time was taken the first offer is. Notes the time it had at last."""
    terminal.shows(words(enter))
    while True:
        terminal.drawn()
        visit.starts_at = chosen(terminal)
        before = terminal.dump().frame
        terminal.keys("Enter")
        screen = answered(terminal, before)
        if words("The next free times; all that was typed is kept:") in screen:
            terminal.keys("1")
            terminal.shows(words(enter))
        elif words(enter) not in screen:
            return


def chosen(terminal):
    """Date and time of the confirmation."""
    line = re.search(rf"(?m)^ {re.escape(words('Time'))} +(\S.*)$", terminal.screen())
    check(line, "the confirmation has no time", terminal.screen())
    found = re.search(r"(\d+) (\w+) (\d{4}).*?(\d\d:\d\d)-", line[1])
    check(found, "the confirmation has no time", line[1])
    check(found[2] in ("ноября", "декабря"), "a month that the script has not", line[1])
    month = 11 if found[2] == "ноября" else 12
    return f"{found[3]}-{month:02d}-{int(found[1]):02d}T{found[4]}"


def on_day(terminal):
    """The Day, and nothing that was said still over its bar."""
    until("the Day", terminal, day_is_here)
    terminal.keys("Home")
    terminal.drawn()


def books(salon, visit, days):
    """All of it typed ahead as far as a person would: phone, name and comment in one go."""
    terminal = salon.terminal
    on_day(terminal)
    terminal.keys("PPage")
    for _ in range(40):  # from a gap, its master and time would be filled in
        if f"3{words('Show')}" in "\n".join(terminal.drawn().lines[-1:]):
            break
        terminal.keys("Down")
    terminal.keys("F7")
    terminal.shows(words("New booking"), words("Services"))
    terminal.type(visit.service)
    terminal.drawn()
    terminal.keys("Enter")
    days_later(terminal, days)
    terminal.keys("Enter")
    terminal.shows(words("Comment"))
    terminal.type(visit.phone[2:])
    terminal.keys("Enter")
    terminal.type(visit.name)
    terminal.keys("Tab")
    terminal.type(visit.comment)
    terminal.keys("Enter")
    confirmed(terminal, visit, "Enter books it.")
    back(terminal)


def to_card(salon, visit):
    """The card of his visit: from the Day by typing his phone, then Enter through his own card."""
    terminal = salon.terminal
    on_day(terminal)
    terminal.type(visit.phone[2:])
    until("the client", terminal, lambda screen: visit.name in screen)
    terminal.drawn()
    terminal.keys("Enter")
    until("his visits", terminal, lambda screen: f"4{words('Note')}" in screen.split("\n")[-1]
          and visit.service in screen)
    terminal.drawn()
    terminal.keys("Enter")
    until("the booking's card", terminal, lambda screen: f"8{words('Cancel')}" in
          screen.split("\n")[-1] and visit.name in screen)
    terminal.drawn()


def moves(salon, visit):
    terminal = salon.terminal
    to_card(salon, visit)
    terminal.keys("F6")
    days_later(terminal, 1)
    terminal.keys("Enter")
    confirmed(terminal, visit, "Enter moves it.")
    back(terminal)
    visit.moved = True


def back(terminal):
    """Esc, level by level, to the Day. What is not answered yet goes on by itself."""
    while not day_is_here(terminal.screen()):
        before = terminal.dump().frame
        terminal.keys("Escape")
        answered(terminal, before)
        terminal.drawn()


def cancels(salon, visit):
    terminal = salon.terminal
    to_card(salon, visit)
    terminal.keys("F8")
    terminal.shows(words("Cancel this booking?"), visit.name)
    terminal.drawn()
    terminal.keys("1")
    while words("Cancel this booking?") in "\n".join(terminal.drawn().lines):  # nothing was sent: again
        before = terminal.dump().frame
        terminal.keys("Enter")
        answered(terminal, before)
    back(terminal)
    visit.wanted = "cancelled"


def tries(what, deed):
    """Our own questions meet the same network as the desk does."""
    return hands.until(what, deed, STEP_S, 0.2, patient=True)


def app_books(salon, visit):
    """A client books in the app, the day after tomorrow."""
    service = next(s for s in salon.json("services")["services"] if s["name"] == visit.service)
    slot = tries("slots", lambda: salon.json("slots", "--service", service["id"], "--date",
                                             "+2")["slots"][-1])
    salon.control("app-book", "--service", service["id"], "--master", slot["master_id"], "--at",
                  slot["starts_at"], "--phone", visit.phone, "--name", visit.name)
    visit.starts_at, visit.by_app = slot["starts_at"][:16], True


def of_client(salon, visit):
    """Everything that Dikidi has of him, oldest first."""
    found = []
    for days in range(12):
        found += [b for b in salon.rows("bookings", "--date", f"+{days}", "--all")
                  if b["client"]["phone"] == visit.phone]
    return sorted(found, key=lambda booking: booking["id"])


def ended_by_a_manager(salon, visit):
    number = str(until_true("his booking", lambda: [
        b for b in of_client(salon, visit) if b["status"] == "active"])[-1]["id"])
    deal = until_true("its deal", lambda: flow_test.entries_of(salon, "deal", number))[0]
    salon.control("deals-fail", str(deal["ID"]))
    visit.wanted = "cancelled"


def until_true(what, probe):
    return hands.until(what, probe, STEP_S, 0.2)


def weather(salon):
    for server in ("dikidi", "bitrix24"):
        for i, (kind, every) in enumerate(FAULTS):
            salon.control("fault", server, kind, "--count", "0", "--every", str(every), "--after",
                          str(11 * i + 7))
    salon.control("fault", "*", "delay", "--ms", str(DELAY_MS), "--count", "0")


def tells_of_the_weather(salon):
    """A share of what was asked went wrong, and all of it was slow."""
    told = [r.get("fault") for r in salon.control("log")["requests"] if r["server"] in ("dikidi", "bitrix24")]
    spoiled = [fault for fault in told if fault not in (None, "delay")]
    check(spoiled, "no request went wrong", len(told))
    print(f"      {len(told)} requests, {len(spoiled)} spoiled "
          f"({100 * len(spoiled) / len(told):.1f} %), the others {DELAY_MS} ms late", flush=True)


def plan(length):
    """The order of the morning: each deed with its visit. A visit is changed once at most, and only
    after others were booked in between."""
    bookings, move_count, cancel_count, app_count, crm_count = LENGTHS[length]
    choice = random.Random(SEED)
    visits = [Visit(i, SERVICES[i % len(SERVICES)]) for i in range(bookings)]
    deeds = [("book", visit) for visit in visits]
    changed = choice.sample(visits[:-1] if bookings > 10 else visits,
                            move_count + cancel_count + crm_count)
    kinds = ["move"] * move_count + ["cancel"] * cancel_count + ["crm"] * crm_count
    for kind, visit in zip(kinds, changed):
        at = deeds.index(("book", visit))
        deeds.insert(choice.randint(min(at + 2, len(deeds)), len(deeds)), (kind, visit))
    for i in range(app_count):
        visit = Visit(1000 + i, SERVICES[i])
        visits.append(visit)
        deeds.insert(choice.randint(1, len(deeds)), ("app", visit))
    return visits, deeds


def plays(salon, deeds):
    played = {"book": lambda visit: books(salon, visit, 1 + int(visit.phone[-2:]) % 4),
              "move": lambda visit: moves(salon, visit),
              "cancel": lambda visit: cancels(salon, visit),
              "app": lambda visit: app_books(salon, visit),
              "crm": lambda visit: ended_by_a_manager(salon, visit)}
    for kind, visit in deeds:
        began = time.monotonic()
        played[kind](visit)
        print(f"      {kind:6} {visit.service}, {visit.starts_at}: {time.monotonic() - began:.1f} s",
              flush=True)


# ---- the end


def holds(salon, visit):
    """None, or what is not as the script says."""
    rows = of_client(salon, visit)
    live = [b for b in rows if b["status"] == "active"]
    if len(live) != (visit.wanted == "booked"):
        return f"{len(live)} active bookings of {visit.phone}, wanted {visit.wanted}"
    if len(rows) != 1 + visit.moved:
        return f"{len(rows)} bookings of {visit.phone} in all"
    for booking in rows:
        name = " ".join(filter(None, [booking["client"]["name"], booking["client"]["surname"]]))
        if name != visit.name:
            return f"the name arrived as {name!r}, typed was {visit.name!r}"
        if not visit.by_app and booking["comment"] != visit.comment:
            return f"the comment arrived as {booking['comment']!r}"
        if [s["name"] for s in booking["services"]] != [visit.service]:
            return f"{booking['services']} instead of {visit.service}"
    if rows[-1]["local"][:16] != visit.starts_at:
        return f"it starts at {rows[-1]['local']}, confirmed was {visit.starts_at}"
    return entry_holds(salon, visit, rows)


def entry_holds(salon, visit, rows):
    deals = [deal for b in rows for deal in flow_test.entries_of(salon, "deal", str(b["id"]))]
    if len(deals) != 1:
        return f"{len(deals)} deals of {visit.phone}"
    if deals[0]["ORIGIN_ID"] != str(rows[-1]["id"]):
        return f"the deal of {visit.phone} names {deals[0]['ORIGIN_ID']}"
    failed = deals[0]["STAGE_SEMANTIC_ID"] == "F"
    if failed != (visit.wanted == "cancelled"):
        return f"the deal of {visit.phone} is in {deals[0]['STAGE_ID']}"
    shown = salon.json("show", str(rows[-1]["id"]))
    if shown["state"] != visit.wanted or shown["crm"]["state"] != "logged":
        return f"the journal has {shown['state']}, {shown['crm']}"
    return None


def ends_as_written(salon, visits, before):
    salon.control("fault", "clear")
    for visit in visits:
        last = [None]

        def probe(one=visit, seen=last):
            seen[0] = holds(salon, one)
            return seen[0] is None
        try:
            until_true("the end state", probe)
        except flow_test.Failure:
            raise flow_test.Failure(f"{visit.name}, {visit.service}: {last[0]}") from None
    equal("tasks that wait", until_true("an empty queue", lambda: [
        salon.json("queue")["tasks"]] if not salon.json("queue")["tasks"] else None), [[]])
    made = {b["id"] for days in range(12) for b in salon.rows("bookings", "--date", f"+{days}",
                                                              "--all")} - before
    equal("bookings made", len(made), len(visits) + sum(visit.moved for visit in visits))


def morning(length):
    base = tempfile.mkdtemp(prefix="zapis-e2e-")
    try:
        visits, deeds = plan(length)
        salon = Salon(base)
        try:
            before = {b["id"] for days in range(12)
                      for b in salon.rows("bookings", "--date", f"+{days}", "--all")}
            weather(salon)
            plays(salon, deeds)
            tells_of_the_weather(salon)
            ends_as_written(salon, visits, before)
            salon.terminal.keys("F10")
        finally:
            salon.terminal.close()
        complaints = session.sanitizer_complaints(base)
        check(not complaints, "a sanitizer complains", *complaints)
    finally:
        shutil.rmtree(base, ignore_errors=True)


SCENARIOS = {"whole": lambda: morning("whole"), "short": lambda: morning("short")}


if __name__ == "__main__":
    session.play(SCENARIOS, __doc__)
