#!/usr/bin/env python3
"""Who is believed and what is kept, through the real program: hooks_test.py PROGRAM [NAME…]."""
import json
import sqlite3
import threading
import time

from place import (KEY, PREVIOUS, SECRET, TOKEN, body_hex, check, deal_event, digest, equal, form, hook,
                   run, timestamped, until, url_base64)

SIGNED = {"timestamped-hex": timestamped, "body-hex": body_hex, "url-body-base64": url_base64}


def schemes(make):
    """Each scheme takes its own signature and no other's; the other kind's endpoint is not there."""
    for scheme, sign in SIGNED.items():
        place = make(scheme=scheme)
        serve = place.start()
        body = hook(id=f"evt_{scheme}")
        for other, wrong in SIGNED.items():
            if other != scheme:
                serve.post(body, wrong(body), status=401)
        serve.post(body, status=401)
        serve.post(body, sign(body, secret="other"), status=401)
        serve.post(body, sign(body), path=f"/hooks/dikidi/{SECRET}", status=404)
        equal("journal before", place.hooks(), [])
        serve.post(body, sign(body))
        equal("journal", place.hooks(),
              [("dikidi", f"evt_{scheme}", "booking.updated", "dikidi:852900001")])
        check(f"/hooks/dikidi ({scheme})" in serve.log(), "the scheme is not told", serve.log())


def secret_path(make):
    place = make(scheme="secret-path", previous=PREVIOUS)
    serve = place.start()
    body = hook()
    serve.post(body, timestamped(body), status=404)
    serve.post(body, path="/hooks/dikidi/", status=401)
    for wrong in (SECRET + "x", SECRET[:-1], "x" * 4000, SECRET + "/", "%20"):
        serve.post(body, path=f"/hooks/dikidi/{wrong}", status=401)
    equal("journal before", place.hooks(), [])
    serve.post(body, path=f"/hooks/dikidi/{SECRET}")
    serve.post(hook(id="evt_2"), path=f"/hooks/dikidi/{PREVIOUS}")
    equal("GET", serve.ask("GET", "/hooks/dikidi/x").status, 405)
    equal("journal", [row[1] for row in place.hooks()], ["evt_1", "evt_2"])
    check(SECRET not in serve.log() and PREVIOUS not in serve.log(), "a secret in the log")


def forged(make):
    place = make()
    serve = place.start()
    body = hook()
    at = int(time.time())
    good = timestamped(body)
    wrong = [None, "", "t=1", good[:-1], good[:-1] + ("0" if good[-1] != "0" else "1"),
             good.replace("v1", "v0"), timestamped(body, secret=""), timestamped(body, secret="guess"),
             f"t={at},v1={digest(SECRET, body).hexdigest()}", timestamped(body + b" "),
             f"t={at},v1={'0' * 64}", good.replace("t=", "t=0")]
    for signature in wrong * 5:
        serve.post(body, signature, status=401)
    serve.post(body + b" ", good, status=401)
    serve.post(body.replace(b"852900001", b"852900002"), good, status=401)
    serve.post(b"not json", timestamped(b"else"), status=401)
    equal("journal", (place.hooks(), place.looks()), ([], []))
    equal("forged", serve.metric('zapis_hooks_total{source="dikidi",result="forged"}'),
          len(wrong) * 5 + 3)
    lines = serve.log().count("hook refused")
    check(1 <= lines <= 3, f"{lines} lines about {len(wrong) * 5 + 3} forged hooks")
    check(SECRET not in serve.log(), "the secret is in the log")
    check(SECRET not in serve.ask("GET", "/metrics").body.decode(), "the secret is in the metrics")


def stale_and_future(make):
    place = make()
    serve = place.start()
    now = int(time.time())
    for off in (-100000, -330, 330, 100000):
        serve.post(hook(), timestamped(hook(), at=now + off), status=401)
    equal("journal", place.hooks(), [])
    for number, off in enumerate((-270, 270)):
        body = hook(id=f"evt_{number}")
        serve.post(body, timestamped(body, at=now + off))
    equal("journal", len(place.hooks()), 2)


def replayed(make):
    """The same bytes again, and the same event signed anew: 200, and nothing more is kept."""
    place = make()
    serve = place.start()
    body = hook()
    signature = timestamped(body, at=int(time.time()) - 20)
    for _ in range(5):
        serve.post(body, signature)
    serve.post(body, timestamped(body))
    equal("journal", len(place.hooks()), 1)
    equal("repeated", serve.metric('zapis_hooks_total{source="dikidi",result="repeated"}'), 5)
    equal("stored", serve.metric('zapis_hooks_total{source="dikidi",result="stored"}'), 1)


