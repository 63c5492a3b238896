"""The proxies: each as its documentation first shows it, and what the project's README says that it needs besides."""

import os
import re
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

PLAIN, ENCRYPTED = "HTTP/1.1", "HTTP/2"
ASKED = "/api/slots"    # every dashboard asks for it in each pass: these requests alone are logged
MODULES = "/usr/lib/apache2/modules"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


def nginx(folder, server, doors):
    """Besides the usual doors: pages for maintenance with status 200, ten requests for a connection, ten seconds for a
    silent upstream, and another name than one of this machine."""
    more = {
        "plain": "", "encrypted": "", "ten requests": "keepalive_requests 10;", "ten seconds": "proxy_read_timeout 10s;",
        "another name": "",
        "maintenance": "error_page 502 503 504 =200 /maintenance.html; "
                       f"location = /maintenance.html {{ root {folder}; }}"}
    (folder / "maintenance.html").write_text("<!DOCTYPE html><title>Maintenance</title><h1>We are back soon</h1>\n")
    servers = ""
    for door, port in doors.items():
        isPlain = door == "plain"
        host = "panel.example" if door == "another name" else "$host"
        listen = f"listen 127.0.0.1:{port}" + (";" if isPlain else
                                               f" ssl http2; ssl_certificate {folder}/../chain.pem; "
                                               f"ssl_certificate_key {folder}/../key.pem;")
        servers += f"""
  server {{
    {listen}
    {more[door]}
    location / {{
      proxy_pass http://slotwatch; proxy_set_header Host {host};
      proxy_http_version 1.1; proxy_set_header Connection "";
    }}
  }}"""
    temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in
                         ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(f"""
{'user root;' if os.geteuid() == 0 else ''}
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes auto;
events {{ worker_connections 768; }}
http {{
  {temporary}
  log_format protocol "$server_protocol $server_port $uri";
  map $uri $isAsked {{ default 0; {ASKED} 1; }}
  access_log {folder}/access.log protocol if=$isAsked;
  client_max_body_size 8m;
  upstream slotwatch {{ server 127.0.0.1:{server}; keepalive 16; }}{servers}
}}
""")
    return ["nginx", "-e", f"{folder}/error.log", "-p", folder, "-c", folder / "nginx.conf"]


def apache(folder, server, doors):
    modules = "".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so\n" for name in
                      ("mpm_event", "authz_core", "proxy", "proxy_http", "ssl", "http2"))
    rule = f'ProxyPass "/" "http://127.0.0.1:{server}/"\nProxyPassReverse "/" "http://127.0.0.1:{server}/"'
    (folder / "apache.conf").write_text(f"""
ServerRoot {folder}
DefaultRuntimeDir {folder}
PidFile {folder}/pid
ServerName localhost
{modules}
{'User www-data' if os.geteuid() == 0 else ''}
{'Group www-data' if os.geteuid() == 0 else ''}
ErrorLog {folder}/error.log
CustomLog {folder}/access.log "%H %{{local}}p %U" "expr=%{{REQUEST_URI}} == '{ASKED}'"
Listen 127.0.0.1:{doors['plain']}
Listen 127.0.0.1:{doors['encrypted']}
{rule}
<VirtualHost 127.0.0.1:{doors['encrypted']}>
  SSLEngine on
  SSLCertificateFile {folder}/../chain.pem
  SSLCertificateKeyFile {folder}/../key.pem
  Protocols h2 http/1.1
  {rule}
</VirtualHost>
""")
    return ["apache2", "-D", "FOREGROUND", "-f", folder / "apache.conf"]


def haproxy(folder, server, doors):
    (folder / "haproxy.cfg").write_text(f"""
global
  log stdout format raw local0
defaults
  mode http
  log global
  log-format "%HV %fp %HPO"
  option http-no-delay
  timeout connect 5000
  timeout client 50000
  timeout server 50000
frontend dashboards
  bind 127.0.0.1:{doors['plain']}
  bind 127.0.0.1:{doors['encrypted']} ssl crt {folder}/../all.pem alpn h2,http/1.1
  http-request set-log-level silent unless {{ path {ASKED} }}
  default_backend slotwatch
backend slotwatch
  server one 127.0.0.1:{server}
""")
    return ["haproxy", "-db", "-f", folder / "haproxy.cfg"]


