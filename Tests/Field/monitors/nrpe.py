"""NRPE 4: its server, asked by `check_nrpe` with the protocol of today and with that of NRPE 2."""

import socket
import subprocess

from monitor import Monitor, Seen, for_shell, free_port

ASK = "/usr/lib/nagios/plugins/check_nrpe"
# Of a line of its configuration NRPE reads 2,047 bytes, and takes the rest for another line.
LONGEST = 2_000


class NRPE(Monitor):
    name = "NRPE"

    def prepare(self):
        self.port = free_port()
        settings = [
            "log_facility=daemon", "debug=0", f"pid_file={self.folder}/pid", f"server_port={self.port}",
            "server_address=127.0.0.1", f"nrpe_user={self.account.name}", f"nrpe_group={self.account.group}",
            "allowed_hosts=127.0.0.1", "dont_blame_nrpe=0", "command_timeout=120", "disable_syslog=1",
            f"log_file={self.folder}/log"]
        commands = [f"command[case-{number}]={self.written(number, case)}" for number, case in enumerate(self.cases)]
        (self.folder / "nrpe.cfg").write_text("\n".join(settings + commands) + "\n")

    def written(self, number, case):
        """A line for a shell, as NRPE wants it; a longer one than it reads stands in a file of its own."""
        line = for_shell(case.command).replace("$", "$$")
        if len(line.encode()) < LONGEST:
            return line
        script = self.folder / f"case-{number}.sh"
        script.write_text(f"exec {for_shell(case.command)}\n")
        return f"/bin/sh {script}"

    def begin(self):
        self.start("nrpe", "-c", self.folder / "nrpe.cfg", "-f")

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def collect(self, *more):
        self.wait(self.listens)
        return [self.ask(number, *more) for number in range(len(self.cases))]

    def ask(self, number, *more):
        done = subprocess.run(
            [ASK, "-H", "127.0.0.1", "-p", str(self.port), "-t", "120", *more, "-c", f"case-{number}"],
            capture_output=True)
        line = done.stdout.decode(errors="surrogateescape").removesuffix("\n")
        text, _, data = line.partition("|")
        return Seen(done.returncode, text + done.stderr.decode(errors="surrogateescape"), data)
