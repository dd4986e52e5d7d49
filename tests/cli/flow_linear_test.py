#!/usr/bin/env python3
"""`zapis --linear`, the desk as a plain dialogue, against the practice salon:
flow_linear_test.py PROGRAM [NAME…]."""
import os
import pty
import re
import select
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
import flow_test  # noqa: E402  the salon and the checks are the same
import session  # noqa: E402
from flow_test import Salon, check, equal, first_free, until  # noqa: E402

PHONE = "+79165550199"


class Dialogue:
    """A person, or a script, in front of `zapis --linear`. Reading goes on from what was heard."""

    def __init__(self, salon, language="en", terminal=False, args=None):
        self.salon = salon
        env = dict(salon.env, LANG="C.UTF-8", LC_ALL="C.UTF-8", LANGUAGE=language)
        self.errors = tempfile.TemporaryFile()
        self.master = None
        command = [flow_test.PROGRAM, "--config", salon.config, *(args or ["--linear"])]
        if terminal:
            self.master, inner = pty.openpty()
            self.process = subprocess.Popen(command, env=env, stdin=inner, stdout=inner,
                                            stderr=self.errors, start_new_session=True,
                                            preexec_fn=lambda: session_terminal(inner))
            os.close(inner)
            self.source = self.master
        else:
            self.process = subprocess.Popen(command, env=env, stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, stderr=self.errors)
            self.source = self.process.stdout.fileno()
        self.all, self.at, self.over = b"", 0, False

    def text(self):
        return self.all.decode(errors="replace").replace("\r\n", "\n")

    def say(self, *lines):
        for line in lines:
            data = line if isinstance(line, bytes) else line.encode()
            if self.master is None:
                self.process.stdin.write(data + b"\n")
                self.process.stdin.flush()
            else:
                os.write(self.master, data + b"\n")

    def read(self, seconds):
        ready, _, _ = select.select([self.source], [], [], seconds)
        if not ready or self.over:
            return
        try:
            data = os.read(self.source, 65536)
        except OSError:
            data = b""  # the terminal is gone
        self.all += data
        self.over = not data

    def hears(self, *texts):
        """Waits for each in turn; all that was said from the last thing heard to these."""
        began, end = self.at, time.monotonic() + flow_test.DEADLINE_S
        for text in texts:
            while self.text().find(text, self.at) < 0:
                check(time.monotonic() < end and not self.over, f"not heard: {text!r}",
                      self.text()[began:])
                self.read(0.1)
            self.at = self.text().find(text, self.at) + len(text)
        return self.text()[began:self.at]

    def ends(self, status=0, close=True):
        """The rest of what is said; the program must end by itself."""
        if self.master is None and close:
            self.process.stdin.close()
        end = time.monotonic() + flow_test.DEADLINE_S
        while not self.over and time.monotonic() < end:
            self.read(0.1)
        check(self.over, "it does not end", self.text()[-1500:])
        equal("exit status", self.process.wait(flow_test.DEADLINE_S), status)
        self.errors.seek(0)
        complaint = self.errors.read().decode(errors="replace")
        check("Sanitizer" not in complaint, "a sanitizer complains", flow_test.short(complaint))
        check("\x1b" not in self.text(), "an escape sequence was sent", self.text())
        rest, self.at = self.text()[self.at:], len(self.text())
        return rest

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for file in (self.process.stdin, self.process.stdout, self.errors):
            if file:
                file.close()
        if self.master is not None:
            os.close(self.master)


def session_terminal(inner):
    import fcntl
    import termios
    fcntl.ioctl(inner, termios.TIOCSCTTY, 0)


def clock(slot):
    return slot["starts_at"][11:16]


class Scene:
    """A salon and a dialogue, both ended whatever happens."""

    def __init__(self, make=Salon, **options):
        self.options, self.make = options, make

    def __enter__(self):
        self.salon = self.make()
        self.dialogues = []
        return self

    def dialogue(self, **options):
        made = Dialogue(self.salon, **{**self.options, **options})
        self.dialogues.append(made)
        return made

    def __exit__(self, *_):
        for made in self.dialogues:
            made.close()
        self.salon.close()


def booking_of(scene, number):
    return scene.salon.json("show", number)


def number_in(text):
    found = re.search(r"\b(8529\d{5})\b", text)
    check(found, "no number was told", text)
    return found.group(1)


