"""A queue of jobs in SQLite under workers that are killed: each job counts once, and none is lost."""

import json
import os
import random
import subprocess

import harness

KILLS = int(os.environ.get("SLOTWATCH_KILLS", "10"))
WORKER = os.path.join(os.path.dirname(harness.BINARY), "JobWorkerProcess")


def test_each_job_of_a_killed_worker_counts_once(home):
    queue, store, jobs = f"{home}/jobs.db", f"{home}/events.db", 30 * KILLS
    subprocess.run([WORKER, "submit", queue, str(jobs)], check=True, timeout=60)
    chance, killed = random.Random(7), 0
    for _ in range(KILLS):
        worker = subprocess.Popen([WORKER, "work", queue, store], stdout=subprocess.PIPE, text=True)
        with worker:
            assert worker.stdout.readline() == "working\n"
            try:
                worker.wait(chance.uniform(0, 0.15))
            except subprocess.TimeoutExpired:
                worker.kill()
                killed += 1
    assert killed > KILLS / 2
    subprocess.run([WORKER, "work", queue, store], check=True, stdout=subprocess.DEVNULL, timeout=300)
    report = harness.run(home, "report", "--format", "json", "--source", f"sqlite:{store}")
    summary = json.loads(report.out)["global"]["summary"]
    assert (summary["success"], summary["total_runs"], summary["ingest_count"]) == (jobs, jobs, jobs)
