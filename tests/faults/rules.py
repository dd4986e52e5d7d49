"""What must hold in every cell, whatever the reviewed table says."""
import re

DENIED = {"401", "revoked"}
NOT_SENT = {"refuse", "429", "429-bare"}  # certainly not done
# What a receptionist or an administrator is to do.
TELLS = re.compile(r"try again|tried again|check |ask |see |look|put its new|asked again|choose|retry|"
                   r"correct |do not book|wait|again in a|goes on|goes by itself|must add|shows it")
SECRETS = re.compile(r"https?:|/rest/|bearer|\bnull\b|0x[0-9a-f]{6}|errno|%[sd]", re.IGNORECASE)
READ = re.compile(r"services|masters|schedule|booking|profile|scope|method\.get|"
                  r"crm\..*\.(list|get|findbycomm)")
# Calls whose answer decides nothing: what was written is only looked at again, or is a remark.
LOOK_BACK = {("log-legacy", "crm.deal.get"), ("log-legacy", "crm.status.list"),
             ("log-lead", "crm.item.get"), ("repoint", "crm.item.get")}
# `check` asks these of the portal for us to know; nothing rests on them.
LIVE = {("check", "crm.deal.list", 0), ("check", "profile", 1)}
REMARK = "crm.timeline.comment.add"
MADE = {"crm.status.add", "crm.deal.userfield.add", "crm.lead.userfield.add"}
WAITS = {"book-wait", "cancel-wait"}


def done_yet(row):
    """Is the call carried out in spite of the fault?"""
    return row.fault in {"delay", "drip", "drop-after", "truncated", "empty", "huge", "deep", "wrong-type",
                         "html-after", "500-after", "504-after"}


def statuses(row):
    """With which exit statuses the run may end."""
    read, bitrix24 = READ.fullmatch(row.call) is not None, row.server == "bitrix24"
    denied = row.fault in DENIED or (bitrix24 and row.fault == "overload")
    config = bitrix24 and read and row.fault == "302"
    flow, call = row.flow.name, row.call
    if flow in WAITS and bitrix24:
        return {0}  # Dikidi has it; the CRM follows
    if flow in WAITS:
        # It is repeated after 2 s; `refuse` lasts, and Dikidi's pause without a time is 30 s.
        return {5} if denied else {4} if row.fault in {"refuse", "429-bare"} else {0}
    if (flow, call) in LOOK_BACK:
        return {0}
    if (flow, call, row.nth) in LIVE:
        return {0, 4}
    if call == REMARK and flow != "mark" and row.fault not in NOT_SENT | {"503"}:
        return {0}
    if call in MADE and done_yet(row):
        return {0}  # it is listed again
    if flow == "cancel-uncertain" and not bitrix24 and denied:
        return {0} if row.fault == "401" else {4}  # the booking is read back
    if flow == "book-uncertain" and not bitrix24:
        return {4}  # a repeat that is refused says nothing
    if flow == "move" and call == "cancel" and denied:
        return {4}  # half of it is done: for a person
    if denied or config:
        return {5}
    if flow == "check" and row.fault in {"empty", "huge", "deep", "wrong-type", "html", "html-after",
                                         "302"}:
        return {5}  # a check that failed
    if not bitrix24 and read and row.fault in {"drop-before", "drop-after"} and row.of_server > 0:
        return {0, 4}  # GET over a connection that may just have ended is sent once more
    return {0} if harmless(row) else {4}


def harmless(row):
    """The answer makes no sense, but what was done is looked at before it is believed."""
    return row.fault == "wrong-type" and row.call in {"crm.item.update", "crm.deal.update"}


def sentences(row):
    if row.status == 0:
        return
    if row.sentence == "-":
        yield "no sentence"
    elif not TELLS.search(row.sentence):
        yield f"says not what to do: {row.sentence}"
    if SECRETS.search(row.raw) or any(secret in text for secret in row.secrets
                                      for text in (row.raw, str(row.document))):
        yield f"shows what it must not: {row.raw}"


def then(row):
    """As the run has left it."""
    world, states = row.then, [state for state, _ in row.then.journal]
    moving = row.flow.name.startswith("move") or row.flow.name == "repoint"
    if world.active > (2 if moving else 1):
        yield f"{world.active} bookings"
    if world.contacts > 1 or len(world.entries) > 1:
        yield f"{world.contacts} contacts, {len(world.entries)} entries"
    if row.call == "create" and row.flow.name in {"book", "book-any"}:
        wanted = ("refused" if row.fault in DENIED else
                  "intent" if row.fault in NOT_SENT else "uncertain")
        if states != [wanted]:
            yield f"the journal says {states}, not {wanted}"
    if row.call == "cancel" and row.flow.name == "cancel":
        wanted = "booked" if row.fault in DENIED else "cancelling"
        if states != [wanted]:
            yield f"the journal says {states}, not {wanted}"
    if row.flow.name.startswith("book-w") and (row.status == 0) != (states == ["booked"]):
        yield f"exit {row.status} and {states}"
    if row.flow.name == "cancel-wait" and (row.status == 0) != (states == ["cancelled"]):
        yield f"exit {row.status} and {states}"
    if "booked" in states and world.active == 0:
        yield "booked in the journal, not at Dikidi"
    if states == ["cancelled"] and world.active > 0:
        yield "cancelled in the journal, not at Dikidi"
    if row.status == 4 and not row.flow.reads and states and not world.queue \
            and states[0] not in {"booked", "cancelled"}:
        yield "kept nowhere"


def ends(row):
    """Once the fault is over: everything on all sides, once."""
    world, journal = row.end, row.end.journal
    flow, denied = row.flow.name, row.fault in DENIED
    if world.queue:
        yield f"still waits: {world.queue}"
    if flow == "setup" or (flow in {"book-any", "adopt"} and row.call in {"schedule", "booking"}):
        return
    refused = denied and row.call == "create" and flow not in {"book-uncertain", "move"}
    lost = refused and flow == "move-release"
    kept = denied and row.call == "cancel" and flow in {"cancel", "cancel-wait", "move-release"}
    over = not kept and (flow.startswith(("cancel", "lose")) or lost)
    wanted = 0 if over or (refused and not lost) else 1
    if world.active != wanted:
        yield f"{world.active} bookings in the end, not {wanted}"
    entries = 0 if refused and not lost else 1
    if (world.contacts, len(world.entries)) != (entries, entries):
        yield f"{world.contacts} contacts, {world.entries} in the end"
    elif entries and (world.entries[0][1] == "F") != over:
        yield f"the entry is {world.entries[0]} in the end"
    if any(crm not in ("logged", "none") for _, crm in journal):
        yield f"the journal in the end: {journal}"
    if world.comments > 1:
        yield f"{world.comments} comments"


def broken(row):
    """What is wrong with a cell; empty: nothing."""
    wrong = list(sentences(row)) + list(then(row))
    if row.status not in statuses(row):
        wrong.append(f"exit {row.status}, not {statuses(row)}")
    if row.end is not None:
        wrong += ends(row)
    return wrong