def morning_in_english():
    with Scene() as scene:
        service, slots = first_free(scene.salon)
        slot = slots[0]
        desk = scene.dialogue()
        greeting = desk.hears("“help” lists")
        for part in ("PRACTICE", "Dikidi: connected.", "Mon 23 November 2026"):
            check(part in greeting, f"the greeting lacks {part}", greeting)
        desk.say("help")
        check(desk.hears("alone opens that line").count("\n") > 15, "a short help")
        desk.say("book", service["name"])
        desk.hears("Master?")
        desk.say(slot["master"])
        desk.hears("Day? 1 today, 2 tomorrow, 3 Wed 25 Nov, or a date. Enter: today.")
        desk.say("2")
        check(clock(slot) in desk.hears("Time?"), "the free time is not told", desk.text())
        desk.say("back")
        desk.hears("or a date. Enter: tomorrow.")
        desk.say("", clock(slot))
        desk.hears("Phone")
        desk.say("8 916 555-01-99")
        desk.hears("A new client.", "Name?")
        desk.say("Lidia", "tea without sugar")
        said = desk.hears("Book it? yes or no")
        for part in (service["name"], clock(slot), slot["master"], "Lidia, +7 916 555-01-99", "Comment: tea"):
            check(part in said, f"the confirmation lacks {part}", said)
        desk.say("yes")
        number = number_in(desk.hears("The CRM follows by itself."))
        made = booking_of(scene, number)
        equal("booked", (made["state"], made["starts_at"], made["client"]["phone"]),
              ("booked", slot["starts_at"], PHONE))
        desk.say("day tomorrow")
        said = desk.hears("only Dikidi knows what is free")
        check(f"1. {clock(slot)}" in said and "booked, the client is expected" in said, "the day", said)
        desk.say("1")
        check(number in desk.hears("booked, dikidi"), "the card", desk.text())
        desk.say("client lid")
        check("1. " in desk.hears("booked\n"), "the client's card", desk.text())
        desk.say("note sugar after all", "mark 1 came")
        desk.hears("note: sugar after all", "Marked: the client came.")
        desk.say("undo")
        desk.hears("the mark is what it was before")
        desk.say("cancel " + number + " ill")
        desk.hears("Cancelled. The CRM follows by itself.")
        desk.say("undo")
        again = number_in(desk.hears("Its CRM entry goes along."))
        equal("again", booking_of(scene, again)["state"], "booked")
        desk.say("client lid")
        desk.hears("cancel undone")
        equal("no visit was cancelled", scene.salon.json("client", PHONE)["cancellations"], 0)
        desk.say("queue", "masters", "services " + service["name"][:6], "state")
        desk.hears("Needs a person: 0.")
        desk.say("quit")
        desk.ends(close=False)


def morning_in_russian():
    with Scene(language="ru") as scene:
        service, slots = first_free(scene.salon)
        slot = slots[0]
        desk = scene.dialogue()
        desk.hears("УЧЁБА", "Dikidi: на связи.", "«помощь»")
        desk.say("ltym")  # день, in the other layout
        desk.hears("Пн 23 ноября 2026: в журнале")
        desk.say("зап")
        desk.hears("Услуга?")
        desk.say(service["name"], "", "завтра", clock(slot))
        desk.hears("Телефон")
        desk.say("гость")
        desk.hears("Имя? Enter:")
        desk.say("Света", "")
        desk.hears("Записать? да или нет")
        desk.say("да")
        number = number_in(desk.hears("В CRM запишется само."))
        desk.say("вернуть")
        desk.hears("Возвращено: запись отменена.")
        equal("undone", booking_of(scene, number)["state"], "cancelled")
        desk.say("отмена " + number + " передумала")
        desk.hears("Отменять нечего")
        desk.say("о")
        desk.hears("может быть несколько команд")
        desk.say("выход")
        desk.ends(2, close=False)


