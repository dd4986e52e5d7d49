#!/usr/bin/python3
"""A person at the console: keys in, screens out, and what became of it on the other side.

usage: console_test.py PROGRAM [SCENARIO…]      all of them without a name

Each scenario runs the real program in tmux against practice servers of its own, and asserts at both
servers through their control. What tmux shows must also be what the program's grid holds."""
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import session
from session import Console, Terminal, check, end, flow_test, hands, words
from sides import (booked, chosen_span, fact, logged, new_booking, numbers, service_of, slot_of)
from flow_test import equal, until

KEY_S = 2.0  # the worst key, sanitizers and a busy machine included; no request is as quick
DEATH_S = 2.0
LIVE_S = 3.0  # a second, and what sanitizers and a busy machine add


# ---- the console gives the terminal back


def program_of(pane):
    """The program's process under a pane's shell."""
    def probe():
        for pid in session.children_of(pane):
            try:
                if os.path.samefile(f"/proc/{pid}/exe", flow_test.PROGRAM):
                    return pid
            except OSError:
                continue
        return None
    return until("the program's process", probe)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read().strip()


def leaves(salon, how):
    """Runs the console from a shell, ends it, and looks at the shell's terminal."""
    here = tempfile.mkdtemp(prefix="shell-", dir=salon.dir)
    run = shlex.join([flow_test.PROGRAM, "--config", salon.config])
    script = (f"cd {shlex.quote(here)}; stty -g >before; echo 'typed before'; {run};"
              " echo $? >status; stty -g >after; echo 'typed after'; exec cat")
    terminal = Terminal(script, 80, 24, session.console_environment(salon.dir), here)
    try:
        terminal.drawn()
        equal("alternate screen", terminal.value("alternate_on"), "1")
        check("typed before" not in terminal.screen(), "the shell shows through", terminal.screen())
        if how == "F10":
            terminal.keys("F10")
        else:
            os.kill(program_of(terminal.pid), how)
        terminal.shows("typed before", "typed after")
        equal(f"{how}: exit status", read(f"{here}/status"), "0")
        equal(f"{how}: stty -g", read(f"{here}/after"), read(f"{here}/before"))
        for name, wanted in (("alternate_on", "0"), ("cursor_flag", "1"), ("keypad_flag", "0"),
                             ("keypad_cursor_flag", "0"), ("mouse_any_flag", "0"),
                             ("scroll_region_upper", "0"), ("scroll_region_lower", "23")):
            equal(f"{how}: {name}", terminal.value(name), wanted)
        rest = terminal.screen().split("typed before")[1].split()
        equal(f"{how}: what the program left on the screen", rest, ["typed", "after"])
        terminal.type("echoed")
        terminal.keys("Enter")
        terminal.until("echo and lines", lambda screen: screen.count("echoed") == 2)
    finally:
        terminal.close()
    complaints = session.sanitizer_complaints(salon.dir)
    check(not complaints, "a sanitizer complains", *complaints)


def gives_the_terminal_back():
    with flow_test.Salon() as salon:
        for how in ("F10", signal.SIGTERM, signal.SIGHUP):
            leaves(salon, how)


def starts_in_a_small_window():
    with session.salon_with_a_day() as salon:
        with Console(salon, 40, 10) as console:
            dump = console.drawn()
            equal("size", (dump.cols, dump.rows), (40, 10))
            # A list of one master: the spans of the day, one a row.
            console.until("a list", lambda screen: len(
                re.findall(r"(?m)^\d\d:\d\d-\d\d:\d\d ", screen)) >= 4)
            before = console.drawn()
            console.keys("Down")
            console.until("the cursor", lambda _: console.dump().row != before.row)
            console.keys("Tab")
            console.until("the next master", lambda _: console.dump().lines[1] != before.lines[1])
            console.drawn()
            console.resize(80, 24)
            console.until("the board", lambda _: console.drawn().cols == 80)
            console.shows("Борис М.", "Галина Т.")
            console.resize(10, 2)
            console.until("the smallest", lambda _: console.drawn().cols == 10)
            console.resize(80, 24)
            console.shows("Борис М.", "Галина Т.")


# ---- a slow network


def pressed(console, key):
    """Presses a key and waits for the frame it makes; the frame. None is waited for."""
    before = console.dump().frame
    began = time.monotonic()
    console.keys(key)
    console.until(f"a frame after {key}", lambda _: console.dump().frame > before)
    took = time.monotonic() - began
    check(took < KEY_S, f"{key} was drawn only after {took:.2f} s", console.screen())
    return console.dump()


