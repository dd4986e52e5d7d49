#!/usr/bin/python3
"""Text from outside is data: whatever Dikidi and the CRM call a client, a master or a mistake, nothing
of it reaches a terminal, a log or a file that could be taken for a command, hide text or turn it
around: flow_guard_test.py PROGRAM [NAME…]."""
import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import unicodedata
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "e2e")]
import flow_test  # noqa: E402
import frames_test  # noqa: E402
import session  # noqa: E402
from flow_check_test import Between, dikidi_address  # noqa: E402
from flow_test import Salon, check, equal, until  # noqa: E402

SEED = 2026
ROUNDS = 60  # of random answers
SURE = "Обычная"  # part of every hostile text that must come through

# What an answer may hold. Bytes go out as they are (invalid UTF-8), text as JSON.
HOSTILE = [
    f"\x1b[2J\x1b[31m{SURE}\x1b[0m", f"\x1b]52;c;ZXZpbA==\x07{SURE}", f"\x1b]0;EVIL\x07{SURE}",
    f"\x1b]8;;https://evil.example\x1b\\{SURE}\x1b]8;;\x1b\\", f"\x1bP+q544e\x1b\\{SURE}",
    f"\x9b2J\x9d0;EVIL\x9c{SURE}", f"\u202e{SURE}\u202c\u2066x\u2069\u200f\u061c",
    f"\u200b{SURE}\u200c\u200d\ufeff\u2060\u00ad", f"{SURE}\U000e0041\U000e0042\U000e007f",
    SURE + "\u0301" * 500, f"{SURE}\r\nдва\nтри\tчетыре\x0b\x0c\u2028\u2029\x85",
    SURE + "Ж" * 50_000, f"\x7f\b\b{SURE}", f"{SURE}%s%n%d",
    f"=cmd|' /C calc'!A0{SURE}", f"@SUM(1){SURE}", f"[URL=javascript:x]{SURE}[/URL]",
    f"<script>{SURE}</script>", f"{SURE}\u3164\u2800\u115f",
    f"{SURE} error=none level=debug\" ts=1", f"{SURE}\u180e\ufe00\U000f0000\U0010ffff",
]
INVALID = [SURE + "\u0000", SURE + "\ud83d", b"\xff\xfe" + SURE.encode(), SURE.encode() + b"\xed\xa0\x80\xc0\xaf",
           SURE.encode() + b"\xf5\x80\x80\x80", SURE.encode()[:-1], b"\x1b[2J", b"\x9b2J"]

TEXT_KEYS = {"name", "surname", "username", "post", "description", "comment", "cancel_reason",
             "message", "NAME", "LAST_NAME", "SECOND_NAME", "TITLE", "COMMENTS", "title",
             "comments", "error_description", "source", "NAME_INIT", "timezone"}


# ---- what must not be in an output

FORBIDDEN = {0x034F, 0x061C, 0x115F, 0x1160, 0x180E, 0x2800, 0x3164, 0xFFA0}


def forbidden(character):
    code = ord(character)
    if character == "\n":
        return False
    # ZWJ lives inside emoji only; none of these texts has one.
    return (unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") or
            code in FORBIDDEN or 0xFE00 <= code <= 0xFE0E or 0xE0000 <= code <= 0xE0FFF)


def assert_clean(what, text):
    for at, character in enumerate(text):
        check(not forbidden(character), f"{what} has U+{ord(character):04X}",
              repr(text[max(0, at - 40):at + 40]))
    marks = 0
    for character in unicodedata.normalize("NFC", text):
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        check(marks <= 2, f"{what} has more than two marks on one letter")


def assert_clean_bytes(what, data):
    try:
        assert_clean(what, data.decode())
    except UnicodeDecodeError as error:
        check(False, f"{what} is no UTF-8", error, data[max(0, error.start - 40):error.end + 40])