def a_script():
    with Scene() as scene:
        service, slots = first_free(scene.salon)
        slot = slots[0]
        script = ["# a remark", "book", service["name"], slot["master"], "tomorrow", clock(slot), PHONE,
                  "Nina", "", "yes", "day tomorrow", "quit"]
        made = subprocess.run([flow_test.PROGRAM, "--config", scene.salon.config, "--linear"],
                              input="\n".join(script), env=scene.salon.env, capture_output=True, text=True,
                              timeout=120)
        equal("status", made.returncode, 0)
        check(made.stderr == "", "standard error", flow_test.short(made.stderr))
        for line in script:
            check(f"> {line}\n" in made.stdout, f"{line!r} is not repeated before its answer", made.stdout)
        check(made.stdout.index("> yes") < made.stdout.index("Booked. Number") <
              made.stdout.index("> day tomorrow"), "the order", made.stdout)
        equal("booked", len(scene.salon.json("day", "tomorrow")["bookings"]), 1)
        # The worst status; from a file, which no loop can watch.
        path = os.path.join(scene.salon.dir, "script")
        for lines, status in (("day tomorrow\ncard 1\nstate\n", 0), ("card 9999999\n", 3), ("nonsense\nday\n", 2)):
            with open(path, "w+", encoding="utf-8") as file:
                file.write(lines)
                file.seek(0)
                made = subprocess.run([flow_test.PROGRAM, "--config", scene.salon.config, "--linear"],
                                      stdin=file, env=scene.salon.env, capture_output=True, text=True, timeout=120)
            equal(f"status of {lines!r}", made.returncode, status)


def taken():
    with Scene() as scene:
        service, slots = first_free(scene.salon, at_least=5)
        slot = slots[0]
        desk = scene.dialogue()
        desk.say("book", service["name"], slot["master"], "tomorrow", clock(slot), PHONE, "Vera", "window seat")
        desk.hears("Book it?")
        scene.salon.control("app-book", "--service", service["id"], "--master", slot["master_id"], "--at",
                            slot["starts_at"], "--phone", "+79160000007", "--name", "Соперница")
        desk.say("yes")
        said = desk.hears("Everything you said is kept.")
        offers = re.findall(r"(?m)^([123])\. (\d\d:\d\d) ", said)
        equal("offers", [number for number, _ in offers], ["1", "2", "3"])
        desk.say("2")
        said = desk.hears("Book it?")
        check(offers[1][1] in said and "Vera" in said and "window seat" in said, "kept", said)
        desk.say("yes")
        made = booking_of(scene, number_in(desk.hears("The CRM follows")))
        equal("booked", (made["state"], made["starts_at"][11:16]), ("booked", offers[1][1]))
        desk.ends(3)


def one_line():
    with Scene(language="ru") as scene:
        service, slots = first_free(scene.salon, at_least=3)
        slot, master = slots[0], slots[0]["master"]
        desk = scene.dialogue()
        desk.say(f'запись {service["name"]} {master} завтра {clock(slot)} 9165550199 Мария "у окна"')
        said = desk.hears("Записать? да или нет")
        for part in (service["name"], master, clock(slot), "Мария, +7 916 555-01-99", "у окна"):
            check(part in said, f"the confirmation lacks {part}", said)
        desk.say("lf")  # да in the other layout is no yes
        desk.hears("Ничего не записано.")
        # A time that is busy is told before anybody is asked for a name; so are the nearest.
        minute = int(clock(slot)[:2]) * 60 + int(clock(slot)[3:]) - 5
        person = scene.dialogue(terminal=True)
        person.hears("Команда?")
        person.say(f'book {service["name"]} {master} завтра {minute // 60:02}:{minute % 60:02}')
        said = person.hears("Это время занято. Ближайшее свободное:", clock(slot), "Время?")
        check("Телефон" not in said, "the phone is asked for a time that is busy", said)
        person.say(clock(slot))
        person.hears("Телефон")
        # A time without a day is today's.
        today = scene.salon.json("slots", "--service", service["id"], "--date", "today")["slots"][-1]
        another = scene.dialogue(terminal=True)
        another.hears("Команда?")
        another.say(f'book {service["name"]} {today["master"]} {clock(today)}')
        said = another.hears("Телефон")
        check("не удалось спросить" not in said, "free time of today could not be asked", said)
        # What lacks is asked, what is known of the client is not.
        desk.say(f'book {service["name"]} {master} завтра {clock(slot)}')
        desk.hears("Телефон")
        desk.say("9165550199", "Мария")
        desk.hears("Записать? да или нет")
        desk.say("да")
        number = number_in(desk.hears("В CRM запишется само."))
        made = booking_of(scene, number)
        equal("booked", (made["state"], made["starts_at"], made["client"]),
              ("booked", slot["starts_at"], {"name": "Мария", "phone": PHONE}))
        desk.say(f'book {service["name"]} завтра 9165550199')
        desk.hears("Знакомый клиент: Мария", "Время?")
        desk.say("назад", "назад", "назад", "назад")
        desk.hears("Ничего не записано.")
        for line in ("book завтра в 25:99 " + service["name"] + " 9165550199 Мария",
                     f'book {service["name"]} вчера 12:00 9165550199 Мария'):
            desk.say(line, "day")
            said = desk.hears("Здесь только журнал")
            check("Записать?" not in said, "what makes no sense is led on", said)
        desk.say("числа неделя завтра")
        desk.hears("Пн 23 ноя", master)
        equal("one booking", len(scene.salon.json("day", "tomorrow")["bookings"]), 1)
        desk.ends(2)


