"""What people do in the stories: the sentences, and the deed that each of them means."""
import signal
import threading
import time
from datetime import datetime, timedelta

from place import OPENING, Failure, check, until
from salon import ENTRY, MASTERS, SERVICES, WHEN, WHO, WITH, instant, language

TABLE, sentence = language()


# ---- how the salon is set up

@sentence(r"The salon opens on Monday at 11:00")
def opens(salon):
    """The salon opens on Monday at 11:00."""
    salon.place.open()
    salon.place.json("setup")
    salon.last_request = salon.place.control("log", "--since", "0")["last"]


@sentence(r"The salon keeps leads instead of deals")
def keeps_leads(salon):
    """The salon keeps leads instead of deals."""
    salon.place.set("bitrix24.entity", '"lead"')


@sentence(r"Bitrix24 is in simple mode: it turns every lead into a deal by itself")
def simple_mode(salon):
    """Bitrix24 is in simple mode: it turns every lead into a deal by itself."""
    salon.place.control("set", "mode", "2")


@sentence(r"The configuration says: (?P<name>[a-z0-9_.]+) = (?P<value>\d+)")
def configured(salon, name, value):
    """The configuration says: bitrix24.poll_seconds = 3."""
    salon.place.set(name, value)


@sentence(r"Dikidi (?P<word>sends no webhooks|sends webhooks again)")
def dikidi_hooks(salon, word):
    """Dikidi sends no webhooks."""
    salon.place.control("hooks", "off" if "no" in word.split() else "on")


@sentence(r"Bitrix24 (?P<word>sends no events|sends events again)")
def bitrix_events(salon, word):
    """Bitrix24 sends no events."""
    salon.place.control("set", "events", "off" if "no" in word.split() else "on")


@sentence(r"In Bitrix24 a robot calls us on every failure stage")
def robot_on(salon):
    """In Bitrix24 a robot calls us on every failure stage."""
    salon.place.control("set", "robot", "on")


FAULTS = {"is lost": ("dropped",), "comes twice": ("doubled",),
          "comes after the one that follows it": ("reordered",)}


@sentence(r"The next (?P<hook>webhook of Dikidi|event of Bitrix24) "
          r"(?P<fault>is lost|comes twice|comes after the one that follows it)")
def hook_fault(salon, hook, fault):
    """The next webhook of Dikidi comes twice."""
    salon.place.control("fault", "hooks" if "Dikidi" in hook else "events", *FAULTS[fault])


@sentence(r"Every webhook of Dikidi comes twice")
def all_doubled(salon):
    """Every webhook of Dikidi comes twice."""
    salon.place.control("fault", "hooks", "doubled", "--count", "0")


@sentence(r"The next (?P<hook>webhook of Dikidi|event of Bitrix24) comes (?P<ms>\d+) ms late")
def hook_late(salon, hook, ms):
    """The next webhook of Dikidi comes 1500 ms late."""
    salon.place.control("fault", "hooks" if "Dikidi" in hook else "events", "delayed", "--ms", ms)


@sentence(r"Dikidi books at once, and answers the next booking only after (?P<ms>\d+) ms")
def slow_answer(salon, ms):
    """Dikidi books at once, and answers the next booking only after 2000 ms."""
    salon.place.control("fault", "create", "delay", "--ms", ms)


@sentence(r"Dikidi books, and its answer to the next booking is lost")
def lost_answer(salon):
    """Dikidi books, and its answer to the next booking is lost."""
    salon.place.control("fault", "create", "drop-after")


@sentence(r"Dikidi cancels, and its answer to the next cancel is lost")
def lost_cancel(salon):
    """Dikidi cancels, and its answer to the next cancel is lost."""
    salon.place.control("fault", "cancel", "drop-after")


@sentence(r"Dikidi refuses the next cancel")
def refuses_cancel(salon):
    """Dikidi refuses the next cancel."""
    salon.place.control("fault", "cancel", "401")


@sentence(r"Bitrix24 makes the next contact and its deal, and answers about the deal after "
          r"(?P<ms>\d+) ms")
def slow_deal(salon, ms):
    """Bitrix24 makes the next contact and its deal, and answers about the deal after 3000 ms."""
    salon.place.control("fault", "crm.item.add", "delay", "--after", "1", "--ms", ms)


@sentence(r"Bitrix24 takes (?P<ms>\d+) ms for the next change of a deal")
def slow_change(salon, ms):
    """Bitrix24 takes 1500 ms for the next change of a deal."""
    salon.place.control("fault", "crm.item.update", "late", "--ms", ms)


