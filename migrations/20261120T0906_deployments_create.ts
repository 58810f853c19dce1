import { Migration } from '@mikro-orm/migrations'

export class CreateDeployments extends Migration {
  override up(): void {
    this.addSql(`
      create table "agent_nonce" (
        "agent_id" text not null,
        "request_id" text not null,
        "seen_at" timestamptz not null default now(),
        primary key ("agent_id", "request_id")
      );
    `)
    this.addSql(`create index "agent_nonce_seen" on "agent_nonce" ("seen_at");`)
    this.addSql(`
      create table "deployment" (
        "id" text not null,
        "hash" text not null,
        "account_id" text not null,
        "template_id" text null,
        "template_version" int null,
        "stack" text not null,
        "name" text null,
        "status" text not null,
        "apps" jsonb not null,
        "version" bigint not null default '0',
        "created_at" timestamptz not null,
        "recorded_at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(`alter table "deployment" add constraint "deployment_hash" unique ("hash");`)
    this.addSql(`create index "deployment_account" on "deployment" ("account_id", "id");`)
    this.addSql(
      `alter table "deployment" add constraint "deployment_status" check (status in ('PENDING', 'ACTIVE', 'PAUSED', 'STOPPED', 'FAILED'));`,
    )
    this.addSql(`
      create table "enrolment" (
        "id" text not null,
        "account_id" text not null,
        "deployment_id" text not null,
        "token_hash" text not null,
        "created_at" timestamptz not null default now(),
        "used_at" timestamptz null,
        primary key ("id")
      );
    `)
    this.addSql(`alter table "enrolment" add constraint "enrolment_token" unique ("token_hash");`)
    this.addSql(`create index "enrolment_deployment" on "enrolment" ("deployment_id");`)
    this.addSql(`
      create table "command" (
        "id" text not null,
        "account_id" text not null,
        "deployment_id" text not null,
        "deployment_hash" text not null,
        "type" text not null,
        "app_code" text null,
        "priority" int not null,
        "parameters" jsonb not null,
        "status" text not null,
        "attempt" int not null default 0,
        "timeout_seconds" int not null,
        "lease_until" timestamptz null,
        "superseded_at" timestamptz null,
        "result" jsonb null,
        "raw_report" jsonb null,
        "error" jsonb null,
        "warnings" jsonb not null,
        "created_by_user_id" text null,
        "created_at" timestamptz not null default now(),
        "started_at" timestamptz null,
        "finished_at" timestamptz null,
        primary key ("id")
      );
    `)
    this.addSql(
      `create index "command_queue" on "command" ("deployment_id", "priority" desc, "id") where status = 'QUEUED';`,
    )
    this.addSql(
      `create index "command_outstanding" on "command" ("deployment_id") where status in ('LEASED', 'RUNNING');`,
    )
    this.addSql(`create index "command_history" on "command" ("deployment_id", "id");`)
    this.addSql(`create index "command_latest" on "command" ("deployment_id", "app_code", "type", "id" desc);`)
    this.addSql(
      `alter table "command" add constraint "command_status" check (status in ('QUEUED', 'LEASED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'EXPIRED', 'LOST'));`,
    )
    this.addSql(`alter table "command" add constraint "command_priority" check (priority >= 0 and priority <= 3);`)
    this.addSql(`
      create table "agent" (
        "id" text not null,
        "account_id" text not null,
        "deployment_id" text not null,
        "token_hash" text not null,
        "token_sealed" text not null,
        "previous_token_hash" text null,
        "previous_token_sealed" text null,
        "previous_token_until" timestamptz null,
        "version" text null,
        "system_info" jsonb not null,
        "capabilities" text[] not null,
        "presence" text not null default 'OFFLINE',
        "last_heartbeat_at" timestamptz null,
        "registered_at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(`alter table "agent" add constraint "agent_deployment" unique ("deployment_id");`)
    this.addSql(
      `alter table "agent" add constraint "agent_presence" check (presence in ('ONLINE', 'BUSY', 'OFFLINE', 'DEGRADED'));`,
    )
    this.addSql(
      `alter table "deployment" add constraint "deployment_account_id_foreign" foreign key ("account_id") references "account" ("id");`,
    )
    this.addSql(
      `alter table "deployment" add constraint "deployment_template_id_foreign" foreign key ("template_id") references "template" ("id") on delete set null;`,
    )
    this.addSql(
      `alter table "enrolment" add constraint "enrolment_deployment_id_foreign" foreign key ("deployment_id") references "deployment" ("id");`,
    )
    this.addSql(
      `alter table "command" add constraint "command_deployment_id_foreign" foreign key ("deployment_id") references "deployment" ("id");`,
    )
    this.addSql(
      `alter table "agent" add constraint "agent_deployment_id_foreign" foreign key ("deployment_id") references "deployment" ("id");`,
    )
    this.addSql(`
      create table "command_report" (
        "id" text not null,
        "account_id" text not null,
        "command_id" text not null,
        "report" jsonb not null,
        "received_at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(`create index "command_report_command" on "command_report" ("command_id");`)
    this.addSql(
      `alter table "command_report" add constraint "command_report_command_id_foreign" foreign key ("command_id") references "command" ("id");`,
    )
  }
}
