"""What must be so in the stories: the sentences, and where each of them looks."""
import json
import time
from datetime import datetime

from place import check, equal, until
from salon import ENTRY, WHEN, WHO, instant, language

TABLE, sentence = language()
CALM_S = 45  # until everything has come to rest
REST_S = 0.8  # without a request: a look that a hook or a poll brought about is over
QUESTIONS = ("crm.item.list", "crm.deal.list", "crm.lead.list")  # the regular one is among them


def moment(what, got, day, clock):
    equal(what, datetime.fromisoformat(got).timestamp(), instant(day, clock).timestamp())


# ---- the journal

@sentence("The journal shows " + WHO + r"'s visit as (?P<state>booked|cancelled|uncertain|dropped)"
          r"(?P<crm>, and in the CRM)?")
def in_journal(salon, who, state, crm):
    """The journal shows Maria's visit as booked, and in the CRM."""
    shown = salon.shown(who)
    salon.visit(who).number = shown["booking_id"] or salon.visit(who).number
    equal(f"{who}'s visit in the journal", shown["state"], state)
    if crm:
        equal(f"{who}'s visit and the CRM", shown["crm"]["state"], "logged")


@sentence("The journal shows " + WHO + "'s visit " + WHEN)
def journal_time(salon, who, day, clock):
    """The journal shows Maria's visit tomorrow at 14:40."""
    moment(f"{who}'s visit in the journal", salon.shown(who)["starts_at"], day, clock)


@sentence("The journal does not know " + WHO + "'s visit")
def not_in_journal(salon, who):
    """The journal does not know Maria's visit."""
    document = salon.place.json("show", salon.number(who), status=None)
    check(document.get("state") is None, f"the journal knows {who}'s visit", document)


@sentence("The history of " + WHO + r"'s visit says (?P<once>once )?\"(?P<text>[^\"]+)\"")
def history(salon, who, once, text):
    """The history of Maria's visit says once "a manager ended it in the CRM"."""
    told = salon.history(who)
    check(text in told, "the history does not say so", told)
    check(not once or told.count(text) == 1, f"it says so {told.count(text)} times", told)


# ---- the queue

@sentence("Nothing waits")
def nothing_waits(salon):
    """Nothing waits."""
    tasks = salon.tasks()
    check(not tasks, "something waits", *map(json.dumps, tasks))


@sentence(r"At least (?P<count>\d+) things wait")
def many_wait(salon, count):
    """At least 12 things wait."""
    tasks = [task for task in salon.tasks() if task["state"] != "attention"]
    check(len(tasks) >= int(count), f"only {len(tasks)} wait", *map(json.dumps, tasks))


@sentence("Nothing needs a person")
def no_attention(salon):
    """Nothing needs a person."""
    tasks = salon.tasks("attention")
    check(not tasks, "something needs a person", *map(json.dumps, tasks))


@sentence(r'Exactly one thing needs a person(?:, which says "(?P<text>[^"]+)")?')
def one_attention(salon, text):
    """Exactly one thing needs a person, which says "nothing was cancelled at Dikidi"."""
    tasks = salon.tasks("attention")
    equal("what needs a person", len(tasks), 1)
    said = " ".join(tasks[0]["error"].split())
    check(text is None or text in said, "it does not say so", said)


@sentence(r'A person is told that "(?P<text>[^"]+)"')
def told(salon, text):
    """A person is told that "nothing was cancelled at Dikidi"."""
    said = [" ".join(t["error"].split()) for t in salon.tasks("attention")]
    check(any(text.lower() in one.lower() for one in said), "nobody is told so", *said)


@sentence("It lists each of their visits that stands at Dikidi, and no other")
def lists_standing(salon):
    """It lists each of their visits that stands at Dikidi, and no other."""
    lines = salon.tasks("attention")[0]["error"].splitlines()[1:]
    standing = [number for number in salon.crowd
                if salon.place.control("booking", number)["status"] == "active"]
    equal("the lines of the list", len(lines), len(standing))
    for number in standing:
        equal(f"lines about {number}", len([line for line in lines if number in line]), 1)


