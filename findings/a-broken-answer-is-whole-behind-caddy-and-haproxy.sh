#!/usr/bin/env bash
# Caddy 2.6.2 and HAProxy 2.6.12 (Debian 12: caddy 2.6.2-5, haproxy 2.6.12-1+deb12u4): an answer that breaks off comes to
# the client as a whole one.
#
# A server that is killed in the middle of an answer without Content-Length leaves a chunked body without its last
# chunk: whoever asks it directly sees that the answer is not whole (RFC 9112, 8). Caddy writes that last chunk itself
# (HTTP/1.1) or ends the stream (HTTP/2), and notes "aborting with incomplete response" in its log alone; HAProxy does
# the latter to clients that speak HTTP/2, while it does break the connection of those that speak HTTP/1.1. Status 200,
# no error, half of the data.
#
# Bitten: exports, NDJSON, CSV, logs and backups that are fetched through such a proxy, with curl too (its status is 0),
# and not only while something is restarted: any exception in the middle of a streamed answer does it. Formats that say
# where they end (a JSON document, gzip, a count at the end) show it; lines do not.
#
# Below a server sends a chunk of 1,000 bytes and closes. Seen:
#   directly           HTTP/1.1  200, 1000 bytes, broken off
#   through HAProxy    HTTP/1.1  200, 1000 bytes, broken off
#   through HAProxy    HTTP/2    200, 1000 bytes, whole
#   through Caddy      HTTP/1.1  200, 1000 bytes, whole
#   through Caddy      HTTP/2    200, 1000 bytes, whole
set -euo pipefail
work=$(mktemp -d)
programs=()
trap 'kill "${programs[@]}" 2>kills || true; wait; rm -rf "$work"' EXIT
cd "$work"
apt-get download -q caddy=2.6.2-5 haproxy=2.6.12-1+deb12u4 liblua5.3-0=5.3.6-2 libopentracing-c-wrapper0=1.1.3-3+b1 \
  libopentracing1=1.6.0-4 >apt 2>&1 || { cat apt >&2; exit 1; }
for package in *.deb; do dpkg-deb -x "$package" root; done
libraries=$(dirname "$(find "$work/root" -name 'libopentracing-c-wrapper.so.0')")
export HOME=$work XDG_CONFIG_HOME=$work XDG_DATA_HOME=$work

cat >server.py <<'PY'
import socket
import threading
import time

def answer(one):
    if one.recv(65536):
        one.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n" + b"x" * 1000 + b"\r\n")
        time.sleep(0.3)
    one.close()

listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()
PY
cat >client.py <<'PY'
import http.client
import socket
import struct
import sys
import time

def one(port):
    """By HTTP/1.1, as Python reads it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/")
    answer = connection.getresponse()
    try:
        return answer.status, len(answer.read()), "whole"
    except http.client.IncompleteRead as broken:
        return answer.status, len(broken.partial), "broken off"

def two(port):
    """By HTTP/2 without TLS: frames until the stream ends, by a flag or by a reset."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    head = b"\x82\x86\x84\x41" + bytes([len("127.0.0.1")]) + b"127.0.0.1"
    frame = lambda kind, flags, stream, data: struct.pack(">I", len(data))[1:] + struct.pack(">BBI", kind, flags, stream) + data
    connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b"") + frame(1, 5, 1, head))
    stream, status, count = connection.makefile("rb"), None, 0
    while fields := stream.read(9):
        length, (kind, flags, number) = int.from_bytes(fields[:3], "big"), struct.unpack(">BBI", fields[3:])
        data = stream.read(length)
        if kind == 4 and not flags:
            connection.sendall(frame(4, 1, 0, b""))
        if number != 1:
            continue
        if kind == 1:
            # The first field of an answer; 0x88 stands for :status 200.
            status = 200 if 0x88 in data[:4] else data[:8]
        elif kind == 0:
            count += length
        if kind == 3 or kind < 2 and flags & 1:
            return status, count, "broken off" if kind == 3 else "whole"
    return status, count, "broken off"

name, protocol, port = sys.argv[1:]
for _ in range(100):
    try:
        socket.create_connection(("127.0.0.1", int(port))).close()
        break
    except OSError:
        time.sleep(0.1)
print("%-18s %-9s %s, %d bytes, %s" % (name, protocol, *(one if protocol == "HTTP/1.1" else two)(int(port))))
PY

free() { python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
python3 server.py >port &
programs+=($!)
until [ -s port ]; do sleep 0.1; done
server=$(cat port) haproxy1=$(free) haproxy2=$(free) caddy=$(free)

cat >haproxy.cfg <<EOF
defaults
  mode http
  timeout connect 5s
  timeout client 50s
  timeout server 50s
listen one
  bind 127.0.0.1:$haproxy1
  server s 127.0.0.1:$server
listen two
  bind 127.0.0.1:$haproxy2 proto h2
  server s 127.0.0.1:$server
EOF
LD_LIBRARY_PATH=$libraries root/usr/sbin/haproxy -db -f haproxy.cfg >haproxy.log 2>&1 &
programs+=($!)
cat >Caddyfile <<EOF
{
  admin off
  auto_https off
  servers {
    protocols h1 h2c
  }
}
http://127.0.0.1:$caddy {
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:$server
}
EOF
root/usr/bin/caddy run --config Caddyfile --adapter caddyfile >caddy.log 2>&1 &
programs+=($!)

{
  python3 client.py directly HTTP/1.1 "$server"
  python3 client.py "through HAProxy" HTTP/1.1 "$haproxy1"
  python3 client.py "through HAProxy" HTTP/2 "$haproxy2"
  python3 client.py "through Caddy" HTTP/1.1 "$caddy"
  python3 client.py "through Caddy" HTTP/2 "$caddy"
} | tee seen
diff seen - <<'EXPECTED'
directly           HTTP/1.1  200, 1000 bytes, broken off
through HAProxy    HTTP/1.1  200, 1000 bytes, broken off
through HAProxy    HTTP/2    200, 1000 bytes, whole
through Caddy      HTTP/1.1  200, 1000 bytes, whole
through Caddy      HTTP/2    200, 1000 bytes, whole
EXPECTED
