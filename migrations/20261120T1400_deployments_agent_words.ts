import { Migration } from '@mikro-orm/migrations'

/** What agents tell beside reports (app states, samples, alarms), what they are told (notifications), and how long they were away. */
export class HearAgents extends Migration {
  override up(): void {
    this.addSql(`
      create table "app_state" (
        "deployment_id" text not null,
        "app_code" text not null,
        "account_id" text not null,
        "status" text null,
        "container_state" text null,
        "health" text null,
        "reported_at" timestamptz not null default now(),
        primary key ("deployment_id", "app_code")
      );
    `)
    this.addSql(
      `alter table "app_state" add constraint "app_state_status" check (status in ('RUNNING', 'STOPPED', 'ERROR'));`,
    )
    this.addSql(
      `alter table "app_state" add constraint "app_state_health" check (health in ('OK', 'UNHEALTHY', 'UNKNOWN'));`,
    )
    this.addSql(`
      create table "agent_notification" (
        "id" text not null,
        "account_id" text null,
        "deployment_id" text null,
        "template_id" text null,
        "kind" text not null,
        "title" text not null,
        "message" text not null,
        "stack_name" text null,
        "new_version" text null,
        "created_at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(
      `alter table "agent_notification" add constraint "agent_notification_kind" check (kind in ('stack_update_available', 'stack_published', 'system_notice'));`,
    )
    this.addSql(`create index "agent_notification_created" on "agent_notification" ("created_at");`)
    this.addSql(`
      create table "agent_outage" (
        "id" text not null,
        "account_id" text not null,
        "deployment_id" text not null,
        "kind" text not null,
        "began_at" timestamptz not null,
        "alerted_at" timestamptz null,
        "ended_at" timestamptz null,
        "end_told_at" timestamptz null,
        primary key ("id")
      );
    `)
    this.addSql(
      `alter table "agent_outage" add constraint "agent_outage_kind" check (kind in ('STATUS_PANEL', 'COMPOSE_AGENT'));`,
    )
    this.addSql(
      `create unique index "agent_outage_open" on "agent_outage" ("deployment_id", "kind") where ended_at is null;`,
    )
    this.addSql(
      `create index "agent_outage_untold" on "agent_outage" ("ended_at") where alerted_at is not null and end_told_at is null;`,
    )
    this.addSql(`
      create table "agent_sample" (
        "deployment_id" text not null,
        "account_id" text not null,
        "sample" jsonb not null,
        "received_at" timestamptz not null default now(),
        primary key ("deployment_id")
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
        primary key ("id")
      );
    `)
    this.addSql(
      `alter table "agent_alarm" add constraint "agent_alarm_once" unique ("deployment_id", "kind", "severity", "recovered", "occurred_at");`,
    )
    for (const table of ['app_state', 'agent_outage', 'agent_sample', 'agent_alarm'])
      this.addSql(
        `alter table "${table}" add constraint "${table}_deployment_id_foreign" foreign key ("deployment_id") references "deployment" ("id")${table === 'agent_sample' ? ' on update cascade on delete cascade' : ''};`,
      )
  }
}
