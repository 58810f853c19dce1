import { Migration } from '@mikro-orm/migrations'

/** Tables of the domain ops at the first release. */
export class OpsBaseline extends Migration {
  override up(): void {
    this.addSql(`
      create table "account_chain" (
        "account_id" text not null,
        "log" text not null,
        "entry_count" bigint not null,
        "link_count" int not null,
        "value" bytea not null,
        "version" bigint,
        "operation_no" int,
        "entry_no" int,
        "commitment_key" bytea,
        "erased_at" timestamptz,
        primary key ("account_id", "log"),
        constraint "account_chain_log" check (log in ('AUDIT', 'LEDGER'))
      );
    `)
    this.addSql(`
      create table "account_chain_link" (
        "account_id" text not null,
        "log" text not null,
        "number" int not null,
        "entries_before" bigint not null,
        "digests" bytea not null,
        "value" bytea not null,
        "version" bigint,
        "operation_no" int,
        "entry_no" int,
        "root_number" int not null,
        "chained_at" timestamptz not null default now(),
        primary key ("account_id", "log", "number"),
        constraint "account_chain_link_log" check (log in ('AUDIT', 'LEDGER'))
      );
    `)
    this.addSql(`
      create table "invariant_round" (
        "id" int not null,
        "number" int not null,
        "after" text,
        "found" jsonb not null,
        "results" jsonb not null,
        "checked_at" timestamptz,
        primary key ("id"),
        constraint "invariant_round_one_row" check (id = 1)
      );
    `)
    this.addSql(`
      create table "ledger_root" (
        "number" int not null,
        "at" timestamptz not null,
        "content" text not null,
        "key_id" text not null,
        "signature" text not null,
        "created_at" timestamptz not null default now(),
        primary key ("number")
      );
    `)
    this.addSql(`create index "ledger_root_at" on "ledger_root" ("at");`)
    this.addSql(`
      create table "ledger_root_block" (
        "root_number" int not null,
        "block" int not null,
        "first_account" text not null,
        "first_log" text not null,
        "digest" bytea not null,
        primary key ("root_number", "block")
      );
    `)
    this.addSql(`
      create table "reconciliation_report" (
        "day" text not null,
        "content" text not null,
        "key_id" text not null,
        "signature" text not null,
        "created_at" timestamptz not null default now(),
        primary key ("day")
      );
    `)
    this.addSql(`
      create table "signing_key" (
        "id" text not null,
        "public_key" text not null,
        "private_sealed" text not null,
        "created_at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(`
      create table "accepted_drift" (
        "provider" text not null,
        "kind" text not null,
        "object" text not null,
        "fingerprint" text not null,
        "accepted_by" text not null,
        "reason" text not null,
        "accepted_at" timestamptz not null,
        "accepted_until" timestamptz null,
        primary key ("provider", "kind", "object", "fingerprint")
      );
    `)
    this.addSql(`
      create table "account_job" (
        "id" text not null,
        "account_id" text not null,
        "kind" text not null,
        "state" text not null default 'SCHEDULED',
        "progress" int not null default 0,
        "requested_by" text not null,
        "created_at" timestamptz not null,
        "run_at" timestamptz not null,
        "finished_at" timestamptz,
        "blocked_reason" text,
        "recorded_at" timestamptz not null default now(),
        primary key ("id", "account_id"),
        constraint "account_job_kind" check (kind in ('EXPORT', 'DELETION')),
        constraint "account_job_state" check (state in ('SCHEDULED', 'RUNNING', 'COMPLETED', 'CANCELED'))
      );
    `)
    this.addSql(`create index "account_job_account" on "account_job" ("account_id", "id");`)
    this.addSql(
      `create unique index "account_job_one_deletion" on "account_job" ("account_id") where kind = 'DELETION' and state in ('SCHEDULED', 'RUNNING');`,
    )
    this.addSql(`
      create table "account_export_part" (
        "job_id" text not null,
        "account_id" text not null,
        "position" int not null,
        "content" bytea not null,
        primary key ("job_id", "position", "account_id"),
        constraint "account_export_part_job_id_foreign" foreign key ("job_id", "account_id") references "account_job" ("id", "account_id") on delete cascade
      );
    `)
    this.addSql(`
      create table "analytics_checkpoint" (
        "account_id" text not null,
        "version" bigint not null,
        primary key ("account_id")
      );
    `)
    this.addSql(`
      create table "counted_checkout" (
        "checkout_id" text not null,
        "account_id" text not null,
        "completed" boolean not null,
        primary key ("checkout_id", "account_id")
      );
    `)
    this.addSql(`
      create table "counted_purchase" (
        "purchase_id" text not null,
        "account_id" text not null,
        "reversed_minor" bigint not null,
        primary key ("purchase_id", "account_id")
      );
    `)
    this.addSql(`
      create table "credit_daily" (
        "day" date not null,
        "feature" text not null,
        "granted" bigint not null default '0',
        "expired" bigint not null default '0',
        primary key ("day", "feature")
      );
    `)
    this.addSql(`
      create table "reconciliation_run" (
        "id" text not null,
        "provider" text not null,
        "scope" text not null,
        "requested_by" text,
        "started_at" timestamptz not null default now(),
        "finished_at" timestamptz,
        "checked" bigint not null default 0,
        "drift" jsonb not null,
        "found" int not null default 0,
        "healed" int not null default 0,
        "error" text,
        "totals" jsonb not null default '[]',
        "subject_account" text,
        "since" timestamptz,
        "until" timestamptz,
        primary key ("id"),
        constraint "reconciliation_run_scope" check (scope in ('EVENTS', 'STATE', 'ALL'))
      );
    `)
    this.addSql(`create index "reconciliation_run_started" on "reconciliation_run" ("provider", "started_at");`)
    this.addSql(`
      create table "journal_period" (
        "month" text not null,
        "closed_at" timestamptz not null,
        "closed_by" text not null,
        primary key ("month")
      );
    `)
    this.addSql(`
      create table "journal_posting" (
        "month" text not null,
        "position" int not null,
        "key" text not null,
        "origin" text not null,
        "kind" text not null,
        "at" timestamptz not null,
        "account" text,
        "document" text not null,
        "currency" text not null,
        "ledger_account" text not null,
        "amount_minor" bigint not null,
        primary key ("month", "position"),
        constraint "journal_posting_kind" check (kind in ('INVOICE', 'CREDIT_NOTE', 'SALE', 'PAYMENT', 'WRITE_OFF', 'REFUND', 'DISPUTE', 'CREDIT', 'EARNING', 'PAYOUT', 'REVENUE', 'FEE', 'CORRECTION'))
      );
    `)
    this.addSql(`create index "journal_posting_origin" on "journal_posting" ("origin");`)
    this.addSql(`
      create table "reconciliation_schedule" (
        "provider" text not null,
        "scope" text not null,
        "last_started_at" timestamptz not null,
        primary key ("provider", "scope")
      );
    `)
    this.addSql(`
      create table "sales_daily" (
        "day" date not null,
        "product_id" text not null,
        "currency" text not null,
        "purchases" bigint not null default '0',
        "gross_minor" bigint not null default '0',
        "reversed_minor" bigint not null default '0',
        "checkouts_started" bigint not null default '0',
        "checkouts_completed" bigint not null default '0',
        primary key ("day", "product_id", "currency")
      );
    `)
    this.addSql(`
      create table "subscriber_period" (
        "account_id" text not null,
        "started_at" timestamptz not null,
        "ended_at" timestamptz,
        primary key ("account_id", "started_at")
      );
    `)
    this.addSql(`create index "subscriber_period_ended" on "subscriber_period" ("ended_at");`)
    this.addSql(`
      create table "usage_daily" (
        "day" date not null,
        "plan_code" text not null,
        "feature" text not null,
        "used" bigint not null,
        primary key ("day", "plan_code", "feature")
      );
    `)
    this.addSql(`
      create table "usage_rollup" (
        "account_id" text not null,
        "period" text not null,
        "feature" text not null,
        "starts_at" timestamptz not null,
        "currency" text not null,
        "sub_account_id" text not null,
        "user_id" text not null,
        "api_key_id" text not null,
        "dimensions" jsonb not null,
        "used" bigint not null,
        "cost_minor" bigint not null,
        primary key ("account_id", "period", "feature", "starts_at", "currency", "sub_account_id", "user_id", "api_key_id", "dimensions"),
        constraint "usage_rollup_period" check (period in ('HOUR', 'DAY', 'MONTH'))
      );
    `)
  }
}