@sentence("It lists each of their visits, and no other")
def lists_all(salon):
    """It lists each of their visits, and no other."""
    lines = salon.tasks("attention")[0]["error"].splitlines()[1:]
    equal("the lines of the list", len(lines), len(salon.crowd))
    for number in salon.crowd:
        equal(f"lines about {number}", len([line for line in lines if number in line]), 1)


# ---- Bitrix24

def the_entry(salon, entity, who):
    found = salon.entries(entity, salon.number(who))
    equal(f"{entity}s for {who}'s visit", len(found), 1)
    return found[0]


@sentence("Bitrix24 has exactly one " + ENTRY + " for " + WHO + "'s visit"
          r"(?:, with the source description \"(?P<source>\w+)\")?")
def one_entry(salon, entity, who, source):
    """Bitrix24 has exactly one deal for Maria's visit, with the source description "app"."""
    entry = the_entry(salon, entity, who)
    if source:
        equal("its source", (entry["SOURCE_ID"], entry["SOURCE_DESCRIPTION"]), ("DIKIDI", source))


@sentence("Bitrix24 has no " + ENTRY + " for " + WHO + "'s visit")
def no_entry(salon, entity, who):
    """Bitrix24 has no deal for Maria's visit."""
    equal(f"{entity}s for {who}'s visit", len(salon.entries(entity, salon.number(who))), 0)


@sentence(WHO + "'s " + ENTRY + r" is (?P<state>open|won|in a failure stage)")
def entry_state(salon, who, entity, state):
    """Maria's deal is in a failure stage."""
    name = "STAGE_SEMANTIC_ID" if entity == "deal" else "STATUS_SEMANTIC_ID"
    equal(f"{who}'s {entity}", the_entry(salon, entity, who)[name],
          {"open": "P", "won": "S"}.get(state, "F"))


@sentence(WHO + "'s " + ENTRY + " shows " + WHEN)
def entry_time(salon, who, entity, day, clock):
    """Maria's deal shows tomorrow at 14:40."""
    moment(f"{who}'s {entity}", the_entry(salon, entity, who)["UF_CRM_VISIT_AT"], day, clock)


@sentence("Bitrix24 has exactly one contact for " + WHO)
def one_contact(salon, who):
    """Bitrix24 has exactly one contact for Maria."""
    equal(f"contacts of {who}", len(salon.contacts(who)), 1)


@sentence(WHO + "'s " + ENTRY + r' has exactly one comment(?:, which says "(?P<text>[^"]+)")?')
def one_comment(salon, who, entity, text):
    """Maria's deal has exactly one comment, which says "cancelled in Dikidi"."""
    comments = [c["text"] for c in salon.entry(entity, who)["comments"]]
    equal(f"comments under {who}'s {entity}", len(comments), 1)
    check(text is None or text in comments[0], "it does not say so", comments[0])


@sentence(WHO + "'s " + ENTRY + r' has a comment which says "(?P<text>[^"]+)"')
def a_comment(salon, who, entity, text):
    """Maria's deal has a comment which says "cancelled in Dikidi"."""
    comments = [c["text"] for c in salon.entry(entity, who)["comments"]]
    equal("comments that say so", len([c for c in comments if text in c]), 1)


# ---- the waiting list

def waiting(salon):
    return salon.place.json("wait")["waiting"]


@sentence("Nobody is offered a time")
def no_offer(salon):
    """Nobody is offered a time."""
    equal("offers", [w["fits"] for w in waiting(salon) if w["fits"]], [])


@sentence(WHO + " is the first to be offered " + WHEN)
def first_offer(salon, who, day, clock):
    """Maria is the first to be offered tomorrow at 12:00."""
    offers = [(w["client"]["name"], f["starts_at"]) for w in waiting(salon) for f in w["fits"]]
    check(offers, "nobody is offered a time", waiting(salon))
    equal("the first offer is for", offers[0][0], who)
    moment("the offer", offers[0][1], day, clock)


@sentence(WHO + " does not wait any more, and (?P<other>[A-Z][a-z]+) waits")
def one_waits(salon, who, other):
    """Maria does not wait any more, and Olga waits."""
    equal("who waits", [w["client"]["name"] for w in waiting(salon)], [other])
    ended = salon.place.json("wait", "--show", salon.visit(who).wish)["waiting"][0]
    equal("her wish", (ended["state"], ended["request_id"]),
          ("booked", salon.visit(who).request_id))


