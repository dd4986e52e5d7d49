"""The two receivers that hooks.py compares, each in a new directory of its own with an empty journal."""
import glob
import http.client
import json
import os
import pwd
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SECRET, COMPANY = "whsec_bench_5f1d7c", "550001"
DEADLINE_S = 20


class Failure(Exception):
    pass


def until(what, probe):
    end = time.monotonic() + DEADLINE_S
    while True:
        value = probe()
        if value:
            return value
        if time.monotonic() > end:
            raise Failure(f"waited in vain for {what}")
        time.sleep(0.01)


def put(path, text):
    with open(path, "w", encoding="utf-8", opener=lambda p, f: os.open(p, f, 0o600)) as file:
        file.write(text)
    return path


def log_of(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()[-3000:]


class Receiver:
    """What both have: a directory, a journal, processes that are ended by their own ids."""

    def __init__(self, top, name):
        self.dir = os.path.join(top, name)
        os.mkdir(self.dir, 0o700)
        self.journal = os.path.join(self.dir, "zapis.db")
        self.port = 0
        self.processes = []

    def spawn(self, log, *command, **options):
        with open(os.path.join(self.dir, log), "ab") as file:
            process = subprocess.Popen(command, stdout=file, stderr=file, **options)
        self.processes.append(process)
        return process

    def rows(self, sql):
        with sqlite3.connect(f"file:{self.journal}?mode=ro", uri=True, timeout=30) as journal:
            return journal.execute(sql).fetchall()

    def stored(self, tag):
        """The numbers of the events of a run that are in the journal."""
        head = f"evt_{tag}_"
        return [int(row[0][len(head):]) for row in
                self.rows(f"SELECT event_id FROM hook WHERE event_id GLOB '{head}*'")]

    def looks(self):
        return self.rows("SELECT count(*) FROM task WHERE kind = 'look'")[0][0]

    def close(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(self.END)
        for process in self.processes:
            try:
                process.wait(DEADLINE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.dir)


class Ours(Receiver):
    """zapis serve. Dikidi and Bitrix24 do not answer: the flood and nothing else is measured."""
    END = signal.SIGTERM

    def __init__(self, top, name, program):
        super().__init__(top, name)
        for file, text in (("key", "k"), ("url", "http://127.0.0.1:1/rest/1/s/"), ("secret", SECRET)):
            put(os.path.join(self.dir, file), text)
        config = put(os.path.join(self.dir, "zapis.conf"), f"""version = 1;
            salon = {{ name = "Lotus"; company = "{COMPANY}"; timezone = "Europe/Moscow"; }};
            dikidi = {{ base_url = "http://127.0.0.1:1"; key_file = "key";
                webhook = {{ scheme = "timestamped-hex"; secret_file = "secret"; }}; }};
            bitrix24 = {{ webhook_url_file = "url"; }};
            store = {{ url = "sqlite:{self.journal}"; }};
            serve = {{ listen = "127.0.0.1:0"; }};""")
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("ZAPIS_", "LC_", "LANG"))}
        environment.update(HOME=self.dir, LANG="en.UTF-8")
        self.process = self.spawn("log", program, "serve", "--config", config, env=environment)
        said = until("the line that it listens", self.listening)
        self.port = int(said.group(1))

    def listening(self):
        if self.process.poll() is not None:
            raise Failure("zapis serve ended: " + log_of(os.path.join(self.dir, "log")))
        return re.search(r"Listening on http://[^ ]*:(\d+): ", log_of(os.path.join(self.dir, "log")))

    def metrics(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE_S)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        return text