def walks(console, times=12):
    """The cursor of the Day goes from item to item."""
    pressed(console, "PPage")
    places = [(console.drawn().row, console.dump().lines[-3])]
    for _ in range(times):
        pressed(console, "Down")
        dump = console.drawn()
        places.append((dump.row, dump.lines[-3]))
    check(len(set(places)) >= 6, "the cursor of the Day hardly moves", *places)


def is_never_held_by_the_network():
    with session.salon_with_a_day() as salon:
        salon.control("fault", "schedule", "delay", "--ms", "6000", "--count", "0")
        with Console(salon) as console:
            until("the look's first request",
                  lambda: salon.control("log", "--call", "schedule")["requests"])
            began = time.monotonic()
            walks(console)
            check(time.monotonic() - began > 6 or words("free: asking …") in console.screen(),
                  "the look was answered in spite of the delay", console.screen())
            salon.control("fault", "clear")
            pressed(console, "C-r")
            pressed(console, "Down")  # what was said stands over the truth bar until a key
            console.until("the look, later", lambda screen: re.search(
                words("free: %s %.60s%s").replace("%s %.60s%s", r"\d\d:\d\d"), screen))
            goes_on_without_the_screen(salon, console)
            keeps_what_is_typed_ahead(salon, console)


def goes_on_without_the_screen(salon, console):
    """Esc while Dikidi is asked: the Day, at once; the booking is made all the same."""
    known = numbers(salon)
    salon.control("fault", "create", "delay", "--ms", "4000")
    to_confirmation(console, "Массаж спины", "спины")
    began = time.monotonic()
    console.keys("Enter")
    console.shows(words("booking at Dikidi ..."))
    console.keys("Escape")
    console.shows(words("The booking goes on by itself; the Day shows what becomes of it."))
    check(time.monotonic() - began < 4, "Esc waited for the answer")
    walks(console, 8)
    booking = until("the booking at Dikidi", lambda: new_booking(salon, known))
    until("its deal", lambda: flow_test.entries_of(salon, "deal", str(booking["id"])))


def keeps_what_is_typed_ahead(salon, console):
    """What is typed while Dikidi is asked is done after the answer, in order."""
    known = numbers(salon)
    salon.control("fault", "create", "delay", "--ms", "2500")
    to_confirmation(console, "Массаж спины", "спины")
    console.keys("Enter")
    console.shows(words("booking at Dikidi ..."))
    console.keys("C-g")
    console.type("25.1")
    check(words("Go to date") not in console.screen(), "a key went past the answer")
    console.shows(words("Go to date"), "25.1")
    check(new_booking(salon, known), "keys were used before the booking was made")
    console.type("1")
    console.keys("Enter")
    console.shows("25 ноября 2026")
    console.keys("Home")
    console.shows("23 ноября 2026")


# ---- the first minute


def says_how_to_start_without_a_terminal():
    """`zapis practice` where no console can be: one clear sentence, and nothing stays behind."""
    base = tempfile.mkdtemp(prefix="zapis-e2e-")
    try:
        for language in ("en", "ru"):
            env = session.console_environment(base, language)
            env["XDG_RUNTIME_DIR"] = base
            for args in (["practice"], ["practice", "--now", session.NOW]):
                done = subprocess.run([flow_test.PROGRAM, *args], env=env, text=True, timeout=120,
                                      stdin=subprocess.DEVNULL, capture_output=True)
                equal("exit status", done.returncode, 2)
                equal("standard output", done.stdout, "")
                check(done.stderr.startswith("zapis: ") and done.stderr.count("\n") == 1,
                      "not one sentence on standard error", done.stderr)
                check("терминал" in done.stderr if language == "ru" else
                      "terminal" in done.stderr, "it does not say that a terminal lacks",
                      done.stderr)
                check("zapis practice --headless" in done.stderr, "it does not say how to start",
                      done.stderr)
                left = [name for name in os.listdir(base) if name.startswith("zapis-practice")]
                equal("what is left behind", left, [])
    finally:
        shutil.rmtree(base, ignore_errors=True)


def port_of(config):
    return int(re.search(r'base_url = "http://127.0.0.1:(\d+)"', read(config))[1])


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def receiver_of(config):
    with open(config, encoding="utf-8") as file:
        return int(re.search(r'listen = "127.0.0.1:(\d+)"', file.read())[1])


