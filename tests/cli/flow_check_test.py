#!/usr/bin/env python3
"""`zapis check` against the practice salon: every line of it once as it should be, and once in a
salon where what it proves is broken: flow_check_test.py PROGRAM [NAME…]."""
import http.client
import http.server
import json
import os
import pty
import re
import select
import shutil
import sqlite3
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from email.utils import formatdate

import flow_test  # noqa: E402
from flow_test import DEADLINE_S, Failure, Salon, check, equal, first_free, until  # noqa: E402

QUESTIONS = 9  # what only Dikidi can answer


class Checks:
    """One run of check: lines by name."""

    def __init__(self, salon, status, env=None):
        kept = salon.env
        salon.env = {**kept, **(env or {})}
        try:
            result = salon.run("check", "--json", status=status)
        finally:
            salon.env = kept
        rows = result.document()["checks"]
        self.by_name = {row["name"]: row for row in rows}
        equal("names that come once", len(self.by_name), len(rows))
        self.text = salon.run("check", status=status).out if env is None else ""

    def state(self, name):
        check(name in self.by_name, f"no line {name}", sorted(self.by_name))
        return self.by_name[name]["state"]

    def detail(self, name):
        return self.by_name[name]["detail"]

    def failing(self):
        return sorted(n for n, row in self.by_name.items() if row["state"] == "fail")

    def warning(self):
        return sorted(n for n, row in self.by_name.items() if row["state"] == "warn")

    def wants(self, name, state, *words):
        equal(f"{name}", self.state(name), state)
        for word in words:
            check(word in self.detail(name), f"{name} does not say {word!r}", self.by_name[name])


def in_salon(*options):
    """The decorated scenario gets a salon of its own; it is stopped cleanly if all went well."""
    def wrap(fn):
        def run():
            with Salon(*options) as salon:
                fn(salon)
        return run
    return wrap