@sentence(r"The next (?P<count>\d+) events of Bitrix24 come all at once")
def burst(salon, count):
    """The next 200 events of Bitrix24 come all at once."""
    salon.place.control("fault", "events", "burst", "--count", count)


@sentence(r"Dikidi answers the next question with: ask again in (?P<seconds>\d+) seconds")
def asks_to_wait(salon, seconds):
    """Dikidi answers the next question with: ask again in 60 seconds."""
    salon.place.control("fault", "dikidi", "429", "--ms", str(int(seconds) * 1000))


@sentence(r"(?P<name>Dikidi|Bitrix24) (?P<word>is down|is back)")
def is_down(salon, name, word):
    """Dikidi is down."""
    if word == "is back":
        salon.place.control("fault", "clear")
    else:
        salon.place.control("fault", name.lower(), "503", "--count", "0")


# ---- our programs

PROGRAMS = {"The daemon": ["serve"], "A second worker": ["sync"]}


@sentence(r"(?P<name>The daemon|A second worker) is started")
def starts(salon, name):
    """The daemon is started."""
    ready = {"The daemon": "Listening on", "A second worker": "Working for"}[name]
    salon.place.begin(name.lower(), PROGRAMS[name], ready=ready)


@sentence(r"The console is opened")
def opens_console(salon):
    """The console is opened."""
    salon.place.begin("the console", [], terminal=True)


@sentence(r"(?P<name>The daemon|The second worker) is (?P<how>stopped|killed)")
def stops(salon, name, how):
    """The daemon is stopped."""
    name = name.lower().replace("the second", "a second")
    salon.place.finish(name, signal.SIGTERM if how == "stopped" else signal.SIGKILL)


@sentence(r"Our programs look once, by hand")
def sync_once(salon):
    """Our programs look once, by hand."""
    salon.place.run("sync", "--once")


@sentence(r"(?P<minutes>\d+) minutes go by, with all our programs stopped")
def time_goes_by(salon, minutes):
    """20 minutes go by, with all our programs stopped."""
    check(not salon.place.programs, "a program is still running")
    now = datetime.fromisoformat(salon.place.control("clock")["local"])
    salon.place.shut()
    salon.place.open((now + timedelta(minutes=int(minutes))).isoformat())


# ---- clients, in the Dikidi app

@sentence(WHO + " books " + WITH + " " + WHEN + " in the app")
def books_in_app(salon, who, service, master, day, clock):
    """Maria books a manicure with Anna tomorrow at 12:00 in the app."""
    visit = salon.new_visit(who)
    at = instant(day, clock)
    made = salon.place.control(
        "app-book", "--service", SERVICES[service], "--master", MASTERS[master],
        "--at", at.strftime("%Y-%m-%d %H:%M"), "--phone", visit.phone, "--name", who)
    visit.number = made["id"]


@sentence(WHO + " tries to book " + WITH + " " + WHEN + " in the app")
def tries_in_app(salon, who, service, master, day, clock):
    """Maria tries to book a manicure with Anna tomorrow at 12:00 in the app."""
    try:
        books_in_app(salon, who, service, master, day, clock)
    except Failure as failure:
        check("SLOT_TAKEN" in str(failure), "it was refused for another reason", failure)


@sentence(WHO + " moves (?:her|his) visit in the app to " + WHEN)
def moves_in_app(salon, who, day, clock):
    """Maria moves her visit in the app to tomorrow at 14:40."""
    salon.place.control("app-move", salon.number(who), "--at",
                        instant(day, clock).strftime("%Y-%m-%d %H:%M"))


@sentence(WHO + r' cancels in the app(?:, saying "(?P<reason>[^"]*)")?')
def cancels_in_app(salon, who, reason):
    """Maria cancels in the app, saying "I am ill"."""
    words = ["--reason", reason] if reason else []
    salon.place.control("app-cancel", salon.number(who), *words)


@sentence(WHO + r' writes "(?P<text>[^"]*)" under (?:her|his) visit in the app')
def comments_in_app(salon, who, text):
    """Maria writes "gel, please" under her visit in the app."""
    salon.place.control("app-comment", salon.number(who), text)


CROWD = [("5159522", "1357201"), ("5159501", "1357203"), ("5159524", "1357204")]


@sentence(r'Each of them writes "(?P<text>[^"]*)" under the visit in the app')
def crowd_comments(salon, text):
    """Each of them writes "gel, please" under the visit in the app."""
    for number in salon.crowd:
        salon.place.control("app-comment", number, text)