def moved():
    with Scene() as scene:
        service, slots = first_free(scene.salon)
        first = slots[0]
        days = scene.salon.json("slots", "--service", service["id"], "--master", first["master_id"], "--date", "+2",
                                "--days", "5")["dates"]
        last = next(day for day in days if day["slots"])["slots"][-1]
        desk = scene.dialogue()
        desk.say(f'book {service["name"]} {first["master"]} tomorrow {clock(first)} 9165550199 Rita', "yes")
        number = number_in(desk.hears("The CRM follows"))
        desk.say(f'move {number} {last["starts_at"][:10]}', clock(last))
        said = desk.hears("Move it? yes or no")
        check(clock(first) in said and clock(last) in said, "both times are told", said)
        desk.say("yes")
        number = number_in(desk.hears("Moved. Number", "The CRM follows"))
        made = booking_of(scene, number)
        equal("moved", (made["state"], made["starts_at"]), ("booked", last["starts_at"]))
        # Minutes later: nobody offers that, and it costs the old time first.
        hour, minute = map(int, clock(last).split(":"))
        later = f"{hour + (minute + 5) // 60:02}:{(minute + 5) % 60:02}"
        desk.say("move", last["starts_at"][:10], later)
        desk.hears("Dikidi does not offer that time.", "Try it all the same?")
        desk.say("yes")
        desk.hears("Move it?")
        desk.say("yes")
        desk.hears("has no time until you choose a free one", "Give the old time back and take the new one?")
        desk.say("no")
        desk.hears("Nothing was moved.")
        equal("kept", booking_of(scene, number)["state"], "booked")
        desk.ends(2)


def unknown():
    with Scene() as scene:
        service, slots = first_free(scene.salon)
        slot = slots[0]
        desk = scene.dialogue(language="ru")
        scene.salon.control("fault", "create", "drop-after", "--count", "0")
        scene.salon.control("fault", "booking", "500", "--count", "0")
        scene.salon.control("fault", "schedule", "delay", "--count", "0")
        desk.say("book", service["name"], slot["master"], "tomorrow", clock(slot), PHONE, "Olga", "", "yes")
        said = desk.hears("Не записывайте ещё раз", "смотрите «отправка».")
        check("Записано" not in said, "unknown is told as booked", said)
        desk.say("отправка")
        desk.hears("Задача ", "Olga")
        scene.salon.control("fault", "clear")
        until("the answer to become known", lambda: scene.salon.json("day", "tomorrow")["bookings"][0]["state"] ==
              "booked")
        desk.say("", "")
        desk.hears("Выяснилось, запись есть: " + clock(slot))
        equal("one booking", len(scene.salon.rows("bookings", "--date", slot["starts_at"][:10])) > 0, True)
        desk.ends(4)


def an_empty_line():
    """What is neither yes nor no is asked again: a bare Enter throws nothing away, and books nothing."""
    with Scene(language="ru") as scene:
        service, slots = first_free(scene.salon)
        slot = slots[0]
        line = f'запись {service["name"]} {slot["master"]} завтра {clock(slot)} 9165550199 Мария'
        person = scene.dialogue(terminal=True)
        person.hears("Команда?")
        person.say(line)
        for slip in ("", "lf", "ага"):
            person.hears("Записать? да или нет")
            person.say(slip)
            said = person.hears("Пока ничего не сделано: ответьте «да» или «нет».")
            check("Ничего не записано" not in said, f"{slip!r} throws it all away", said)
        person.hears("Записать? да или нет")
        equal("nothing is booked", scene.salon.json("day", "tomorrow")["bookings"], [])
        person.say("ytn")  # нет in the other layout: harmless, so it is one
        person.hears("Ничего не записано.", "Команда?")
        person.say(line, "", "да")
        number = number_in(person.hears("В CRM запишется само."))
        equal("booked", booking_of(scene, number)["state"], "booked")
        person.say("выход")
        person.ends(0)