def portal(salon, method, **params):
    """One REST call with the salon's own webhook: what its administrator can do in the portal."""
    with open(os.path.join(salon.state, "bitrix24.url"), encoding="utf-8") as file:
        url = file.read().strip()
    request = urllib.request.Request(url + method, json.dumps(params).encode(),
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
        return json.loads(answer.read())["result"]


def book_one(salon):
    service, slots = first_free(salon, at_least=2)
    return salon.json("book", "--service", service["id"], "--master", slots[0]["master_id"], "--at",
                      slots[0]["starts_at"], "--phone", "+79165550101", "--name", "Анна",
                      "--wait", "40")


@in_salon()
def all_is_well(salon):
    checks = Checks(salon, 0)
    equal("failing", checks.failing(), [])
    equal("warning", checks.warning(), [])
    for name in ("config", "secrets", "who-may", "timezone", "store", "dikidi.key", "dikidi.plan",
                 "dikidi.services", "dikidi.masters", "dikidi.schedule", "dikidi.unknown-booking",
                 "dikidi.form", "bitrix24.access", "bitrix24.plan", "bitrix24.scope",
                 "bitrix24.mode", "bitrix24.funnel", "bitrix24.stages", "bitrix24.source",
                 "bitrix24.fields", "bitrix24.deals", "bitrix24.contacts", "clock",
                 "clock.bitrix24", "bitrix24.live.unknown-key", "bitrix24.live.wrong-secret"):
        equal(name, checks.state(name), "ok")
    checks.wants("who-may", "ok", "can do anything")
    equal("questions to Dikidi", sum(n.startswith("ask-dikidi.") for n in checks.by_name), QUESTIONS)
    for name in checks.by_name:
        equal(f"{name} in the text", len(re.findall(rf"(?m)^\w+ +{re.escape(name)} ", checks.text)), 1)
    booking = book_one(salon)
    checks = Checks(salon, 0)
    equal("warning", checks.warning(), [])
    checks.wants("dikidi.booking", "ok", booking["booking_id"])
    checks.wants("bitrix24.deals", "ok", booking["crm"]["id"], booking["booking_id"])
    checks.wants("bitrix24.live.wildcard", "ok", "is a wildcard")
    checks.wants("bitrix24.live.phone-spellings", "ok", "+7…", "8…")
    checks.wants("bitrix24.live.field-filter", "ok")
    checks.wants("bitrix24.live.visit-time", "ok")
    checks.wants("bitrix24.live.rest", "skipped", "would write")


@in_salon()
def never_writes(salon):
    book_one(salon)
    deals, contacts = salon.rows("deals"), salon.rows("contacts")
    bookings = salon.rows("bookings", "--date", "tomorrow", "--all")
    last = salon.control("log")["last"]
    Checks(salon, 0)
    asked = salon.control("log", "--since", str(last))["requests"]
    check(len(asked) > 30, "check asked hardly anything", len(asked))
    for row in asked:
        method, call = row["method"], row["call"]
        if row["server"] == "dikidi":
            equal(f"method of {call}", method, "GET")
        else:
            check(re.search(r"(list|get|profile|scope|findbycomm)$", call), "this may write", call)
    equal("deals", salon.rows("deals"), deals)
    equal("contacts", salon.rows("contacts"), contacts)
    equal("bookings", salon.rows("bookings", "--date", "tomorrow", "--all"), bookings)


# ---- this machine

@in_salon()
def configuration(salon):
    salon.configure(salon__country='"russia"')
    checks = Checks(salon, 5)
    checks.wants("config", "fail", "salon.country", "RU")
    equal("lines", len(checks.by_name), 1)


@in_salon()
def secrets(salon):
    key = os.path.join(salon.state, "dikidi.key")
    os.chmod(key, 0o644)
    Checks(salon, 5).wants("config", "fail", "dikidi.key", "chmod 600")
    os.chmod(key, 0o640)
    checks = Checks(salon, 0)
    checks.wants("secrets", "warn", "dikidi.key_file 0640", "the group", "chmod 600")
    with open(key, encoding="ascii") as file:
        secret = file.read().strip()
    with open(os.path.join(salon.state, "bitrix24.url"), encoding="ascii") as file:
        url = file.read().strip()
    for text in (checks.text, json.dumps(checks.by_name)):
        check(secret not in text and url.split("/")[-2] not in text, "check shows a secret", text)


@in_salon()
def who_may(salon):
    Checks(salon, 0)
    os.chmod(os.path.join(salon.state, "zapis.db"), 0o644)
    Checks(salon, 0).wants("who-may", "warn", "everybody", "chmod 600")


@in_salon()
def zone_rules(salon):
    """Rules of another year, found by their age; and a zone that no rules have."""
    place = os.path.join(salon.dir, "zoneinfo")
    os.makedirs(os.path.join(place, "Europe"))
    shutil.copy("/usr/share/zoneinfo/Europe/Moscow", os.path.join(place, "Europe"))
    with open(os.path.join(place, "tzdata.zi"), "w", encoding="ascii") as file:
        file.write("# version 2022a\n")
    old = time.time() - 1000 * 86400
    os.utime(os.path.join(place, "tzdata.zi"), (old, old))
    Checks(salon, 0, {"TZDIR": place}).wants("timezone", "warn", "2022a", "1000 days", "tzdata")
    salon.configure(salon__timezone='"Europe/Lotus"')
    Checks(salon, 5).wants("config", "fail", "Europe/Lotus")


@in_salon()
def store(salon):
    Checks(salon, 0)
    path = os.path.join(salon.state, "zapis.db")
    for name in os.listdir(salon.state):
        if name.startswith("zapis.db"):
            os.unlink(os.path.join(salon.state, name))
    with open(path, "w", encoding="ascii") as file:
        file.write("this is no database, and longer than a header of one is by far. " * 40)
    os.chmod(path, 0o600)
    Checks(salon, 5).wants("store", "fail")
    os.unlink(path)
    Checks(salon, 0).wants("store", "ok", "0 in attention")
    # A task that needs a person.
    book_one(salon)
    with sqlite3.connect(path, timeout=30) as base:
        tasks = base.execute("select count(*) from task where quiet = 0").fetchone()[0]
    equal("tasks left", tasks, 0)
    salon.control("field-delete", "UF_CRM_DIKIDI_ID")
    service, slots = first_free(salon, at_least=2)
    salon.json("book", "--service", service["id"], "--master", slots[0]["master_id"], "--at",
               slots[0]["starts_at"], "--phone", "+79165550102", "--name", "Вера")
    until("the task in attention", lambda: (
        salon.run("sync", "--once", status=None),
        any(t["state"] == "attention" for t in salon.json("queue")["tasks"]))[1])
    Checks(salon, 5).wants("store", "warn", "1 in attention", "zapis queue")


# ---- clocks

class Between(http.server.ThreadingHTTPServer):
    """Stands between zapis and a practice server: `change(handler, path, status, body)` may give
    another (status, body, date)."""

    def __init__(self, inner, change):
        super().__init__(("127.0.0.1", 0), BetweenHandler)
        self.inner, self.change = inner, change
        self.address = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *what):
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        pass  # a client that left before its answer is told so by its own test

    def ask(self, method, path, headers, body=None):
        inner = http.client.HTTPConnection(urllib.parse.urlsplit(self.inner).netloc,
                                           timeout=DEADLINE_S)
        inner.request(method, path, body, headers)
        answer = inner.getresponse()
        return answer.status, answer.read()


class BetweenHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        size = int(self.headers.get("Content-Length", 0))
        asked = self.rfile.read(size) if size else None
        path = urllib.parse.urlsplit(self.server.inner).path.rstrip("/") + self.path
        headers = {k: v for k, v in self.headers.items() if k in ("Authorization", "Content-Type")}
        status, body = self.server.ask(self.command, path, headers, asked)
        status, body, date = self.server.change(self.path, headers, status, body)
        self.send_response_only(status)
        self.send_header("Date", formatdate(date or time.time(), usegmt=True))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *args):
        pass


def dikidi_address(salon):
    with open(salon.config, encoding="utf-8") as file:
        return re.search(r'base_url = "(http://127.0.0.1:\d+)', file.read())[1]


@in_salon()
def clock_of_dikidi(salon):
    def late(_path, _headers, status, body):
        return status, body, time.time() + 3600
    with Between(dikidi_address(salon), late) as between:
        salon.configure(dikidi__base_url=f'"{between.address}"')
        checks = Checks(salon, 0)
        checks.wants("clock", "warn", "Dikidi", " by -3")
        equal("the other clock", checks.state("clock.bitrix24"), "ok")


@in_salon()
def clock_of_bitrix24(salon):
    with open(salon.config, encoding="utf-8") as file:
        offset = int(re.search(r"offset_ms = (-?\d+)", file.read())[1])
    salon.configure(practice__offset_ms=f"{offset + 900_000}L")
    checks = Checks(salon, 0)
    checks.wants("clock.bitrix24", "warn", "Bitrix24", "900")
    equal("the other clock", checks.state("clock"), "ok")


# ---- Dikidi

@in_salon()
def key(salon):
    path = os.path.join(salon.state, "dikidi.key")
    with open(path, "w", encoding="ascii") as file:
        file.write("wrong\n")
    checks = Checks(salon, 5)
    checks.wants("dikidi.key", "fail", "key_file")
    for name in ("plan", "services", "masters", "schedule", "unknown-booking", "booking", "form"):
        equal(name, checks.state(f"dikidi.{name}"), "skipped")
    equal("failing", checks.failing(), ["dikidi.key"])


@in_salon()
def plan(salon):
    salon.control("set", "plan", "basic")
    checks = Checks(salon, 5)
    checks.wants("dikidi.key", "ok")
    checks.wants("dikidi.plan", "fail", "Business", "zapis widget")
    equal("failing", checks.failing(), ["dikidi.plan"])
    check("<iframe" in salon.run("widget").out, "the widget does not work without the plan")


@in_salon()
def access(salon):
    salon.control("set", "access", "none")
    checks = Checks(salon, 5)
    check("dikidi.key" in checks.failing(), "no rights at Dikidi go unseen", checks.by_name)


@in_salon()
def company(salon):
    salon.configure(salon__company='"999999"')
    Checks(salon, 5).wants("dikidi.key", "fail", "salon.company")


