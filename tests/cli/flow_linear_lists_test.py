#!/usr/bin/env python3
"""`zapis --linear`: the waiting list, a week, what is mended and retried, a move that costs the old
time first, and the receiver that ends: flow_linear_lists_test.py PROGRAM [NAME…]."""
import os
import re
import signal

from flow_linear_test import PHONE, Scene, booking_of, clock, number_in, session  # noqa: E402
from flow_test import check, entries_of, equal, first_free, until  # noqa: E402


def app_book(scene, service, slot, phone, name):
    made = scene.salon.control("app-book", "--service", service["id"], "--master", slot["master_id"], "--at",
                               slot["starts_at"], "--phone", phone, "--name", name)
    return str(made["id"])


def waiting():
    """Put on the list in place of a time, told when one turns free, booked; another one taken off."""
    with Scene() as scene:
        service, slots = first_free(scene.salon, at_least=3)
        slot = slots[0]
        number = app_book(scene, service, slot, "+79160000011", "Алёна")
        scene.salon.run("adopt", number)
        desk = scene.dialogue()
        desk.say("waiting")
        desk.hears("Nobody waits.")
        desk.say("book", service["name"], slot["master"], "wait", "tomorrow", "", "26-25")
        desk.hears("At which hours?", "is no time of the day")
        desk.hears("Nobody was put on the list.")  # a script is not led on
        desk.say("book", service["name"], slot["master"], "wait", "tomorrow", "", "", "walk-in")
        desk.hears("Who waits is called: a phone is needed.", "Nobody was put on the list.")
        desk.say("book", service["name"], slot["master"], "wait", "tomorrow", "", "", PHONE, "Lidia", "tea")
        said = desk.hears("Put on the waiting list? yes or no")
        for part in (f'Wish: {service["name"]} · {slot["master"]}', "When: Tue 24 Nov", "Lidia, +7 916", "tea"):
            check(part in said, f"the question lacks {part}", said)
        desk.say("yes")
        desk.hears("On the waiting list")
        one = scene.salon.json("wait")["waiting"]
        equal("on the list", [(w["client"]["name"], w["from"], w["to"]) for w in one],
              [("Lidia", "2026-11-24", "2026-11-24")])
        desk.say("waiting add", service["name"], "", "tomorrow", "+2", "10-12", "+79165550198", "Olga", "", "yes")
        desk.hears("On the waiting list")
        scene.salon.run("cancel", number, "--reason", "ill")
        desk.say("")
        said = desk.hears("“waiting” lists them and books.")
        check(f"Lidia waits: Tue 24 Nov {clock(slot)}, {slot['master']} turned free" in said, "whom it fits", said)
        desk.say("", "waiting")
        said = desk.hears("and the number in this list.")
        check("1. Lidia" in said and "2. Olga" in said, "the list", said)
        equal("it is told as news once", said.count("lists them and books"), 0)
        desk.say("1")
        said = desk.hears("Book it? yes or no")
        for part in (f"Time: {clock(slot)}", "Lidia, +7 916", "Comment: tea"):
            check(part in said, f"the confirmation lacks {part}", said)
        desk.say("yes")
        made = booking_of(scene, number_in(desk.hears("The CRM follows by itself.")))
        equal("booked", (made["state"], made["starts_at"]), ("booked", slot["starts_at"]))
        desk.say("undo")  # whoever was booked from the list waits on, in the same place
        desk.hears("Undone: the booking is cancelled, and the client is on the waiting list again.")
        again = scene.salon.json("wait")["waiting"]
        equal("waits on", [(w["id"], w["state"]) for w in again], [("1", "waiting"), ("2", "waiting")])
        history = scene.salon.json("wait", "--show", "1")["waiting"][0]["history"]
        equal("history", [line["what"] for line in history], ["added", "booking", "booked", "waiting"])
        desk.say("", "waiting book 1", "yes")
        desk.hears("Book it? yes or no", "The CRM follows by itself.")
        desk.say("waiting drop 2")
        desk.hears("1. found another time", "Why?")
        desk.say("1")
        desk.hears("Taken off the waiting list.")
        ended = scene.salon.json("wait", "--all")["waiting"]
        equal("ended", [w["state"] for w in ended], ["booked", "dropped"])
        equal("why", ended[1]["reason"], "found another time")
        desk.say("waiting book 9", "waiting nonsense")
        desk.hears("write a number of it", "After “waiting”")
        desk.ends(2)