def app_book(state, env, name):
    """A client books in the app, today, at a free time that begins a row of the Day."""
    zapis = [flow_test.PROGRAM, "--config", os.path.join(state, "zapis.conf")]
    run = lambda *args: json.loads(subprocess.run(
        [*zapis, *args, "--json"], env=env, capture_output=True, text=True, timeout=60).stdout)
    for service in run("services")["services"]:
        slots = [slot for slot in run("slots", "--service", service["id"], "--date",
                                      "today")["slots"] if slot["starts_at"][14:16] in ("00", "30")]
        if slots:
            return hands.control(state, "app-book", "--service", service["id"], "--master",
                                 slots[0]["master_id"], "--at", slots[0]["starts_at"], "--phone",
                                 "+79165550177", "--name", name)
    raise session.Failure("nothing is free today")


def app_is_live():
    """A booking made in the app stands on the Day by itself, and one cancelled there goes."""
    base = tempfile.mkdtemp(prefix="zapis-e2e-")
    env = session.console_environment(base)
    state = os.path.join(base, "state")
    try:
        command = "exec " + shlex.join([flow_test.PROGRAM, "practice", "--state", state, "--now",
                                        session.NOW, "--seed", "7"])
        terminal = Terminal(command, 200, 50, env, base)
        try:
            terminal.shows("PRACTICE", "Лотос")
            terminal.until("equal figures", lambda screen: re.search(r"CRM ● (\d+) = \1 ", screen))
            until("the receiver", lambda: listens(receiver_of(os.path.join(state, "zapis.conf"))))
            booking = app_book(state, env, "Яна")
            began = time.monotonic()
            terminal.shows("Яна")
            took = time.monotonic() - began
            print(f"      the app's booking was on the Day after {took:.2f} s", flush=True)
            check(took < LIVE_S, "that is too late")
            hands.control(state, "app-cancel", str(booking["id"]))
            terminal.gone("Яна")
            left = session.children_of(terminal.pid) | {terminal.pid}
            terminal.keys("F10")
            until("all of them to end", lambda: not any(map(session.alive, left)))
        finally:
            terminal.close()
        complaints = session.sanitizer_complaints(base)
        check(not complaints, "a sanitizer complains", *complaints)
    finally:
        shutil.rmtree(base, ignore_errors=True)


def port_taken():
    """Somebody else has the receiver's port: the console opens all the same, and says so."""
    base = tempfile.mkdtemp(prefix="zapis-e2e-")
    env = session.console_environment(base)
    state = os.path.join(base, "state")
    try:
        first = subprocess.Popen([flow_test.PROGRAM, "practice", "--headless", "--state", state],
                                 env=env, stdout=subprocess.PIPE, text=True)
        config = first.stdout.readline().strip()
        first.terminate()
        equal("the servers' exit status", first.wait(60), 0)
        with socket.socket() as taken:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(("127.0.0.1", receiver_of(config)))
            taken.listen()
            command = "exec " + shlex.join([flow_test.PROGRAM, "practice", "--state", state])
            terminal = Terminal(command, 100, 30, env, base)
            try:
                terminal.shows("PRACTICE", "Лотос", before_value(words("Webhooks do not arrive: %s")))
                terminal.keys("Escape")  # read: the truth bar is there again
                terminal.gone(before_value(words("Webhooks do not arrive: %s")))
                left = session.children_of(terminal.pid) | {terminal.pid}
                terminal.keys("F10")
                until("all of them to end", lambda: not any(map(session.alive, left)))
            finally:
                terminal.close()
        check(os.path.exists(os.path.join(state, "zapis.db")), "a directory that was named stays")
        complaints = session.sanitizer_complaints(base)
        check(not complaints, "a sanitizer complains", *complaints)
    finally:
        shutil.rmtree(base, ignore_errors=True)


def before_value(sentence):
    return sentence.partition("%s")[0].strip()


