import { Migration } from '@mikro-orm/migrations'

/** Tables of the domain deployments at the first release. */
export class DeploymentsBaseline extends Migration {
  override up(): void {
    this.addSql(`
      create table "deployment" (
        "id" text not null,
        "hash" text not null,
        "account_id" text not null,
        "template_id" text,
        "template_version" int,
        "stack" text not null,
        "name" text,
        "status" text not null,
        "apps" jsonb not null,
        "version" bigint not null default '0',
        "created_at" timestamptz not null,
        "started_by_user_id" text,
        "stopped_at" timestamptz,
        "recorded_at" timestamptz not null default now(),
        "completed_at" timestamptz,
        "server_address" text,
        "server" text,
        primary key ("id", "account_id"),
        constraint "deployment_hash" unique ("hash", "account_id"),
        constraint "deployment_status" check (status in ('PENDING', 'ACTIVE', 'STOPPED')),
        constraint "deployment_account_id_foreign" foreign key ("account_id") references "account" ("id"),
        constraint "deployment_template_id_foreign" foreign key ("template_id") references "template" ("id") on delete set null
      );
    `)
    this.addSql(`create index "deployment_account" on "deployment" ("account_id", "id");`)
    this.addSql(`
      create table "agent" (
        "id" text not null,
        "account_id" text not null,
        "deployment_id" text not null,
        "token_hash" text not null,
        "token_sealed" text not null,
        "previous_token_hash" text,
        "previous_token_sealed" text,
        "previous_token_until" timestamptz,
        "version" text,
        "system_info" jsonb not null,
        "capabilities" text[] not null,
        "presence" text not null default 'OFFLINE',
        "last_heartbeat_at" timestamptz,
        "registered_at" timestamptz not null default now(),
        "revoked_at" timestamptz,
        "signs_fully" boolean not null default false,
        primary key ("id", "account_id"),
        constraint "agent_deployment" unique ("deployment_id", "account_id"),
        constraint "agent_presence" check (presence in ('ONLINE', 'BUSY', 'OFFLINE', 'DEGRADED')),
        constraint "agent_deployment_id_foreign" foreign key ("deployment_id", "account_id") references "deployment" ("id", "account_id")
      );
    `)
    this.addSql(`
      create table "agent_alarm" (
        "id" text not null,
        "account_id" text not null,
        "deployment_id" text not null,
        "kind" text not null,
        "severity" text not null,
        "recovered" boolean not null,
        "message" text not null,
        "value" double precision not null,
        "threshold" double precision not null,
        "occurred_at" timestamptz not null,
        "received_at" timestamptz not null default now(),
        primary key ("id", "account_id"),
        constraint "agent_alarm_once" unique ("deployment_id", "kind", "severity", "recovered", "occurred_at", "account_id"),
        constraint "agent_alarm_deployment_id_foreign" foreign key ("deployment_id", "account_id") references "deployment" ("id", "account_id")
      );
    `)
    this.addSql(`create index "agent_alarm_received" on "agent_alarm" ("deployment_id", "id");`)
    this.addSql(`
      create table "agent_nonce" (
        "agent_id" text not null,
        "account_id" text not null,
        "request_id" text not null,
        "seen_at" timestamptz not null default now(),
        primary key ("agent_id", "request_id", "account_id")
      );
    `)
    this.addSql(`create index "agent_nonce_seen" on "agent_nonce" ("seen_at");`)
    this.addSql(`
      create table "agent_notification" (
        "id" text not null,
        "account_id" text,
        "deployment_id" text,
        "template_id" text,
        "kind" text not null,
        "title" text not null,
        "message" text not null,
        "stack_name" text,
        "new_version" text,
        "created_at" timestamptz not null default now(),
        primary key ("id"),
        constraint "agent_notification_kind" check (kind in ('stack_update_available', 'stack_published', 'system_notice'))
      );
    `)
    this.addSql(`create index "agent_notification_created" on "agent_notification" ("created_at");`)
    this.addSql(`
      create table "agent_outage" (
        "id" text not null,
        "account_id" text not null,
        "deployment_id" text not null,
        "kind" text not null,
        "started_at" timestamptz not null,
        "alerted_at" timestamptz,
        "ended_at" timestamptz,
        "recovery_notified_at" timestamptz,
        primary key ("id", "account_id"),
        constraint "agent_outage_kind" check (kind in ('STATUS_PANEL', 'COMPOSE_AGENT')),
        constraint "agent_outage_deployment_id_foreign" foreign key ("deployment_id", "account_id") references "deployment" ("id", "account_id")
      );
    `)
    this.addSql(
      `create unique index "agent_outage_open" on "agent_outage" ("deployment_id", "kind", "account_id") where ended_at is null;`,
    )
    this.addSql(
      `create index "agent_outage_unnotified" on "agent_outage" ("ended_at") where alerted_at is not null and recovery_notified_at is null;`,
    )
    this.addSql(`
      create table "app_state" (
        "deployment_id" text not null,
        "app_code" text not null,
        "account_id" text not null,
        "status" text,
        "container_state" text,
        "health" text,
        "reported_at" timestamptz not null default now(),
        primary key ("deployment_id", "app_code", "account_id"),
        constraint "app_state_health" check (health in ('OK', 'UNHEALTHY', 'UNKNOWN')),
        constraint "app_state_status" check (status in ('RUNNING', 'STOPPED', 'ERROR')),
        constraint "app_state_deployment_id_foreign" foreign key ("deployment_id", "account_id") references "deployment" ("id", "account_id")
      );
    `)
    this.addSql(`
      create table "broker_message" (
        "id" text not null,
        "account_id" text,
        "routing_key" text not null,
        "body" jsonb not null,
        "state" text not null default 'PENDING',
        "attempts" int not null default 0,
        "last_error" text,
        "available_at" timestamptz not null default now(),
        "lease_token" text,
        "lease_until" timestamptz,
        "created_at" timestamptz not null default now(),
        "sent_at" timestamptz,
        primary key ("id"),
        constraint "broker_message_state" check (state in ('PENDING', 'SENT', 'DEAD'))
      );
    `)
    this.addSql(`create index "broker_message_dead" on "broker_message" ("id") where state = 'DEAD';`)
    this.addSql(`create index "broker_message_pending" on "broker_message" ("available_at") where state = 'PENDING';`)
    this.addSql(`
      create table "command" (
        "id" text not null,
        "account_id" text not null,
        "deployment_id" text not null,
        "deployment_hash" text not null,
        "type" text not null,
        "app_code" text,
        "priority" int not null,
        "parameters" jsonb not null,
        "status" text not null,
        "attempt" int not null default 0,
        "timeout_seconds" int not null,
        "lease_until" timestamptz,
        "superseded_at" timestamptz,
        "result" jsonb,
        "error" jsonb,
        "warnings" jsonb not null,
        "created_by_user_id" text,
        "created_at" timestamptz not null default now(),
        "started_at" timestamptz,
        "finished_at" timestamptz,
        "parameters_sealed" text,
        "updated_at" timestamptz not null default now(),
        "instance" text,
        "queue_position" bigint not null default '0',
        "expires_at" timestamptz,
        "redelivery_count" int not null default 0,
        "cancel_requested_at" timestamptz,
        "report_id" text,
        primary key ("id", "account_id"),
        constraint "command_priority" check (priority >= 0 and priority <= 3),
        constraint "command_status" check (status in ('QUEUED', 'LEASED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'EXPIRED', 'LOST')),
        constraint "command_deployment_id_foreign" foreign key ("deployment_id", "account_id") references "deployment" ("id", "account_id")
      );
    `)
    this.addSql(
      `create index "command_expiry" on "command" ("expires_at") where status = 'QUEUED' and expires_at is not null;`,
    )
    this.addSql(`create index "command_history" on "command" ("deployment_id", "id");`)
    this.addSql(`create index "command_latest" on "command" ("deployment_id", "app_code", "type", "id" desc);`)
    this.addSql(
      `create index "command_outstanding" on "command" ("deployment_id") where status in ('LEASED', 'RUNNING');`,
    )
    this.addSql(
      `create index "command_queue" on "command" ("deployment_id", "priority" desc, "queue_position", "id") where status = 'QUEUED';`,
    )
    this.addSql(`create index "command_queued_lately" on "command" ("updated_at") where status = 'QUEUED';`)
    this.addSql(`create index "command_recent" on "command" ("deployment_id", "updated_at");`)
    this.addSql(`
      create table "command_report" (
        "id" text not null,
        "account_id" text not null,
        "command_id" text not null,
        "received_at" timestamptz not null default now(),
        "body" bytea not null,
        "encoding" text not null,
        primary key ("id", "account_id"),
        constraint "command_report_encoding" check (encoding in ('IDENTITY', 'GZIP')),
        constraint "command_report_command_id_foreign" foreign key ("command_id", "account_id") references "command" ("id", "account_id")
      );
    `)
    this.addSql(`create index "command_report_command" on "command_report" ("command_id");`)
    this.addSql(`
      create table "compose_agent" (
        "id" text not null,
        "account_id" text not null,
        "deployment_id" text not null,
        "url" text not null,
        "token_hash" text not null,
        "version" text,
        "healthy" boolean not null default true,
        "token_failed_at" timestamptz,
        "last_heartbeat_at" timestamptz not null default now(),
        "registered_at" timestamptz not null default now(),
        primary key ("id", "account_id"),
        constraint "compose_agent_deployment" unique ("deployment_id", "account_id"),
        constraint "compose_agent_deployment_id_foreign" foreign key ("deployment_id", "account_id") references "deployment" ("id", "account_id")
      );
    `)
    this.addSql(`create index "compose_agent_heartbeat" on "compose_agent" ("last_heartbeat_at");`)
    this.addSql(`
      create table "enrollment_token" (
        "id" text not null,
        "account_id" text not null,
        "deployment_id" text not null,
        "token_hash" text not null,
        "created_at" timestamptz not null default now(),
        "used_at" timestamptz,
        primary key ("id", "account_id"),
        constraint "enrollment_token_hash" unique ("token_hash", "account_id"),
        constraint "enrollment_token_deployment_id_foreign" foreign key ("deployment_id", "account_id") references "deployment" ("id", "account_id")
      );
    `)
    this.addSql(`create index "enrollment_token_deployment" on "enrollment_token" ("deployment_id");`)
    this.addSql(`
      create table "retired_agent_token" (
        "token_hash" text not null,
        "account_id" text not null,
        "agent_id" text not null,
        "token_sealed" text not null,
        "accepted_until" timestamptz not null,
        "retired_at" timestamptz not null default now(),
        primary key ("token_hash", "account_id"),
        constraint "retired_agent_token_agent_id_foreign" foreign key ("agent_id", "account_id") references "agent" ("id", "account_id") on delete cascade
      );
    `)
    this.addSql(`create index "retired_agent_token_agent" on "retired_agent_token" ("agent_id");`)
    this.addSql(`
      create table "server_metrics" (
        "deployment_id" text not null,
        "account_id" text not null,
        "metrics" jsonb not null,
        "received_at" timestamptz not null default now(),
        primary key ("deployment_id", "account_id"),
        constraint "server_metrics_deployment_id_foreign" foreign key ("deployment_id", "account_id") references "deployment" ("id", "account_id") on delete cascade
      );
    `)
    this.addSql(`
      create table "server_load" (
        "deployment_id" text not null,
        "started_at" timestamptz not null,
        "width" int not null,
        "account_id" text not null,
        "cpu_count" int not null,
        "cpu_sum" double precision not null,
        "cpu_max" double precision,
        "memory_count" int not null,
        "memory_sum" double precision not null,
        "memory_max" double precision,
        "disk_count" int not null,
        "disk_sum" double precision not null,
        "disk_max" double precision,
        primary key ("deployment_id", "started_at", "width", "account_id"),
        constraint "server_load_deployment_id_foreign" foreign key ("deployment_id", "account_id") references "deployment" ("id", "account_id")
      );
    `)
    this.addSql(`create index "server_load_width" on "server_load" ("width", "started_at");`)
  }
}
