"""Real servers of the Prometheus query API on loopback, with a past that is filled in: Debian's Prometheus and
VictoriaMetrics. Each has its own port and folder and is ended by its fixture.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

import harness

PROMETHEUS, PROMTOOL = shutil.which("prometheus"), shutil.which("promtool")
VICTORIA = shutil.which("victoria-metrics")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def label_text(labels):
    quoted = (value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") for value in labels.values())
    return ",".join(f'{name}="{value}"' for name, value in zip(labels, quoted))


class Engine:
    """A server whose process is `command`; ends with ``stop``."""

    name = "engine"

    def __init__(self, folder, command):
        self.folder = folder
        self.log = open(folder / "log.txt", "wb")
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, start_new_session=True)
        try:
            self.wait(self.is_ready, "it answers")
        except BaseException:
            self.stop()
            raise

    url = property(lambda self: f"http://127.0.0.1:{self.port}")
    source = property(lambda self: f"prometheus+{self.url}")

    def is_ready(self):
        try:
            return self.query("1") is not None
        except (urllib.error.URLError, OSError):
            return False

    def get(self, path, body=None, **parameters):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        query = "?" + urllib.parse.urlencode(parameters) if parameters else ""
        with opener.open(f"{self.url}{path}{query}", data=body, timeout=30) as answer:
            return answer.read()

    def query(self, text, **parameters):
        answer = json.loads(self.get("/api/v1/query", query=text, nocache=1, **parameters))
        return answer["data"]["result"]

    def wait(self, condition, what):
        end = time.monotonic() + harness.PATIENCE
        while not condition():
            assert self.process.poll() is None, f"{self.name} has ended: {(self.folder / 'log.txt').read_text()[-800:]}"
            assert time.monotonic() < end, f"not in time: {what}"
            time.sleep(0.05)

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.log.close()


class Prometheus(Engine):
    """With `samples` as ``filled`` takes them, or with targets that are scraped each `interval`."""

    name = "Prometheus"

    def __init__(self, folder, samples=(), targets=(), interval="1s", more=()):
        folder.mkdir()
        self.port = free_port()
        data = folder / "data"
        if samples:
            text = folder / "samples.txt"
            with open(text, "w") as file:
                write_open_metrics(samples, file)
            subprocess.run(
                [PROMTOOL, "tsdb", "create-blocks-from", "openmetrics", "--quiet", "--max-block-duration=744h", text,
                 data], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        jobs = [{"job_name": "jobs", "scrape_interval": interval, "scrape_timeout": interval,
                 "static_configs": [{"targets": list(targets)}]}]
        (folder / "config.yml").write_text(json.dumps({"global": {"scrape_interval": "15s"},
                                                       "scrape_configs": jobs if targets else []}))
        super().__init__(folder, [
            PROMETHEUS, f"--config.file={folder}/config.yml", f"--storage.tsdb.path={data}",
            "--storage.tsdb.retention.time=100y", f"--web.listen-address=127.0.0.1:{self.port}", *more])


class VictoriaMetrics(Engine):
    """The same of VictoriaMetrics, single node."""

    name = "VictoriaMetrics"

    def __init__(self, folder, samples=(), targets=(), interval="1s", more=()):
        folder.mkdir()
        self.port = free_port()
        jobs = [{"job_name": "jobs", "scrape_interval": interval, "static_configs": [{"targets": list(targets)}]}]
        (folder / "scrape.yml").write_text(json.dumps({"scrape_configs": jobs if targets else []}))
        super().__init__(folder, [
            VICTORIA, f"-storageDataPath={folder}/data", "-retentionPeriod=100y",
            f"-httpListenAddr=127.0.0.1:{self.port}", f"-promscrape.config={folder}/scrape.yml",
            "-search.disableCache", *more])
        if samples:
            lines = [
                json.dumps({"metric": {"__name__": metric, **labels}, "values": [v for _, v in points],
                            "timestamps": [round(t * 1000) for t, _ in points]})
                for metric, labels, points in samples if points]
            self.get("/api/v1/import", "\n".join(lines).encode())
            self.get("/internal/force_flush")


def write_open_metrics(samples, file):
    """Writes series `(metric, labels, [(seconds, value)])` as promtool reads them back."""
    by_metric = {}
    for metric, labels, points in samples:
        by_metric.setdefault(metric, []).append((labels, points))
    for metric, series in by_metric.items():
        file.write(f"# TYPE {metric.removesuffix('_total')} counter\n")
        for labels, points in series:
            text = label_text(labels)
            for at, value in points:
                file.write(f"{metric}{{{text}}} {value} {at:.3f}\n")
    file.write("# EOF\n")


def available():
    """The engines that are installed; on continuous integration all have to be."""
    kinds = [(Prometheus, PROMETHEUS and PROMTOOL, "prometheus"), (VictoriaMetrics, VICTORIA, "victoria-metrics")]
    missing = [package for _, there, package in kinds if not there]
    assert not (missing and os.environ.get("CI")), f"not installed: {', '.join(missing)}"
    return [kind for kind, there, _ in kinds if there]