def endpoint(call, name, words):
    @in_salon()
    def run(salon):
        salon.control("fault", call, "empty", "--count", "0")
        checks = Checks(salon, 5)
        check(name in checks.failing(), f"{call} is broken and {name} is not", checks.by_name)
        check("makes no sense" in checks.detail(name), "the reason", checks.by_name[name])
        others = {"dikidi.services", "dikidi.masters", "dikidi.schedule",
                  "dikidi.unknown-booking"} - {name} - set(words)
        for other in others:
            equal(f"{other} while {call} is broken", checks.state(other), "ok")
        salon.control("fault", "clear")
        salon.control("fault", call, "500", "--count", "0")
        checks = Checks(salon, 4)
        equal("failing while the server is broken", checks.failing(), [name])
    return run


@in_salon()
def number_that_is_none(salon):
    """A Dikidi that answers any number with a booking, and one that says "not found" of a path."""
    number = str(salon.rows("bookings", "--date", "today")[0]["id"])

    def any_number(path, headers, status, body):
        if path.endswith("/booking/1"):
            status, body = between.ask("GET", path[:-1] + number, headers)
            body = body.replace(number.encode(), b"1")
        return status, body, None

    def no_path(path, _headers, status, body):
        return status, body.replace(b"BOOKING_NOT_FOUND", b"NO_SUCH_PATH"), None
    with Between(dikidi_address(salon), any_number) as between:
        salon.configure(dikidi__base_url=f'"{between.address}"')
        Checks(salon, 5).wants("dikidi.unknown-booking", "fail", "do not go live")
        between.change = no_path
        Checks(salon, 0).wants("dikidi.unknown-booking", "warn", "NO_SUCH_PATH",
                               "dikidi.paths.booking")


@in_salon()
def zone_of_dikidi(salon):
    salon.configure(salon__timezone='"Asia/Yekaterinburg"')
    Checks(salon, 0).wants("dikidi.schedule", "warn", "Europe/Moscow", "Asia/Yekaterinburg")


@in_salon()
def newest_booking_is_gone(salon):
    booking = book_one(salon)
    salon.control("fault", "booking", "500", "--count", "0")
    equal("failing", Checks(salon, 4).failing(), ["dikidi.booking", "dikidi.unknown-booking"])
    salon.control("fault", "clear")
    with sqlite3.connect(os.path.join(salon.state, "zapis.db"), timeout=30) as base:
        base.execute("update booking set booking_id = '1' where booking_id = ?",
                     (booking["booking_id"],))
    Checks(salon, 0).wants("dikidi.booking", "warn", "check the number")


# ---- Bitrix24

def webhook(salon, change):
    path = os.path.join(salon.state, "bitrix24.url")
    with open(path, encoding="ascii") as file:
        url = file.read()
    with open(path, "w", encoding="ascii") as file:
        file.write(change(url.strip()) + "\n")


@in_salon()
def wrong_secret(salon):
    webhook(salon, lambda url: url.rsplit("/", 2)[0] + "/wrongsecret/")
    checks = Checks(salon, 5)
    checks.wants("bitrix24.access", "fail", "webhook_url_file")
    equal("failing", checks.failing(), ["bitrix24.access"])
    for name in ("scope", "mode", "funnel", "stages", "source", "fields", "deals", "contacts",
                 "plan", "live.unknown-key", "live.wrong-secret"):
        equal(name, checks.state(f"bitrix24.{name}"), "skipped")


@in_salon()
def revoked(salon):
    salon.control("revoke")
    Checks(salon, 5).wants("bitrix24.access", "fail", "webhook_url_file")
    salon.control("revoke", "undo")
    Checks(salon, 0).wants("bitrix24.access", "ok", "administrator")


@in_salon()
def portal_plan(salon):
    salon.control("plan", "lapsed")
    checks = Checks(salon, 5)
    checks.wants("bitrix24.plan", "fail", "paid plan")
    equal("failing", checks.failing(), ["bitrix24.plan"])


@in_salon()
def portal_down(salon):
    salon.control("fault", "bitrix24", "drop-before", "--count", "0")
    checks = Checks(salon, 4)
    equal("failing", checks.failing(), ["bitrix24.access"])
    equal("Dikidi all the same", checks.state("dikidi.schedule"), "ok")