def waiting_russian():
    """By its Russian words, and where Dikidi does not give the time that fits, another is asked for."""
    with Scene(language="ru") as scene:
        service, slots = first_free(scene.salon, at_least=3)
        slot = slots[0]
        number = app_book(scene, service, slot, "+79160000011", "Алёна")
        scene.salon.run("adopt", number)
        desk = scene.dialogue()
        desk.say("ждут добавить", service["name"], slot["master"], "завтра", "", "", PHONE, "Лидия", "", "да")
        desk.hears("В листе ожидания")
        scene.salon.run("cancel", number, "--reason", "ill")
        app_book(scene, service, slot, "+79160000012", "Соперница")  # nobody here knows of it
        desk.say("ждут")
        desk.hears("Лидия ждёт:", "номер из этого списка")
        desk.say("ждут записать 1")
        said = desk.hears("День?")  # it is asked of Dikidi first: nothing is confirmed that is not free
        check("Записать?" not in said, "a time that is taken is led to the confirmation", said)
        desk.say("", "1")
        desk.hears("Время?", "Записать? да или нет")
        desk.say("да")
        desk.hears("В CRM запишется само.")
        equal("nobody waits", scene.salon.json("wait")["waiting"], [])
        desk.ends(3)


def week():
    with Scene() as scene:
        service, slots = first_free(scene.salon)
        slot = slots[0]
        number = app_book(scene, service, slot, PHONE, "Vera")
        scene.salon.run("adopt", number)
        desk = scene.dialogue()
        desk.say(f'week {slot["master"]} tomorrow')
        said = desk.hears("Sun 29 Nov: ")
        days = re.findall(r"(?m)^(\w{3} \d+ Nov): (.*)$", said + "day off\n")
        equal("days", [name for name, _ in days], [f"{name} {day} Nov" for name, day in zip(
            ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), range(23, 30))])
        check(all(re.fullmatch(r"\d\d:\d\d-\d\d:\d\d|day off", shift) for _, shift in days), "shifts", said)
        check(re.search(rf"(?s)Tue 24 Nov: .*\d\. {clock(slot)}-.* Vera, .*Wed 25 Nov", said), "the booking", said)
        found = re.search(r"(?m)^(\d)\. .* Vera, ", said)
        desk.say(found[1])
        check(number in desk.hears("taken over"), "its number opens the card")
        desk.say("week")
        desk.hears("1. ", "Whose week?")
        desk.say(slot["master"].split()[0])
        desk.hears("Sun 29 Nov")
        desk.say("week Nobody", "week Nobody tomorrow")
        desk.hears("No master fits", "No master fits")
        desk.ends(2)


def mends():
    with Scene() as scene:
        scene.salon.configure(bitrix24__poll_seconds="3600")
        service, slots = first_free(scene.salon)
        slot = scene.salon.json("slots", "--service", service["id"], "--date", "today")["slots"][-1]
        number = scene.salon.json("book", "--service", service["id"], "--master", slot["master_id"], "--at",
                                  slot["starts_at"], "--phone", PHONE, "--name", "Rita", "--wait", "30")["booking_id"]
        scene.salon.control("deal-delete", str(entries_of(scene.salon, "deal", number)[0]["ID"]))
        desk = scene.dialogue()
        desk.say("state")
        desk.hears(f"The CRM lacks booking {number}.", "puts it right.")
        desk.say("mend")  # of several one must be named
        desk.hears(f"The CRM lacks booking {number}.", "puts it right.")
        desk.say(f"mend {number}")
        desk.hears(f"{number}: Bitrix24 did not have deal")
        until("the entry", lambda: len(entries_of(scene.salon, "deal", number)) == 1)
        desk.say("mend tomorrow")
        desk.hears("The journal lacks booking", "puts it right.")
        desk.say("mend 99999999")
        desk.hears("Dikidi does not know this booking number")
        desk.ends(3)