# ---- Dikidi

@sentence("Dikidi has exactly one visit of " + WHO)
def one_visit(salon, who):
    """Dikidi has exactly one visit of Maria."""
    found = salon.all_at_dikidi(who)
    equal(f"visits of {who} at Dikidi", len(found), 1)
    salon.visit(who).number = found[0]["id"]


@sentence("Exactly one of (?P<one>[A-Z][a-z]+) and (?P<other>[A-Z][a-z]+) has the time, with one "
          "deal, and the other has neither")
def one_of_two(salon, one, other):
    """Exactly one of Maria and Ivan has the time, with one deal, and the other has neither."""
    have = [who for who in (one, other) if salon.all_at_dikidi(who)]
    equal("how many have the time", len(have), 1)
    one_visit(salon, have[0])
    in_journal(salon, have[0], "booked", True)
    the_entry(salon, "deal", have[0])
    lost = other if have[0] == one else one
    if salon.visit(lost).request_id:  # the reception's: refused, and told
        equal(f"{lost}'s visit in the journal", salon.shown(lost)["state"], "refused")
    titles = [d["TITLE"] for d in salon.place.control("deals")["deals"]]
    equal(f"deals that name {lost}", len([t for t in titles if f"· {lost} ·" in t]), 0)


@sentence("Exactly one visit of " + WHO + " stands at Dikidi, and the deal shows its time")
def one_stands(salon, who):
    """Exactly one visit of Ivan stands at Dikidi, and the deal shows its time."""
    found = [b for b in salon.all_at_dikidi(who) if b["status"] == "active"]
    equal(f"visits of {who} that stand", len(found), 1)
    salon.visit(who).number = found[0]["id"]
    equal("the deal's time", datetime.fromisoformat(
        the_entry(salon, "deal", who)["UF_CRM_VISIT_AT"]).timestamp(),
        datetime.fromisoformat(found[0]["local"]).timestamp())


@sentence(r"For (?P<seconds>\d+) seconds " + WHO + "'s visit stands at Dikidi")
def stands_for(salon, seconds, who):
    """For 3 seconds Maria's visit stands at Dikidi."""
    end = time.monotonic() + int(seconds)
    while time.monotonic() < end:
        stands(salon, who)
        time.sleep(0.5)
    stands(salon, who)


@sentence(WHO + "'s visit stands at Dikidi")
def stands(salon, who):
    """Maria's visit stands at Dikidi."""
    equal(f"{who}'s visit at Dikidi", salon.at_dikidi(who)["status"], "active")


@sentence(WHO + r"'s visit is cancelled at Dikidi(?:, with the reason \"(?P<reason>[^\"]+)\")?")
def cancelled(salon, who, reason):
    """Maria's visit is cancelled at Dikidi, with the reason "the master is ill"."""
    booking = salon.at_dikidi(who)
    equal(f"{who}'s visit at Dikidi", booking["status"], "cancelled")
    check(reason is None or reason in (booking.get("cancel_reason") or ""),
          "the reason is another", booking)


@sentence(WHO + "'s visit is at Dikidi " + WHEN)
def dikidi_time(salon, who, day, clock):
    """Maria's visit is at Dikidi tomorrow at 14:40."""
    moment(f"{who}'s visit at Dikidi", salon.at_dikidi(who)["local"], day, clock)


@sentence("No cancel was sent to Dikidi")
def no_cancel(salon):
    """No cancel was sent to Dikidi."""
    sent = salon.cancels()
    check(not sent, "a cancel was sent", *map(json.dumps, sent))


@sentence(r"Exactly (?P<count>one|\d+) cancels? (?:was|were) sent to Dikidi")
def so_many_cancels(salon, count):
    """Exactly one cancel was sent to Dikidi."""
    equal("cancels sent", len(salon.cancels()), 1 if count == "one" else int(count))


@sentence("Exactly one booking was sent to Dikidi")
def one_booking_sent(salon):
    """Exactly one booking was sent to Dikidi."""
    sent = [r for r in salon.requests("dikidi") if r["method"] == "POST"]
    equal("bookings sent", len(sent), 1)