@in_salon()
def scope(salon):
    """A webhook without the scope crm, in a portal that takes any secret."""
    with open(os.path.join(salon.state, "bitrix24.url"), encoding="ascii") as file:
        inner = file.read().strip()

    def change(path, headers, status, body):
        if path.endswith("/scope"):
            return 200, b'{"result":["user","task"]}', None
        if "zapischeck" in path:
            status, body = between.ask("POST", urllib.parse.urlsplit(inner).path + "profile",
                                       headers, b"{}")
        return status, body, None
    with Between("http://" + urllib.parse.urlsplit(inner).netloc, change) as between:
        webhook(salon, lambda url: between.address + urllib.parse.urlsplit(url).path)
        checks = Checks(salon, 5)
        checks.wants("bitrix24.scope", "fail", "crm", "tick")
        checks.wants("bitrix24.live.wrong-secret", "warn", "takes a secret")
        equal("failing", checks.failing(), ["bitrix24.scope"])


@in_salon()
def clerk(salon):
    salon.control("persona", "clerk")
    Checks(salon, 0).wants("bitrix24.access", "ok", "without an administrator's rights")


@in_salon()
def mode(salon):
    salon.configure(bitrix24__entity='"lead"')
    checks = Checks(salon, 0)
    checks.wants("bitrix24.mode", "ok", "leads")
    checks.wants("bitrix24.leads", "ok")
    equal("the funnel of leads", checks.state("bitrix24.funnel"), "skipped")
    salon.control("set", "mode", "2")
    checks = Checks(salon, 5)
    checks.wants("bitrix24.mode", "fail", "bitrix24.entity")
    equal("failing", checks.failing(), ["bitrix24.mode"])


@in_salon()
def funnel(salon):
    salon.configure(bitrix24__funnel=77)
    checks = Checks(salon, 5)
    checks.wants("bitrix24.funnel", "fail", "77", "0=")
    check("bitrix24.stages" in checks.failing(), "a funnel that is none has stages", checks.by_name)


@in_salon()
def cancelled_stage(salon):
    salon.configure(bitrix24__cancelled_stage='"C1:LOSE"')
    checks = Checks(salon, 5)
    checks.wants("bitrix24.stages", "fail", "C1:LOSE", "LOSE", "cancelled_stage")
    salon.configure(bitrix24__funnel=1)
    Checks(salon, 0).wants("bitrix24.stages", "ok", "C1:LOSE")


@in_salon()
def no_failure_stage(salon):
    for row in portal(salon, "crm.status.list", filter={"ENTITY_ID": "DEAL_STAGE_1"}):
        if (row.get("EXTRA") or {}).get("SEMANTICS") in ("failure", "apology"):
            portal(salon, "crm.status.delete", id=row["ID"], params={"FORCED": "Y"})
    Checks(salon, 0)
    salon.configure(bitrix24__funnel=1)
    checks = Checks(salon, 5)
    checks.wants("bitrix24.stages", "fail", "no failure stage")
    equal("failing", checks.failing(), ["bitrix24.stages"])


@in_salon()
def source(salon):
    salon.control("source-delete", "DIKIDI")
    checks = Checks(salon, 5)
    checks.wants("bitrix24.source", "fail", "DIKIDI", "zapis setup")
    equal("failing", checks.failing(), ["bitrix24.source"])


@in_salon()
def fields(salon):
    salon.control("field-delete", "UF_CRM_VISIT_AT")
    checks = Checks(salon, 5)
    checks.wants("bitrix24.fields", "fail", "UF_CRM_VISIT_AT is missing", "zapis setup")
    check("UF_CRM_DIKIDI_ID" not in checks.detail("bitrix24.fields"), "the other one is there")
    for name in ("deals", "live.unknown-key", "live.field-filter"):
        equal(name, checks.state(f"bitrix24.{name}"), "skipped")
    salon.control("field-add", "UF_CRM_VISIT_AT", "string")
    Checks(salon, 5).wants("bitrix24.fields", "fail", "UF_CRM_VISIT_AT", "datetime", "string:N")


