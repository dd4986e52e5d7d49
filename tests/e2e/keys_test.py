#!/usr/bin/python3
"""How many keys a booking takes, from the Day to booked, and the same bookings in one line.

usage: keys_test.py PROGRAM [SCENARIO…]      all of them without a name

budgets: each journey's keys are pressed one by one in the real console and counted; the list is printed. palette: a
line typed into the palette, and the command that stood under its confirmation given to a shell. In tmux, over real
HTTP; service, phone and name are looked up at both practice servers."""
import re
import shlex
import subprocess

import session
from session import Console, check, flow_test, words
from sides import (bookings, booked, chosen_span, fact, logged, new_booking, numbers, one_more,
                   service_of, written_line)
from flow_test import equal, until

GUEST, GUEST_PHONE = "Гость", "+70000000000"  # walk_in of the practice configuration
FIRST_SERVICE = "Маникюр с покрытием"  # of the list: what Enter would take without typing


# ---- both servers


def name_of(client):
    return " ".join(filter(None, [client["name"], client["surname"]]))


def contacts_with(salon, phone):
    return [c for c in salon.rows("contacts") if phone[-10:] in re.sub(r"\D", "", str(c.get("PHONE", "")))]


def assert_at_dikidi(booking, service, phone, name, starts_at):
    equal("service at Dikidi", [s["name"] for s in booking["services"]], [service])
    equal("phone and name at Dikidi", (booking["client"]["phone"], name_of(booking["client"])),
          (phone, name))
    equal("start at Dikidi", (booking["status"], booking["local"]), ("active", starts_at))


def assert_in_the_crm(salon, booking, service, phone, name):
    """One deal with the service and the name; its contact is the only one with the phone. A walk-in has none."""
    deal, _ = logged(salon, booking["id"])
    check(service in deal["TITLE"] and name in deal["TITLE"], "the deal's TITLE", deal["TITLE"])
    walk_in = phone == GUEST_PHONE
    equal("SOURCE_DESCRIPTION", deal["SOURCE_DESCRIPTION"], "walk-in" if walk_in else "desk")
    found = contacts_with(salon, phone)
    equal(f"contacts with {phone}", len(found), 0 if walk_in else 1)
    if walk_in:
        check(not int(deal["CONTACT_ID"] or 0), "a walk-in has a contact", deal)
    else:
        equal("the deal's contact", str(deal["CONTACT_ID"]), str(found[0]["ID"]))
        equal("the contact's name", " ".join(filter(None, [
            found[0]["NAME"], found[0].get("LAST_NAME")])), name)


def known_client(salon):
    """A client of today whose last four digits are his alone: (phone, name)."""
    clients = {b["client"]["phone"]: name_of(b["client"])
               for b in salon.rows("bookings", "--date", "today")}
    for phone, name in sorted(clients.items()):
        if sum(other.endswith(phone[-4:]) for other in clients) == 1:
            return phone, name
    raise flow_test.Failure("no client can be told by four digits")


def soonest(salon, service):
    """The first start that Dikidi offers today."""
    return salon.json("slots", "--service", service_of(salon, service)["id"], "--date",
                      "today")["slots"][0]["starts_at"]


# ---- the budgets


def press(console, key):
    """One key, as a person does it: the screen has answered before the next one."""
    before = console.dump().frame
    if len(key) == 1:
        console.type(key)
    else:
        console.keys(key)
    console.until(f"a frame after {key}", lambda _: console.dump().frame > before)
    console.drawn()


def journey(salon, console, service, keys, phone, name):
    """From the Day to booked by nothing but these keys."""
    known, starts_at = numbers(salon), soonest(salon, service)
    for i, key in enumerate(keys):
        if i == len(keys) - 1:  # nobody confirms what he has not seen
            console.shows(words("Enter books it."), service, f"{starts_at[11:16]}-")
            console.drawn()
        press(console, key)
    booking = one_more(salon, console, known)
    assert_at_dikidi(booking, service, phone, name, starts_at)
    assert_in_the_crm(salon, booking, service, phone, name)


