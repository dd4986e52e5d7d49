"""What is right in a cell, whatever the reviewed table says: how the run may end, what is said, what the
three sides hold then, and that in the end everything is everywhere, once."""
import re

# ---- what becomes of the call that a fault strikes

DENIED = {"401", "revoked"}
UNSENT = {"refuse", "429", "429-bare"}  # certainly not carried out
CARRIED_OUT = {"delay", "drip", "drop-after", "truncated", "empty", "huge", "deep", "wrong-type",
               "html-after", "500-after", "504-after"}
NONSENSE = {"empty", "huge", "deep", "wrong-type", "html", "html-after", "302"}
READ = re.compile(r"services|masters|schedule|booking|profile|scope|method\.get|crm\.settings\.mode\.get|"
                  r"crm\..*\.(list|get|findbycomm)")


def is_read(row):
    return READ.fullmatch(row.call) is not None


def fate(row):
    """well: done, and the answer is right; denied; unsent: not done, and that is known; done: and nobody
    knows; late: done after the run; lost: not done, and nobody knows."""
    bitrix24 = row.server == "bitrix24"
    if row.fault == "slow":
        return "well"
    if row.fault in DENIED or (bitrix24 and row.fault == "overload"):
        return "denied"
    if row.fault in UNSENT or (bitrix24 and row.fault == "503"):
        return "unsent"
    if row.fault in CARRIED_OUT:
        return "done"
    return "late" if row.fault == "late" else "lost"


# ---- calls of another weight

# Their answer decides nothing: what was written is only looked at again.
LOOK_BACK = {("log-legacy", "crm.deal.get"), ("log-legacy", "crm.status.list"),
             ("log-lead", "crm.item.get"), ("log-lead-legacy", "crm.lead.get"),
             ("log-lead-legacy", "crm.status.list")}
LOOKS_BACK = re.compile(r"repoint.*|move-uncertain|move-half|release-uncertain")
LOOK = re.compile(r"crm\..*\.get|crm\.status\.list")
# What is listed again after it was made.
MADE = {"crm.status.add", "crm.deal.userfield.add", "crm.lead.userfield.add"}
REMARK = "crm.timeline.comment.add"
WAITS = {"book-wait", "cancel-wait"}


def looks_back(row):
    return (row.flow.name, row.call) in LOOK_BACK or (
        LOOKS_BACK.fullmatch(row.flow.name) and LOOK.fullmatch(row.call) and not is_held(row))


def is_held(row):
    """A move's entry is looked at before it is written, too: a method that rests then, and rights that
    are gone from then on, hold the write."""
    return (LOOKS_BACK.fullmatch(row.flow.name) and row.call.endswith(".get")
            and row.fault in {"429", "429-bare", "revoked"})


def is_live_question(row):
    """`check` asks this of the portal for us to know; nothing of ours rests on it, so that an answer
    that was not expected, a refusal too, is a warning."""
    calls = row.template.calls
    if row.call == "crm.contact.list":
        return False  # the contact of the newest booking
    entries = "crm.item.list" if ("bitrix24", "method.get") in calls else "crm.deal.list"
    looked = [at for at, call in enumerate(calls) if call == ("bitrix24", entries)][:2]
    return row.flow.name.startswith("check") and row.server == "bitrix24" and row.at > looked[-1]


# ---- how the run ends

def statuses(row):
    """With which exit statuses the run may end."""
    what, bitrix24, flow = fate(row), row.server == "bitrix24", row.flow.name
    if what == "well":
        return {0}
    if flow.startswith("check"):
        return statuses_of_check(row)
    if flow in WAITS and bitrix24:
        return {0}  # Dikidi has it; the CRM follows
    if flow in WAITS:
        # It is repeated soon; `refuse` lasts, and Dikidi's pause without a time is 30 s.
        return {5} if what == "denied" else {4} if row.fault in {"refuse", "429-bare"} else {0}
    if looks_back(row) or (row.call in MADE and what == "done"):
        return {0}
    if row.call == REMARK and flow != "mark":
        return {4} if what == "unsent" else {0}
    if not bitrix24 and flow in AFTER_DOUBT:
        return statuses_in_doubt(row)
    if flow == "move" and row.call == "cancel" and what == "denied":
        return {4}  # half of it is done: for a person
    if what == "denied" or (bitrix24 and is_read(row) and row.fault == "302"):
        return {5}
    if sent_once_more(row):
        return {0}
    # The answer makes no sense, but what was done is looked at before it is believed.
    return {0} if row.fault == "wrong-type" and UPDATE.fullmatch(row.call) else {4}