@in_salon()
def rights_to_read(salon):
    booking = book_one(salon)
    salon.control("fault", "crm.item.list", "revoked", "--count", "0")
    checks = Checks(salon, 5)
    check("bitrix24.deals" in checks.failing(), "deals that cannot be read", checks.by_name)
    salon.control("fault", "clear")
    salon.control("fault", "crm.duplicate.findbycomm", "revoked", "--count", "0")
    checks = Checks(salon, 5)
    check("bitrix24.contacts" in checks.failing(), "contacts that cannot be read", checks.by_name)
    equal("the spellings", checks.state("bitrix24.live.phone-spellings"), "warn")
    salon.control("fault", "clear")
    # Entries that may not be seen are missing without a word: as if it were deleted.
    salon.control("deal-edit", booking["crm"]["id"], "UF_CRM_VISIT_AT", "2026-11-24T03:00:00+03:00")
    Checks(salon, 0).wants("bitrix24.live.visit-time", "warn", "min from the journal")
    salon.control("deal-delete", booking["crm"]["id"])
    contact = portal(salon, "crm.duplicate.findbycomm", type="PHONE", values=["+79165550101"],
                     entity_type="CONTACT")["CONTACT"][0]
    salon.control("contact-delete", str(contact))
    checks = Checks(salon, 0)
    checks.wants("bitrix24.deals", "warn", booking["booking_id"])
    checks.wants("bitrix24.contacts", "warn", "made twice")
    checks.wants("bitrix24.live.field-filter", "warn")
    checks.wants("bitrix24.live.visit-time", "skipped")


@in_salon()
def live_questions(salon):
    """A portal that answers other than was expected is told about, and nothing fails by it."""
    book_one(salon)
    salon.control("fault", "crm.deal.list", "empty", "--count", "0")
    checks = Checks(salon, 0)
    checks.wants("bitrix24.live.unknown-key", "warn", "makes no sense")
    checks.wants("bitrix24.live.wildcard", "warn", "makes no sense")
    salon.control("fault", "clear")
    salon.control("fault", "crm.deal.list", "500", "--count", "0")
    equal("failing", Checks(salon, 4).failing(),
          ["bitrix24.live.unknown-key", "bitrix24.live.wildcard"])


# ---- check --book

class Terminal:
    """check --book in a terminal; what it prints on standard output goes to a pipe."""

    def __init__(self, salon, *args):
        self.seen = b""
        self.fd, inner = pty.openpty()
        self.process = subprocess.Popen(
            [flow_test.PROGRAM, "--config", salon.config, "check", "--book", *args], env=salon.env,
            stdin=inner, stderr=inner, stdout=subprocess.PIPE, start_new_session=True)
        os.close(inner)

    def expect(self, words):
        def shown():
            if select.select([self.fd], [], [], 0.01)[0]:
                try:
                    self.seen += os.read(self.fd, 65536)
                except OSError:
                    raise Failure(f"ended before {words!r}: {self.seen!r}") from None
            return words.encode() in self.seen
        until(f"the words {words!r} in {self.seen!r}", shown)
        self.seen = b""

    def answer(self, text):
        os.write(self.fd, text.encode() + b"\n")

    def end(self):
        out, _ = self.process.communicate(timeout=300)
        try:
            while select.select([self.fd], [], [], 0.1)[0]:
                self.seen += os.read(self.fd, 65536)
        except OSError:
            pass
        os.close(self.fd)
        check(b"Sanitizer" not in self.seen, "a sanitizer complains", self.seen)
        return self.process.returncode, out.decode()


def everything_of(salon):
    return (salon.rows("deals"), salon.rows("bookings", "--date", "today", "--all"),
            [salon.rows("bookings", "--date", f"2026-11-{day}", "--all") for day in range(24, 31)])


def without_walk_ins(salon):
    with open(salon.config, encoding="utf-8") as file:
        text, count = re.subn(r'phone = "[^"]+"', 'phone = ""', file.read())
    equal("phones of walk-ins in the configuration", count, 1)
    with open(salon.config, "w", encoding="utf-8") as file:
        file.write(text)