@sentence(r"(?P<count>\d+) clients book in the app for the coming days")
def crowd_books(salon, count):
    """40 clients book in the app for the coming days."""
    free = []
    for service, master in CROWD:
        slots = salon.place.json("slots", "--service", service, "--master", master, "--date", "+3",
                                 "--days", "14")
        last = None
        for date in slots["dates"]:
            for slot in date["slots"]:
                if last is None or slot["starts_at"] >= last:
                    free.append((service, slot))
                    # an hour and a half holds the visit and its pause
                    last = (datetime.fromisoformat(slot["starts_at"]) +
                            timedelta(minutes=90)).isoformat()
    check(len(free) >= int(count), f"only {len(free)} times are free")
    for i, (service, slot) in enumerate(free[:int(count)]):
        made = salon.place.control(
            "app-book", "--service", service, "--master", slot["master_id"],
            "--at", slot["starts_at"][:16].replace("T", " "),
            "--phone", f"+7916777{i:04d}", "--name", f"Client {i}")
        salon.crowd.append(made["id"])


@sentence(r"The salon has taken over (?P<count>\d+) visits of today's morning that are over")
def adopts_past(salon, count):
    """The salon has taken over 2 visits of today's morning that are over."""
    today = OPENING[:10]
    now = datetime.fromisoformat(OPENING)
    rows = salon.place.control("bookings", "--date", today)["bookings"]
    over = [b["id"] for b in rows if datetime.fromisoformat(b["local"]) < now]
    check(len(over) >= int(count), f"only {len(over)} visits are over")
    salon.past = over[:int(count)]
    salon.place.json("adopt", *salon.past)
    salon.last_request = salon.place.control("log", "--since", "0")["last"]


# ---- the reception

def desk_books(salon, who, service, master, day, clock, status):
    visit = salon.new_visit(who)
    made = salon.place.json("book", "--service", SERVICES[service], "--master", MASTERS[master],
                            "--at", instant(day, clock).isoformat(), "--phone", visit.phone,
                            "--name", who, status=status)
    visit.number, visit.request_id = made["booking_id"], made["request_id"]


@sentence("The receptionist books " + WITH + " " + WHEN + " for " + WHO)
def books_at_desk(salon, who, service, master, day, clock):
    """The receptionist books a haircut with Boris tomorrow at 15:00 for Ivan."""
    desk_books(salon, who, service, master, day, clock, 0)


@sentence("The receptionist books " + WITH + " " + WHEN + " for " + WHO +
          ", and is told that no answer came")
def books_without_answer(salon, who, service, master, day, clock):
    """The receptionist books a haircut with Boris tomorrow at 15:00 for Ivan, and is told that no
    answer came."""
    desk_books(salon, who, service, master, day, clock, 4)


@sentence("The receptionist tries to book " + WITH + " " + WHEN + " for " + WHO)
def tries_to_book(salon, who, service, master, day, clock):
    """The receptionist tries to book a haircut with Boris tomorrow at 15:00 for Ivan."""
    desk_books(salon, who, service, master, day, clock, (0, 3))


@sentence("The receptionist puts " + WHO + " on the waiting list for " + WITH +
          r" (?P<day>today|tomorrow)")
def puts_on_list(salon, who, service, master, day):
    """The receptionist puts Maria on the waiting list for a manicure with Anna tomorrow."""
    visit = salon.new_visit(who)
    added = salon.place.json("wait", "--add", "--service", SERVICES[service], "--master",
                             MASTERS[master], "--date", day, "--phone", visit.phone, "--name", who)
    visit.wish = added["waiting"][0]["id"]


@sentence("The receptionist books " + WHEN + " for " + WHO + " from the waiting list")
def books_from_list(salon, day, clock, who):
    """The receptionist books tomorrow at 12:00 for Maria from the waiting list."""
    visit = salon.visit(who)
    wish = salon.place.json("wait", "--show", visit.wish)["waiting"][0]
    made = salon.place.json("book", "--service", wish["service_ids"][0], "--master",
                            wish["master_id"], "--at", instant(day, clock).isoformat(), "--phone",
                            visit.phone, "--name", who, "--waiting", visit.wish)
    visit.number, visit.request_id = made["booking_id"], made["request_id"]


@sentence("The receptionist cancels " + WHO + r'\'s visit, saying "(?P<reason>[^"]*)"')
def cancels_at_desk(salon, who, reason):
    """The receptionist cancels Ivan's visit, saying "the master is ill"."""
    salon.place.json("cancel", salon.number(who), "--reason", reason)