def budgets():
    """Each with a service that is not the list's first, out of forty."""
    with session.salon_with_a_day() as salon:
        equal("services", len(salon.json("services")["services"]), 40)
        equal("the first of them", salon.json("services")["services"][0]["name"], FIRST_SERVICE)
        phone, name = known_client(salon)
        journeys = (
            ("walk-in", 5, "Укладка", ["F7", *"ук", "F9", "Enter"], GUEST_PHONE, GUEST),
            ("known client", 10, "Пилинг", ["F7", *"пи", "F5", *phone[-4:], "Enter", "Enter"],
             phone, name),
            ("new client", 25, "Мужская стрижка",
             ["F7", *"му", "F5", *"9167654321", "Enter", *"Анна Ким", "Enter", "Enter"],
             "+79167654321", "Анна Ким"),
        )
        told = [f"{'journey':14} {'keys':>4} {'budget':>6}  from the Day to booked"]
        with Console(salon) as console:
            for what, budget, service, keys, *client in journeys:
                journey(salon, console, service, keys, *client)
                told.append(f"{what:14} {len(keys):4} {budget:6}  {' '.join(keys)}")
        print("\n".join(told), flush=True)
        for what, budget, _, keys, *_ in journeys:
            check(len(keys) <= budget, f"{what} takes {len(keys)} keys, the budget is {budget}")


# ---- the palette


def books_in_one_line(salon, console, line, service, phone, name, starts_at):
    """F2, the line, Enter; the confirmation has understood it; Enter books. The command that stood under it."""
    known = numbers(salon)
    console.drawn()
    console.keys("F2")
    console.shows(words("Palette"))
    console.type(line)
    console.shows(line)
    console.drawn()
    console.keys("Enter")
    console.shows(words("Enter books it."), service)
    console.drawn()
    command, master = written_line(console), fact(console, "Master")
    equal("the time understood", chosen_span(console)[0], starts_at[11:16])
    booking = booked(salon, console, known)
    assert_at_dikidi(booking, service, phone, name, starts_at)
    equal("master", booking["master"]["name"], master)
    assert_in_the_crm(salon, booking, service, phone, name)
    return booking, command


def in_a_shell(salon, command):
    """The command as it stands on the screen, typed by a person whose zapis is this one."""
    check(command.startswith("zapis book "), "what stands under the form", command)
    zapis = shlex.join([flow_test.PROGRAM, "--config", salon.config])
    done = subprocess.run(["sh", "-c", zapis + command.removeprefix("zapis")], env=salon.env,
                          capture_output=True, text=True, timeout=120)
    check(done.returncode == 0, f"$ {command}", done.stdout, flow_test.short(done.stderr))


def alike(booking):
    """What a booking is, its number and its history left out."""
    return {key: booking[key] for key in ("client", "services", "master", "local", "total", "comment", "status")}


def again_in_a_shell(salon, booking, command, service, phone, name):
    """Cancelled, so that its time is free, and booked anew by the command: the same booking."""
    salon.run("cancel", str(booking["id"]), "--reason", "проба")
    known = {b["id"] for b in bookings(salon)}
    in_a_shell(salon, command)
    twin = until("the shell's booking at Dikidi", lambda: new_booking(salon, known))
    equal(f"$ {command}", alike(twin), alike(booking))
    salon.run("sync", "--once")
    assert_in_the_crm(salon, twin, service, phone, name)


def palette():
    with session.salon_with_a_day() as salon:
        phone, name = known_client(salon)
        walk_in, visit = "Массаж спины", "Маникюр без покрытия"
        today = soonest(salon, walk_in)
        tomorrow = salon.json("slots", "--service", service_of(salon, visit)["id"], "--master",
                              "1357200", "--date", "tomorrow")["slots"][1]["starts_at"]
        lines = (
            (f"массаж спины {today[11:16]} без телефона", walk_in, GUEST_PHONE, GUEST, today),
            (f"завтра {tomorrow[11:16]} аня {phone[2:]} маникюр без покрытия", visit, phone, name,
             tomorrow),
        )
        with Console(salon) as console:
            for line, service, *rest in lines:
                booking, command = books_in_one_line(salon, console, line, service, *rest)
                print(f"      {line}\n      {command}", flush=True)
                again_in_a_shell(salon, booking, command, service, *rest[:2])


SCENARIOS = {"budgets": budgets, "palette": palette}


if __name__ == "__main__":
    session.play(SCENARIOS, __doc__)
