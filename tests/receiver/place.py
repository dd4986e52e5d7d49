"""The real `zapis serve` over a configuration and a journal of its own, and the senders of hooks."""
import base64
import hashlib
import hmac
import http.client
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "practice"))
import hands  # noqa: E402
from hands import DEADLINE_S, Failure, check, equal, until  # noqa: E402, F401

PROGRAM = ""
SECRET, PREVIOUS, TOKEN, KEY = "whsec_5f1d7c", "whsec_before", "apptoken0815", "robotkey4711"
PUBLIC = "https://zapis.example/salon"


def digest(secret, data):
    return hmac.new(secret.encode(), data, hashlib.sha256)


def timestamped(body, secret=SECRET, at=None):
    at = int(time.time()) if at is None else at
    return f"t={at},v1={digest(secret, b'%d.' % at + body).hexdigest()}"


def body_hex(body, secret=SECRET):
    return digest(secret, body).hexdigest()


def url_base64(body, secret=SECRET, url=PUBLIC + "/hooks/dikidi"):
    return base64.b64encode(digest(secret, url.encode() + body).digest()).decode()


def hook(number="852900001", id="evt_1", event="booking.updated", company="550001", **more):
    booking = {"id": number, "status": "active", **more}
    document = {"event": event, "company_id": company, "booking": booking}
    if id is not None:
        document["id"] = id
    return json.dumps(document, ensure_ascii=False).encode()


def form(**pairs):
    return urllib.parse.urlencode({k: v for k, v in pairs.items()}).encode()


def deal_event(event="ONCRMDEALUPDATE", id="7405", token=TOKEN):
    pairs = {"event": event, "event_handler_id": "975", "data[FIELDS][ID]": id, "ts": "1766047124",
             "auth[domain]": "x.bitrix24.ru", "auth[member_id]": "m"}
    if token is not None:
        pairs["auth[application_token]"] = token
    return urllib.parse.urlencode(pairs).encode()


class Answer:
    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    def __str__(self):
        return f"HTTP {self.status} {dict(self.headers)} {self.body[:300]!r}"


class Place:
    def __init__(self, scheme="timestamped-hex", secret=SECRET, previous="", token=TOKEN, key=KEY,
                 public=PUBLIC, listen="127.0.0.1:0"):
        self.dir = tempfile.mkdtemp(prefix="zapis-receiver-")
        self.env = hands.environment(self.dir)
        self.config = os.path.join(self.dir, "zapis.conf")
        self.listen, self.scheme, self.public = listen, scheme, public
        for name, text in (("key", "k"), ("url", "http://127.0.0.1:1/rest/1/s/"), ("secret", secret),
                           ("previous", previous), ("token", token), ("robot", key)):
            self.put(name, text)
        self.configure()
        self.serves = []

    def put(self, name, text):
        path = os.path.join(self.dir, name)
        with open(path, "w", encoding="utf-8", opener=lambda p, f: os.open(p, f, 0o600)) as file:
            file.write(text)
        return path

    def configure(self, more=""):
        self.put("zapis.conf", f"""version = 1;
            salon = {{ name = "Lotus"; company = "550001"; timezone = "Europe/Moscow"; }};
            dikidi = {{ base_url = "http://127.0.0.1:1"; key_file = "key";
                webhook = {{ scheme = "{self.scheme}"; secret_file = "secret";
                             previous_secret_file = "previous"; }}; }};
            bitrix24 = {{ webhook_url_file = "url"; event_token_file = "token";
                robot_secret_file = "robot"; }};
            store = {{ url = "sqlite:{self.dir}/zapis.db"; }};
            serve = {{ listen = "{self.listen}"; public_url = "{self.public}"; }};
            {more}""")

    def start(self, *options):
        serve = Serve(self, options)
        self.serves.append(serve)
        return serve.ready()

    def rows(self, sql):
        """The journal as another process sees it."""
        with sqlite3.connect(f"file:{self.dir}/zapis.db?mode=ro", uri=True, timeout=20) as journal:
            return journal.execute(sql).fetchall()

    def hooks(self):
        return self.rows("SELECT source, event_id, event, subject FROM hook ORDER BY received_at")

    def looks(self):
        return self.rows("SELECT request_id, kind FROM task WHERE kind IN ('look', 'look-entry')")

    def close(self):
        for serve in self.serves:
            serve.close()
        shutil.rmtree(self.dir, ignore_errors=True)


