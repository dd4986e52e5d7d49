"""One cell: a flow with one fault at one of its calls; what came of it, then and in the end."""
import re

from flows import DAY, NAME, PHONE
from salon import NOW, SEEDED, Failure, Salon

# Budgets that nobody waits for: what is tried here is not how fast.
SETTINGS = {"dikidi__requests_per_minute": 6000, "bitrix24__requests_per_second": 50}
MILLISECONDS = {"429": 1000}
KINDS = {"slow": "delay"}  # ours -> the practice servers'
RECHECK_OF_LATE = 8
LIST = re.compile(r"crm\.(item|deal|lead)\.list")
ROUNDS = 8

DIKIDI = ["slow", "refuse", "drop-before", "drop-after", "delay", "late", "drip", "truncated", "empty", "huge",
          "deep", "wrong-type", "html", "html-after", "302", "429", "429-bare", "500", "500-after",
          "502", "503", "504-after", "401", "revoked"]
BITRIX24 = DIKIDI[:-2] + ["503-page", "overload", "401", "revoked"]
FAULTS = {"dikidi": DIKIDI, "bitrix24": BITRIX24}
ORDER = BITRIX24


def set_deadline(seconds):
    """How long an answer is waited for, and what was lost is looked for again after as long."""
    SETTINGS.update(dikidi__timeout_seconds=seconds, bitrix24__timeout_seconds=seconds,
                    bitrix24__recheck_seconds=seconds)
    # `late` is done after the deadline, so what is looked for may appear then; a salon that is set up
    # right waits longer than its portal works on a request.
    MILLISECONDS.update(slow=300 * seconds, delay=1500 * seconds, late=1750 * seconds, drip=250 * seconds)


def words(sentence):
    """A sentence without what differs from run to run."""
    sentence = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", sentence)
    sentence = re.sub(r"127\.0\.0\.1:\d+", "HOST", sentence)
    return re.sub(r"(?<![A-Za-z0-9])\d+", "N", sentence)


def digits(text):
    return re.sub(r"\D", "", str(text))


def checked(document):
    """What `check` complains of: those that say the same in one line."""
    said = {}
    for check in document.get("checks", []):
        if check["state"] in ("fail", "warn"):
            said.setdefault((check["state"], words(check["detail"])), []).append(check["name"])
    return tuple(f"{state} {', '.join(names)}: {detail}" for (state, detail), names in said.items())


class World:
    """How it stands on the three sides."""

    def __init__(self, salon):
        day = salon.must("day", DAY, "--all")["bookings"]
        self.journal = sorted((b["state"], b["crm"]["state"]) for b in day
                              if b["client"]["phone"] == PHONE)
        self.queue = salon.must("queue")["tasks"]
        made = [b for b in salon.control("bookings", "--date", DAY, "--all")["bookings"]
                if b["client"]["phone"] == PHONE]
        self.active = sum(b["status"] == "active" for b in made)
        self.gone = len(made) - self.active
        self.numbers = {str(b["id"]) for b in made}
        contacts = salon.control("contacts")["contacts"]
        self.contacts = sum(digits(PHONE) in digits(c.get("PHONE")) for c in contacts)
        entries = [(kind, e) for kind in ("deal", "lead") for e in salon.control(kind + "s")[kind + "s"]
                   if NAME in (e.get("TITLE") or "")]
        self.entries = sorted(f"{kind}/{e.get('STAGE_SEMANTIC_ID') or e.get('STATUS_SEMANTIC_ID')}"
                              for kind, e in entries)
        self.pointed = {e.get("ORIGIN_ID") for _, e in entries}
        owners = {(kind, str(e["ID"])) for kind, e in entries}
        self.comments = sum((c["entity"], str(c["entity_id"])) in owners
                            for c in salon.control("comments")["comments"])

    def columns(self):
        """The four sides in words: journal, queue, Dikidi, CRM."""
        journal = [f"{state}/{crm}" for state, crm in self.journal]
        queue = [t["kind"] + ("!" if t["state"] == "attention" else "") for t in
                 sorted(self.queue, key=lambda t: t["kind"])]
        dikidi = ["live"] * self.active + ["cancelled"] * self.gone
        crm = ["contact"] * self.contacts + self.entries + ["comment"] * self.comments
        return tuple(" + ".join(side) or "-" for side in (journal, queue, dikidi, crm))