def strings_of(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from strings_of(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from strings_of(item)


# ---- both servers behind a hand that rewrites their texts

class Spoiler:
    """Puts texts into answers. `text(key, value)` is what stands for one string, or None."""

    def __init__(self, text):
        self.text, self.count = text, 0
        self.on = True

    def walk(self, value, key=""):
        if isinstance(value, dict):
            return {k: self.walk(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [self.walk(item, key) for item in value]
        if not isinstance(value, str):
            return value
        new = self.text(key, value)
        if new is None:
            return value
        self.count += 1
        return new

    def change(self, _path, _headers, status, body):
        if not self.on:
            return status, body, None
        raw = {}

        def later(value):  # bytes stand as a mark until the document is text
            if not isinstance(value, bytes):
                return value
            raw[f"@@{len(raw)}@@"] = value
            return f"@@{len(raw) - 1}@@"
        text, self.text = self.text, lambda key, value: later(text(key, value))
        try:
            made = json.dumps(self.walk(json.loads(body)), ensure_ascii=self.count % 2 == 0)
        finally:
            self.text = text
        made = made.encode("utf-8", "surrogatepass")
        for mark, data in raw.items():
            made = made.replace(mark.encode(), data)
        return status, made, None


class SpoiledSalon:
    """A salon whose Dikidi and Bitrix24 answer through spoilers."""

    def __init__(self, dikidi, crm):
        self.salon = Salon()
        self.dikidi, self.crm = Spoiler(dikidi), Spoiler(crm)
        self.between = [Between(dikidi_address(self.salon), self.dikidi.change)]
        self.salon.configure(dikidi__base_url=f'"{self.between[0].address}"')
        path = os.path.join(self.salon.state, "bitrix24.url")
        with open(path, encoding="ascii") as file:
            url = urllib.parse.urlsplit(file.read().strip())
        self.between.append(Between(f"http://{url.netloc}", self.crm.change))
        with open(path, "w", encoding="ascii") as file:
            file.write(self.between[1].address + url.path + "\n")

    def __enter__(self):
        return self

    def __exit__(self, *what):
        for server in self.between:
            server.shutdown()
            server.server_close()
        self.salon.close()

    def run(self, *args):
        """One command with its log; whatever it says must be clean, and it must not break."""
        words = [flow_test.PROGRAM, "--config", self.salon.config, *args]
        done = subprocess.run(words, env=self.salon.env, capture_output=True, timeout=300)
        what = f"zapis {' '.join(args)[:200]!r}"
        check(b"Sanitizer" not in done.stderr, f"{what}: a sanitizer complains",
              flow_test.short(done.stderr.decode(errors="replace")))
        check(done.returncode in (0, 2, 3, 4, 5), f"{what} ends with {done.returncode}",
              done.stderr[-500:])
        assert_clean_bytes(f"{what}: standard output", done.stdout)
        assert_clean_bytes(f"{what}: standard error", done.stderr)
        if "--json" in args:
            for text in strings_of(json.loads(done.stdout)):
                assert_clean(f"{what}: a string in the document", text)
        for line in done.stderr.decode().split("\n"):
            check(not line.startswith(("два", "три")), f"{what}: a text has made a line", line)
        return done

    def commands(self, numbers):
        """Every command that reads, three ways."""
        first, last = numbers[0], numbers[-1]
        for args in (["services", "--refresh"], ["masters", "--date", "tomorrow", "--refresh"],
                     ["adopt", *numbers], ["day"], ["show", first, "--refresh"], ["show", last],
                     ["sync", "--once"], ["queue"], ["day", "--all"], ["check"],
                     ["setup", "--dry-run"], ["cancel", first, "--reason", "проба"]):
            for more in ([], ["--json"], ["--verbose"]):
                self.run(*args, *more)

    def assert_files(self, *words):
        """Nothing of it stands in the journal or beside it."""
        path = os.path.join(self.salon.state, "zapis.db")
        with sqlite3.connect(path, timeout=30) as base:
            for line in base.iterdump():
                assert_clean_bytes("the journal", line.encode("utf-8", "surrogatepass"))
        for name in os.listdir(self.salon.state):
            if name.startswith("zapis.db") or not os.path.isfile(os.path.join(self.salon.state, name)):
                continue
            with open(os.path.join(self.salon.state, name), "rb") as file:
                data = file.read()
            for word in words:
                check(word not in data, f"{name} holds {word!r}")


def numbers_of_today(salon, count):
    return [str(b["id"]) for b in salon.rows("bookings", "--date", "today")[:count]]


# ---- the console

SEQUENCES = re.compile(
    rb"\x1b\[[0-9;?>=]*[@-~]|\x1b[()][0B]|\x1b[=>78M]|[\x00\x07\b\t\n\r\x0e\x0f]")
CHILD_TITLE = re.compile(rb"\x1b\][012];|\x1bP|\x1b_|\x1b\^")


class Recorder:
    def __init__(self, stream):
        self.stream, self.data = stream, b""

    def feed(self, data):
        self.data += data
        self.stream.feed(data)


class Unmeasured(frames_test.Program):
    """Of any character at all the machine's C library and the emulator do not know the same width,
    so that cells cannot be compared."""

    def difference(self, dump):
        return None


def assert_console(salon, compare=True, cols=120, rows=40):
    """Walks through the screens on a pty; what comes out is curses' own and clean text, and the
    terminal shows what the grid holds."""
    program = (frames_test.Program if compare else Unmeasured)(salon, cols, rows)
    program.stream = Recorder(program.stream)
    frame = program.settle(0).frame
    down, tab, escape = b"\x1b[B", b"\t", b"\x1b"
    for key in [down, b"\r", down, down, escape, tab, b"\x1b[5~", b"\x1bOR", escape, b"\x14", down,
                escape, b"\x1b[18~", down, "кл".encode(), b"\r", b"\r",
                b"\x1b[15~", "обыч".encode(), down, escape, escape, b"\r", b"\x1b[C", down, b"\x1b[D",
                b"\x05", down, escape, b"\x12", tab, b"\x1b[6~", b"\r", escape]:
        program.send(key)
        frame = program.settle(frame).frame
    shown = "\n".join("".join(program.shown(row)) for row in range(rows))
    # F10; Enter says yes where it asks.
    for key in 40 * [b"\x1b[21~", b"\r"]:
        if ended(program):
            break
        program.send(key)
        for _ in range(20):
            if not ended(program):
                program.drain(0.02)
    check(ended(program), "the console does not end", shown)
    equal("the console's status", program.status, 0)
    complaints = session.sanitizer_complaints(salon.dir)
    check(not complaints, "a sanitizer complains", *complaints)
    data = program.stream.data
    check(not CHILD_TITLE.search(data), "the terminal is given a string", data[-200:])
    equal("title", program.screen.title, "")
    assert_clean("the screen", shown)
    assert_clean_bytes("the terminal's bytes", SEQUENCES.sub(b"", data))
    return data


def ended(program):
    if program.status is None:
        program.drain(0.02)
    return program.status is not None


# ---- the flows

def in_turn(hostile):
    """Text fields get the hostile texts one after the other."""
    state = {"next": 0}

    def text(key, value):
        if key not in TEXT_KEYS or value == "":
            return None
        state["next"] += 1
        return hostile[state["next"] % len(hostile)]
    return text


def hostile_texts_are_data():
    with SpoiledSalon(in_turn(HOSTILE), in_turn(HOSTILE)) as spoiled:
        salon = spoiled.salon
        numbers = numbers_of_today(salon, 14)
        spoiled.commands(numbers)
        check(spoiled.dikidi.count > 300 and spoiled.crm.count > 30, "hardly anything was hostile",
              spoiled.dikidi.count, spoiled.crm.count)
        day = spoiled.run("day", "--json").stdout.decode()
        check(day.count(SURE) >= 10, "what was harmless of the texts is gone", day[:2000])
        assert_console(salon)
        spoiled.assert_files(b"\x1b]", b"\x1b[", b"EVIL\x07")
        spoiled.dikidi.on = spoiled.crm.on = False
        salon.stop()


def clients_with_hostile_names():
    """The same through the whole path: a client books in the app, the desk adopts, the CRM is told.
    What the CRM gets is clean too."""
    with Salon() as salon:
        service, slots = flow_test.first_free(salon, at_least=4)
        names = [text.encode("utf-8", "replace").decode().replace("\0", "")[:400]
                 for text in HOSTILE]
        made = []
        for i, name in enumerate(names):
            slot = flow_test.until("a free time", lambda i=i: next(
                (found[0] for day in range(1 + i % 3, 12) if (found := salon.json(
                    "slots", "--service", service["id"], "--date", f"+{day}")["slots"])), None))
            made.append(str(salon.control(
                "app-book", "--service", service["id"], "--master", slot["master_id"], "--at",
                slot["starts_at"], "--phone", f"+7916555{i:04}", "--name", name, "--comment",
                name)["id"]))
        salon.run("adopt", *made)
        salon.run("sync", "--once")
        for number in made:
            deal = flow_test.entries_of(salon, "deal", number)
            equal(f"deals of {number}", len(deal), 1)
            for key in ("TITLE", "COMMENTS"):
                assert_clean(f"{key} of the deal", deal[0][key])
                check(SURE in deal[0][key], f"{key} has lost the harmless part", deal[0][key])
            check(re.search(r"\[URL|<script", deal[0]["COMMENTS"]) is None,
                  "the CRM would take a part of a name for its own code", deal[0]["COMMENTS"])
        for contact in salon.rows("contacts"):
            for text in strings_of(contact):
                assert_clean("a contact", text)
        # The same typed at the desk.
        for i, name in enumerate(names):
            words = ["book", "--service", service["id"], "--at", slot["starts_at"], "--phone",
                     "+79165550999", "--name", name, "--comment", name, "--json"]
            done = subprocess.run([flow_test.PROGRAM, "--config", salon.config, *words],
                                  env=salon.env, capture_output=True, timeout=120)
            check(done.returncode in (0, 2, 3), f"book with name {i}", done)
            assert_clean_bytes("standard output of book", done.stdout)
            assert_clean_bytes("standard error of book", done.stderr)
        for words in (["show", "\x1b[2J\u202e"], ["\x1b]0;x\x07"], ["--\x1b[31m"], ["day", "\x9b2J"],
                      ["cancel", "1", "--reason", "\x1b[2J"], ["slots", "--service", "\x1b[2J\u202e",
                                                              "--date", "today"],
                      ["--config", "/nowhere/\x1b[2J", "day"], ["queue", "--retry", "\x1b"]):
            for more in ([], ["--json"]):
                done = subprocess.run([flow_test.PROGRAM, "--config", salon.config, *words, *more],
                                      env=salon.env, capture_output=True, timeout=120)
                check(done.returncode != 0, "nonsense is taken", words)
                assert_clean_bytes(f"standard error of {words}", done.stderr)
                assert_clean_bytes(f"standard output of {words}", done.stdout)
        assert_console(salon)


def invalid_bytes_are_refused():
    """Bytes that are no UTF-8, a NUL, half a character: the answer is not believed, and nothing of
    it is repeated."""
    for data in INVALID:
        def one(key, value, data=data, state={"n": 0}):
            state["n"] += 1
            return data if key in TEXT_KEYS and value and state["n"] % 7 == 0 else None
        with SpoiledSalon(one, one) as spoiled:
            numbers = numbers_of_today(spoiled.salon, 3)
            for args in (["services", "--refresh"], ["adopt", *numbers], ["check"],
                         ["day", "--json"], ["services", "--refresh", "--json", "--verbose"]):
                spoiled.run(*args)
            spoiled.dikidi.on = spoiled.crm.on = False
            spoiled.salon.stop()


def errors_are_data():
    """What a server says of an error is shown, and shown clean; it waits in the queue as such."""
    text = "".join(t for t in HOSTILE if len(t) < 100)

    def dikidi(path, _headers, status, body):
        if state["on"] and "/booking" in path:
            return 422, json.dumps({"error": {"code": f"LIMIT\x1b[2J{SURE}", "message": text},
                                    "data": None}).encode("utf-8", "surrogatepass"), None
        return status, body, None

    def crm(path, _headers, status, body):
        if state["on"] and path.endswith(".add"):
            return 400, json.dumps({"error": "ERROR\x1b]0;x\x07", "error_description": text}).encode(
                "utf-8", "surrogatepass"), None
        return status, body, None
    state = {"on": False}
    with SpoiledSalon(lambda *_: None, lambda *_: None) as spoiled:
        salon = spoiled.salon
        spoiled.between[0].change, spoiled.between[1].change = dikidi, crm
        numbers = numbers_of_today(salon, 1)
        service, slots = flow_test.first_free(salon)  # one that the CRM has no deal of
        made = salon.control("app-book", "--service", service["id"], "--master",
                             slots[0]["master_id"], "--at", slots[0]["starts_at"], "--phone",
                             "+79165550103", "--name", "Нина")
        state["on"] = True
        shown = spoiled.run("adopt", numbers[0]).stderr.decode()
        check(SURE in shown, "the server's own words are lost", shown)
        for more in ([], ["--json"], ["--verbose"]):
            spoiled.run("book", "--service", service["id"], "--at", "2026-11-24 15:00", "--phone",
                        "+79165550102", "--name", "Вера", *more)
            spoiled.run("check", *more)
        spoiled.between[0].change = lambda _p, _h, status, body: (status, body, None)
        spoiled.run("adopt", str(made["id"]))
        until("the CRM's refusal in attention", lambda: (
            spoiled.run("sync", "--once", "--verbose"),
            b'"attention"' in spoiled.run("queue", "--json").stdout)[1])
        check(SURE in spoiled.run("queue").stdout.decode(), "the portal's own words are lost")
        assert_console(salon)
        spoiled.assert_files(b"\x1b]0;x", b"\x1b[2J")
        salon.stop()


# ---- anything at all

def any_text(chooser):
    """Text of every kind of code point, and now and then a long one."""
    pools = ((0x00, 0x20), (0x20, 0x7F), (0x7F, 0x100), (0x300, 0x370), (0x400, 0x500),
             (0x590, 0x700), (0x1100, 0x1200), (0x2000, 0x2070), (0x2028, 0x202F),
             (0x3000, 0x3200), (0xFE00, 0xFE10), (0xFFF0, 0xFFFF), (0x1F300, 0x1F700),
             (0xE0000, 0xE0080), (0x0, 0x110000))
    size = chooser.choice((1, 3, 8, 20, 60, 60, 3000))
    made = []
    while len(made) < size:
        low, high = chooser.choice(pools)
        code = chooser.randrange(low, high)
        if not 0xD800 <= code < 0xE000:
            made.append(chr(code))
    return "".join(made)


def any_bytes(chooser):
    return bytes(chooser.randrange(256) for _ in range(chooser.choice((1, 4, 40))))


def random_texts_are_data():
    """Any string of any answer may be anything: ids, times, names of fields' values."""
    chooser = random.Random(SEED)
    share = {"value": 0.02}

    def text(_key, _value):
        if chooser.random() > share["value"]:
            return None
        if chooser.random() < 0.02:
            return any_bytes(chooser).replace(b'"', b"").replace(b"\\", b"")
        return any_text(chooser)
    with SpoiledSalon(text, text) as spoiled:
        salon = spoiled.salon
        numbers = [str(b["id"]) for b in salon.rows("bookings", "--date", "today")]
        others = [str(b["id"]) for b in salon.rows("bookings", "--date", "tomorrow")]
        ways = [["services", "--refresh"], ["masters", "--date", "today", "--refresh"], ["adopt"],
                ["adopt"], ["day"], ["show", "--refresh"], ["sync", "--once"], ["queue"], ["check"],
                ["setup", "--dry-run"], ["cancel", "--reason", "проба"]]
        for step in range(ROUNDS):
            share["value"] = chooser.choice((0.002, 0.01, 0.05, 0.4))
            words = list(chooser.choice(ways))
            if words[0] in ("adopt", "show", "cancel"):
                words.insert(1, chooser.choice(numbers + others))
            try:
                spoiled.run(*words, *chooser.choice(([], ["--json"], ["--verbose"])))
            except flow_test.Failure as failure:
                raise flow_test.Failure(f"round {step} of seed {SEED}: {failure}") from None
        check(spoiled.dikidi.count + spoiled.crm.count > 50, "hardly anything was changed")
        share["value"] = 0.01
        assert_console(salon, compare=False)
        spoiled.assert_files()
        spoiled.dikidi.on = spoiled.crm.on = False
        salon.stop()


SCENARIOS = {
    "texts": hostile_texts_are_data, "clients": clients_with_hostile_names,
    "invalid": invalid_bytes_are_refused, "errors": errors_are_data,
    "random": random_texts_are_data,
}


if __name__ == "__main__":
    flow_test.play(SCENARIOS, __doc__)
