"""Who is who in the stories, and what each side says of a visit."""
import json
import re
import time
from datetime import datetime, timedelta

from place import OPENING, Failure, check

SERVICES = {"manicure": "5159501", "haircut": "5159522", "beard trim": "5159524"}
MASTERS = {"Anna": "1357200", "Boris": "1357201", "Dina": "1357204", "Galina": "1357203"}
DAYS = {"today": 0, "tomorrow": 1}

# Words of a sentence, for the patterns of deeds.py and checks.py.
WHO = r"(?P<who>[A-Z][a-z]+)"
WHEN = r"(?P<day>today|tomorrow|in \d+ days) at (?P<clock>\d\d:\d\d)"
WITH = r"an? (?P<service>manicure|haircut|beard trim) with (?P<master>[A-Z][a-z]+)"
ENTRY = r"(?P<entity>deal|lead)"


def language():
    """A table of sentences, and what puts a function into it: its doc string is an example."""
    table = {}

    def sentence(pattern):
        def keep(fn):
            compiled = re.compile(pattern)
            check(compiled.fullmatch(example(fn)), f"{fn.__name__} is no example of itself")
            table[compiled] = fn
            return fn
        return keep
    return table, sentence


def example(fn):
    return " ".join(fn.__doc__.split()).rstrip(".")


def instant(day, clock):
    days = DAYS[day] if day in DAYS else int(day.split()[1])
    date = datetime.fromisoformat(OPENING) + timedelta(days=days)
    hour, minute = map(int, clock.split(":"))
    return date.replace(hour=hour, minute=minute)


class Visit:
    def __init__(self, who, phone):
        self.who, self.phone = who, phone
        self.number = None  # Dikidi's
        self.request_id = None
        self.wish = None  # of the waiting list


class Salon:
    def __init__(self, place):
        self.place = place
        self.visits = {}
        self.crowd = []  # numbers of many visits that have no name in the story
        self.read = []   # the tasks that the receptionist has read
        self.past = []   # numbers of visits that are over
        self.last_request = 0  # of the far servers' log, when the story began to count
        self.deed_at = time.monotonic()

    # ---- visits

    def new_visit(self, who):
        check(who not in self.visits, f"{who} has a visit in this story already")
        visit = Visit(who, f"+7916555{len(self.visits) + 1:04d}")
        self.visits[who] = visit
        return visit

    def visit(self, who):
        check(who in self.visits, f"{who} has no visit in this story")
        return self.visits[who]

    def number(self, who):
        number = self.visit(who).number
        check(number, f"the number of {who}'s visit is not known")
        return number

    # ---- what Dikidi says

    def at_dikidi(self, who):
        return self.place.control("booking", self.number(who))

    def all_at_dikidi(self, who):
        """Every visit of that client at Dikidi, cancelled ones too."""
        found = []
        for days in range(0, 4):
            day = (datetime.fromisoformat(OPENING) + timedelta(days=days)).strftime("%Y-%m-%d")
            rows = self.place.control("bookings", "--date", day, "--all")["bookings"]
            found += [b for b in rows if b["client"]["phone"] == self.visit(who).phone]
        return found

    def requests(self, server, since=None):
        since = self.last_request if since is None else since
        answer = self.place.control("log", "--since", str(since), "--server", server)
        return answer["requests"]

    def cancels(self):
        return [r for r in self.requests("dikidi") if r["method"] == "DELETE"]

    # ---- what the CRM says

    def entries(self, entity, number):
        rows = self.place.control(f"{entity}s")[f"{entity}s"]
        return [r for r in rows
                if number in (r["ORIGIN_ID"], r.get("UF_CRM_DIKIDI_ID"))]

    def entry(self, entity, who):
        """With its comments."""
        return self.place.control(entity, f"@{self.number(who)}")[entity]

    def contacts(self, who):
        digits = self.visit(who).phone[2:]
        return [c for c in self.place.control("contacts")["contacts"]
                if digits in re.sub(r"\D", "", json.dumps(c.get("PHONE", "")))]

    # ---- what the journal says

    def shown(self, who):
        visit = self.visit(who)
        document = self.place.json("show", visit.number or visit.request_id, status=None)
        check(document.get("state"), f"the journal does not know {who}'s visit",
              document.get("error"))
        return document

    def history(self, who):
        """As the program tells it to people."""
        visit = self.visit(who)
        return self.place.run("show", visit.number or visit.request_id)

    def tasks(self, state=None):
        return [t for t in self.place.json("queue")["tasks"] if state in (None, t["state"])]

    # ---- after a failure

    def account(self):
        """What there is to know when a story went wrong."""
        lines = []
        try:
            for program in self.place.programs.values():
                lines += [f"--- {program.name} said:", *program.said().splitlines()[-12:]]
            lines += ["--- queue:", self.place.run("queue", status=None)[-1500:]]
            for who, visit in self.visits.items():
                if visit.number or visit.request_id:
                    lines += [f"--- {who}:", self.place.run(
                        "show", visit.number or visit.request_id, status=None)[-2500:]]
            lines.append("--- the last requests:")
            for request in self.place.control("log", "--since", "0")["requests"][-60:]:
                lines.append(f"{request['n']} {request['at'][11:]} {request['server']} "
                             f"{request['method']} {request['call']} {request['status']} "
                             f"{request['fault'] or ''} "
                             f"{json.dumps(request['in'], ensure_ascii=False)[:160]}")
        except (Failure, OSError, ValueError, KeyError) as trouble:
            lines.append(f"no more is known: {trouble}")
        return "".join(f"\n      {line}" for text in lines for line in text.splitlines())