def duplicated(make):
    """A hundred times the same event on many connections at once."""
    place = make()
    serve = place.start()
    body, statuses = hook(), []

    def send():
        connection = serve.connect()
        for _ in range(10):
            statuses.append(serve.post(body, timestamped(body), status=None,
                                       connection=connection).status)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal("answers", statuses, [200] * 100)
    equal("journal", len(place.hooks()), 1)
    equal("looks", place.looks(), [("dikidi:852900001", "look")])
    equal("repeated", serve.metric('zapis_hooks_total{source="dikidi",result="repeated"}'), 99)


def reordered(make):
    place = make()
    serve = place.start()
    for version in (3, 1, 2):
        body = hook(id=f"evt_{version}", version=version, updated_at=f"2026-09-24T05:00:0{version}Z")
        serve.post(body, timestamped(body))
    equal("journal", sorted(place.rows("SELECT event_id, version FROM hook")),
          [("evt_1", 1), ("evt_2", 2), ("evt_3", 3)])
    equal("looks", place.looks(), [("dikidi:852900001", "look")])


def malformed(make):
    place = make()
    serve = place.start()
    for body in (b"", b"{", b"[]", b"{}", b"null", b"\xff\xfe", b'{"a":"\\u0000"}', hook() + b"}",
                 hook(number=""), hook(number="a b"), hook(number="9" * 200), hook(id="x" * 200),
                 hook(id={"a": 1}), b"[" * 5000, hook().replace(b"event", b"id"), b"a=b"):
        answer = serve.post(body, timestamped(body), status=400)
        equal("code", json.loads(answer.body)["error"]["code"], "MALFORMED")
    equal("journal", place.hooks(), [])


def sizes(make):
    place = make()
    serve = place.start()
    room = 65536 - len(hook(comment=""))
    fits, over = hook(comment="x" * room), hook(comment="x" * (room + 1))
    equal("size", len(fits), 65536)
    serve.post(over, timestamped(over), status=413)
    serve.post(b"x" * 500000, status=413)
    equal("journal", place.hooks(), [])
    serve.post(fits, timestamped(fits))
    equal("journal", len(place.hooks()), 1)


def foreign(make):
    place = make()
    serve = place.start()
    for body in (hook(company="550002"), hook(company=""), hook(company=None)):
        whose = json.loads(body)
        whose["booking"]["company_id"] = "550002"
        if whose["company_id"] != "550002":
            body = json.dumps(whose).encode()
        answer = serve.post(body, timestamped(body), status=403)
        equal("code", json.loads(answer.body)["error"]["code"], "OTHER_COMPANY")
    equal("journal", (place.hooks(), place.looks()), ([], []))
    equal("foreign", serve.metric('zapis_hooks_total{source="dikidi",result="foreign"}'), 3)


def unknown_and_nameless(make):
    place = make()
    serve = place.start()
    body = json.dumps({"id": "r1", "event": "review.created", "company_id": "550001"}).encode()
    serve.post(body, timestamped(body))
    equal("journal", place.hooks(), [("dikidi", "r1", "review.created", None)])
    check("unknown event" in serve.log() and "review.created" in serve.log(), "not logged", serve.log())
    body = hook(id=None)
    for _ in range(3):
        serve.post(body, timestamped(body))
    rows = place.hooks()
    equal("journal", len(rows), 2)
    nameless = [row for row in rows if row[1] != "r1"][0]
    check(nameless[1].startswith("sha256:") and len(nameless[1]) == 71, "its id", nameless)
    # Two events with the same few words are two, if their headers say so.
    for name in ("evt_h1", "evt_h2", "evt_h1"):
        headers = {"X-Dikidi-Signature": timestamped(body), "X-Dikidi-Event-Id": name}
        equal(name, serve.ask("POST", "/hooks/dikidi", body, headers).status, 200)
    equal("by their headers", sorted(row[1] for row in place.hooks() if row[1].startswith("evt_h")), ["evt_h1", "evt_h2"])


def empty_secrets(make):
    """Without secrets there are health and metrics; equality with empty never holds."""
    place = make(secret="", token="", key="")
    serve = place.start()
    body = hook()
    serve.post(body, timestamped(body, secret=""), status=404)
    serve.post(body, path="/hooks/dikidi/", status=404)
    serve.post(deal_event(token=""), path="/hooks/bitrix24/event", status=404)
    serve.post(deal_event(token=None), path="/hooks/bitrix24/event", status=404)
    serve.post(b"", path="/hooks/bitrix24/robot?key=", status=404)
    equal("GET of what is off", serve.ask("GET", "/hooks/dikidi").status, 404)
    health = json.loads(serve.ask("GET", "/health").body)
    equal("health", (health["status"], health["dikidi"], health["queue"]["attention"]), ("ok", "unknown", 0))
    check(health["bitrix24"] in ("unknown", "unreachable"), "bitrix24", health)  # the poll may have asked
    line = serve.listening()[0][1]
    check("webhooks at none" in line and "/hooks/dikidi (without dikidi.webhook.secret_file)" in line,
          "it does not say what is off", line)
    equal("journal", place.hooks(), [])
    place = make(scheme="secret-path", secret="")
    place.start().post(body, path="/hooks/dikidi/", status=404)
    place = make(scheme="url-body-base64", public="")
    serve = place.start()
    serve.post(body, url_base64(body, url="/hooks/dikidi"), status=404)
    check("without serve.public_url" in serve.log(), "it does not say what is off", serve.log())