class Tuning:
    """What may be turned about nginx, php-fpm and receiver.php; the defaults: README.md, "What is compared"."""

    def __init__(self, children=4, lock=True, keep=False, workers=1, jit=True, plain=False):
        self.children, self.lock, self.keep, self.workers, self.jit = children, lock, keep, workers, jit
        self.plain = plain  # a connection to the journal for each request

    def __str__(self):
        return (f"{self.children} children, a journal connection for each {'request' if self.plain else 'child'}, "
                f"{'flock' if self.lock else 'busy handler'}, "
                f"{'kept' if self.keep else 'new'} upstream connections, {self.workers} nginx worker(s), "
                f"{'JIT' if self.jit else 'no JIT'}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def find_fpm():
    found = sorted(glob.glob("/usr/sbin/php-fpm*"))
    if not found or not shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin"):
        raise Failure("nginx or php-fpm is missing: run tests/bench/install.sh as root")
    return found[-1]


class Php(Receiver):
    """receiver.php in php-fpm behind nginx."""
    END = signal.SIGTERM

    def __init__(self, top, name, tuning=None):
        super().__init__(top, name)
        tuning = tuning or Tuning()
        fpm = find_fpm()
        self.port = free_port()
        with open(os.path.join(HERE, "hooks", "receiver.sql"), encoding="utf-8") as schema:
            with sqlite3.connect(self.journal) as journal:
                journal.executescript(schema.read())
        lock = put(os.path.join(self.dir, "lock"), "")
        ini = put(os.path.join(self.dir, "php.ini"), self.ini(tuning))
        pool = put(os.path.join(self.dir, "fpm.conf"), self.pool(tuning, os.geteuid() == 0))
        site = put(os.path.join(self.dir, "nginx.conf"),
                   self.site(tuning, lock if tuning.lock else "", os.geteuid() == 0))
        root = ["-R"] if os.geteuid() == 0 else []
        self.spawn("fpm.log", fpm, "-F", "-c", ini, "-y", pool, *root)
        until("php-fpm's socket", lambda: os.path.exists(f"{self.dir}/fpm.sock"))
        self.spawn("nginx.log", "/usr/sbin/nginx", "-p", self.dir, "-c", site,
                   "-e", f"{self.dir}/nginx.log")
        self.settings = until("nginx and php-fpm", self.ask_settings)
        wanted = {"journal_mode": "wal", "synchronous": 2, "opcache": True}
        if any(self.settings[key] != value for key, value in wanted.items()):
            raise Failure(f"the comparison is not what it should be: {self.settings}")

    @staticmethod
    def ini(tuning):
        return f"""
memory_limit = 64M
opcache.enable = 1
opcache.validate_timestamps = 0
opcache.memory_consumption = 64
opcache.jit = {'tracing' if tuning.jit else 'off'}
opcache.jit_buffer_size = 32M
realpath_cache_ttl = 86400
variables_order = "S"
enable_post_data_reading = Off
output_buffering = 4096
expose_php = Off
log_errors = On
"""

    def pool(self, tuning, is_root):
        account = pwd.getpwuid(os.geteuid()).pw_name
        return f"""
[global]
error_log = {self.dir}/fpm.log
log_level = warning
daemonize = no
[bench]
{f'user = {account}' if is_root else ''}
listen = {self.dir}/fpm.sock
listen.backlog = 1024
pm = static
pm.max_children = {tuning.children}
pm.max_requests = 0
catch_workers_output = yes
"""

    def site(self, tuning, lock, is_root):
        account = pwd.getpwuid(os.geteuid()).pw_name
        return f"""
{f'user {account};' if is_root else ''}
worker_processes {tuning.workers};
daemon off;
pid {self.dir}/nginx.pid;
error_log {self.dir}/nginx.log warn;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    tcp_nodelay on;
    keepalive_timeout 300s;
    keepalive_requests 1000000000;
    client_max_body_size 64k;
    client_body_buffer_size 64k;
    client_body_temp_path {self.dir}/body;
    fastcgi_temp_path {self.dir}/fastcgi;
    proxy_temp_path {self.dir}/proxy;
    uwsgi_temp_path {self.dir}/uwsgi;
    scgi_temp_path {self.dir}/scgi;
    upstream php {{
        server unix:{self.dir}/fpm.sock;
        {f'keepalive {max(1, tuning.children // tuning.workers)};' if tuning.keep else ''}
    }}
    server {{
        listen 127.0.0.1:{self.port} backlog=1024;
        location = /hooks/dikidi {{
            fastcgi_pass php;
            fastcgi_keep_conn {'on' if tuning.keep else 'off'};
            fastcgi_param SCRIPT_FILENAME {HERE}/hooks/receiver.php;
            fastcgi_param REQUEST_METHOD $request_method;
            fastcgi_param CONTENT_TYPE $content_type;
            fastcgi_param CONTENT_LENGTH $content_length;
            fastcgi_param BENCH_JOURNAL {self.journal};
            fastcgi_param BENCH_LOCK "{lock}";
            fastcgi_param BENCH_PLAIN "{'1' if tuning.plain else ''}";
            fastcgi_param BENCH_SECRET {SECRET};
            fastcgi_param BENCH_COMPANY {COMPANY};
        }}
    }}
}}
"""

    def ask_settings(self):
        for process in self.processes:
            if process.poll() is not None:
                raise Failure("nginx or php-fpm ended: " + log_of(f"{self.dir}/nginx.log") +
                              log_of(f"{self.dir}/fpm.log"))
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE_S)
            connection.request("GET", "/hooks/dikidi")
            answer = connection.getresponse()
            text = answer.read()
            connection.close()
        except OSError:
            return None
        if answer.status != 200:
            raise Failure(f"receiver.php: {answer.status} {text[:500]!r} {log_of(f'{self.dir}/fpm.log')}")
        return json.loads(text)