@sentence("The receptionist tries to cancel " + WHO + r'\'s visit, saying "(?P<reason>[^"]*)"')
def tries_to_cancel(salon, who, reason):
    """The receptionist tries to cancel Ivan's visit, saying "the master is ill"."""
    salon.place.json("cancel", salon.number(who), "--reason", reason, status=(0, 3, 4))


@sentence("The receptionist moves " + WHO + "'s visit to " + WHEN)
def moves_at_desk(salon, who, day, clock):
    """The receptionist moves Ivan's visit to tomorrow at 17:00."""
    made = salon.place.json("move", salon.number(who), "--at", instant(day, clock).isoformat())
    salon.visit(who).number, salon.visit(who).request_id = made["booking_id"], made["request_id"]


@sentence("The receptionist tries to move " + WHO + "'s visit to " + WHEN)
def tries_to_move(salon, who, day, clock):
    """The receptionist tries to move Ivan's visit to tomorrow at 18:20."""
    salon.place.json("move", salon.number(who), "--at", instant(day, clock).isoformat(),
                     status=(0, 3, 4))


@sentence("The receptionist takes " + WHO + "'s visit over by its number")
def adopts(salon, who):
    """The receptionist takes Maria's visit over by its number."""
    salon.place.json("adopt", salon.number(who))


@sentence(r"The receptionist (?P<how>retries|drops) what needs a person")
def decides(salon, how):
    """The receptionist retries what needs a person."""
    tasks = salon.tasks("attention")
    check(tasks, "nothing needs a person")
    for task in tasks:
        seen = ["--list", str(task["list"])] if "list" in task else []
        salon.place.json("queue", {"retries": "--retry", "drops": "--drop"}[how], task["id"], *seen)


@sentence("The receptionist reads what needs a person")
def reads(salon):
    """The receptionist reads what needs a person."""
    salon.read = salon.tasks("attention")
    check(salon.read, "nothing needs a person")


@sentence(r"The receptionist (?P<how>retries|drops) what (?:she|he) read, "
          r"and is told to look again")
def decides_late(salon, how):
    """The receptionist drops what she read, and is told to look again."""
    for task in salon.read:
        for seen in (["--list", str(task["list"])], []):
            answer = salon.place.json("queue", {"retries": "--retry", "drops": "--drop"}[how],
                                      task["id"], *seen, status=3)
            check("look at" in answer["error"]["message"], "it does not say so", answer)


# ---- managers, in Bitrix24

@sentence("A manager moves " + WHO + "'s " + ENTRY + " to a failure stage")
def fails(salon, who, entity):
    """A manager moves Maria's deal to a failure stage."""
    salon.place.control(f"{entity}s-fail", f"@{salon.number(who)}")


@sentence("A manager moves " + WHO + "'s " + ENTRY + r' to the stage (?P<stage>[A-Z0-9_:]+)')
def moves_stage(salon, who, entity, stage):
    """A manager moves Maria's deal to the stage APOLOGY."""
    salon.place.control(f"{entity}-move", f"@{salon.number(who)}", stage)


@sentence("A manager moves " + WHO + "'s " + ENTRY + " back to the first stage")
def takes_back(salon, who, entity):
    """A manager moves Maria's deal back to the first stage."""
    salon.place.control(f"{entity}-reopen", f"@{salon.number(who)}")


@sentence("A manager wins " + WHO + "'s deal")
def wins(salon, who):
    """A manager wins Maria's deal."""
    salon.place.control("deal-win", f"@{salon.number(who)}")


@sentence("A manager moves " + WHO + r"'s deal to funnel (?P<funnel>\d+)")
def moves_funnel(salon, who, funnel):
    """A manager moves Maria's deal to funnel 1."""
    salon.place.control("deal-funnel", f"@{salon.number(who)}", funnel)


@sentence("A manager deletes " + WHO + "'s " + ENTRY)
def deletes(salon, who, entity):
    """A manager deletes Maria's deal."""
    salon.place.control(f"{entity}-delete", f"@{salon.number(who)}")


@sentence("A manager writes the number of " + WHO + "'s visit into a deal about hair dye, "
          "and moves that deal to a failure stage")
def strangers_deal(salon, who):
    """A manager writes the number of Maria's visit into a deal about hair dye, and moves that deal
    to a failure stage."""
    salon.place.control("deal-edit", "71", "UF_CRM_DIKIDI_ID", salon.number(who))
    salon.place.control("deals-fail", "71")


