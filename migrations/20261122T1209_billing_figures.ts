import { Migration } from '@mikro-orm/migrations'

/** Figures, comparisons and the journal of billing at the first release. A database of a release candidate has them from its baseline of ops. */
export class BillingFigures extends Migration {
  override up(): void {
    this.addSql(`
      create table if not exists "reconciliation_report" (
        "day" text not null,
        "content" text not null,
        "key_id" text not null,
        "signature" text not null,
        "created_at" timestamptz not null default now(),
        primary key ("day")
      );
    `)
    this.addSql(`
      create table if not exists "accepted_drift" (
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
      create table if not exists "counted_checkout" (
        "checkout_id" text not null,
        "account_id" text not null,
        "completed" boolean not null,
        primary key ("checkout_id", "account_id")
      );
    `)
    this.addSql(`
      create table if not exists "counted_purchase" (
        "purchase_id" text not null,
        "account_id" text not null,
        "reversed_minor" bigint not null,
        primary key ("purchase_id", "account_id")
      );
    `)
    this.addSql(`
      create table if not exists "reconciliation_run" (
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
    this.addSql(
      `create index if not exists "reconciliation_run_started" on "reconciliation_run" ("provider", "started_at");`,
    )
    this.addSql(`
      create table if not exists "journal_period" (
        "month" text not null,
        "closed_at" timestamptz not null,
        "closed_by" text not null,
        primary key ("month")
      );
    `)
    this.addSql(`
      create table if not exists "journal_posting" (
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
    this.addSql(`create index if not exists "journal_posting_origin" on "journal_posting" ("origin");`)
    this.addSql(`
      create table if not exists "reconciliation_schedule" (
        "provider" text not null,
        "scope" text not null,
        "last_started_at" timestamptz not null,
        primary key ("provider", "scope")
      );
    `)
    this.addSql(`
      create table if not exists "sales_daily" (
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
      create table if not exists "subscriber_period" (
        "account_id" text not null,
        "started_at" timestamptz not null,
        "ended_at" timestamptz,
        primary key ("account_id", "started_at")
      );
    `)
    this.addSql(`create index if not exists "subscriber_period_ended" on "subscriber_period" ("ended_at");`)
  }
}