def first_minute():
    """`zapis practice` as a new user types it."""
    base = tempfile.mkdtemp(prefix="zapis-e2e-")
    try:
        env = session.console_environment(base)
        env["XDG_RUNTIME_DIR"] = base
        command = "exec " + shlex.join([flow_test.PROGRAM, "practice"])
        terminal = Terminal(command, 100, 30, env, base)
        try:
            terminal.shows("PRACTICE", "Лотос")
            fresh = [name for name in os.listdir(base) if name.startswith("zapis-practice")]
            equal("practice directories", len(fresh), 1)
            config = os.path.join(base, fresh[0], "zapis.conf")
            terminal.until("bookings",
                           lambda screen: len(re.findall(r"▐\d\d:\d\d \w", screen)) >= 5)
            figures = terminal.until("equal figures", lambda screen: re.search(
                r"CRM ● ([1-9]\d*) = (\d+) ", screen))
            equal("the truth bar", figures[1], figures[2])
            terminal.shows(words("queue") + ": 0")
            terminal.drawn()
            # Whoever starts a second program finds the salon, but never by itself.
            second = subprocess.run([flow_test.PROGRAM, "--linear"], env=env, text=True, timeout=60,
                                    stdin=subprocess.DEVNULL, capture_output=True, check=False)
            equal("status", second.returncode, 5)
            check(f"zapis --linear --config {config}" in second.stderr and
                  words("PRACTICE").split()[0] in second.stderr, "the way to it", second.stderr)
            port = port_of(config)
            servers = session.children_of(terminal.pid)
            check(len(servers) == 2 and listens(port),
                  "not the servers and the receiver under the console", servers)
            check(listens(receiver_of(config)), "nobody receives webhooks")
            end(terminal.pid, signal.SIGKILL)
            killed = time.monotonic()
            until("the practice servers to end",
                  lambda: not any(map(session.alive, servers)) and not listens(port))
            took = time.monotonic() - killed
            check(took < DEATH_S, f"the practice servers lived on for {took:.1f} s")
            until("their directory to go", lambda: not os.path.exists(os.path.dirname(config)))
        finally:
            terminal.close()
        complaints = session.sanitizer_complaints(base)
        check(not complaints, "a sanitizer complains", *complaints)
    finally:
        shutil.rmtree(base, ignore_errors=True)


# ---- bookings


def to_time(console, service, typed, master=None):
    """F7 on a booking (a gap would fill in its master and time), and in step 1 the service, and a
    master, found by typing."""
    console.drawn()
    console.keys("PPage")
    while "3" + words("Show") not in "\n".join(console.drawn().lines[-1:]):
        pressed(console, "Down")
    console.keys("F7")
    console.shows(words("New booking"), words("Services"), "Маникюр с покрытием")
    if master:
        console.keys("Tab")
        console.type(master)
        console.keys("Enter")
    console.type(typed)
    console.until("the list to be filtered", lambda screen: service in screen and
                  "Маникюр с покрытием" not in screen)
    console.keys("Enter")
    console.shows(words("Soonest:"), service)


def to_confirmation(console, service, typed):
    """A walk-in at the soonest time."""
    to_time(console, service, typed)
    console.keys("Enter")
    console.shows(words("Comment"))
    console.keys("F9")
    console.shows(words("Enter books it."), words("walk-in"))


def sum_minor(console):
    found = re.fullmatch(r"([\d\s\u00a0\u202f]+) ₽", fact(console, "Sum"))
    check(found, "the sum is no plain figure", fact(console, "Sum"))
    return int("".join(found[1].split())) * 100


def walks_in_and_is_cancelled(console, salon, service, typed, master, middle):
    own = console.drawn()
    known, contacts = numbers(salon), len(salon.rows("contacts"))
    to_time(console, service, typed, master)
    console.keys("Down", "Down")
    console.drawn()
    console.resize(*middle)
    console.until("the other size", lambda _: console.drawn().cols == middle[0])
    console.shows(service, words("Soonest:"))  # what was chosen stays in sight
    console.keys("Enter")
    console.shows(words("Comment"))
    console.keys("F9")
    console.shows(words("Enter books it."), words("walk-in"), service)
    console.resize(own.cols, own.rows)
    console.until("the size before", lambda _: console.drawn().cols == own.cols)
    span, price = chosen_span(console), sum_minor(console)
    booking = booked(salon, console, known)
    equal("status", booking["status"], "active")
    equal("service", [s["name"] for s in booking["services"]], [service])
    equal("total at Dikidi", round(booking["total"] * 100), price)
    equal("phone and name", (booking["client"]["phone"], booking["client"]["name"]),
          ("+70000000000", "Гость"))
    equal("start", booking["local"], f"{session.TODAY}T{span[0]}:00{flow_test.ZONE}")
    if master:
        check(booking["master"]["name"].startswith(master), "another master", booking["master"])
    deal, shown = logged(salon, booking["id"])
    equal("sum in the deal", round(float(deal["OPPORTUNITY"]) * 100), price)
    equal("SOURCE_DESCRIPTION", deal["SOURCE_DESCRIPTION"], "walk-in")
    check(service in deal["TITLE"] and span[0] in deal["TITLE"], "TITLE", deal["TITLE"])
    equal("contacts", len(salon.rows("contacts")), contacts)
    check(shown["ends_at"][11:16] == span[1], "it ends at another time than was said", shown, span)
    cancels_from_the_day(console, salon, booking)


