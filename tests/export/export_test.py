#!/usr/bin/python3
"""A day and a visit as CSV, iCalendar, text and PDF, by the real programs over a practice salon whose
clients have hostile names: export_test.py PROGRAM [NAME…]. What is written is read back by readers of
others (Python's csv, poppler) and by a strict little iCalendar reader of this file."""
import copy
import csv
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime, timezone

from wcwidth import wcswidth

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "cli"))
import flow_test  # noqa: E402
from flow_test import Salon, check, equal, first_free  # noqa: E402

SEED = 2026
NAMES = ["=1+1", "=cmd|' /C calc'!A0", "+7 916", "-2+3", "@SUM(1)", "  =2+2", "＝1+1", "\t=3",
         'Кавычка "А"', "Анна; =4", "Анна, =5", 'a"=6', "x|=7", "строка\n=8", "👩‍👩‍👧 Эмилия",
         "\u202eИван", "שרה לוי", "سارة", "日本語の名前", "Ж" * 300, "O'Neil \\, ; \\n", "<b>Жирная</b> & <",
         "%s%n", "Ёлка " + "очень длинная " * 20]


def printer():
    return os.path.join(os.path.dirname(flow_test.PROGRAM), "zapis-print")


def run_bytes(salon, *args, status=0, program=None, env=None):
    """As salon.run(), but the bytes as they are."""
    done = subprocess.run([program or flow_test.PROGRAM, "--config", salon.config, *args],
                          env=env or salon.env, capture_output=True, timeout=300)
    check(b"Sanitizer" not in done.stderr, "a sanitizer complains",
          flow_test.short(done.stderr.decode(errors="replace")))
    equal(f"exit status of {args}, {done.stderr[-300:]}", done.returncode, status)
    if status:
        check(re.fullmatch(rb"zapis: [^\n]+[.?!]\n", done.stderr), "not one sentence", done.stderr)
    return done.stdout


def run_printer(document, status=0, language="en", **environment):
    """zapis-print over a document (anything but bytes is made JSON)."""
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    env = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG"))}
    env.update(LANG=f"{language}.UTF-8", **environment)
    done = subprocess.run([printer()], input=data, env=env, capture_output=True, timeout=120)
    check(b"Sanitizer" not in done.stderr, "a sanitizer complains",
          flow_test.short(done.stderr.decode(errors="replace")))
    if status is not None:
        equal(f"exit status, {done.stderr[-300:]}", done.returncode, status)
    if done.returncode == 0:
        equal("standard error", done.stderr, b"")
        check(done.stdout.startswith(b"%PDF-") and done.stdout.endswith(b"%%EOF\n"), "no whole PDF")
    else:
        equal("standard output", done.stdout, b"")
        check(re.search(rb"(^|\n)zapis-print: [^\n]+[.?!]\n$", done.stderr), "not a sentence",
              done.stderr)
    return done


class Pages:
    """A PDF as poppler reads it."""

    def __init__(self, data):
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            file.write(data)
            file.flush()
            info = subprocess.run(["pdfinfo", file.name], capture_output=True, text=True, check=True)
            equal("pdfinfo's complaints", info.stderr, "")
            text = subprocess.run(["pdftotext", "-layout", file.name, "-"], capture_output=True,
                                  check=True).stdout.decode()
            fonts = subprocess.run(["pdffonts", file.name], capture_output=True, text=True,
                                   check=True).stdout
        self.info = dict(re.findall(r"(?m)^([^:\n]+):\s+(.*)$", info.stdout))
        self.pages = text.split("\f")[:-1]
        self.text, self.fonts = text, fonts
        equal("pages", len(self.pages), int(self.info["Pages"]))