UPDATE = re.compile(r"crm\.(item|deal|lead)\.update")
AFTER_DOUBT = {"book-uncertain", "cancel-uncertain", "move-uncertain", "move-half", "release-uncertain"}


def statuses_of_check(row):
    nonsense = row.fault in NONSENSE or fate(row) == "denied"
    if is_live_question(row):
        return {0} if nonsense else {4}
    return {0} if sent_once_more(row) else {5} if nonsense else {4}


def sent_once_more(row):
    """A GET whose kept connection ends without a byte is sent again by the HTTP client."""
    return (row.server == "dikidi" and is_read(row) and row.of_server > 0
            and row.fault in {"drop-before", "drop-after"})


def statuses_in_doubt(row):
    """A repeat that is refused says nothing of the first try; a cancelled booking is read back."""
    if fate(row) == "denied" and row.call == "cancel":
        return {5} if row.flow.name == "move-uncertain" else {0} if row.fault == "401" else {4}
    return {4}


def codes(row):
    """The names that the error may have."""
    what, bitrix24 = fate(row), row.server == "bitrix24"
    if row.status == 0 or row.flow.name.startswith("check"):
        return {"-"}
    if row.flow.name == "move-release" and row.call == "cancel" and what != "denied":
        return {"UNKNOWN_OUTCOME"}  # of the move: is the old time free?
    if row.flow.name in {"cancel-uncertain", "move-half"} and row.call == "cancel" and what == "denied":
        return {"UNKNOWN_OUTCOME"}  # of the first try
    if what == "denied" and row.call in MADE and row.fault != "revoked":
        return {"DENIED"}  # what may be read and not made is an administrator's
    if what == "denied" and row.fault == "overload":
        return {"OVERLOAD_LIMIT"}
    if what == "denied":
        return {"INVALID_CREDENTIALS" if bitrix24 else "USER_AUTHORISATION_ERROR"}
    if what == "unsent":
        return {"UNREACHABLE" if row.fault == "refuse" else "QUERY_LIMIT_EXCEEDED" if row.fault == "503"
                else "OPERATION_TIME_LIMIT" if bitrix24 else "RATE_LIMITED"}
    if not is_read(row):
        return {"UNKNOWN_OUTCOME"}
    if bitrix24 and row.fault == "302":
        return {"CONFIG"}
    if row.fault == "wrong-type" and any(UPDATE.fullmatch(call) for _, call in row.template.calls[:row.at]):
        return {"UNKNOWN_OUTCOME"}  # what was written is not seen
    return {"BAD_ANSWER" if row.fault in NONSENSE else "UNREACHABLE"}


# ---- what is said

# What a receptionist or an administrator is to do.
TELLS = re.compile(r"try again|tried again|check |ask |see |look|put its new|asked again|choose|retry|"
                   r"correct |do not book|wait|again in a|goes on|goes by itself|must add|shows it")
KEPT = re.compile(r"by itself|queue|tried again|then retry")
SECRETS = re.compile(r"https?:|/rest/|bearer|\bnull\b|0x[0-9a-f]{6}|errno|%[sd]", re.IGNORECASE)