def cancels_from_the_day(console, salon, booking):
    """The cursor stands on what was booked: F8, a reason by its digit, Enter."""
    service, slot = service_of(salon, booking["services"][0]["name"]), slot_of(booking)
    check(not flow_test.is_free(salon, service, slot, "today"), "the time is still offered", slot)
    console.keys("F8")
    console.shows(words("Cancel this booking?"), service["name"])
    console.drawn()
    reason = re.search(r"(?m)^ *2  (\S.*)$", console.screen())[1].strip()
    console.keys("2", "Enter")
    until("the cancel at Dikidi", lambda: salon.control(
        "booking", str(booking["id"]))["status"] == "cancelled")
    console.gone(words("Cancel this booking?"))
    deal = until("the deal to fail", lambda: [
        deal for deal in flow_test.entries_of(salon, "deal", str(booking["id"]))
        if deal["STAGE_SEMANTIC_ID"] == "F"])[0]
    comments = until("the comment", lambda: [  # it follows the stage
        c["text"] for c in salon.rows("comments") if c["entity_id"] == int(deal["ID"])])
    check(len(comments) == 1 and reason in comments[0], f"the reason {reason}", comments)
    check(flow_test.is_free(salon, service, slot, "today"), "the time is not free again", slot)
    console.drawn()


def walk_in(cols, rows, middle):
    with session.salon_with_a_day() as salon:
        with Console(salon, cols, rows) as console:
            walks_in_and_is_cancelled(console, salon, "Стрижка и борода", "и бород", None, middle)
            walks_in_and_is_cancelled(console, salon, "Камуфляж седины", "КАМУФ", "Дина", middle)


NAME, PHONE, COMMENT = "Проверкина Мария", "+79165550101", "аллергия на лак <b>"


def types_the_client(console):
    """Step 3 for somebody who was never here."""
    console.shows(words("Comment"))
    console.type("9165550101")
    console.shows("+7 916 555-01-01")
    console.keys("Enter")
    console.type(NAME)
    console.keys("Tab")
    console.type(COMMENT)
    console.shows(NAME, COMMENT)
    console.drawn()
    console.keys("Enter")
    console.shows(words("Enter books it."))


def new_client():
    """Nobody knows her: all is typed, the confirmation shows all of it, both sides get it."""
    with session.salon_with_a_day() as salon:
        with Console(salon) as console:
            known = numbers(salon)
            to_time(console, "Массаж лица", "массаж лиц", "Жанна")
            console.keys("Right")
            console.shows("Вт 24 ноября 2026", words("Morning"))
            console.until("the times of that day", lambda screen: words("Soonest:") in screen and
                          re.search(r"(?m)^ Вт 24 ноя \d\d:\d\d-", screen))
            console.keys("Down", "Enter")
            types_the_client(console)
            console.drawn()
            span, price = chosen_span(console), sum_or_from_minor(console)
            for label, wanted in (("Service", "Массаж лица"), ("Master", "Жанна Л."),
                                  ("Time", "Вт 24 ноября 2026"), ("Client", NAME),
                                  ("Client", "+7 916 555-01-01"), ("Comment", COMMENT)):
                check(wanted in fact(console, label), f"{words(label)} lacks {wanted}",
                      console.screen())
            console.shows("zapis book --service", f"--phone {PHONE}", f"'{NAME}'")
            booking = booked(salon, console, known)
            console.shows("24 ноября 2026")  # the Day has gone to the day of the booking
            assert_at_both(salon, booking, "Массаж лица", span, price)


def sum_or_from_minor(console):
    """The figure of the sum, "from" or not."""
    return int("".join(re.findall(r"\d", fact(console, "Sum")))) * 100


def assert_at_both(salon, booking, service, span, price):
    equal("client at Dikidi", (booking["client"]["phone"], " ".join(
        filter(None, [booking["client"]["name"], booking["client"]["surname"]]))), (PHONE, NAME))
    equal("comment at Dikidi", booking["comment"], COMMENT)
    equal("start", booking["local"][11:16], span[0])
    equal("total at Dikidi", round(booking["total"] * 100), price)
    deal, shown = logged(salon, booking["id"])
    flow_test.assert_booking(salon, shown, service_of(salon, service), slot_of(booking), PHONE,
                             NAME)
    flow_test.assert_entry(salon, shown, "deal", NAME, "аллергия на лак", 0)
    flow_test.assert_contact(salon, deal, PHONE, NAME)