def hostile_salon():
    """A salon with a day of clients with hostile names, one of them cancelled: (salon, date)."""
    salon = Salon()
    try:
        service, _ = first_free(salon, "+2", len(NAMES) // 3)
        made, at = [], 0
        for i, name in enumerate(NAMES):
            while True:
                free = salon.json("slots", "--service", service["id"], "--date", "+2")["slots"]
                if free:
                    break
                at += 1
                service = salon.json("services")["services"][at]
            made.append(str(salon.control(
                "app-book", "--service", service["id"], "--master", free[0]["master_id"], "--at",
                free[0]["starts_at"], "--phone", f"+7916555{i:04}", "--name", name, "--comment",
                name + "\nвторая строка")["id"]))
        salon.run("adopt", *made)
        salon.run("cancel", made[0], "--reason", "проба")
        return salon, "+2"
    except BaseException:
        salon.close()
        raise


# ---- CSV

def rows_of(data):
    check(data.startswith(b"\xef\xbb\xbf"), "no byte-order mark", data[:20])
    text = data.decode("utf-8-sig")
    check(re.search(r"\r(?!\n)", text) is None, "a bare CR")
    return text, list(csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True))


def assert_no_formula(text, rows):
    for row in rows:
        for cell in row:
            check(not re.match(r"[\s\xa0\u3000]*[=+\-@＝＋－＠\t\r]", cell), "a formula", cell)
    # Whoever splits otherwise, and knows no quotes, sees none either.
    for sign in (";", ",", "\t", "|"):
        for line in re.split(r"[\r\n]+", text):
            for cell in line.split(sign):
                check(not re.match(r'[\s"\xa0\u3000]*[=+\-@＝＋－＠]', cell), f"a formula, split at {sign!r}", cell)


def csv_is_for_spreadsheets():
    salon, date = hostile_salon()
    try:
        for language, heading in (("en", "date"), ("ru", "дата")):
            salon.env["LANG"] = f"{language}.UTF-8"
            data = run_bytes(salon, "day", date, "--all", "--csv")
            equal("a second run", run_bytes(salon, "day", date, "--all", "--csv"), data)
            text, rows = rows_of(data)
            bookings = salon.json("day", date, "--all")["bookings"]
            equal("heading", rows[0][0], heading)
            check(len(set(rows[0])) == 15, "fifteen headings", rows[0])
            equal("rows", len(rows) - 1, len(bookings))
            for row, booking in zip(rows[1:], bookings):
                equal("cells", len(row), len(rows[0]))
                assert_row(row, booking)
            check(len({row[9] for row in rows[1:]}) == 2, "booked and cancelled", rows)
            assert_no_formula(text, rows)
            equal("comments", sum("вторая строка" in row[14] for row in rows), len(bookings))
            equal("an empty day", len(rows_of(run_bytes(salon, "day", "+40", "--csv"))[1]), 1)
        salon.stop()
    finally:
        salon.close()


def assert_row(row, booking):
    equal("date", row[0], booking["starts_at"][:10])
    equal("from", row[1], booking["starts_at"][11:16])
    equal("to", row[2], booking["ends_at"][11:16])
    equal("master", row[3], booking["master"])
    equal("services", row[4], " + ".join(s["name"] for s in booking["services"]))
    equal("client", row[5].replace("'", ""), booking["client"]["name"].replace("'", ""))
    equal("phone", re.sub("[ -]", "", row[6]), booking["client"]["phone"][1:])
    equal("price", float(row[7].replace(",", ".")) * 100, booking["price_minor"])
    equal("currency", row[8], booking["currency"])
    equal("number", row[10], booking["booking_id"])
    equal("CRM", row[12], booking["crm"]["id"] or "")


# ---- iCalendar

def content_lines(data):
    """RFC 5545, 3.1: every line ends in CRLF, has 75 octets at most, and is UTF-8 by itself."""
    check(data.endswith(b"\r\n"), "no CRLF at the end", data[-20:])
    check(not re.search(rb"\r(?!\n)|(?<!\r)\n", data), "a bare CR or LF")
    lines = []
    for line in data[:-2].split(b"\r\n"):
        check(len(line) <= 75, "more than 75 octets", line)
        text = line.decode()
        if text.startswith(" "):
            check(lines, "a continuation of nothing")
            lines[-1] += text[1:]
        else:
            lines.append(text)
    check(b"\r\n " in data, "no line was long enough to be folded")
    return lines