def caddy(folder, server, doors):
    rest = f"""
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:{server}
  @others not path {ASKED}
  skip_log @others
  log {{
    output file {folder}/access.log
  }}
}}
"""
    (folder / "Caddyfile").write_text(f"""{{
  admin off
  auto_https disable_redirects
}}
http://127.0.0.1:{doors['plain']} {{{rest}
https://localhost:{doors['encrypted']} {{
  tls {folder}/../chain.pem {folder}/../key.pem{rest}""")
    return ["caddy", "run", "--config", folder / "Caddyfile", "--adapter", "caddyfile"]


def varnish(folder, server, doors):
    (folder / "default.vcl").write_text(
        f'vcl 4.1;\nbackend default {{ .host = "127.0.0.1"; .port = "{server}"; }}\n')
    (folder / "state").mkdir()
    jail = ["-j", "none"] if os.geteuid() == 0 else []
    return ["varnishd", *jail, "-F", "-n", folder / "state", "-f", folder / "default.vcl", "-s", "malloc,64m",
            "-p", "feature=+http2", "-a", f"127.0.0.1:{doors['plain']}"]


@dataclass(frozen=True)
class Kind:
    name: str
    package: str
    prepare: Callable
    doors: tuple = ("plain", "encrypted")
    # What an administrator sends it after a change: old workers end when their connections do.
    reloads: int = 0
    # Whether it asks the server for the whole of a snapshot each time, and compares tags itself.
    asksWhole: bool = False


KINDS = (
    Kind("nginx", "nginx", nginx, ("plain", "encrypted", "maintenance", "ten requests", "ten seconds", "another name"),
         reloads=signal.SIGHUP),
    Kind("Apache", "apache2", apache, reloads=signal.SIGUSR1),
    Kind("HAProxy", "haproxy", haproxy),
    Kind("Caddy", "caddy", caddy),
    # It speaks no TLS, and a client asks for HTTP/2 by TLS alone.
    Kind("Varnish", "varnish", varnish, ("plain",), asksWhole=True),
)


@dataclass(frozen=True)
class Way:
    """How one comes to the server: the address to ask, and what a row is called."""
    name: str
    protocol: str
    base: str
    proxy: object = None
    door: str = ""

    @property
    def panel(self):
        return f"panel+{self.base}"


class Proxy:
    """One that runs, in front of the server at a port."""

    def __init__(self, kind, folder, server):
        self.kind, self.folder = kind, folder / kind.name
        self.folder.mkdir()
        self.doors = {door: free_port() for door in kind.doors}
        command = kind.prepare(self.folder, server, self.doors)
        environment = {**os.environ, "HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder),
                       "XDG_CONFIG_HOME": str(self.folder)}
        with open(self.folder / "out", "wb") as out:
            self.process = subprocess.Popen(
                [str(part) for part in command], env=environment, stdin=subprocess.DEVNULL, stdout=out,
                stderr=subprocess.STDOUT, start_new_session=True)

    def wait(self):
        """Waits until each of its doors is open."""
        for port in self.doors.values():
            for _ in range(400):
                if self.process.poll() is not None:
                    raise RuntimeError(f"{self.kind.name} ended: {(self.folder / 'out').read_text()[-2000:]}")
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.05)
            else:
                raise RuntimeError(f"{self.kind.name} does not listen")

    def way(self, door):
        name = self.kind.name + ("" if door in ("plain", "encrypted") else f", {door}")
        if door == "plain":
            return Way(name, PLAIN, f"http://127.0.0.1:{self.doors[door]}", self, door)
        return Way(name, ENCRYPTED, f"https://localhost:{self.doors[door]}", self, door)

    def protocols(self, door):
        """What clients really spoke at a door, by the proxy's own log; nothing where it keeps none."""
        text = ""
        for log in ("access.log", "out"):
            if (self.folder / log).exists():
                text += (self.folder / log).read_text(errors="replace")
        port = self.doors[door]
        found = re.findall(rf"^(HTTP/[\d.]+) {port} {ASKED}", text, re.M)
        for line in text.splitlines():
            if '"proto":"' in line and f':{port}"' in line:
                found += re.findall(r'"proto":"(HTTP/[\d.]+)"', line)
        return {protocol.removesuffix(".0") for protocol in found}

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def versions():
    packages = sorted({kind.package for kind in KINDS})
    found = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}; ", *packages],
                           capture_output=True, text=True).stdout
    return found.rstrip("; ")
