#!/usr/bin/python3
"""Bitrix24's own JavaScript client, which no one here wrote, against the practice portal through TLS.

usage: sdk_test.py PROGRAM DIRECTORY     PROGRAM: zapis; DIRECTORY: where the client's packages are kept between runs

npm fetches the packages of package-lock.json from its registry, once for each lock file; without it the test fails and says so."""
import glob
import hashlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM, PACKAGES = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
FETCH_S, DEADLINE_S, FLOW_S = 300, 60, 180


def fail(sentence):
    print(f"sdk: {sentence}", file=sys.stderr)
    sys.exit(1)


def need(tool, package):
    path = shutil.which(tool)
    if path is None:
        fail(f"{tool} is not here: install Debian's package {package} (sh etc/test.sh does)")
    return path


def fetch_packages():
    """npm ci into PACKAGES, unless what is there was made from this very lock file."""
    digest = hashlib.sha256()
    for name in ("package.json", "package-lock.json", ".npmrc"):
        with open(os.path.join(HERE, name), "rb") as file:
            digest.update(file.read())
    stamp = os.path.join(PACKAGES, "stamp")
    if os.path.exists(stamp) and open(stamp, encoding="ascii").read() == digest.hexdigest():
        return
    shutil.rmtree(PACKAGES, ignore_errors=True)
    os.makedirs(PACKAGES)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(os.path.join(HERE, name), PACKAGES)
    try:
        done = subprocess.run([need("npm", "npm"), "ci"], cwd=PACKAGES, timeout=FETCH_S, capture_output=True, text=True)
    except subprocess.TimeoutExpired:
        fail(f"npm did not fetch the client within {FETCH_S} s: is its registry reachable from here (npm ping)?")
    if done.returncode != 0:
        fail(f"npm could not fetch the client: is its registry reachable from here (npm ping)? It said:\n{done.stderr.strip()[-1500:]}")
    with open(stamp, "w", encoding="ascii") as file:
        file.write(digest.hexdigest())


def start(command, log, **options):
    """A server of ours and the first line it prints."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, **options)
    ready, _, _ = select.select([process.stdout], [], [], DEADLINE_S)
    return process, process.stdout.readline().strip() if ready else ""


def make_certificate(directory):
    key, certificate = os.path.join(directory, "key.pem"), os.path.join(directory, "certificate.pem")
    subprocess.run([need("openssl", "openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
                    "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    return certificate, key


def webhook_of(state):
    with open(os.path.join(state, "state.json"), encoding="utf-8") as file:
        saved = json.load(file)
    return saved["portal_port"], saved["portal_secret"]


def run(directory, started):
    node = need("node", "nodejs")
    # For each run a copy beside the packages, where node looks for them.
    for script in glob.glob(os.path.join(HERE, "*.mjs")):
        shutil.copy(script, PACKAGES)
    log = open(os.path.join(directory, "log"), "w+", encoding="utf-8")
    environment = {**os.environ, "HOME": directory, "NO_PROXY": "*", "no_proxy": "*"}
    state = os.path.join(directory, "state")
    practice, config = start([PROGRAM, "practice", "--headless", "--state", state], log, env=environment)
    started.append(practice)
    if not config.endswith("/zapis.conf"):
        fail(f"practice --headless printed {config!r}: {open(log.name, encoding='utf-8').read()[-1500:]}")
    port, secret = webhook_of(state)
    certificate, key = make_certificate(directory)
    proxy, listening = start([node, os.path.join(PACKAGES, "proxy.mjs"), certificate, key, str(port)], log)
    started.append(proxy)
    if not listening.isdigit():
        fail(f"the TLS proxy does not listen: {open(log.name, encoding='utf-8').read()[-1500:]}")
    flow = {**environment, "NODE_EXTRA_CA_CERTS": certificate, "ZAPIS_SDK_CONTROL": json.dumps([PROGRAM, state]),
            "ZAPIS_SDK_URL": f"https://localhost:{listening}/rest/1/{secret}/"}
    status = subprocess.run([node, os.path.join(PACKAGES, "flow.mjs")], env=flow, timeout=FLOW_S, check=False).returncode
    if status != 0:
        fail(f"the client's flow ended with {status}: see above")
    practice.send_signal(signal.SIGTERM)
    status = practice.wait(DEADLINE_S)
    log.seek(0)
    complaint = log.read()
    if status != 0 or "Sanitizer" in complaint:
        fail(f"the practice servers ended with {status}: {complaint[-3000:]}")


def main():
    fetch_packages()
    started = []
    directory = tempfile.mkdtemp(prefix="zapis-sdk-")
    try:
        run(directory, started)
    finally:
        for process in started:
            if process.poll() is None:
                process.kill()
            process.wait()
        shutil.rmtree(directory, ignore_errors=True)


main()
