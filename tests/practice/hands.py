"""What the Python tests share that start practice servers: the environment of their programs, the other side's hands
of a practice salon without a process for each deed, and how a test fails."""
import http.client
import json
import os
import time

DEADLINE_S = 40  # of anything that is polled for; sanitizers are slow


class Failure(Exception):
    pass


def check(condition, message, *details):
    if not condition:
        raise Failure("\n      ".join([message, *map(str, details)]))


def equal(what, got, wanted):
    check(got == wanted, f"{what}: got {got!r}, wanted {wanted!r}")


def until(what, probe, within_s=DEADLINE_S, pause_s=0.05, patient=False):
    """Polls until probe() gives something true, which it returns. `patient`: a Failure of the probe is one more no."""
    end = time.monotonic() + within_s
    while True:
        why = ""
        try:
            value = probe()
            if value:
                return value
        except Failure as failure:
            if not patient:
                raise
            why = f": {failure}"
        check(time.monotonic() < end, f"waited in vain for {what}{why}")
        time.sleep(pause_s)


def environment(home, language="en", drop=()):
    """Of a program in a home of its own, in a zone that is not the salon's; nothing of the machine's configuration."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("ZAPIS_", "LC_", "LANG", "XDG_", *drop))}
    env.update(LANG=f"{language}.UTF-8", HOME=home, TZ="Asia/Vladivostok")
    return env


def door(state):
    """Where the hands of the salon in that directory listen, and their secret."""
    with open(os.path.join(state, "control.addr"), encoding="utf-8") as file:
        return file.read().split()


def control(state, *verb):
    """One deed of the other side, as DIR/control does it."""
    try:
        told = ask(*door(state), verb)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Failure(f"control {' '.join(verb)}: {error}") from None
    check(told["ok"], f"control {' '.join(verb)} failed", told.get("error"))
    return told["answer"]


def ask(address, secret, verb):
    connection = http.client.HTTPConnection(address, timeout=60)
    try:
        connection.request("POST", "/", json.dumps(verb), {
            "X-Practice-Secret": secret, "Content-Type": "application/json"})
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()