def unescaped(text):
    check(not re.search(r"(?<!\\)(\\\\)*[,;]", re.sub(r"\\.", "", text)), "an unescaped sign", text)
    check(re.fullmatch(r"(?:[^\\]|\\[\\;,n])*", text), "an unknown escape", text)
    check(all(ord(c) >= 32 and ord(c) != 127 for c in text), "a control character", text)
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], text)


def events_of(data):
    lines = content_lines(data)
    equal("begin", lines[:2], ["BEGIN:VCALENDAR", "VERSION:2.0"])
    equal("end", lines[-1], "END:VCALENDAR")
    check(lines[2].startswith("PRODID:"), "no PRODID", lines)
    events, event = [], None
    for line in lines[3:-1]:
        found = re.fullmatch(r"([A-Z-]+):(.+)", line)
        check(found, "no content line", line)
        name, value = found.groups()
        if name == "BEGIN":
            check(event is None and value == "VEVENT", "a wrong BEGIN", line)
            event = {}
        elif name == "END":
            check(event is not None and value == "VEVENT", "a wrong END", line)
            events.append(event)
            event = None
        else:
            check(event is not None and name not in event, "a property twice or outside", line)
            text = name in ("SUMMARY", "DESCRIPTION", "LOCATION")
            event[name] = unescaped(value) if text else value
    check(event is None, "an event has no end")
    return events


def utc(instant):
    return datetime.fromisoformat(instant).astimezone(timezone.utc).strftime("%Y%m%dT%H%M%SZ")


def ics_is_strict():
    salon, date = hostile_salon()
    try:
        data = run_bytes(salon, "day", date, "--all", "--ics")
        equal("a second run", run_bytes(salon, "day", date, "--all", "--ics"), data)
        events = events_of(data)
        bookings = salon.json("day", date, "--all")["bookings"]
        equal("events", len(events), len(bookings))
        for event, booking in zip(events, bookings):
            equal("UID", event["UID"], booking["request_id"])
            equal("DTSTART", event["DTSTART"], utc(booking["starts_at"]))
            equal("DTEND", event["DTEND"], utc(booking["ends_at"]))
            check(re.fullmatch(r"\d{8}T\d{6}Z", event["DTSTAMP"]), "DTSTAMP", event)
            check(re.fullmatch(r"\d+", event["SEQUENCE"]), "SEQUENCE", event)
            equal("STATUS", event["STATUS"],
                  "CANCELLED" if booking["state"] == "cancelled" else "CONFIRMED")
            name = booking["client"]["name"]
            check(event["SUMMARY"].startswith(name), "the client is not in SUMMARY", event)
            for word in (name, booking["booking_id"], "вторая строка", booking["master"]):
                check(word in event["DESCRIPTION"], f"{word!r} is not in DESCRIPTION", event)
            check("\u202e" not in str(event), "a direction override", event)
        check(any(e["STATUS"] == "CANCELLED" for e in events), "nothing is cancelled")
        check(any("\\" in e["SUMMARY"] and ";" in e["SUMMARY"] for e in events), "no escapes met")
        left = events_of(run_bytes(salon, "day", date, "--ics"))
        equal("events without --all", len(left), len(events) - 1)
        empty = run_bytes(salon, "day", "+40", "--ics").decode().split("\r\n")
        equal("an empty day", (empty[0], empty[-2], len(empty)), ("BEGIN:VCALENDAR", "END:VCALENDAR", 5))
        salon.stop()
    finally:
        salon.close()


# ---- text