def live():
    """What others do is told before the next prompt, in a line of its own."""
    with Scene() as scene:
        service, slots = first_free(scene.salon, at_least=3)
        desk = scene.dialogue(terminal=True)
        desk.hears("Command? ")
        booked = scene.salon.control("app-book", "--service", service["id"], "--master", slots[0]["master_id"],
                                     "--at", slots[0]["starts_at"], "--phone", "+79160000008", "--name", "Алёна")
        number = str(booked["id"] if "id" in booked else booked["booking"]["id"])
        os.write(desk.master, b"da")  # in the middle of a line nothing is said
        scene.salon.run("adopt", number)
        desk.read(0.5)
        check("New booking" not in desk.text(), "told in the middle of a line", desk.text())
        os.write(desk.master, b"y\n")
        desk.hears("in the journal", f"New booking from the app: {clock(slots[0])} tomorrow, Алёна")
        desk.hears("Command? ")
        scene.salon.run("cancel", number, "--reason", "ill")
        desk.say("")
        desk.hears(f"Cancelled: {clock(slots[0])} tomorrow, Алёна", "Command? ")
        scene.salon.control("fault", "dikidi", "refuse", "--count", "0")
        desk.say("book", service["name"], "")
        desk.hears("Day?")
        desk.say("tomorrow")
        desk.hears("Free time could not be asked: it is not known.", "Dikidi: no connection", "Day?")
        scene.salon.control("fault", "clear")
        desk.say("tomorrow")
        desk.hears("1. ", "Dikidi: connected.", "Time?")
        os.write(desk.master, b"\x03")  # Ctrl-C: one level back
        desk.hears("Day?")
        os.write(desk.master, b"\x03")
        desk.hears("Master?")
        os.write(desk.master, b"\x03")
        desk.hears("Service?")
        os.write(desk.master, b"\x03")
        desk.hears("Nothing was booked.", "Command? ")
        os.write(desk.master, b"\x03")
        desk.hears("Ctrl-C once more leaves.", "Command? ")
        os.write(desk.master, b"\x03")
        desk.ends(0)


def the_end_in_the_middle():
    with Scene() as scene:
        service, slots = first_free(scene.salon)
        before = len(scene.salon.rows("bookings", "--date", slots[0]["starts_at"][:10]))
        for lines in (["book"], ["book", service["name"]],
                      ["book", service["name"], "", "tomorrow", clock(slots[0]), PHONE, "Ida", ""],
                      ["book", service["name"], "", "tomorrow", clock(slots[0]), PHONE, "Ida", "", "ye"]):
            desk = scene.dialogue()
            desk.say(*lines)
            rest = desk.ends(0 if lines[-1] == "ye" else 2)
            check("Nothing was booked." in rest, "not told that nothing was booked", rest)
        equal("bookings", len(scene.salon.rows("bookings", "--date", slots[0]["starts_at"][:10])), before)
        desk = scene.dialogue(terminal=True)
        desk.hears("Command? ")
        desk.process.send_signal(signal.SIGTERM)
        desk.ends(0)


def garbage():
    with Scene() as scene:
        desk = scene.dialogue()
        desk.say(b"\xff\xfe\x80\x00day", "x" * 100000, b"\x1b[2J\x1b]0;title\x07", "day " + "y" * 3000, "\t \t",
                 "9999999999999999999999", "-1", "0", "card 0", "mark", "drop x", "explain", "again", "note",
                 "day 31.02", "cancel 852900000 why", "book\x00", "день вчера", "state")
        rest = desk.ends(3)
        check("That line is too long" in rest, "the long line", rest[:2000])
        check("\x07" not in rest and "\x00" not in rest, "control characters", rest[:2000])
        check("Journal today" in rest, "the dialogue did not go on", rest[-2000:])


SCENARIOS = {"english": morning_in_english, "russian": morning_in_russian, "script": a_script, "taken": taken, "line": one_line, "moved": moved,
             "empty": an_empty_line,
             "unknown": unknown, "live": live, "eof": the_end_in_the_middle, "garbage": garbage}

if __name__ == "__main__":
    session.play(SCENARIOS, __doc__)