def sentences(row):
    text = " ".join(row.sentences)
    if SECRETS.search(row.raw) or any(secret in shown for secret in row.secrets
                                      for shown in (row.raw, str(row.document))):
        yield f"shows what it must not: {row.raw}"
    if row.status == 0:
        if any(not sentence.startswith("warn ") for sentence in row.sentences):
            yield f"done, and yet: {text}"
        if row.flow.name.startswith("check") and row.fault in NONSENSE and not row.sentences:
            yield "not even a warning"
        return
    states = [state for state, _ in row.then.journal]
    if not row.sentences:
        yield "no sentence"
    elif not TELLS.search(text):
        yield f"says not what to do: {text}"
    if row.status == 4 and row.then.queue and not KEPT.search(text):
        yield f"says not that it is kept: {text}"
    if "uncertain" in states and row.server == "dikidi" and row.flow.name not in AFTER_DOUBT \
            and "Do not book it again" not in text:
        yield f"says not that it must not be booked again: {text}"
    if "Nothing was booked" in text and "intent" not in states:
        yield f"says that nothing was booked: {states}"


# ---- what the run has left

# Live and cancelled bookings at Dikidi before the run.
BEFORE = {"services": (0, 0), "masters": (0, 0), "slots": (0, 0), "setup": (0, 0), "poll": (0, 0),
          "book": (0, 0), "book-any": (0, 0), "book-wait": (0, 0),
          "book-uncertain": (1, 0), "cancel-uncertain": (0, 1), "lose": (0, 1), "repoint": (1, 1),
          "move-uncertain": (2, 0), "move-half": (1, 1), "release-uncertain": (1, 1)}
STATES = {"book": {"unsent": "intent", "denied": "refused", "well": "booked"},
          "cancel": {"denied": "booked", "well": "cancelled"}}


def before(row):
    return BEFORE.get(row.flow.name, BEFORE.get(row.flow.name.split("-")[0], (1, 0)))


def at_dikidi(row):
    """Live and cancelled bookings that the run should leave, where it is struck at Dikidi."""
    live, gone = before(row)
    calls = [call for server, call in row.template.calls if server == "dikidi"]
    for at, call in enumerate(calls):
        struck = at == row.of_server
        if at > row.of_server and fate(row) != "well":
            break
        if not struck or fate(row) in {"well", "done"}:
            if call == "create" and "uncertain" not in row.flow.name:
                live += 1
            if call == "cancel" and row.flow.name not in {"cancel-uncertain", "move-half"}:
                live, gone = live - 1, gone + 1
    return live, gone


def states_then(row):
    """The states of the journal that the commands of the desk should leave."""
    flow, what = row.flow.name, fate(row)
    new = STATES["book"].get(what, "uncertain")
    old = STATES["cancel"].get(what, "cancelling")
    if flow in {"adopt", "book-any"} and is_read(row):
        return ["booked"] if what == "well" else []
    return {"book": [new], "book-any": [new], "cancel": [old], "show-refresh": ["booked"],
            "adopt": ["booked"],
            "move": ["booked", "cancelled"] if what == "well" else
                    ["booked", new] if row.call == "create" else sorted(["booked", old]),
            "move-release": ["booked", "cancelled"] if what == "well" else
                            sorted(["cancelled", new]) if row.call == "create" else
                            ["booked", "dropped"] if what == "denied" else ["cancelling", "intent"],
            }.get(flow)


def then(row):
    """As the run has left it."""
    world, states = row.then, sorted(state for state, _ in row.then.journal)
    flow, crm = row.flow.name, [state for _, state in row.then.journal]
    wanted = states_then(row)
    if wanted is not None and states != wanted:
        yield f"the journal says {states}, not {wanted}"
    if row.server == "dikidi" and flow not in WAITS and (world.active, world.gone) != at_dikidi(row):
        yield f"{world.active} live and {world.gone} cancelled at Dikidi, not {at_dikidi(row)}"
    if world.contacts > 1 or len(world.entries) > 1 or world.comments > 1:
        yield f"{world.contacts} contacts, {len(world.entries)} entries, {world.comments} comments"
    # The journal never says more than Dikidi knows.
    maybe = sum(states.count(state) for state in ("uncertain", "sent", "cancelling"))
    if flow != "adopt" and not states.count("booked") <= world.active <= states.count("booked") + maybe:
        yield f"{world.active} live at Dikidi, and the journal says {states}"
    if world.gone < states.count("cancelled"):
        yield f"{world.gone} cancelled at Dikidi, and the journal says {states}"
    waiting = [task["kind"] for task in world.queue]
    if row.status in (4, 5) and row.template.is_sync() and not waiting:
        yield "kept nowhere"
    for state, kinds in {"intent": {"book"}, "uncertain": {"book"}, "cancelling": {"cancel", "book"}}.items():
        if state in states and not kinds & set(waiting):
            yield f"{state}, and nothing waits: {waiting}"
    if "queued" in crm and not any(kind.startswith("crm-") and kind != "crm-poll" for kind in waiting):
        yield f"the CRM waits for nothing: {waiting}"
    attention = any(t["state"] == "attention" and t["kind"].startswith("crm-") for t in world.queue)
    if flow != "mark" and ("attention" in crm) != attention:
        yield f"attention: {crm}, {waiting}"
    if flow in WAITS and row.server == "dikidi" and (row.status == 0) != (
            states == ["booked" if flow == "book-wait" else "cancelled"]):
        yield f"exit {row.status} and {states}"


