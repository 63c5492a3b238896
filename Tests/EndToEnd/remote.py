"""A server that goes wrong in every way, on a real loopback socket: plain or with TLS, byte by byte.

`Server(good)` answers each request with what `good(request)` returns: the bytes of a whole answer. While `fault` is set
to one of FAULTS, its steps are played instead: bytes are sent, numbers are seconds to wait (cut short when the server
ends), RESET, CLOSE and HANG do as they say. Nothing outlives the server.
"""

import http.client
import json
import os
import socket
import ssl
import struct
import subprocess
import threading
import time
import zlib
from types import SimpleNamespace

import harness

RESET, CLOSE, HANG = object(), object(), object()
REASONS = {200: "OK", 302: "Found", 304: "Not Modified", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
           429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable"}


def answer(status=200, body=b"", type="application/json", **headers):
    """The bytes of a whole answer; a header whose value is `None` is left out."""
    if isinstance(body, (dict, list)):
        body = json.dumps(body).encode()
    body = body.encode() if isinstance(body, str) else body
    fields = {"Content-Type": type, "Content-Length": len(body), **{k.replace("_", "-"): v for k, v in headers.items()}}
    head = "".join(f"{k}: {v}\r\n" for k, v in fields.items() if v is not None)
    return f"HTTP/1.1 {status} {REASONS.get(status, 'Odd')}\r\n{head}\r\n".encode() + body


def error(status, message="as told", **headers):
    return answer(status, {"error": {"code": "fault", "message": message}}, **headers)


def head_of(good):
    return good[: good.index(b"\r\n\r\n") + 4]


def body_of(good):
    return good[good.index(b"\r\n\r\n") + 4:]


def endless_headers(_):
    yield b"HTTP/1.1 200 OK\r\n"
    line = b"".join(b"X-Filler-%d: %s\r\n" % (n, b"x" * 200) for n in range(40))
    while True:
        yield line


def gzip_bomb(_):
    """1 GiB of zeros, about 1 MB on the wire."""
    yield b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"
    packer, zeros = zlib.compressobj(9, zlib.DEFLATED, 31), bytes(1 << 20)
    for _ in range(1024):
        yield packer.compress(zeros)
    yield packer.flush()
    yield CLOSE


def endless_body(_):
    yield b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n["
    while True:
        yield b"0," * 32768


def dribble(good):
    for index in range(len(good)):
        yield good[index:index + 1]
        yield 1.0


# What goes wrong: the steps, the exit code of `report`, and what the cause says.
FAULTS = {
    "hangs before the headers": (lambda good: [HANG], 69, "no answer"),
    "hangs after the headers": (lambda good: [head_of(good), HANG], 69, "within"),
    "one byte a second": (dribble, 69, "within"),
    "closes at once": (lambda good: [CLOSE], 69, "closed"),
    "resets in the headers": (lambda good: [good[:20], RESET], 69, "closed|reset"),
    "resets in the body": (lambda good: [good[:-7], RESET], 69, "closed|reset"),
    "short body": (lambda good: [good[:-7], CLOSE], 69, "closed"),
    "cut content, right length": (lambda good: [answer(200, body_of(good)[:-7])], 65, "cut off|byte"),
    "wrong length": (lambda good: [answer(200, body_of(good), Content_Length=len(body_of(good)) - 9)], 65, "byte|HTTP"),
    "endless headers": (endless_headers, 65, "header"),
    "endless body": (endless_body, 65, "MiB"),
    "gzip bomb": (gzip_bomb, 65, "MiB|100"),
    "no HTTP": (lambda good: [b"220 mail.example ESMTP\r\n", CLOSE], 69, "HTTP"),
    "redirect to itself": (lambda good: [answer(302, b"", Location="/stats.json")], 69, "302"),
    "401": (lambda good: [error(401)], 77, "401"),
    "403": (lambda good: [error(403)], 77, "403"),
    "404": (lambda good: [error(404)], 69, "404"),
    "429": (lambda good: [error(429, Retry_After="7")], 69, "429"),
    "500": (lambda good: [error(500)], 69, "500"),
    "503": (lambda good: [error(503, "maintenance")], 69, "503.*maintenance"),
    "HTML": (lambda good: [answer(200, "<!DOCTYPE html><html>Sign in</html>", "text/html")], 65, "HTML"),
    "invalid JSON": (lambda good: [answer(200, b'{"schema":')], 65, "byte"),
    "wrong types": (lambda good: [answer(200, [1, 2, "three"])], 65, r"\$"),
    "empty body": (lambda good: [answer(200, b"")], 65, "empty"),
    "not UTF-8": (lambda good: [answer(200, body_of(good).replace(b"Name", b"N\xffme"))], 65, "UTF-8"),
}


class Server:
    def __init__(self, good, tls=None, port=0):
        self.good, self.fault, self.tls = good, None, tls
        self.requests, self.open, self.most_open = [], 0, 0
        self.ended, self.lock, self.connections = threading.Event(), threading.Lock(), set()
        self.listener = socket.create_server(("127.0.0.1", port), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.threads = [threading.Thread(target=self._accept, daemon=True)]
        self.threads[0].start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def url(self, path="", scheme="http"):
        return f"{scheme}://127.0.0.1:{self.port}{path}"

    def stop(self):
        """Ends every connection and frees the port."""
        self.ended.set()
        for one in [self.listener, *list(self.connections)]:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()
        for thread in self.threads:
            thread.join(5)

    def _accept(self):
        while not self.ended.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections.add(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def _serve(self, raw):
        connection = raw
        try:
            if self.tls:
                connection = self.tls.wrap_socket(raw, server_side=True)
                self.connections.add(connection)
            while not self.ended.is_set() and self._exchange(connection):
                pass
        except (OSError, ValueError):
            pass
        finally:
            connection.close()
            self.connections.discard(raw)
            self.connections.discard(connection)

    def _exchange(self, connection):
        request = self._request(connection)
        if request is None:
            return False
        with self.lock:
            self.requests.append(request)
            self.open += 1
            self.most_open = max(self.most_open, self.open)
        try:
            good = self.good(request)
            steps = FAULTS[self.fault][0](good) if self.fault else [good]
            for step in steps:
                if step is RESET:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    return False
                if step is CLOSE:
                    return False
                if step is HANG:
                    self.ended.wait(60)
                    return False
                if isinstance(step, float):
                    if self.ended.wait(step):
                        return False
                else:
                    connection.sendall(step)
            return b"Connection: close" not in good[:2000]
        finally:
            with self.lock:
                self.open -= 1

    def _request(self, connection):
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                return None
            data += more
            if data[:1] == b"\x16" and not self.tls:           # TLS where there is none
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
                return None
        head, body = data.split(b"\r\n\r\n", 1)
        first, *lines = head.decode("latin1").split("\r\n")
        headers = {k.lower(): v.strip() for k, v in (line.split(":", 1) for line in lines)}
        length = int(headers.get("content-length", 0))
        while len(body) < length:
            body += connection.recv(65536)
        method, target, _ = first.split(" ")
        return SimpleNamespace(method=method, target=target, path=target.split("?")[0], headers=headers, body=body,
                               at=time.monotonic())


def snapshot_server(document, tls=None, port=0, **headers):
    """Serves a snapshot with an ETag, and 304 where it is known. `server.document` may be replaced."""
    def good(request):
        body = json.dumps(server.document).encode()
        tag = f'"{zlib.crc32(body):08x}"'
        if request.headers.get("if-none-match") == tag:
            return answer(304, b"", Content_Length=None, Content_Type=None, ETag=tag)
        return answer(200, body, ETag=tag, **headers)
    server = Server(good, tls, port)
    server.document = document
    return server


def in_front_of(port, tls=None):
    """Serves what the server at `port` answers, so that its answers can be spoilt on their way."""
    def good(request):
        upstream = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            kept = {k: v for k, v in request.headers.items() if k not in ("host", "connection", "accept-encoding")}
            upstream.request(request.method, request.target, request.body or None, kept)
            reply = upstream.getresponse()
            body = reply.read()
            hop = ("content-length", "transfer-encoding", "connection", "content-type")
            more = {k: v for k, v in reply.getheaders() if k.lower() not in hop}
            if reply.status == 304:
                more.update({"Content-Length": None, "Content-Type": None})
            return answer(reply.status, body, reply.getheader("Content-Type", "application/json"), **more)
        finally:
            upstream.close()
    return Server(good, tls)


STAND_IN = os.environ.get("SLOTWATCH_STAND_IN") or os.path.join(os.path.dirname(harness.BINARY), "PanelStandIn")


class Panel:
    """The stand-in of an admin panel, a process of its own."""

    def __init__(self, *arguments, port=0):
        self.arguments = [STAND_IN, "--port", str(port), *map(str, arguments)]
        self.process = subprocess.Popen(self.arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        first = self.process.stdout.readline()
        assert first.startswith("listening on "), f"the stand-in panel said {first!r}"
        self.port = int(first.rsplit(":", 1)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def url(self, scheme="panel+http"):
        return f"{scheme}://127.0.0.1:{self.port}"

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def control(self, **orders):
        return self._call("POST", "/control", json.dumps(orders))

    def log(self):
        return self._call("GET", "/control/log")

    def _call(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"})
            reply = connection.getresponse()
            data = reply.read()
            assert reply.status == 200, f"{method} {path} {body}: {reply.status} {data!r}"
            return json.loads(data) if data else None
        finally:
            connection.close()


def measured(home, *arguments, env=None, timeout=60):
    """A finished run with what it took: `code`, `out`, `err`, `seconds`, and `peak` memory in MB."""
    started = time.monotonic()
    process = subprocess.Popen(
        [harness.BINARY, *map(str, arguments)], env=harness.environment(home, **(env or {})), start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    timer = threading.Timer(timeout, process.kill)
    timer.start()
    try:
        texts = {}
        reader = threading.Thread(target=lambda: texts.update(err=process.stderr.read().decode()))
        reader.start()
        out = process.stdout.read().decode()
        reader.join()
        _, status, usage = os.wait4(process.pid, 0)
    finally:
        timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    process.stderr.close()
    return SimpleNamespace(code=process.returncode, out=out, err=texts["err"], peak=usage.ru_maxrss / 1024,
                           seconds=time.monotonic() - started)


def trusted(authority, *names, **options):
    """A server's TLS settings with a certificate of `authority` for `names`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, **options).configure_cert(context)
    return context