def slot_is_taken():
    """Between the confirmation and Enter somebody in the app is quicker."""
    with session.salon_with_a_day() as salon:
        with Console(salon) as console:
            to_time(console, "Мужская стрижка", "мужск", "Борис")
            console.keys("Right")
            console.until("the times of that day", lambda screen: words("Soonest:") in screen and
                          re.search(r"(?m)^ Вт 24 ноя \d\d:\d\d-", screen))
            console.keys("Enter")
            types_the_client(console)
            span, price = chosen_span(console), sum_minor(console)
            salon.control("app-book", "--service", service_of(salon, "Мужская стрижка")["id"],
                          "--master", "1357201", "--at", f"2026-11-24 {span[0]}", "--phone",
                          "+79165550102", "--name", "Быстрый")
            known = numbers(salon)
            salon.control("fault", "create", "delay", "--ms", "1000")
            console.keys("Enter", "Enter", "Enter")  # typed ahead: none of them confirms an offer
            offers = sees_offers(console, span)
            equal("new bookings", new_booking(salon, known), None)
            console.type("1")
            console.shows(words("Enter books it."))
            equal("the time is offer 1", chosen_span(console)[0], offers[0])
            equal("the sum", sum_minor(console), price)
            span = chosen_span(console)
            booking = booked(salon, console, known)
            equal("offer 1 booked", booking["local"], f"2026-11-24T{span[0]}:00{flow_test.ZONE}")
            assert_at_both(salon, booking, "Мужская стрижка", span, price)


def sees_offers(console, span):
    """Taken, said so; three offers; nothing typed is lost; the times of the offers."""
    console.shows(words("The next free times; all that was typed is kept:"),
                  words("%s is taken: to be chosen anew").replace("%s", span[0]))
    console.drawn()
    offers = re.findall(r"(?m)^ ([123])  \S+ 24 ноя (\d\d:\d\d)  Борис М\.", console.screen())
    equal("offers", [number for number, _ in offers], ["1", "2", "3"])
    times = [clock for _, clock in offers]
    check(span[0] not in times and times == sorted(times), "the offers", times)
    for label, wanted in (("Service", "Мужская стрижка"), ("Master", "Борис М."),
                          ("Client", NAME), ("Client", "+7 916 555-01-01"), ("Comment", COMMENT)):
        check(wanted in fact(console, label), f"{wanted} was lost", console.screen())
    return times


# ---- what managers ended in the CRM


def managers_end_many():
    """More visits ended in the CRM than are cancelled unasked: the queue lists them, the key that
    cancels them asks first, and the one that drops keeps them all."""
    with session.salon_with_a_day() as salon:
        salon.run("sync", "--once")
        ended = [b for b in salon.json("day")["bookings"]
                 if b["starts_at"] > flow_test.NOW and b["crm"]["id"]][:6]
        salon.control("deals-fail", *[b["crm"]["id"] for b in ended])
        with Console(salon, 100, 30) as console:
            console.shows(words("attention") + ": 1")
            console.keys("C-t")
            console.shows(words("cancel what managers ended"), *[b["booking_id"] for b in ended])
            console.keys("F5")
            console.shows(words("Cancel them? Enter: yes, Esc: leave it"),
                          *[b["booking_id"] for b in ended])
            console.keys("Escape")
            console.gone(words("Cancel them? Enter: yes, Esc: leave it"))
            console.keys("F8")
            console.shows(words("Give it up? Enter: yes, Esc: leave it"))
            console.keys("Enter")
            console.shows(words("Nothing waits."))
            for booking in ended:
                equal("state", salon.json("show", booking["booking_id"])["state"], "booked")
                equal("at Dikidi", salon.control("booking", booking["booking_id"])["status"],
                      "active")


SCENARIOS = {
    "walk-in-80x24": lambda: walk_in(80, 24, (120, 40)),
    "walk-in-200x60": lambda: walk_in(200, 60, (80, 24)),
    "new-client": new_client,
    "slot-taken": slot_is_taken,
    "terminal": gives_the_terminal_back,
    "small": starts_in_a_small_window,
    "slow": is_never_held_by_the_network,
    "headless": says_how_to_start_without_a_terminal,
    "first-minute": first_minute,
    "app-live": app_is_live,
    "port-taken": port_taken,
    "managers": managers_end_many,
}


if __name__ == "__main__":
    session.play(SCENARIOS, __doc__)
