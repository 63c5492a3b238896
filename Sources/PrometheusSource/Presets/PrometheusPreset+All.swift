extension PrometheusPreset {
  /// Every preset, in the order in which they are listed. A counter that is not named is not told by the exporter.
  package static let all: [PrometheusPreset] = [
    PrometheusPreset(
      name: "celery-exporter", exporter: "danihodovic/celery-exporter", slotLabel: "name",
      counters: [
        "success": "celery_task_succeeded_total",
        "errors": #"celery_task_failed_total{exception!="SoftTimeLimitExceeded"}"#,
        "timeouts": #"celery_task_failed_total{exception="SoftTimeLimitExceeded"}"#,
        "cancelled": "celery_task_revoked_total",
        "ingest_count": "celery_task_received_total - celery_task_retried_total",
      ], exceptionLabel: "exception", remark: "hard time limits are errors; by queue: slot_label = \"queue_name\"",
      signature: ["celery_task_succeeded_total", "celery_task_received_total"]),
    PrometheusPreset(
      name: "flower", exporter: "mher/flower", slotLabel: "task",
      counters: [
        "success": #"flower_events_total{type="task-succeeded"}"#,
        "errors": #"flower_events_total{type="task-failed"}"#,
        "cancelled": #"flower_events_total{type="task-revoked"}"#,
        "ingest_count":
          #"flower_events_total{type="task-received"} - flower_events_total{type="task-retried"}"#,
      ], signature: ["flower_events_total"]),
    PrometheusPreset(
      name: "celery-oval", exporter: "OvalMoney/celery-exporter", slotLabel: "name",
      counters: [
        "success": #"celery_tasks_total{state="SUCCESS"}"#, "errors": #"celery_tasks_total{state="FAILURE"}"#,
        "cancelled": #"celery_tasks_total{state="REVOKED"}"#,
        "ingest_count": #"celery_tasks_total{state="RECEIVED"} - celery_tasks_total{state="RETRY"}"#,
      ], signature: ["celery_tasks_total"]),
    PrometheusPreset(
      name: "sidekiq-yabeda", exporter: "yabeda-rb/yabeda-sidekiq", slotLabel: "worker",
      counters: [
        "success": "sidekiq_jobs_success_total", "errors": "sidekiq_jobs_failed_total",
        "ingest_count": "sidekiq_jobs_enqueued_total",
      ], countsAttempts: true, exceptionLabel: "error", remark: "retried and scheduled jobs are enqueued again",
      signature: ["sidekiq_jobs_success_total", "sidekiq_jobs_enqueued_total"]),
    PrometheusPreset(
      name: "sidekiq-discourse", exporter: "discourse/prometheus_exporter", slotLabel: "job_name",
      counters: [
        "success": "ruby_sidekiq_jobs_total - ruby_sidekiq_failed_jobs_total - ruby_sidekiq_restarted_jobs_total",
        "errors": "ruby_sidekiq_failed_jobs_total", "ingest_count": "ruby_sidekiq_jobs_total",
      ], countsAttempts: true, signature: ["ruby_sidekiq_jobs_total", "ruby_sidekiq_failed_jobs_total"]),
    PrometheusPreset(
      name: "sidekiq-fastly", exporter: "fastly/sidekiq-prometheus", slotLabel: "class",
      counters: [
        "success": "sidekiq_job_success", "errors": "sidekiq_job_failed", "ingest_count": "sidekiq_job_count",
      ], countsAttempts: true, exceptionLabel: "error_class",
      signature: ["sidekiq_job_success", "sidekiq_job_count"]),
    PrometheusPreset(
      name: "activejob-yabeda", exporter: "Fullscript/yabeda-activejob", slotLabel: "activejob",
      counters: [
        "success": "activejob_success_total", "errors": "activejob_failed_total",
        "ingest_count": "activejob_enqueued_total",
      ], countsAttempts: true, exceptionLabel: "failure_reason",
      remark: "attempts that retry_on or discard_on rescues count as success",
      signature: ["activejob_success_total", "activejob_enqueued_total"]),
    PrometheusPreset(
      name: "dramatiq", exporter: "Dramatiq's Prometheus middleware", slotLabel: "actor_name",
      counters: [
        "success": "dramatiq_messages_total - dramatiq_message_errors_total",
        "errors": "dramatiq_message_rejects_total",
      ], signature: ["dramatiq_messages_total", "dramatiq_message_errors_total"]),
    PrometheusPreset(
      name: "asynq", exporter: "hibiken/asynq", slotLabel: "queue",
      counters: [
        "success": "asynq_tasks_processed_total - asynq_tasks_failed_total", "errors": "asynq_tasks_failed_total",
      ], countsAttempts: true, aggregate: .max,
      signature: ["asynq_tasks_processed_total", "asynq_tasks_failed_total"]),
    PrometheusPreset(
      name: "bullmq", exporter: "BullMQ 5.76.3 or newer", slotLabel: "queue",
      counters: ["success": "bullmq_job_completed_total", "errors": "bullmq_job_failed_total"], aggregate: .max,
      remark: "stays 0 unless workers set metrics.maxDataPoints",
      signature: ["bullmq_job_completed_total", "bullmq_job_failed_total"]),
    PrometheusPreset(
      name: "oban-promex", exporter: "PromEx for Oban", slotLabel: "worker",
      counters: [
        "success": #"<app>_prom_ex_oban_job_processing_duration_milliseconds_count{state="success"}"#,
        "errors":
          #"<app>_prom_ex_oban_job_exception_duration_milliseconds_count{state="discard",error!="Oban.TimeoutError"}"#
          + #" + <app>_prom_ex_oban_job_processing_duration_milliseconds_count{state="discard"}"#,
        "timeouts":
          #"<app>_prom_ex_oban_job_exception_duration_milliseconds_count{state="discard",error="Oban.TimeoutError"}"#,
        "cancelled": #"<app>_prom_ex_oban_job_processing_duration_milliseconds_count{state="cancelled"}"#,
      ],
      signature: [
        "<app>_prom_ex_oban_job_processing_duration_milliseconds_count",
        "<app>_prom_ex_oban_job_exception_duration_milliseconds_count",
      ]),
    PrometheusPreset(
      name: "taskiq", exporter: "Taskiq's Prometheus middleware", slotLabel: "task_name",
      counters: [
        "success": "success_tasks_total", "errors": "found_errors_total", "ingest_count": "received_tasks_total",
      ], countsAttempts: true, isFoundByItself: false,
      signature: ["success_tasks_total", "found_errors_total", "received_tasks_total"]),
    PrometheusPreset(
      name: "river-otel", exporter: "River's OpenTelemetry middleware", slotLabel: "kind",
      counters: [
        "success": #"river_work_count_total{status="ok",snooze!="true"}"#,
        "errors": #"river_work_count_total{status=~"error|panic",cancel!="true",snooze!="true"}"#,
        "cancelled": #"river_work_count_total{cancel="true"}"#,
      ], countsAttempts: true, signature: ["river_work_count_total", "river_insert_count_total"]),
    PrometheusPreset(
      name: "temporal-sdk", exporter: "Temporal's SDKs", slotLabel: "activity_type",
      counters: [
        "success": "temporal_activity_succeed_endtoend_latency_count",
        "errors": "temporal_activity_execution_failed",
        "ingest_count": "temporal_activity_execution_latency_count",
      ], countsAttempts: true, exceptionLabel: "exception", remark: "timeouts are seen by the server alone",
      signature: ["temporal_activity_succeed_endtoend_latency_count", "temporal_activity_execution_latency_count"]),
    PrometheusPreset(
      name: "temporal-server", exporter: "Temporal's server 1.29 or newer", slotLabel: "activityType",
      counters: [
        "success": "activity_success", "errors": "activity_fail", "timeouts": "activity_timeout",
        "cancelled": "activity_cancel",
      ], isFoundByItself: false, signature: ["activity_success", "activity_fail"]),
    PrometheusPreset(
      name: "gitlab-runner", exporter: "GitLab Runner", slotLabel: "runner",
      counters: [
        "success": "gitlab_runner_jobs_total - gitlab_runner_failed_jobs_total",
        "errors":
          #"gitlab_runner_failed_jobs_total{failure_reason!~"job_execution_timeout|job_canceled"}"#,
        "timeouts": #"gitlab_runner_failed_jobs_total{failure_reason="job_execution_timeout"}"#,
        "cancelled": #"gitlab_runner_failed_jobs_total{failure_reason="job_canceled"}"#,
        "ingest_count": "gitlab_runner_jobs_total",
      ], exceptionLabel: "failure_reason",
      signature: ["gitlab_runner_jobs_total", "gitlab_runner_failed_jobs_total"]),
    PrometheusPreset(
      name: "airflow-chart", exporter: "Airflow's chart over StatsD", slotLabel: "dag_id",
      counters: ["success": "airflow_dagrun_duration_count", "errors": "airflow_dagrun_failed_count"],
      remark: "counts runs of DAGs", signature: ["airflow_dagrun_duration_count", "airflow_dagrun_failed_count"]),
    PrometheusPreset(
      name: "argo", exporter: "Argo Workflows 3.6 or newer", slotLabel: "name",
      counters: [
        "success": #"argo_workflows_workflowtemplate_triggered_total{phase="Succeeded"}"#,
        "errors": #"argo_workflows_workflowtemplate_triggered_total{phase=~"Failed|Error"}"#,
        "ingest_count": #"argo_workflows_workflowtemplate_triggered_total{phase="New"}"#,
      ], signature: ["argo_workflows_workflowtemplate_triggered_total"]),
    PrometheusPreset(
      name: "spring-batch", exporter: "Spring Batch 5 or 6", slotLabel: "spring_batch_job_name",
      counters: [
        "success": #"spring_batch_job_seconds_count{spring_batch_job_status="COMPLETED"}"#,
        "errors": #"spring_batch_job_seconds_count{spring_batch_job_status="FAILED"}"#,
        "cancelled": #"spring_batch_job_seconds_count{spring_batch_job_status="STOPPED"}"#,
      ], exceptionLabel: "error", signature: ["spring_batch_job_seconds_count"]),
  ]
}