@sentence("A manager writes another number into " + WHO + "'s deal, and moves it to a failure "
          "stage")
def renumbers(salon, who):
    """A manager writes another number into Maria's deal, and moves it to a failure stage."""
    entry = salon.entry("deal", who)["ID"]
    salon.place.control("deal-edit", entry, "UF_CRM_DIKIDI_ID", "852999999")
    salon.place.control("deals-fail", entry)


@sentence("A manager moves a deal about hair dye to a failure stage")
def hair_dye(salon):
    """A manager moves a deal about hair dye to a failure stage."""
    salon.place.control("deals-fail", "71")


@sentence(r"The administrator (?P<word>takes|gives back) the right to see deals")
def rights(salon, word):
    """The administrator takes the right to see deals."""
    salon.place.control("persona", "outsider" if word == "takes" else "admin")


@sentence(r"A manager moves (?:all )?their deals(?:, and (?P<old>\d+) of visits that are over,)? "
          r"to a failure stage at once")
def fails_many(salon, old):
    """A manager moves their deals, and 160 of visits that are over, to a failure stage at once."""
    numbers = [f"@{number}" for number in salon.crowd]
    if old:
        now = datetime.fromisoformat(OPENING)
        over = [d["ID"] for d in salon.place.control("deals")["deals"]
                if d["UF_CRM_VISIT_AT"] and d["STAGE_SEMANTIC_ID"] == "P" and
                datetime.fromisoformat(d["UF_CRM_VISIT_AT"]) < now]
        check(len(over) >= int(old), f"only {len(over)} deals are of visits that are over")
        numbers += [f"@{number}" for number in salon.past]
        ours = {str(e["ID"]) for n in salon.past for e in salon.entries("deal", n)}
        numbers += [i for i in over if i not in ours][:int(old) - len(salon.past)]
    for i in range(0, len(numbers), 30):
        salon.place.control("deals-fail", *numbers[i:i + 30])


@sentence(r"A manager moves their deals to a failure stage, one every (?P<seconds>\d+) seconds")
def fails_slowly(salon, seconds):
    """A manager moves their deals to a failure stage, one every 2 seconds."""
    for number in salon.crowd:
        salon.place.control("deals-fail", f"@{number}")
        time.sleep(int(seconds))


# ---- what the other side tells by itself

@sentence(r"Dikidi tells us once more that " + WHO + r"'s visit is "
          r"(?P<news>created|updated|cancelled)")
def tells(salon, who, news):
    """Dikidi tells us once more that Maria's visit is cancelled."""
    salon.place.control("hook", salon.number(who), news)


@sentence("A stranger tells us, with a wrong signature, that " + WHO + "'s visit is cancelled")
def forged(salon, who):
    """A stranger tells us, with a wrong signature, that Maria's visit is cancelled."""
    salon.place.control("hook", salon.number(who), "cancelled", "--as", "forged")


@sentence("Bitrix24 tells us (?P<times>once|twice) more that " + WHO + "'s " + ENTRY +
          " has changed")
def event(salon, times, who, entity):
    """Bitrix24 tells us once more that Maria's deal has changed."""
    words = ["--as", "doubled"] if times == "twice" else []
    salon.place.control("event", f"ONCRM{entity.upper()}UPDATE", salon.entry(entity, who)["ID"],
                        *words)


@sentence("The robot of the failure stages calls us about " + WHO + "'s deal, which stands in none")
def robot(salon, who):
    """The robot of the failure stages calls us about Maria's deal, which stands in none."""
    salon.place.control("robot", "deal", salon.entry("deal", who)["ID"])


@sentence(r"Dikidi tries again what it could not deliver(?:, (?P<times>\d+) times)?")
def retries(salon, times):
    """Dikidi tries again what it could not deliver, 5 times."""
    for _ in range(int(times or 1)):
        before = attempts(salon)
        salon.place.control("hooks", "retry")
        until("the attempts", time.monotonic() + 15, lambda: attempts(salon) != before)


def attempts(salon):
    return [(w["id"], w["attempts"]) for w in salon.place.control("hooks")["hooks"]["waiting"]]


# ---- at once

@sentence(r"At the same moment:")
def at_once(salon, parts=()):
    """At the same moment:"""
    check(parts, "a list of what happens must follow")
    failures = []
    gate = threading.Barrier(len(parts))

    def run(part):
        try:
            gate.wait()
            part(salon)
        except Exception as failure:  # told by the one who plays the story
            failures.append(failure)
    threads = [threading.Thread(target=run, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
