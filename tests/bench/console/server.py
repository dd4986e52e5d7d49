"""A Dikidi and a Bitrix24 that answer late, over TLS on loopback: server.py DIRECTORY DELAY_MS PORT_FILE.
Each connection is used once, so that every request has a handshake of its own: the hardest case for a
program with one thread. Counts what is in flight: GET /bench tells the most at once."""
import json
import os
import socket
import socketserver
import ssl
import sys
import threading
import time

DIRECTORY, DELAY_S = sys.argv[1], int(sys.argv[2]) / 1000
lock = threading.Lock()
count = {"now": 0, "most": 0, "all": 0}


def answer(path):
    if path.startswith("/bench"):
        with lock:
            told = dict(count)
            count["most"] = 0
        return told
    if "method.get" in path:
        return {"result": {"isExisting": True, "isAvailable": True}}
    if path.startswith("/rest/"):
        return {"result": {"items": [], "total": 0}, "total": 0, "time": {"operating": 0}}
    date = path.partition("date=")[2][:10]
    return {"data": {"date": date, "timezone": "Europe/Moscow", "slots": [], "dates_available": []}}


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        try:
            tls = context.wrap_socket(self.request, server_side=True)
            head = b""
            while b"\r\n\r\n" not in head:
                part = tls.recv(65536)
                if not part:
                    return
                head += part
            path = head.split(b" ", 2)[1].decode()
            if not path.startswith("/bench"):
                with lock:
                    count["all"] += 1
                    count["now"] += 1
                    count["most"] = max(count["most"], count["now"])
                time.sleep(DELAY_S)
                with lock:
                    count["now"] -= 1
            body = json.dumps(answer(path)).encode()
            tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
                        b"Content-Length: %d\r\n\r\n" % len(body) + body)
            tls.close()
        except OSError:
            pass  # the other side gave the request up


class Server(socketserver.ThreadingTCPServer):
    daemon_threads, allow_reuse_address, request_queue_size = True, True, 256
    address_family = socket.AF_INET


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(os.path.join(DIRECTORY, "cert.pem"), os.path.join(DIRECTORY, "cert.key"))
with Server(("127.0.0.1", 0), Handler) as server:
    with open(sys.argv[3] + ".new", "w", encoding="ascii") as file:
        file.write(str(server.server_address[1]))
    os.rename(sys.argv[3] + ".new", sys.argv[3])
    server.serve_forever()