class Template:
    """A flow's salon as it is before the run, and the calls that the run makes when all is well."""

    def __init__(self, flow):
        self.flow, self.salon = flow, None

    def prepare(self):
        # What the CRM was seeded with is older than what a poll looks at again.
        seeded = Salon(now=SEEDED)
        try:
            seeded.stop()
            self.salon = Salon(seeded.state, now=NOW)
        finally:
            seeded.close()
        self.salon.configure(**SETTINGS, **self.flow.settings)
        self.salon.must("services")
        self.salon.must("sync", "--once")  # so that what is old in the CRM is known
        self.args = self.flow.prepare(self.salon)
        self.shift_s = self.salon.shift_s
        self.salon.stop()
        fresh = self.fresh()
        try:
            _, last = fresh.calls_since(0)
            result = fresh.run(*self.args)
            if result.status != 0:
                raise Failure(f"{self.flow.name} without a fault: {result.status} {result.err}")
            self.take(fresh.calls_since(last)[0])
            fresh.stop()
        finally:
            fresh.close()

    def take(self, made):
        """The calls that meet faults, each with how many of its server came before. The poll of the CRM
        that goes on beside a worker's task is left out: `Flow.lists` says how many lists are the task's."""
        self.calls, self.before = [], []
        for at, (server, call) in enumerate(made):
            own = self.flow.lists is None or self.calls.count((server, call)) < (
                1 if call == "method.get" else self.flow.lists if LIST.fullmatch(call) else len(made))
            if own and not (self.flow.lists is not None and LIST.fullmatch(call) and any(
                    LIST.fullmatch(other) and other != call for _, other in self.calls)):
                self.before.append(self.gone_by(server, call, [s for s, _ in made[:at]].count(server)))
                self.calls.append((server, call))

    def fresh(self):
        salon = Salon(self.salon.state)
        salon.shift_s = self.shift_s
        salon.configure(**SETTINGS, **self.flow.settings)
        salon.control("set", "rate", "0")
        return salon

    def close(self):
        if self.salon is not None:
            self.salon.close()

    def is_sync(self):
        """Is what runs the worker, so that what it does not bring to an end must be in the queue?"""
        return self.args[0] == "sync"

    def gone_by(self, server, call, before):
        """How many calls of a server are answered before this one, the poll's with them: it begins when
        the task does."""
        if server not in (s for s, _ in self.calls):
            return 0
        again = self.flow.lists is not None and LIST.fullmatch(call) and (server, call) in self.calls
        return before + 1 if again else before

    def cells(self):
        """(place among the calls, fault)."""
        for at, (server, call) in enumerate(self.calls):
            for fault in FAULTS[server] if self.flow.calls.fullmatch(call) else []:
                # Beside a poll there are two connections, and a kept one is dropped, not refused.
                if not (fault == "refuse" and server == "bitrix24" and self.flow.lists is not None
                        and self.before[at] > 0):
                    yield at, fault


class Row:
    def __init__(self, template, cell):
        self.template, self.flow = template, template.flow
        self.at, self.fault = cell
        self.server, self.call = template.calls[self.at]
        self.nth = template.calls[:self.at].count((self.server, self.call))
        self.of_server = sum(server == self.server for server, _ in template.calls[:self.at])
        self.then = self.end = None
        self.struck, self.seconds = False, 0

    def key(self):
        nth = f"#{self.nth + 1}" if self.template.calls.count((self.server, self.call)) > 1 else ""
        return self.flow.name, self.call + nth, self.fault

    def name(self):
        return " | ".join(self.key())

    def outcome(self):
        end = self.end.columns() if self.end else ()
        return str(self.status), self.code, self.then.columns(), end, self.sentences

    def strikes(self):
        """How many of that name go by, and how many are struck: of what the poll asks too, both."""
        polls = self.flow.lists is not None
        if polls and LIST.fullmatch(self.call):
            return (0, 2) if self.nth == 0 else (self.nth + 1, 1)
        return self.nth, 2 if polls and self.call == "method.get" else 1

    def set_fault(self, salon):
        after, count = self.strikes()
        ms = str(MILLISECONDS.get(self.fault, 1000))
        if self.fault == "refuse":
            salon.control("fault", self.server, "refuse", "--after", str(self.template.before[self.at]))
        elif self.fault == "revoked" and (self.server == "dikidi" or self.flow.lists is None):
            salon.control("fault", self.server, "revoked", "--after", str(self.of_server))
        elif self.fault == "revoked":
            calls = self.template.calls
            for name in {call for server, call in calls[self.at:] if server == self.server}:
                gone_by = after if name == self.call else calls[:self.at].count((self.server, name))
                salon.control("fault", name, "revoked", "--after", str(gone_by))
        else:
            salon.control("fault", self.call, KINDS.get(self.fault, self.fault), "--after", str(after),
                          "--count", str(count), "--ms", ms)
        if self.fault == "late":
            salon.configure(bitrix24__recheck_seconds=RECHECK_OF_LATE)

    def run(self, salon):
        self.set_fault(salon)
        self.secrets = salon.secrets
        _, last = salon.calls_since(0)
        result = salon.run(*self.template.args)
        self.struck = self.fault == "refuse" or salon.met(KINDS.get(self.fault, self.fault), last)
        self.document, self.status, self.raw = result.document, result.status, result.err
        self.code = result.error.get("code", "-")
        self.sentences = tuple(words(line.removeprefix("zapis: "))
                               for line in result.err.strip().splitlines()) + checked(result.document)
        self.then = World(salon)
        if not self.flow.reads:
            self.settle(salon)
        salon.control("fault", "clear")
        salon.configure(bitrix24__recheck_seconds=SETTINGS["bitrix24__recheck_seconds"])

    def is_there(self, salon, task):
        """A person looks before a comment is written again."""
        return task["kind"] == "crm-mark" and World(salon).comments > 0

    def settle(self, salon):
        """The fault is over and time goes by; a person retries what came to attention."""
        if self.fault == "late":
            salon.carried_out("late")
        salon.control("fault", "clear")
        self.end = self.then
        for _ in range(ROUNDS):
            for task in self.end.queue:
                if task["state"] == "attention":
                    salon.run("queue", "--drop" if self.is_there(salon, task) else "--retry", task["id"])
            if self.end.queue:
                salon.later_than(max(task["next_at"] for task in self.end.queue))
                salon.run("sync", "--once")
            if self.end.queue or self.fault == "late":
                self.end = World(salon)
            if not self.end.queue:
                break