def assert_booked_and_cancelled(salon, out, phone):
    rows = {row["name"]: row for row in json.loads(out)["checks"]}
    for name in ("book.dikidi", "book.crm", "cancel.dikidi", "cancel.crm"):
        check(name in rows and rows[name]["state"] == "ok", name, rows)
    number = re.search(r"\d{5,}", rows["book.dikidi"]["detail"])[0]
    shown = salon.json("show", number)
    equal("state", (shown["state"], shown["client"]["phone"]), ("cancelled", phone))
    deals = [d for d in salon.rows("deals") if d.get("ORIGIN_ID") == number]
    equal("its deals", [d["STAGE_SEMANTIC_ID"] for d in deals], ["F"])
    equal("at Dikidi", salon.control("booking", number)["status"], "cancelled")
    equal("queue", salon.json("queue")["tasks"], [])


@in_salon()
def books_after_asking(salon):
    salon.run("check", "--book", status=2)
    before = everything_of(salon)
    for word in ("n", "н", "", "нет", "yep"):
        terminal = Terminal(salon)
        terminal.expect("y/N")
        terminal.answer(word)
        status, out = terminal.end()
        equal("status of a no", status, 0)
        check(re.search(r"skipped +book\.dikidi +not booked", out), "a no is not told", out)
    equal("what is there after every no", everything_of(salon), before)
    terminal = Terminal(salon, "--json")
    terminal.expect("y/N")
    terminal.answer("Д")
    status, out = terminal.end()
    equal("status", status, 0)
    assert_booked_and_cancelled(salon, out, "+70000000000")
    without_walk_ins(salon)
    before = everything_of(salon)
    terminal = Terminal(salon)
    terminal.expect("gives up):")
    terminal.answer("")
    check("not booked" in terminal.end()[1], "no phone is a no")
    equal("what is there without a phone", everything_of(salon), before)
    terminal = Terminal(salon, "--json")
    terminal.expect("gives up):")
    terminal.answer("12")
    terminal.expect("no phone number")
    terminal.answer("8 916 555 01 01")
    terminal.expect("y/N")
    terminal.answer("yes")
    assert_booked_and_cancelled(salon, terminal.end()[1], "+79165550101")


@in_salon()
def book_that_fails(salon):
    salon.control("set", "access", "read")
    terminal = Terminal(salon, "--json")
    terminal.expect("y/N")
    terminal.answer("y")
    status, out = terminal.end()
    equal("status", status, 5)
    rows = {row["name"]: row for row in json.loads(out)["checks"]}
    equal("book.dikidi", rows["book.dikidi"]["state"], "fail")
    check("book.crm" not in rows, "a booking that was not made is in the CRM", out)
    salon.control("source-delete", "DIKIDI")
    terminal = Terminal(salon)
    terminal.expect("Nothing is booked while a check fails")
    status, out = terminal.end()
    equal("status while a check fails", status, 5)


SCENARIOS = {
    "well": all_is_well, "no-writes": never_writes, "config": configuration, "secrets": secrets,
    "who-may": who_may, "zone-rules": zone_rules, "store": store,
    "clock-dikidi": clock_of_dikidi, "clock-bitrix24": clock_of_bitrix24, "key": key, "plan": plan,
    "access": access, "company": company,
    "services": endpoint("services", "dikidi.services", ["dikidi.schedule"]),
    "masters": endpoint("masters", "dikidi.masters", []),
    "schedule": endpoint("schedule", "dikidi.schedule", []),
    "booking": endpoint("booking", "dikidi.unknown-booking", []),
    "no-number": number_that_is_none, "zone": zone_of_dikidi, "gone": newest_booking_is_gone,
    "secret": wrong_secret, "revoked": revoked, "portal-plan": portal_plan,
    "portal-down": portal_down, "scope": scope, "clerk": clerk, "mode": mode, "funnel": funnel,
    "cancelled-stage": cancelled_stage, "no-failure-stage": no_failure_stage, "source": source,
    "fields": fields, "rights": rights_to_read, "live": live_questions,
    "book": books_after_asking, "book-fails": book_that_fails,
}


if __name__ == "__main__":
    flow_test.play(SCENARIOS, __doc__)