def first_words(name, columns):
    """As much of a name as is there for sure, however it is wrapped or cut."""
    word = name.split()[0]
    while wcswidth(word) > columns:
        word = word[:-1]
    return word


def text_fits_the_paper():
    salon, date = hostile_salon()
    try:
        for language, count in (("en", "page 1 of "), ("ru", "стр. 1 из ")):
            salon.env["LANG"] = f"{language}.UTF-8"
            text = run_bytes(salon, "day", date, "--all", "--text").decode()
            bookings = salon.json("day", date, "--all")["bookings"]
            pages = text.split("\f")
            check(len(pages) > 1, "no form feed", text)
            check(count + str(len(pages)) in pages[0], "no page number", pages[0][:300])
            for page in pages:
                check(page.count("\n") <= 60, "more than 60 lines", page)
                for line in page.split("\n"):
                    check(wcswidth(line) <= 80, "more than 80 columns, or a control character", line)
                    check(line == line.rstrip(), "blanks at the end of a line", line)
            for booking in bookings:
                name = first_words(booking["client"]["name"], 22)
                check(name in text, f"{name!r} is not on the sheet", text)
                check(text.count(booking["starts_at"][11:16] + "-" + booking["ends_at"][11:16]) >= 1,
                      "a time is missing", booking)
            equal("phones", len(re.findall(r"\+7 916 555-\d\d-\d\d", text)), len(bookings))
            for master in {b["master"] for b in bookings}:
                check(master in text, f"{master} is missing", text)
            empty = run_bytes(salon, "day", "+40", "--text").decode()
            check("\f" not in empty and empty.count("\n") == 4, "an empty day", empty)
        salon.stop()
    finally:
        salon.close()


def slip_fits_the_roll():
    salon, date = hostile_salon()
    salon.env["LANG"] = "ru.UTF-8"
    try:
        for booking in salon.json("day", date, "--all")["bookings"]:
            text = run_bytes(salon, "show", booking["booking_id"], "--slip").decode()
            for line in text.split("\n"):
                check(wcswidth(line) <= 42, "more than 42 columns, or a control character", line)
            whole = re.sub(r"\s", "", text)
            for word in (booking["client"]["name"], booking["services"][0]["name"],
                         booking["booking_id"], booking["starts_at"][11:16]):
                check(re.sub(r"\s", "", word) in whole, f"{word!r} is missing", text)
            check("вторая строка" not in text, "the comment is on the client's slip", text)
            check(("отмен" in text) == (booking["state"] == "cancelled"), "the state", text)
            price = f"{booking['price_minor'] // 100:,}".replace(",", " ")
            check(price in text.replace("\xa0", " "), f"the price {price} is missing", text)
        salon.stop()
    finally:
        salon.close()


# ---- PDF