def retries():
    """Visits that managers ended, more than a few: told, cancelled only after a yes."""
    with Scene() as scene:
        scene.salon.configure(bitrix24__reverse_limit="1", bitrix24__reverse_hold_seconds="0",
                              bitrix24__poll_seconds="3600")
        service, slots = first_free(scene.salon, at_least=8)
        numbers = [app_book(scene, service, slot, f"+7916000001{i}", f"Client{i}")
                   for i, slot in enumerate((slots[0], slots[4], slots[-1]))]
        scene.salon.run("adopt", *numbers)
        scene.salon.run("sync", "--once")
        deals = [str(entries_of(scene.salon, "deal", number)[0]["ID"]) for number in numbers]
        scene.salon.control("deals-fail", *deals)

        def listed():
            scene.salon.run("sync", "--once")
            return [t["id"] for t in scene.salon.json("queue")["tasks"] if t["state"] == "attention"]
        task = until("the list", listed)[0]
        desk = scene.dialogue()
        desk.say(f"retry {task}")
        said = desk.hears("the clients are told by it.", "Cancel them? yes or no")
        check(all(f"Client{i}" in said for i in range(3)), "the visits are told", said)
        desk.say("maybe")
        desk.hears("Nothing was done.")
        equal("kept", {booking_of(scene, number)["state"] for number in numbers}, {"booked"})
        desk.say(f"retry {task}", "yes")
        desk.hears("It is tried now.")
        until("the cancels", lambda: {booking_of(scene, number)["state"] for number in numbers} == {"cancelled"})
        desk.ends(0)


def releases_first():
    """An hour later is no time that anybody offers: the old one is cancelled first, after a yes."""
    with Scene() as scene:
        service, slots = first_free(scene.salon, at_least=2)
        slot = slots[-1]
        desk = scene.dialogue()
        desk.say(f'book {service["name"]} {slot["master"]} tomorrow {clock(slot)} 9165550199 Rita', "yes")
        number = number_in(desk.hears("The CRM follows"))
        desk.say(f"move {number} 31.02", f"move {number} nonsense")
        desk.hears("To be moved", "31.02", "To be moved", "nonsense")
        equal("kept", booking_of(scene, number)["state"], "booked")
        desk.say(f"move {number}", "yesterday")
        said = desk.hears("No free time: yesterday.", "Time?")
        check("Move it?" not in said, "a day gone by is led on", said)
        desk.say("back", "back", "back")
        desk.hears("Nothing was moved.")
        minute = int(clock(slot)[:2]) * 60 + int(clock(slot)[3:]) - 5
        desk.say(f"move {number} tomorrow", f"{minute // 60:02}:{minute % 60:02}", "yes", "yes")
        desk.hears("Dikidi does not offer that time.", "has no time until you choose",
                   "Give the old time back and take the new one?")
        desk.say("yes")
        desk.hears("just been taken", "Free instead:", "Everything you said is kept.")
        equal("the old one", booking_of(scene, number)["state"], "cancelled")
        desk.say("1", "yes")  # the same visit, under a new number, with the same deal
        again = number_in(desk.hears("The CRM follows by itself."))
        equal("booked", booking_of(scene, again)["state"], "booked")
        desk.ends(3)


def receiver_ends():
    with Scene() as scene:
        desk = scene.dialogue(args=["practice", "--linear"])
        desk.hears("“help” lists")
        servers = session.children_of(desk.process.pid)
        serving = until("the receiver", lambda: [
            pid for pid in session.children_of(desk.process.pid) if b"serve" in command_line(pid)])
        check(serving, "nobody receives", servers)
        os.kill(serving[0], signal.SIGKILL)

        def told():
            desk.say("")
            desk.read(0.2)
            return "Webhooks do not arrive: " in desk.text()
        until("the notice", told)
        desk.say("quit")
        desk.ends(close=False)


def command_line(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read()
    except OSError:
        return b""


SCENARIOS = {"waiting": waiting, "waiting-ru": waiting_russian, "week": week, "mend": mends, "retry": retries,
             "release": releases_first, "receiver": receiver_ends}

if __name__ == "__main__":
    session.play(SCENARIOS, __doc__)
