import { Migration } from '@mikro-orm/migrations'

export class CreateKernel extends Migration {
  override up(): void {
    this.addSql(`create sequence "fetch_fence";`)
    this.addSql(`
      create table "business_clock" (
        "id" int not null,
        "now" timestamptz not null,
        primary key ("id")
      );
    `)
    this.addSql(`alter table "business_clock" add constraint "business_clock_one_row" check (id = 1);`)
    this.addSql(`
      create table "due" (
        "id" text not null,
        "kind" text not null,
        "key" text not null,
        "account_id" text null,
        "due_at" timestamptz not null,
        "attempts" int not null default 0,
        "why" text null,
        "available_at" timestamptz not null default now(),
        "lease_token" text null,
        "lease_until" timestamptz null,
        primary key ("id")
      );
    `)
    this.addSql(`create index "due_at" on "due" ("due_at");`)
    this.addSql(`alter table "due" add constraint "due_once" unique ("kind", "key");`)
    this.addSql(`
      create table "idempotency_key" (
        "principal" text not null,
        "account_id" text not null,
        "mutation" text not null,
        "key" text not null,
        "fingerprint" text not null,
        "result_type" text null,
        "result_id" text null,
        "created_at" timestamptz not null default now(),
        primary key ("principal", "account_id", "mutation", "key")
      );
    `)
    this.addSql(`create index "idempotency_key_lookup" on "idempotency_key" ("principal", "key");`)
    this.addSql(`
      create table "inbox_event" (
        "id" text not null,
        "provider" text not null,
        "event_id" text not null,
        "type" text not null,
        "object_key" text not null,
        "livemode" boolean not null,
        "payload" jsonb not null,
        "state" text not null default 'RECEIVED',
        "attempts" int not null default 0,
        "why" text null,
        "effects" text[] not null default '{}',
        "received_at" timestamptz not null default now(),
        "processed_at" timestamptz null,
        primary key ("id")
      );
    `)
    this.addSql(
      `create index "inbox_event_open" on "inbox_event" ("provider", "object_key") where state in ('RECEIVED', 'DEFERRED', 'RETRYING');`,
    )
    this.addSql(`alter table "inbox_event" add constraint "inbox_event_once" unique ("provider", "event_id");`)
    this.addSql(
      `alter table "inbox_event" add constraint "inbox_event_state" check (state in ('RECEIVED', 'DEFERRED', 'PROCESSED', 'IGNORED', 'QUARANTINED', 'RETRYING', 'DEAD'));`,
    )
    this.addSql(`
      create table "inbox_object" (
        "provider" text not null,
        "object_key" text not null,
        "pending" boolean not null default true,
        "generation" bigint not null default '1',
        "attempts" int not null default 0,
        "available_at" timestamptz not null default now(),
        "lease_token" text null,
        "lease_until" timestamptz null,
        primary key ("provider", "object_key")
      );
    `)
    this.addSql(`create index "inbox_object_pending" on "inbox_object" ("available_at") where pending;`)
    this.addSql(`
      create table "installation" (
        "id" int not null,
        "business" text not null,
        "created_at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(`alter table "installation" add constraint "installation_one_row" check (id = 1);`)
    this.addSql(`
      create table "outbox_event" (
        "id" text not null,
        "type" text not null,
        "account_id" text null,
        "payload" jsonb not null,
        "request_id" text null,
        "state" text not null default 'PENDING',
        "attempts" int not null default 0,
        "why" text null,
        "available_at" timestamptz not null default now(),
        "lease_token" text null,
        "lease_until" timestamptz null,
        "at" timestamptz not null,
        "recorded_at" timestamptz not null default now(),
        "relayed_at" timestamptz null,
        primary key ("id")
      );
    `)
    this.addSql(`create index "outbox_event_pending" on "outbox_event" ("available_at") where state = 'PENDING';`)
    this.addSql(
      `alter table "outbox_event" add constraint "outbox_event_state" check (state in ('PENDING', 'RELAYED', 'DEAD'));`,
    )
    this.addSql(`
      create table "stream_event" (
        "stream_id" text not null,
        "sequence" bigint not null,
        "id" text not null,
        "account_id" text not null,
        "type" text not null,
        "summary" text not null,
        "subject_type" text null,
        "subject_id" text null,
        "changes_rights" boolean not null default false,
        "data" jsonb not null,
        "at" timestamptz not null,
        "recorded_at" timestamptz not null default now(),
        primary key ("stream_id", "sequence")
      );
    `)
    this.addSql(`alter table "stream_event" add constraint "stream_event_id_unique" unique ("id");`)
    this.addSql(
      `create index "stream_event_recorded_at" on "stream_event" using brin ("recorded_at") with (pages_per_range = 16);`,
    )
  }
}