def pdf_has_what_the_day_has():
    salon, date = hostile_salon()
    try:
        for language, label in (("en", "page {} of {}"), ("ru", "стр. {} из {}")):
            salon.env["LANG"] = f"{language}.UTF-8"
            path = os.path.join(salon.dir, "day.pdf")
            equal("standard output", run_bytes(salon, "day", date, "--pdf", path), b"")
            equal("mode", os.stat(path).st_mode & 0o777, 0o600)
            with open(path, "rb") as file:
                pdf = Pages(file.read())
            bookings = salon.json("day", date)["bookings"]
            check(pdf.info["Page size"].endswith("(A4)"), "not A4", pdf.info)
            check("DejaVuSans" in pdf.fonts, "another font", pdf.fonts)
            for i, page in enumerate(pdf.pages):
                check(label.format(i + 1, len(pdf.pages)) in page, "page number", page)
            for booking in bookings:
                span = booking["starts_at"][11:16] + "-" + booking["ends_at"][11:16]
                check(span in pdf.text, f"{span} is missing", pdf.text)
                name = first_words(booking["client"]["name"], 8)
                if re.fullmatch(r"[ -~А-яЁё]+", name):  # no font here has all the others
                    check(name in pdf.text, f"{name!r} is missing", pdf.text)
            check("<b>" in pdf.text, "a name was taken for markup", pdf.text)
            equal("phones", len(re.findall(r"\+7 916 555-\d\d-\d\d", pdf.text)), len(bookings))
            slip = Pages(run_bytes(salon, "show", bookings[0]["booking_id"], "--pdf", "-"))
            equal("pages of a slip", len(slip.pages), 1)
            check(slip.info["Page size"].startswith("226."), "not 80 mm wide", slip.info)
            check(bookings[0]["booking_id"] in slip.text and "вторая" not in slip.text, "slip", slip.text)
            # The documents of --json are enough.
            piped = Pages(run_printer(run_bytes(salon, "day", date, "--json"), language=language).stdout)
            check(all(b["starts_at"][11:16] in piped.text for b in bookings), "day --json", piped.text)
            piped = run_printer(run_bytes(salon, "show", bookings[0]["booking_id"], "--json"))
            check(bookings[0]["booking_id"] in Pages(piped.stdout).text, "show --json")
            empty = Pages(run_bytes(salon, "day", "+40", "--pdf", "-"))
            equal("pages of an empty day", len(empty.pages), 1)
        salon.stop()
    finally:
        salon.close()


def visit(number, column, minute, **changes):
    made = {"request_id": str(number), "state": "booked", "booking_id": str(852900000 + number),
            "starts_at": f"2026-11-23T{minute // 60:02}:{minute % 60:02}:00+03:00",
            "ends_at": f"2026-11-23T{minute // 60 + 1:02}:{minute % 60:02}:00+03:00",
            "master_id": str(column), "master": f"Мастер {column}",
            "services": [{"id": "1", "name": "Женская стрижка с укладкой", "duration_min": 60,
                          "price_minor": 150050}],
            "price_minor": 150050, "currency": "RUB",
            "client": {"name": f"Клиент{number:04}", "phone": f"+7916555{number:04}"}}
    made.update(changes)
    return made


def day_of(visits, **more):
    return {"date": "2026-11-23", "timezone": "Europe/Moscow", "bookings": visits, **more}