def previous_secret(make):
    place = make(previous=PREVIOUS)
    serve = place.start()
    for id, secret, status in (("a", SECRET, 200), ("b", PREVIOUS, 200), ("c", "", 401), ("d", "x", 401)):
        body = hook(id=id)
        serve.post(body, timestamped(body, secret=secret), status=status)
    equal("journal", sorted(row[1] for row in place.hooks()), ["a", "b"])


def bitrix24_events(make):
    place = make()
    serve = place.start()
    path = "/hooks/bitrix24/event"
    for token in (None, "", "x", TOKEN + "x", TOKEN[:-1], TOKEN.upper()):
        serve.post(deal_event(token=token), path=path, status=401)
    serve.post(deal_event() + b"%00", path=path, status=401)  # cannot be read: nothing proves its sender
    serve.post(deal_event(id="5x"), path=path, status=400)
    serve.post(deal_event(id=""), path=path, status=400)
    serve.post(deal_event(event="a b"), path=path, status=400)
    equal("journal before", place.hooks(), [])
    for event, id in (("ONCRMDEALUPDATE", "7405"), ("onCrmDealAdd", "7405"), ("ONCRMLEADDELETE", "12"),
                      ("ONCRMCONTACTUPDATE", "5")):
        serve.post(deal_event(event=event, id=id), path=path)
    serve.post(deal_event(), path=path)  # no ids: each is taken
    equal("journal", sorted((row[2], row[3]) for row in place.hooks()),
          [("ONCRMCONTACTUPDATE", None), ("ONCRMDEALADD", "deal:7405"), ("ONCRMDEALUPDATE", "deal:7405"),
           ("ONCRMDEALUPDATE", "deal:7405"), ("ONCRMLEADDELETE", "lead:12")])
    equal("looks", place.looks(), [])  # no booking of ours has these entries
    check(TOKEN not in serve.log(), "the token is in the log")


def bitrix24_robots(make):
    place = make()
    serve = place.start()
    body = form(**{"document_id[0]": "crm", "document_id[1]": "CCrmDocumentDeal",
                   "document_id[2]": "DEAL_123", "auth[domain]": "x"})
    lead = body.replace(b"CCrmDocumentDeal", b"CCrmDocumentLead").replace(b"DEAL_123", b"LEAD_9")
    mixed = body.replace(b"DEAL_123", b"LEAD_123")
    path = "/hooks/bitrix24/robot"
    for query in ("", "?key", "?key=", "?key=x", f"?key={KEY}x", f"?Key={KEY}", f"?key=x&key={KEY}"):
        serve.post(body, path=path + query, status=401)
    serve.post(mixed, path=f"{path}?key={KEY}", status=400)
    serve.post(b"", path=f"{path}?key={KEY}", status=400)
    serve.post(body, path=f"{path}?key={KEY}&deal=123")
    serve.post(lead, path=f"{path}?key={KEY}")
    equal("journal", sorted((row[2], row[3]) for row in place.hooks()),
          [("robot", "deal:123"), ("robot", "lead:9")])
    check(KEY not in serve.log(), "the key is in the log")


def journal_fails(make):
    """503 only when storing fails; the same hook is taken once the journal can be written again."""
    place = make()
    serve = place.start()
    body = hook()
    holder = sqlite3.connect(f"{place.dir}/zapis.db", isolation_level=None, timeout=20)
    holder.execute("BEGIN IMMEDIATE")  # somebody sits on the journal for longer than is waited
    answer = serve.post(body, timestamped(body), status=503)
    check(answer.headers["Retry-After"], "no Retry-After", answer)
    holder.execute("ROLLBACK")
    holder.close()
    until("the journal", lambda: serve.post(body, timestamped(body), status=None).status == 200)
    equal("journal", len(place.hooks()), 1)


if __name__ == "__main__":
    run([schemes, secret_path, forged, stale_and_future, replayed, duplicated, reordered, malformed, sizes,
         foreign, unknown_and_nameless, empty_secrets, previous_secret, bitrix24_events, bitrix24_robots,
         journal_fails])