# ---- once the fault is over

def entry_of(row, end):
    return ("lead/" if "lead" in row.flow.name else "deal/") + end


def in_the_end(row):
    """The journal, live and cancelled at Dikidi, entries of the CRM, how many comments."""
    flow, denied = row.flow.name, fate(row) == "denied" and row.server == "dikidi"
    open_entry, lost_entry = [entry_of(row, "P")], [entry_of(row, "F")]
    done = {"booked/logged"}
    if flow in {"setup", "poll", "poll-legacy"} or (
            row.status != 0 and is_read(row) and flow in {"book-any", "adopt"}):
        return set(), *before(row), [], {0}
    if denied and row.call == "create" and flow in {"book", "book-any", "book-wait"}:
        return {"refused/none"}, 0, 0, [], {0}
    if denied and row.call == "cancel" and flow in {"cancel", "cancel-wait"}:
        return done, 1, 0, open_entry, {0}
    if denied and row.call == "create" and flow == "move":
        return done | {"refused/none"}, 1, 0, open_entry, {0}
    if denied and row.call == "cancel" and flow == "move-release":
        return done | {"dropped/none"}, 1, 0, open_entry, {0}
    if denied and row.call == "create" and flow == "move-release":
        return {"cancelled/logged", "refused/none"}, 0, 1, lost_entry, {1}
    if flow.startswith(("cancel", "lose")):
        # A remark whose answer is lost is not sent again: it may be there, or not.
        return {"cancelled/logged"}, 0, 1, lost_entry, \
            {0} if row.call == REMARK and fate(row) in {"lost", "denied"} else {1}
    if flow.startswith(("move", "release", "repoint")):
        return done | {"cancelled/none"}, 1, 1, open_entry, {0}
    return done, 1, 0, open_entry, {1} if flow == "mark" else {0}


def ends(row):
    """Everything on all sides, once."""
    world = row.end
    journal, live, gone, entries, comments = in_the_end(row)
    if world.queue:
        yield f"still waits: {world.queue}"
    if sorted(f"{state}/{crm}" for state, crm in world.journal) != sorted(journal):
        yield f"the journal in the end: {world.journal}, not {journal}"
    if (world.active, world.gone) != (live, gone):
        yield f"{world.active} live and {world.gone} cancelled at Dikidi in the end, not {(live, gone)}"
    if (world.entries, world.contacts) != (entries, len(entries)):
        yield f"{world.contacts} contacts and {world.entries} in the CRM in the end, not {entries}"
    elif entries and world.pointed != {max(world.numbers)}:
        yield f"the entry has the number {world.pointed} of {world.numbers}"
    if world.comments not in comments:
        yield f"{world.comments} comments in the end, not {comments}"


def broken(row):
    """What is wrong with a cell; empty: nothing."""
    wrong = [] if row.struck else ["the fault struck nothing"]
    wrong += [*sentences(row), *then(row)]
    if row.status not in statuses(row):
        wrong.append(f"exit {row.status}, not {statuses(row)}")
    elif row.code not in codes(row):
        wrong.append(f"the code {row.code}, not {codes(row)}")
    if row.end is not None:
        wrong += ends(row)
    return wrong