def two_hundred_visits():
    chooser = random.Random(SEED)
    for masters in (1, 6, 7, 25):
        visits = [visit(i, chooser.randrange(masters), chooser.randrange(9 * 60, 21 * 60, 5))
                  for i in range(200)]
        pdf = Pages(run_printer(day_of(visits, salon="Лотос", printed_at="2026-11-23 08:00")).stdout)
        found = re.findall(r"Клиент\d{4}", pdf.text)
        equal("each client once", sorted(found), sorted(v["client"]["name"] for v in visits))
        for i, page in enumerate(pdf.pages):
            check(f"page {i + 1} of {len(pdf.pages)}" in page, "page number", page)
            check("Мастер" in page and "Лотос" in page, "no heading", page)
        # A page holds ten rows of such visits, and six masters.
        if masters == 1:
            equal("pages", len(pdf.pages), 20)
        grids = -(-masters // 6)
        check(max(grids, 200 / 60) <= len(pdf.pages) <= grids * 20, "pages", pdf.info)
        shown = {name for name in re.findall(r"Мастер \d+", pdf.text)}
        equal("masters", shown, {v["master"] for v in visits})
        again = Pages(run_printer(day_of(visits, salon="Лотос", printed_at="2026-11-23 08:00")).stdout)
        equal("a second run", again.text, pdf.text)


def hostile_documents():
    """Whatever comes on standard input: a PDF, or one sentence and nothing else."""
    good = day_of([visit(1, 1, 600), visit(2, 2, 600)])
    for wrong in (b"", b"{", b"null", b"[]", b"\xff\xfe", b"{}" * 2, b'{"bookings":[]}', b"\0",
                  day_of([None]), day_of([[]]), day_of([{}]), day_of("x"), day_of([], date=7),
                  day_of([], date="2026-13-01"), day_of([visit(1, 1, 600, state="nonsense")]),
                  day_of([visit(1, 1, 600, starts_at="2026-11-23T10:00")]),
                  day_of([visit(1, 1, 600, starts_at="x" * 9999)]),
                  day_of([visit(1, 1, 600, ends_at="soon")]), day_of([visit(1, 1, 600)] * 5001),
                  b"[" * 100_000, b" " * (9 << 20)):
        run_printer(wrong, status=2)
    for odd in (visit(1, 1, 600, master="Ж" * 100_000), visit(1, 1, 600, ends_at=None),
                visit(1, 1, 600, services=[{"name": "<b>" * 99}] * 300), visit(1, 1, 600, client=None),
                visit(1, 1, 600, currency="X" * 99, price_minor=-(1 << 62)),
                visit(1, 1, 600, services=7, master=7, master_id=None, booking_id=None),
                visit(1, 1, 600, client={"name": "\u202e\x1b[2J\u200b\ud83d" * 300, "phone": "+" * 99}),
                visit(1, 1, 600, comment="a\u0301" * 4000), visit(1, 1, 600, comment="\n" * 4000)):
        Pages(run_printer(json.dumps(day_of([odd])).replace("\\ud83d", "").encode()).stdout)
        Pages(run_printer(json.dumps(odd).replace("\\ud83d", "").encode()).stdout)
    chooser = random.Random(SEED)
    seen = set()
    for _ in range(60):
        document = copy.deepcopy(good)
        for _ in range(chooser.randint(1, 3)):
            spoil(document, chooser)
        seen.add(run_printer(document, status=None).returncode)
    check(seen == {0, 2}, "a random document ends otherwise", seen)
    data = json.dumps(good).encode()
    for _ in range(40):
        at = chooser.randrange(len(data))
        broken = data[:at] + bytes([chooser.randrange(256)]) + data[at + 1:]
        check(run_printer(broken, status=None).returncode in (0, 2), "a random byte", at)


def spoil(value, chooser):
    """One value somewhere in the document becomes another."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = chooser.choice(keys)
        if isinstance(value[key], (dict, list)) and value[key] and chooser.random() < 0.8:
            value = value[key]
            continue
        value[key] = chooser.choice([None, 0, -1, 1e300, "", "x", [], {}, True, "\u202e", "9" * 400,
                                     "2026-11-23T10:00:00Z", "😀" * 50])
        return


# ---- the program beside the program

def printer_is_found_or_missed():
    salon, date = hostile_salon()
    try:
        alone = os.path.join(salon.dir, "alone")
        os.mkdir(alone)
        program = os.path.join(alone, "zapis")
        shutil.copy(flow_test.PROGRAM, program)
        path = os.path.join(salon.dir, "x.pdf")
        env = {**salon.env, "PATH": alone, "HUSH_HUSH": "secret"}
        run_bytes(salon, "day", date, "--pdf", path, status=5, program=program, env=env)
        check(not os.path.exists(path), "a file was made")
        said = subprocess.run([program, "--config", salon.config, "day", date, "--pdf", path], env=env,
                              capture_output=True, text=True, timeout=60).stderr
        check("zapis-print" in said, "zapis-print is not named", said)
        # In the PATH it is found.
        away = os.path.join(salon.dir, "away")
        os.mkdir(away)
        os.symlink(printer(), os.path.join(away, "zapis-print"))
        run_bytes(salon, "day", date, "--pdf", path, program=program, env={**env, "PATH": away})
        with open(path, "rb") as file:
            before = file.read()
        Pages(before)
        # One that fails leaves the former file; what it says is told, what is no sentence is not.
        fake = os.path.join(alone, "zapis-print")
        for script, status in (("exit 1", 1), ("echo rubbish >&2; exit 5", 1), ("kill -9 $$", 1),
                               ("echo 'zapis-print: Нет шрифта.' >&2; exit 5", 5)):
            write_script(fake, script)
            run_bytes(salon, "day", date, "--pdf", path, status=status, program=program, env=env)
            with open(path, "rb") as file:
                equal("the former file", file.read(), before)
        # What it is given: no secret of ours, the language, a document.
        write_script(fake, "/usr/bin/env; /bin/cat")
        got = run_bytes(salon, "day", date, "--pdf", "-", program=program, env=env)
        check(b"HUSH" not in got and b"ZAPIS_CONFIG" not in got, "the environment is passed on", got)
        check(b"LANGUAGE=en" in got and b'"bookings":[{' in got, "what it needs is missing", got)
        empty = os.path.join(salon.dir, "fonts.conf")
        with open(empty, "w", encoding="ascii") as file:
            file.write("<?xml version='1.0'?><fontconfig></fontconfig>")
        check(b"fonts-dejavu-core" in run_printer(day_of([visit(1, 1, 600)]), status=5,
                                                   FONTCONFIG_FILE=empty).stderr, "no fonts")
        salon.stop()
    finally:
        salon.close()


def write_script(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"#!/bin/sh\n{text}\n")
    os.chmod(path, 0o755)


def file_is_whole_or_not_there():
    salon, date = hostile_salon()
    try:
        folder = os.path.join(salon.dir, "out")
        os.mkdir(folder)
        for path in (os.path.join(folder, "no", "x.pdf"), folder, ""):
            run_bytes(salon, "day", date, "--pdf", path, status=2)
        equal("left behind", os.listdir(folder), [])
        equal("a device", run_bytes(salon, "day", date, "--pdf", "/dev/null"), b"")
        check(not os.path.isfile("/dev/null"), "a device was replaced")
        run_bytes(salon, "day", date, "--pdf", "/dev/full", status=2)
        path = os.path.join(folder, "x.pdf")
        with open(path, "w", encoding="ascii") as file:
            file.write("old")
        run_bytes(salon, "day", date, "--pdf", path)
        equal("left behind", os.listdir(folder), ["x.pdf"])
        with open(path, "rb") as file:
            Pages(file.read())
        salon.stop()
    finally:
        salon.close()


def one_form_at_a_time():
    with Salon() as salon:
        for args in (["day", "--csv", "--ics"], ["day", "--csv", "--text"], ["show", "1", "--slip", "--pdf", "-"],
                     ["day", "--pdf", "-", "--csv"]):
            run_bytes(salon, *args, status=2)
        for args in (["day", "--json", "--csv"], ["show", "1", "--json", "--slip"]):
            equal(str(args), json.loads(run_bytes(salon, *args, status=2))["error"]["code"], "USAGE")
        run_bytes(salon, "day", "--pdf", status=2)
        run_bytes(salon, "show", "no-such", "--slip", status=3)
        run_bytes(salon, "show", "no-such", "--pdf", "-", status=3)
        for args, words in ((["--help"], b"zapis-print"), (["--version"], b"zapis-print ")):
            done = subprocess.run([printer(), *args], capture_output=True, timeout=60)
            check(done.returncode == 0 and words in done.stdout, "help", done)
        done = subprocess.run([printer(), "x"], capture_output=True, timeout=60)
        equal("an argument", done.returncode, 2)


SCENARIOS = {
    "csv": csv_is_for_spreadsheets,
    "ics": ics_is_strict,
    "text": text_fits_the_paper,
    "slip": slip_fits_the_roll,
    "pdf": pdf_has_what_the_day_has,
    "pdf-200": two_hundred_visits,
    "documents": hostile_documents,
    "printer": printer_is_found_or_missed,
    "file": file_is_whole_or_not_there,
    "forms": one_form_at_a_time,
}


if __name__ == "__main__":
    flow_test.play(SCENARIOS, __doc__)
