#!/usr/bin/env python3
"""The corpora of the fuzz targets: one file each, one input a line.

corpus.py seeds DIR         writes seeds for every target into DIR/TARGET, out of tests/fixtures
corpus.py unpack FILE DIR   the inputs of a corpus file, one file each, for libFuzzer
corpus.py pack DIR FILE     and back, shortest first
"""
import glob
import hashlib
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, "..", "fixtures")
END = b"\x1e"


def escaped(data):
    return "".join(chr(b) if 0x20 <= b < 0x7F and b != 0x5C else
                   "\\\\" if b == 0x5C else f"\\x{b:02x}" for b in data)


def unescaped(line):
    return re.sub(rb"\\(\\|x[0-9a-f]{2})", lambda found: b"\\" if found[1] == b"\\" else
                  bytes([int(found[1][1:], 16)]), line)


def write(directory, data):
    os.makedirs(directory, exist_ok=True)
    with open(os.path.join(directory, hashlib.sha1(data).hexdigest()[:16]), "wb") as file:
        file.write(data)


def pack(directory, path):
    inputs = set()
    for name in os.listdir(directory):
        with open(os.path.join(directory, name), "rb") as file:
            inputs.add(file.read())
    with open(path, "w", encoding="ascii") as file:
        for data in sorted(inputs, key=lambda one: (len(one), one)):
            file.write(escaped(data) + "\n")


def unpack(path, directory):
    with open(path, "rb") as file:
        for line in file:
            write(directory, unescaped(line.rstrip(b"\n")))


def answers(folder):
    """(name, status, body) of every written exchange."""
    for path in sorted(glob.glob(os.path.join(FIXTURES, folder, "*.response"))):
        with open(path, "rb") as file:
            head, _, body = file.read().partition(b"\r\n\r\n")
        if not body:
            head, _, body = head.partition(b"\n\n")
        kind = b"html" if b"text/html" in head else b"json"
        yield os.path.basename(path)[:-9], head.split()[1], kind, body


def seeds(base):
    calls = {"booking": b"b", "create": b"c", "cancel": b"d", "services": b"s", "schedule": b"f",
             "masters": b"mw"}
    for folder in ("dikidi", "dikidi-dialects"):
        for name, status, kind, body in answers(folder):
            letters = next((c for word, c in calls.items() if name.startswith(word)), b"bcdsfmw")
            for letter in letters:
                write(os.path.join(base, "dikidi"), bytes([letter]) + END + status + b" " + kind +
                      b"\n" + body)
            write(os.path.join(base, "json"), body)
    everything = []
    for name, status, kind, body in answers("bitrix24"):
        everything.append(status + b" " + kind + b"\n" + body)
        write(os.path.join(base, "json"), body)
    # Each call sees each answer first, and then two others.
    for i, letter in enumerate(b"bohgcsvpkmefquxyzAUMCSFN"):
        for family in b"1256":
            for at in range(i % 3, len(everything), 3):
                write(os.path.join(base, "bitrix24"), bytes([letter, family]) + END + END.join(
                    [everything[at], everything[(at + i) % len(everything)],
                     everything[(at * 7 + 3) % len(everything)]]))
    for name in ("created", "updated", "cancelled"):
        body = (f'{{"id":"evt_{name}","event":"booking.{name}","company_id":"550001","version":3,'
                f'"data":{{"booking":{{"id":"852900001","version":3,"status":"active",'
                f'"updated_at":"2026-11-23T08:00:00Z"}}}}}}').encode()
        for header in (b"t=1795510800,v1=" + b"0a" * 32, b"sha256=" + b"ff" * 32, b"AAAA" * 11,
                       b"t=1,v1=00,v1=11", b"booking." + name.encode()):
            write(os.path.join(base, "hook"), header + END + body)
    for event in ("ONCRMDEALUPDATE", "ONCRMLEADDELETE", "ONAPPTEST"):
        write(os.path.join(base, "form"),
              f"event={event}&event_handler_id=3&data[FIELDS][ID]=25&ts=1795510800&auth[domain]="
              "x.bitrix24.ru&auth[application_token]=abc".encode())
    for body in (b"document_id[0]=crm&document_id[1]=CCrmDocumentDeal&document_id[2]=DEAL_25",
                 b"document_id%5B2%5D=LEAD_7", b"ID=5&entity=deal"):
        write(os.path.join(base, "form"), body)
    with open(os.path.join(HERE, "..", "..", "etc", "zapis.conf.example"), "rb") as file:
        example = file.read()
    write(os.path.join(base, "settings"), example)
    plain = (b'version = 1; salon = { company = "550001"; timezone = "Europe/Moscow"; };\n'
             b'dikidi = { base_url = "http://127.0.0.1:1"; key_env = "HOME"; };\n'
             b'bitrix24 = { webhook_url_env = "HOME"; };')
    write(os.path.join(base, "settings"), plain)
    for group in re.findall(rb"(?ms)^\w+\s*=.*?;\s*$", example):
        write(os.path.join(base, "settings"), plain + b"\n" + group)
    for text in ("Мария", "=1+2", " -x;\"y\"", "a,b|=c", "＝SUM", "О'Нил", "\t@x", "x\r\n=y"):
        write(os.path.join(base, "csv"), text.encode())
    with open(os.path.join(HERE, "..", "tui", "test_tui_line.c"), encoding="utf-8") as file:
        for text in re.findall(r'\{"((?:[^"\\]|\\.)+)", ', file.read()):
            write(os.path.join(base, "line"), text.encode())
    for keys in (b"\x1b[15~", b"\x1bOP", b"\x1b[200~a\rb\x1b[201~", b"\x1b[1;5C", "Мария\r".encode(),
                 b"\x1b1", b"\x1b", b"\x1b[M !!", b"\x1b[<0;10;5M\x1b[<0;10;5m", b"\x01\x1a\x7f\t",
                 b"\x1b[24;2~", b"\xd0\xff\xc0\x80", "👩\u200d👩\u200d👧".encode(), b"\x1b[I"):
        write(os.path.join(base, "terminal"), keys)


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "seeds":
        seeds(sys.argv[2])
    elif len(sys.argv) == 4 and sys.argv[1] == "unpack":
        unpack(sys.argv[2], sys.argv[3])
    elif len(sys.argv) == 4 and sys.argv[1] == "pack":
        pack(sys.argv[2], sys.argv[3])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
