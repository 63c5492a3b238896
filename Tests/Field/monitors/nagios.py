"""nagios4 with a configuration of its own: what it keeps in status.dat, and in its file of performance data."""

import re

from monitor import Monitor, Seen, by_service, for_shell

BLOCK = re.compile(r"^servicestatus \{\n(.*?)\n\t\}$", re.M | re.S)


class Nagios(Monitor):
    name = "nagios4"

    def prepare(self):
        for folder in ("results", "archives"):
            (self.folder / folder).mkdir()
        (self.folder / "objects.cfg").write_text(self.objects())
        settings = {
            "cfg_file": self.folder / "objects.cfg", "log_file": self.folder / "nagios.log",
            "object_cache_file": self.folder / "objects.cache", "status_file": self.folder / "status.dat",
            "status_update_interval": 1, "nagios_user": self.account.name, "nagios_group": self.account.group,
            "check_external_commands": 0, "query_socket": self.folder / "query",
            "lock_file": self.folder / "lock", "temp_file": self.folder / "temporary",
            "temp_path": self.folder, "log_archive_path": self.folder / "archives", "use_syslog": 0,
            "state_retention_file": self.folder / "retention.dat", "check_result_path": self.folder / "results",
            "service_inter_check_delay_method": "n", "max_concurrent_checks": 4, "check_for_updates": 0,
            "check_result_reaper_frequency": 1, "service_check_timeout": 120, "process_performance_data": 1,
            "service_perfdata_file": self.folder / "perfdata", "service_perfdata_file_mode": "a",
            "service_perfdata_file_template": "$SERVICEDESC$\t$SERVICESTATEID$\t$SERVICEOUTPUT$\t$SERVICEPERFDATA$",
            "execute_host_checks": 0, "enable_flap_detection": 0, "daemon_dumps_core": 0,
            # As Debian ships it.
            "illegal_object_name_chars": "`~!$%^&*|'\"<>?,()=", "illegal_macro_output_chars": "`~$&|'\"<>",
        }
        (self.folder / "nagios.cfg").write_text("".join(f"{key}={value}\n" for key, value in settings.items()))

    def objects(self):
        always = "define timeperiod {\n timeperiod_name always\n alias always\n" + "".join(
            f" {day} 00:00-24:00\n" for day in (
                "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")) + "}\n"
        host = ("define host {\n host_name here\n address 127.0.0.1\n max_check_attempts 1\n active_checks_enabled 0\n"
                " check_period always\n notification_period always\n notifications_enabled 0\n contacts nobody\n}\n")
        contact = ("define command {\n command_name nothing\n command_line /bin/true\n}\ndefine contact {\n"
                   " contact_name nobody\n host_notification_period always\n service_notification_period always\n"
                   " host_notification_commands nothing\n service_notification_commands nothing\n}\n")
        return always + contact + host + "".join(
            f"define command {{\n command_name run-{number}\n command_line {self.written(case.command)}\n}}\n"
            f"define service {{\n host_name here\n service_description case-{number}\n check_command run-{number}\n"
            " max_check_attempts 1\n check_interval 60\n check_period always\n notification_period always\n"
            " notifications_enabled 0\n notification_interval 0\n contacts nobody\n}\n"
            for number, case in enumerate(self.cases))

    @staticmethod
    def written(command):
        """A line for a shell, as nagios wants it: `$` begins a macro and `;` a comment."""
        return for_shell(command).replace("$", "$$").replace(";", "\\;")

    def begin(self):
        self.start("nagios4", self.folder / "nagios.cfg")

    def blocks(self):
        path = self.folder / "status.dat"
        text = path.read_bytes().decode(errors="surrogateescape") if path.exists() else ""
        rows = [dict(line.strip().split("=", 1) for line in block.split("\n") if "=" in line)
                for block in BLOCK.findall(text)]
        return {row["service_description"]: row for row in rows if row["has_been_checked"] == "1"}

    def collect(self):
        self.wait(lambda: len(self.blocks()) == len(self.cases))
        # What was done last is in the file of performance data a moment later.
        blocks = self.blocks()
        return [self.seen(blocks[f"case-{number}"]) for number in range(len(self.cases))]

    @staticmethod
    def seen(row):
        text = row["plugin_output"] + ("\n" + row["long_plugin_output"] if row["long_plugin_output"] else "")
        return Seen(int(row["current_state"]), text, row["performance_data"])

    def parsed(self):
        """The performance data of each service in the file for others."""
        rows = by_service(self.folder / "perfdata")
        return [rows.get(f"case-{number}", ["", "", ""])[-1] for number in range(len(self.cases))]
