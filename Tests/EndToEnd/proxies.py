"""What stands between a client and a server: nginx as a gateway, a proxy that knows CONNECT, and streams that end."""

import os
import shutil
import socket
import subprocess
import threading
import time

import remote

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


class Nginx:
    """nginx with TLS and HTTP/2 in front of the server at `port`. Use it as a context."""

    def __init__(self, folder, authority, port, *lines):
        self.port = free_port()
        certificate = authority.issue_cert("localhost")
        certificate.private_key_pem.write_to_path(folder / "key.pem")
        for number, blob in enumerate(certificate.cert_chain_pems):
            blob.write_to_path(folder / "chain.pem", append=number > 0)
        temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in
                            ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (folder / "nginx.conf").write_text(f"""
            daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log; events {{}}
            http {{ access_log off; {temporary}
              server {{ listen 127.0.0.1:{self.port} ssl http2; {' '.join(lines)}
                ssl_certificate {folder}/chain.pem; ssl_certificate_key {folder}/key.pem;
                location / {{ proxy_pass http://127.0.0.1:{port}; proxy_set_header Host 127.0.0.1; }} }} }}""")
        self.process = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait(folder)

    def _wait(self, folder):
        for _ in range(200):
            assert self.process.poll() is None, (folder / "error.log").read_text()
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("nginx does not listen")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)


class ConnectProxy:
    """Connects whoever asks with CONNECT to one port on loopback, whatever they ask for; or answers `refusal`."""

    def __init__(self, port, refusal=None):
        self.target, self.refusal, self.heads, self.ends = port, refusal, [], []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for one in [self.listener, *self.ends]:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()

    def _accept(self):
        while True:
            try:
                one, _ = self.listener.accept()
            except OSError:
                return
            self.ends.append(one)
            threading.Thread(target=self._serve, args=(one,), daemon=True).start()

    def _serve(self, one):
        try:
            head = b""
            while b"\r\n\r\n" not in head:
                head += one.recv(65536)
            self.heads.append(head.decode("latin1"))
            if self.refusal:
                one.sendall(f"HTTP/1.1 {self.refusal} No\r\nContent-Length: 0\r\n\r\n".encode())
                return
            other = socket.create_connection(("127.0.0.1", self.target))
            self.ends.append(other)
            one.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            threading.Thread(target=self._pass, args=(other, one), daemon=True).start()
            self._pass(one, other)
        except OSError:
            pass

    @staticmethod
    def _pass(one, other):
        try:
            while data := one.recv(65536):
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def changed(good, change):
    """The answer `good` with what `change` makes of its JSON."""
    import json
    return remote.answer(200, change(json.loads(remote.body_of(good))))


def spoiling(port, change):
    """Serves what the server at `port` answers; `change(path, document)` is called with every good answer's JSON."""
    server = remote.in_front_of(port)
    plain = server.good

    def good(request):
        request.headers.pop("if-none-match", None)
        answer = plain(request)
        return changed(answer, lambda document: change(request.path, document)) if b" 200 " in answer[:16] else answer
    server.good = good
    return server


def ending_stream(port, stream):
    """Serves what the server at `port` answers; its stream says what `stream` holds, and ends."""
    server = remote.in_front_of(port)
    plain = server.good

    def good(request):
        if request.path != "/api/stream":
            return plain(request)
        return b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + stream
    server.good = good
    return server