class Serve:
    def __init__(self, place, options):
        self.place = place
        self.log_path = os.path.join(place.dir, f"log{len(place.serves)}")
        self.log_file = open(self.log_path, "wb")
        self.process = subprocess.Popen([PROGRAM, "serve", "--config", place.config, *options],
                                        env=place.env, stderr=self.log_file)
        self.port = 0

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def listening(self):
        """The lines that say it listens: (port, line)."""
        return [(int(m.group(1)), m.group(0))
                for m in re.finditer(r"(?m)^Listening on http://[^ ]*:(\d+): .*$", self.log())]

    def ready(self, times=1):
        until("the line that it listens",
              lambda: len(self.listening()) >= times or self.process.poll() is not None)
        check(self.process.poll() is None, "serve ended", self.log()[-3000:])
        self.port = self.listening()[-1][0]
        return self

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE_S)

    def ask(self, method, path, body=None, headers=None, connection=None):
        own = connection or self.connect()
        own.request(method, path, body, headers or {})
        answer = Answer(own.getresponse())
        if not connection:
            own.close()
        return answer

    def post(self, body, signature=None, path="/hooks/dikidi", status=200, connection=None):
        headers = {} if signature is None else {"X-Dikidi-Signature": signature}
        answer = self.ask("POST", path, body, headers, connection)
        check(status in (None, answer.status), f"wanted {status}", answer, body[:300], signature)
        return answer

    def raw(self, data, until_end=True):
        """Sends bytes; what comes until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), DEADLINE_S) as sock:
            sock.sendall(data)
            return self.rest(sock) if until_end else sock

    @staticmethod
    def rest(sock):
        got = b""
        while True:
            try:
                piece = sock.recv(65536)
            except ConnectionResetError:
                return got
            if not piece:
                return got
            got += piece

    def metric(self, sample):
        for line in self.ask("GET", "/metrics").body.decode().splitlines():
            if line.startswith(sample + " "):
                return float(line.split()[-1])
        raise Failure(f"/metrics has no {sample}")

    def signal(self, number):
        self.process.send_signal(number)

    def ends(self, status=0, timeout_s=DEADLINE_S):
        try:
            code = self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            raise Failure(f"serve did not end in {timeout_s} s", self.log()[-3000:]) from None
        self.clean()
        equal("exit status", code, status)

    def clean(self):
        check("Sanitizer" not in self.log(), "a sanitizer complains", self.log()[-6000:])

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(DEADLINE_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log_file.close()


def main(scenarios, argv):
    """SCRIPT PROGRAM [NAME…]: each scenario is a function of a name with underscores."""
    global PROGRAM
    PROGRAM = os.path.abspath(argv[1])
    names = argv[2:] or list(scenarios)
    failed = 0
    for name in names:
        started = time.monotonic()
        places = []

        def make(**options):
            places.append(Place(**options))
            return places[-1]

        try:
            scenarios[name](make)
            for place in places:
                for serve in place.serves:
                    serve.close()
                    serve.clean()
            print(f"ok   {name} ({time.monotonic() - started:.1f} s)")
        except (Failure, OSError, http.client.HTTPException) as failure:
            failed += 1
            print(f"FAIL {name}: {failure!r}" if isinstance(failure, OSError) else f"FAIL {name}: {failure}")
            for place in places:
                for serve in place.serves:
                    print("      log:", serve.log()[-2000:])
        finally:
            for place in places:
                place.close()
    return 1 if failed else 0


def run(scenarios):
    sys.exit(main({f.__name__.replace("_", "-"): f for f in scenarios}, sys.argv))
