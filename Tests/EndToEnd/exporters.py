"""What exporters show at `/metrics`, made by hand from what is known of them: the least that a preset needs, with the
traps that are its own. `{n}` is how often everything has happened by then.

Each is `(preset, type line and samples, {slot: counts})`: counts of one step from `n` to `n + 1`.
"""

import http.server
import threading


def counter(name, *samples, kind="counter"):
    """Lines of a metric: `(labels, factor)`, whose value is factor × n."""
    return [(f"# TYPE {name} {kind}", None)] + [(f"{name}{{{labels}}}", factor) for labels, factor in samples]


EXPORTERS = {
    "celery-exporter": (
        counter("celery_task_succeeded_total", ('name="mail",queue_name="q",hostname="w1"', 7),
                ('name="mail",queue_name="q",hostname="w2"', 2))
        + counter("celery_task_failed_total", ('name="mail",queue_name="q",hostname="w1",exception=""', 0),
                  ('name="mail",queue_name="q",hostname="w1",exception="SoftTimeLimitExceeded"', 3),
                  ('name="mail",queue_name="q",hostname="w1",exception="ValueError"', 4))
        + counter("celery_task_revoked_total", ('name="mail",queue_name="q",hostname="w1"', 1))
        + counter("celery_task_received_total", ('name="mail",queue_name="q",hostname="w1"', 20))
        + counter("celery_task_retried_total", ('name="mail",queue_name="q",hostname="w1"', 2)),
        {"mail": dict(success=9, timeouts=3, errors=4, cancelled=1, ingest_count=18, provider_errors=None)}),
    "flower": (
        counter("flower_events_total", *((f'task="mail",type="task-{what}",worker="w1"', count) for what, count in [
            ("succeeded", 5), ("failed", 2), ("revoked", 1), ("received", 9), ("retried", 1), ("started", 9)])),
        {"mail": dict(success=5, errors=2, cancelled=1, ingest_count=8, timeouts=None, provider_errors=None)}),
    "celery-oval": (
        counter("celery_tasks_total", *((f'name="mail",queue="q",state="{state}"', count) for state, count in [
            ("SUCCESS", 5), ("FAILURE", 2), ("REVOKED", 1), ("RECEIVED", 9), ("RETRY", 1), ("STARTED", 9)])),
        {"mail": dict(success=5, errors=2, cancelled=1, ingest_count=8, timeouts=None, provider_errors=None)}),
    "sidekiq-yabeda": (
        counter("sidekiq_jobs_success_total", ('worker="Mail",queue="q"', 5))
        + counter("sidekiq_jobs_failed_total", ('worker="Mail",queue="q",error="Timeout"', 2))
        + counter("sidekiq_jobs_enqueued_total", ('worker="Mail",queue="q"', 9)),
        {"Mail": dict(success=5, errors=2, ingest_count=9, cancelled=None, timeouts=None, provider_errors=None)}),
    "sidekiq-discourse": (
        counter("ruby_sidekiq_jobs_total", ('job_name="Mail",queue="q"', 9))
        + counter("ruby_sidekiq_failed_jobs_total", ('job_name="Mail",queue="q"', 2))
        + counter("ruby_sidekiq_restarted_jobs_total", ('job_name="Mail",queue="q"', 1)),
        {"Mail": dict(success=6, errors=2, ingest_count=9, cancelled=None, timeouts=None, provider_errors=None)}),
    "sidekiq-fastly": (
        counter("sidekiq_job_success", ('class="Mail",queue="q"', 5))
        + counter("sidekiq_job_failed", ('class="Mail",queue="q",error_class="E"', 2))
        + counter("sidekiq_job_count", ('class="Mail",queue="q"', 9)),
        {"Mail": dict(success=5, errors=2, ingest_count=9, cancelled=None, timeouts=None, provider_errors=None)}),
    "activejob-yabeda": (
        counter("activejob_success_total", ('activejob="Mail",queue="q",executions="1"', 4),
                ('activejob="Mail",queue="q",executions="2"', 1))
        + counter("activejob_failed_total", ('activejob="Mail",queue="q",executions="1",failure_reason="E"', 2))
        + counter("activejob_enqueued_total", ('activejob="Mail",queue="q"', 7)),
        {"Mail": dict(success=5, errors=2, ingest_count=7, cancelled=None, timeouts=None, provider_errors=None)}),
    "dramatiq": (
        counter("dramatiq_messages_total", ('actor_name="mail",queue_name="q"', 9))
        + counter("dramatiq_message_errors_total", ('actor_name="mail",queue_name="q"', 3))
        + counter("dramatiq_message_rejects_total", ('actor_name="mail",queue_name="q"', 1)),
        {"mail": dict(success=6, errors=1, ingest_count=None, cancelled=None, timeouts=None, provider_errors=None)}),
    "asynq": (
        counter("asynq_tasks_processed_total", ('queue="mail"', 9)) + counter(
            "asynq_tasks_failed_total", ('queue="mail"', 2))
        + counter("asynq_tasks_enqueued_total", ('queue="mail",state="pending"', 4), kind="gauge"),
        {"mail": dict(success=7, errors=2, ingest_count=None, cancelled=None, timeouts=None, provider_errors=None)}),
    "bullmq": (
        counter("bullmq_job_completed_total", ('queue="mail"', 7))
        + counter("bullmq_job_failed_total", ('queue="mail"', 2))
        + counter("bullmq_job_count", ('queue="mail",state="waiting"', 3), kind="gauge"),
        {"mail": dict(success=7, errors=2, ingest_count=None, cancelled=None, timeouts=None, provider_errors=None)}),
    "oban-promex": (
        counter("shop_prom_ex_oban_job_processing_duration_milliseconds_count",
                *((f'worker="Mail",queue="q",state="{state}"', count) for state, count in [
                    ("success", 5), ("discard", 1), ("cancelled", 2), ("snoozed", 4)]))
        + counter("shop_prom_ex_oban_job_exception_duration_milliseconds_count",
                  ('worker="Mail",queue="q",state="failure",error="E"', 6),
                  ('worker="Mail",queue="q",state="discard",error="E"', 2),
                  ('worker="Mail",queue="q",state="discard",error="Oban.TimeoutError"', 1)),
        {"Mail": dict(success=5, errors=3, timeouts=1, cancelled=2, ingest_count=None, provider_errors=None)}),
    "taskiq": (
        counter("success_tasks_total", ('task_name="app:mail"', 5)) + counter(
            "found_errors_total", ('task_name="app:mail"', 2))
        + counter("received_tasks_total", ('task_name="app:mail"', 7)),
        {"app:mail": dict(success=5, errors=2, ingest_count=7, cancelled=None, timeouts=None, provider_errors=None)}),
    "river-otel": (
        counter("river_work_count_total", ('kind="mail",queue="q",status="ok"', 5),
                ('kind="mail",queue="q",status="ok",snooze="true"', 4),
                ('kind="mail",queue="q",status="error"', 2), ('kind="mail",queue="q",status="panic"', 1),
                ('kind="mail",queue="q",status="error",cancel="true"', 3))
        + counter("river_insert_count_total", ('status="ok"', 15)),
        {"mail": dict(success=5, errors=3, cancelled=3, ingest_count=None, timeouts=None, provider_errors=None)}),
    "temporal-sdk": (
        counter("temporal_activity_succeed_endtoend_latency_count", ('activity_type="Mail",task_queue="q"', 5))
        + counter("temporal_activity_execution_failed", ('activity_type="Mail",task_queue="q"', 2))
        + counter("temporal_activity_execution_latency_count", ('activity_type="Mail",task_queue="q"', 8)),
        {"Mail": dict(success=5, errors=2, ingest_count=8, cancelled=None, timeouts=None, provider_errors=None)}),
    "temporal-server": (
        counter("activity_success", ('activityType="Mail",taskqueue="q"', 5)) + counter(
            "activity_fail", ('activityType="Mail",taskqueue="q"', 2))
        + counter("activity_timeout", ('activityType="Mail",taskqueue="q"', 1))
        + counter("activity_cancel", ('activityType="Mail",taskqueue="q"', 3)),
        {"Mail": dict(success=5, errors=2, timeouts=1, cancelled=3, ingest_count=None, provider_errors=None)}),
    "gitlab-runner": (
        counter("gitlab_runner_jobs_total", ('runner="r1"', 12))
        + counter("gitlab_runner_failed_jobs_total", ('runner="r1",failure_reason="script_failure"', 2),
                  ('runner="r1",failure_reason="job_execution_timeout"', 1),
                  ('runner="r1",failure_reason="job_canceled"', 3))
        + counter("gitlab_runner_jobs", ('runner="r1",state="running"', 2), kind="gauge"),
        {"r1": dict(success=6, errors=2, timeouts=1, cancelled=3, ingest_count=12, provider_errors=None)}),
    "airflow-chart": (
        counter("airflow_dagrun_duration_count", ('dag_id="etl"', 5)) + counter(
            "airflow_dagrun_failed_count", ('dag_id="etl"', 2)),
        {"etl": dict(success=5, errors=2, ingest_count=None, cancelled=None, timeouts=None, provider_errors=None)}),
    "argo": (
        counter("argo_workflows_workflowtemplate_triggered_total", *(
            (f'name="etl",namespace="n",phase="{phase}"', count) for phase, count in [
                ("New", 9), ("Running", 9), ("Succeeded", 5), ("Failed", 2), ("Error", 1)])),
        {"etl": dict(success=5, errors=3, ingest_count=9, cancelled=None, timeouts=None, provider_errors=None)}),
    "spring-batch": (
        counter("spring_batch_job_seconds_count", *(
            (f'spring_batch_job_name="etl",spring_batch_job_status="{status}",error="none"', count)
            for status, count in [("COMPLETED", 5), ("FAILED", 2), ("STOPPED", 1)])),
        {"etl": dict(success=5, errors=2, cancelled=1, ingest_count=None, timeouts=None, provider_errors=None)}),
}


class Exporter:
    """Serves metrics on loopback: `lines` as ``counter`` makes them, each value times `n`."""

    def __init__(self, lines, n=1):
        self.lines, self.n, self.scrapes = lines, n, 0
        exporter = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = exporter.text().encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                exporter.scrapes += 1

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.target = f"127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def text(self):
        n = self.n
        return "".join(line + ("\n" if factor is None else f" {factor * n}\n") for line, factor in self.lines)

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)
