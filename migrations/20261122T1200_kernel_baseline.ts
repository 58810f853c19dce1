import { Migration } from '@mikro-orm/migrations'

/** Tables of the domain kernel at the first release. */
export class KernelBaseline extends Migration {
  override up(): void {
    this.addSql(`create sequence "fetch_fence";`)
    this.addSql(`
      create table "audit_entry" (
        "id" text not null,
        "account_id" text,
        "actor" text not null,
        "action" text not null,
        "object" text not null,
        "details" jsonb not null,
        "minute" timestamptz not null,
        "occurrences" int not null default 1,
        "at" timestamptz not null default now(),
        "chain_no" bigint,
        "details_digest" bytea,
        primary key ("id"),
        constraint "audit_entry_minute" unique ("minute", "actor", "action", "object")
      );
    `)
    this.addSql(`create index "audit_entry_account" on "audit_entry" ("account_id", "id");`)
    this.addSql(`create index "audit_entry_actor" on "audit_entry" ("actor", "id");`)
    this.addSql(`create index "audit_entry_object" on "audit_entry" ("object", "id");`)
    this.addSql(`create index "audit_entry_unchained" on "audit_entry" ("minute") where chain_no is null;`)
    this.addSql(`
      create table "business_clock" (
        "id" int not null,
        "now" timestamptz not null,
        primary key ("id"),
        constraint "business_clock_one_row" check (id = 1)
      );
    `)
    this.addSql(`
      create table "idempotency_key" (
        "principal" text not null,
        "account_id" text not null,
        "mutation" text not null,
        "key" text not null,
        "fingerprint" text not null,
        "result_type" text,
        "result_id" text,
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
        "state_reason" text,
        "effects" text[] not null default '{}',
        "received_at" timestamptz not null default now(),
        "processed_at" timestamptz,
        "transmission_id" text,
        "body_digest" text not null default '',
        primary key ("id"),
        constraint "inbox_event_once" unique ("provider", "event_id", "body_digest"),
        constraint "inbox_event_state" check (state in ('RECEIVED', 'DEFERRED', 'PROCESSED', 'IGNORED', 'QUARANTINED', 'RETRYING', 'DEAD'))
      );
    `)
    this.addSql(`create index "inbox_event_object" on "inbox_event" ("object_key", "id");`)
    this.addSql(`create index "inbox_event_explained" on "inbox_event" ("id") where state_reason is not null;`)
    this.addSql(`create index "inbox_event_by_state" on "inbox_event" ("state", "id");`)
    this.addSql(
      `create index "inbox_event_open" on "inbox_event" ("provider", "object_key") where state in ('RECEIVED', 'DEFERRED', 'RETRYING');`,
    )
    this.addSql(
      `create index "inbox_event_transmission" on "inbox_event" ("provider", "transmission_id") where transmission_id is not null;`,
    )
    this.addSql(`
      create table "inbox_object" (
        "provider" text not null,
        "object_key" text not null,
        "pending" boolean not null default true,
        "generation" bigint not null default '1',
        "attempts" int not null default 0,
        "available_at" timestamptz not null default now(),
        "lease_token" text,
        "lease_until" timestamptz,
        "unreachable" boolean not null default false,
        primary key ("provider", "object_key")
      );
    `)
    this.addSql(`create index "inbox_object_pending" on "inbox_object" ("available_at") where pending;`)
    this.addSql(`
      create table "installation" (
        "id" int not null,
        "business" text not null,
        "created_at" timestamptz not null default now(),
        "secrets_key_ids" text[] not null default '{}',
        primary key ("id"),
        constraint "installation_one_row" check (id = 1)
      );
    `)
    this.addSql(`
      create table "mail_message" (
        "id" text not null,
        "account_id" text not null,
        "state" text not null default 'PENDING',
        "recipient" text not null,
        "language" text not null default 'EN',
        "subject" text not null,
        "body" text not null,
        "html" text not null,
        "at" timestamptz not null,
        "attempts" int not null default 0,
        "last_error" text,
        "available_at" timestamptz not null default now(),
        "lease_token" text,
        "lease_until" timestamptz,
        "sent_at" timestamptz,
        "secret_sealed" text,
        primary key ("id", "account_id"),
        constraint "mail_message_state" check (state in ('PENDING', 'SENT', 'DEAD'))
      );
    `)
    this.addSql(`create index "mail_message_dead" on "mail_message" ("id") where state = 'DEAD';`)
    this.addSql(`create index "mail_message_pending" on "mail_message" ("available_at") where state = 'PENDING';`)
    this.addSql(`
      create table "outbox_event" (
        "id" text not null,
        "type" text not null,
        "account_id" text,
        "payload" jsonb not null,
        "request_id" text,
        "state" text not null default 'PENDING',
        "attempts" int not null default 0,
        "last_error" text,
        "available_at" timestamptz not null default now(),
        "lease_token" text,
        "lease_until" timestamptz,
        "at" timestamptz not null,
        "recorded_at" timestamptz not null default now(),
        "relayed_at" timestamptz,
        primary key ("id"),
        constraint "outbox_event_state" check (state in ('PENDING', 'RELAYED', 'DEAD'))
      );
    `)
    this.addSql(`create index "outbox_event_dead" on "outbox_event" ("id") where state = 'DEAD';`)
    this.addSql(`create index "outbox_event_pending" on "outbox_event" ("available_at") where state = 'PENDING';`)
    this.addSql(`
      create table "scheduled_job" (
        "id" text not null,
        "kind" text not null,
        "key" text not null,
        "account_id" text,
        "run_at" timestamptz not null,
        "attempts" int not null default 0,
        "last_error" text,
        "available_at" timestamptz not null default now(),
        "lease_token" text,
        "lease_until" timestamptz,
        primary key ("id"),
        constraint "scheduled_job_once" unique ("kind", "key")
      );
    `)
    this.addSql(`create index "scheduled_job_run_at" on "scheduled_job" ("run_at");`)
    this.addSql(`
      create table "stored_secret" (
        "path" text not null,
        "sealed" text not null,
        "updated_at" timestamptz not null default now(),
        primary key ("path")
      );
    `)
    this.addSql(`
      create table "stream_event" (
        "stream_id" text not null,
        "sequence" bigint not null,
        "id" text not null,
        "account_id" text not null,
        "type" text not null,
        "summary" text not null,
        "subject_type" text,
        "subject_id" text,
        "changes_entitlements" boolean not null default false,
        "data" jsonb not null,
        "at" timestamptz not null,
        "recorded_at" timestamptz not null default now(),
        "transaction_id" xid8 not null default pg_current_xact_id(),
        primary key ("stream_id", "sequence", "account_id"),
        constraint "stream_event_id_unique" unique ("id", "account_id")
      );
    `)
    this.addSql(
      `create index "stream_event_rare" on "stream_event" ("stream_id", "sequence") where type not in ('server.load', 'usage.recorded', 'usage_comparison.progressed', 'webhook_event.received');`,
    )
    this.addSql(
      `create index "stream_event_recorded_at" on "stream_event" using brin ("recorded_at") with (pages_per_range = 16);`,
    )
    this.addSql(`
      create table "operator_event" (
        "id" text not null,
        "transaction_id" xid8 not null default pg_current_xact_id(),
        "account_id" text,
        "type" text not null,
        "summary" text not null,
        "subject_type" text,
        "subject_id" text,
        "data" jsonb not null,
        "at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(`create index "operator_event_transaction" on "operator_event" ("transaction_id", "id");`)
    this.addSql(`create index "operator_event_at" on "operator_event" using brin ("at") with (pages_per_range = 16);`)
    this.addSql(`
      create table "webhook_endpoint" (
        "id" text not null,
        "account_id" text,
        "url" text not null,
        "description" text,
        "types" text[] not null,
        "enabled" boolean not null default true,
        "disabled_reason" text,
        "failing_since" timestamptz,
        "secret" text not null,
        "previous_secret" text,
        "previous_until" timestamptz,
        "created_by" text not null,
        "deleted_at" timestamptz,
        "created_at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(
      `create unique index "webhook_endpoint_once" on "webhook_endpoint" (coalesce(account_id, ''), url) where deleted_at is null;`,
    )
    this.addSql(`
      create table "webhook_delivery" (
        "id" text not null,
        "endpoint_id" text not null,
        "account_id" text,
        "event_id" text not null,
        "type" text not null,
        "body" text not null,
        "state" text not null default 'PENDING',
        "attempts" int not null default 0,
        "last_status_code" int,
        "last_error" text,
        "attempt_log" jsonb not null,
        "available_at" timestamptz not null default now(),
        "lease_token" text,
        "lease_until" timestamptz,
        "created_at" timestamptz not null default now(),
        "delivered_at" timestamptz,
        primary key ("id"),
        constraint "webhook_delivery_once" unique ("endpoint_id", "event_id"),
        constraint "webhook_delivery_state" check (state in ('PENDING', 'DELIVERED', 'DEAD')),
        constraint "webhook_delivery_endpoint_id_foreign" foreign key ("endpoint_id") references "webhook_endpoint" ("id") on delete cascade
      );
    `)
    this.addSql(`create index "webhook_delivery_dead" on "webhook_delivery" ("id") where state = 'DEAD';`)
    this.addSql(`create index "webhook_delivery_endpoint" on "webhook_delivery" ("endpoint_id", "id");`)
    this.addSql(`create index "webhook_delivery_created" on "webhook_delivery" ("created_at");`)
    this.addSql(
      `create index "webhook_delivery_pending" on "webhook_delivery" ("endpoint_id", "available_at") where state = 'PENDING';`,
    )
  }
}
