"""icinga2 with folders of its own: what its API tells, what its writers make of performance data, and what it logs."""

import base64
import json
import re
import socketserver
import ssl
import subprocess
import threading
import urllib.request

from monitor import Monitor, Seen, by_service, free_port

PASSWORD = "field"


class Icinga(Monitor):
    name = "icinga2"

    def prepare(self):
        self.port, self.lines = free_port(), []
        for folder in ("data/certs", "log", "run", "cache", "spool/perfdata", "spool/tmp"):
            (self.folder / folder).mkdir(parents=True)
        certificate = self.folder / "data/certs/here"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=here",
             "-addext", "basicConstraints=critical,CA:TRUE", "-keyout", f"{certificate}.key", "-out",
             f"{certificate}.crt"], check=True, capture_output=True)
        (self.folder / "data/certs/ca.crt").write_bytes((self.folder / "data/certs/here.crt").read_bytes())
        self.sink = self.graphite()
        (self.folder / "icinga2.conf").write_text(self.settings())

    def graphite(self):
        """Takes what the writer for Graphite sends, and keeps the lines."""
        lines, self.is_connected = self.lines, threading.Event()
        is_connected = self.is_connected

        class Sink(socketserver.StreamRequestHandler):
            def handle(self):
                is_connected.set()
                for line in self.rfile:
                    lines.append(line.decode(errors="replace").strip())

        sink = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Sink)
        threading.Thread(target=sink.serve_forever, daemon=True).start()
        return sink

    def settings(self):
        port = self.sink.server_address[1]
        return f"""
const NodeName = "here"
const ZoneName = "here"
const TicketSalt = ""
const MaxConcurrentChecks = 4
include <itl>
object Endpoint NodeName {{ }}
object Zone ZoneName {{ endpoints = [ NodeName ] }}
object CheckerComponent "checker" {{ }}
object FileLogger "log" {{
  severity = "information"
  path = LogDir + "/icinga2.log"
}}
object ApiListener "api" {{
  bind_host = "127.0.0.1"
  bind_port = {self.port}
}}
object ApiUser "field" {{
  password = "{PASSWORD}"
  permissions = [ "*" ]
}}
object GraphiteWriter "graphite" {{
  host = "127.0.0.1"
  port = {port}
}}
object PerfdataWriter "perfdata" {{
  service_perfdata_path = SpoolDir + "/perfdata/services"
  service_temp_path = SpoolDir + "/tmp/services"
  rotation_interval = 1s
  service_format_template = "$service.name$\\t$service.state_id$\\t$service.output$\\t$service.perfdata$"
}}
object Host "here" {{
  check_command = "dummy"
  enable_active_checks = false
}}
""" + "".join(
            f"object CheckCommand \"run-{number}\" {{\n  command = [ {', '.join(map(self.written, case.command))} ]\n"
            "  timeout = 2m\n}\n"
            f"object Service \"case-{number}\" {{\n  host_name = \"here\"\n  check_command = \"run-{number}\"\n"
            "  enable_active_checks = false\n  max_check_attempts = 1\n  enable_flapping = false\n}\n"
            for number, case in enumerate(self.cases))

    @staticmethod
    def written(argument):
        """An argument as icinga's language has it: `$` begins a macro there."""
        text = argument.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
        return '"' + text.replace("$", "$$") + '"'

    def begin(self):
        places = {"ConfigDir": "", "DataDir": "/data", "LogDir": "/log", "InitRunDir": "/run", "CacheDir": "/cache",
                  "SpoolDir": "/spool"}
        self.start(
            "icinga2", "daemon", "-c", self.folder / "icinga2.conf",
            *(f"-D{key}={self.folder}{place}" for key, place in places.items()),
            f"-DRunAsUser={self.account.name}", f"-DRunAsGroup={self.account.group}")

    def ask(self, path, document=None):
        """The API's answer; `None` while it does not answer."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        request = urllib.request.Request(
            f"https://127.0.0.1:{self.port}/v1/{path}", json.dumps(document).encode() if document else None,
            {"Accept": "application/json",
             "Authorization": "Basic " + base64.b64encode(f"field:{PASSWORD}".encode()).decode()})
        try:
            with urllib.request.urlopen(request, context=context, timeout=30) as answer:
                return json.load(answer)["results"]
        except OSError:
            return None

    def results(self):
        services = self.ask("objects/services?attrs=name&attrs=last_check_result&attrs=state") or []
        return {row["attrs"]["name"]: row["attrs"] for row in services if row["attrs"]["last_check_result"]}

    def collect(self):
        # Before it is connected, the writer drops what it should send.
        self.wait(lambda: self.is_connected.is_set() and self.ask("status/CIB") is not None)
        self.ask("actions/reschedule-check", {"type": "Service", "filter": "true", "force": True})
        self.wait(lambda: len(self.results()) == len(self.cases))
        results = self.results()
        return [self.seen(results[f"case-{number}"]) for number in range(len(self.cases))]

    @staticmethod
    def seen(row):
        result = row["last_check_result"]
        return Seen(int(row["state"]), result["output"], " ".join(result["performance_data"]))

    def parsed(self):
        """The performance data of each service as its writer for files makes it anew."""
        rows = {}
        for path in (self.folder / "spool").rglob("services*"):
            rows.update(by_service(path))
        return [rows.get(f"case-{number}", ["", "", ""])[-1] for number in range(len(self.cases))]

    def sent(self):
        """How many values of each service came to Graphite."""
        counts = [0] * len(self.cases)
        for line in self.lines:
            found = re.match(r"icinga2\.here\.services\.case-(\d+)\..*\.value ", line)
            if found:
                counts[int(found[1])] += 1
        return counts

    def warnings(self):
        """What it logged of checks and of their values."""
        log = (self.folder / "log/icinga2.log").read_text(errors="replace")
        return [line.split("] ", 1)[-1] for line in log.split("\n") if re.search(r"\] (warning|critical)/", line)]

    def close(self):
        """Ends it: then its writers have written all, and the sink has read it."""
        super().close()
        self.sink.shutdown()
        self.sink.server_close()