@sentence(r"For (?P<seconds>\d+) seconds no cancel is sent to Dikidi")
def no_cancel_for(salon, seconds):
    """For 8 seconds no cancel is sent to Dikidi."""
    end = time.monotonic() + int(seconds)
    while time.monotonic() < end:
        no_cancel(salon)
        time.sleep(0.5)
    no_cancel(salon)


# ---- the webhooks

@sentence(r"Our receiver has (?P<word>accepted|refused) exactly (?P<count>\d+) webhooks? of Dikidi")
def received(salon, word, count):
    """Our receiver has accepted exactly 2 webhooks of Dikidi."""
    answered = [r["status"] for r in salon.requests("hooks") if r["status"]]
    wanted = (lambda s: s // 100 == 2) if word == "accepted" else (lambda s: s in (401, 403))
    equal(f"webhooks {word}", len([s for s in answered if wanted(s)]), int(count))


# ---- many

@sentence("The journal has each of their visits, and Bitrix24 exactly one deal for each")
def crowd_known(salon):
    """The journal has each of their visits, and Bitrix24 exactly one deal for each."""
    waiting = salon.tasks()
    check(not waiting, f"{len(waiting)} tasks wait")
    deals = [d["ORIGIN_ID"] for d in salon.place.control("deals")["deals"]]
    for number in salon.crowd:
        equal(f"deals for {number}", deals.count(number), 1)
        equal("the journal", salon.place.json("show", number)["crm"]["state"], "logged")


@sentence(r"Each of their visits (?P<state>stands|is cancelled) at Dikidi")
def crowd_at_dikidi(salon, state):
    """Each of their visits stands at Dikidi."""
    for number in salon.crowd:
        equal(f"visit {number} at Dikidi", salon.place.control("booking", number)["status"],
              "active" if state == "stands" else "cancelled")


# ---- nothing

def is_regular(request):
    """What goes on for ever: the question which entries changed, a console's for free times; and what
    each process asks once, when it first needs it: which methods the portal has."""
    if request["server"] == "dikidi" and request["call"] == "schedule":
        return True
    if request["call"] == "method.get":
        return True
    asked = json.dumps(request["in"])
    return request["call"] in QUESTIONS and ("updatedTime" in asked or "DATE_MODIFY" in asked)


def requests_since(salon, last):
    answer = salon.place.control("log", "--since", str(last))
    return answer["last"], [r for r in answer["requests"] if not is_regular(r)]


def is_calm(salon):
    """Nothing waits, no letter is on its way, and nobody has asked anything for a while."""
    tasks = [t for t in salon.tasks() if t["state"] != "attention"]
    check(not tasks, "something waits still", *map(json.dumps, tasks))
    for sender, told in salon.place.control("hooks").items():
        check(not told["waiting"], f"{sender} are on their way", told["waiting"])
    last = salon.place.control("log", "--since", "0")["last"]
    end = time.monotonic() + REST_S
    while time.monotonic() < end:
        time.sleep(0.2)
    check(not requests_since(salon, last)[1], "there are requests still")
    return True


def everything(salon):
    """What must not change: each side's own account of what there is."""
    seen = {}
    for who, visit in salon.visits.items():
        if visit.number or visit.request_id:
            seen[f"the history of {who}'s visit"] = salon.shown(who)["history"]
    for kind in ("deals", "leads", "contacts", "comments"):
        rows = salon.place.control(kind)[kind]
        seen[kind] = sorted(json.dumps(row, sort_keys=True) for row in rows)
    return seen


@sentence(r"For (?P<seconds>\d+) seconds nothing more happens")
def quiet(salon, seconds):
    """For 5 seconds nothing more happens."""
    until("everything to come to rest", time.monotonic() + CALM_S, lambda: is_calm(salon))
    before = everything(salon)
    last = salon.place.control("log", "--since", "0")["last"]
    end = time.monotonic() + int(seconds)
    while time.monotonic() < end:
        time.sleep(0.2)
    noise = requests_since(salon, last)[1]
    check(not noise, "there were more requests",
          *[f"{r['server']} {r['method']} {r['call']} {json.dumps(r['in'])[:200]}" for r in noise])
    after = everything(salon)
    for what, rows in before.items():
        check(rows == after[what], f"{what} changed",
              *[r for r in after[what] if r not in rows][:3])
