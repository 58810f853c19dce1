import { Migration } from '@mikro-orm/migrations'

/** Chains, figures and checks of the core at the first release. A database of a release candidate has them from its baseline of ops. */
export class CoreFigures extends Migration {
  override up(): void {
    this.addSql(`
      create table if not exists "account_chain" (
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
      create table if not exists "account_chain_link" (
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
      create table if not exists "invariant_round" (
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
      create table if not exists "ledger_root" (
        "number" int not null,
        "at" timestamptz not null,
        "content" text not null,
        "key_id" text not null,
        "signature" text not null,
        "created_at" timestamptz not null default now(),
        primary key ("number")
      );
    `)
    this.addSql(`create index if not exists "ledger_root_at" on "ledger_root" ("at");`)
    this.addSql(`
      create table if not exists "ledger_root_block" (
        "root_number" int not null,
        "block" int not null,
        "first_account" text not null,
        "first_log" text not null,
        "digest" bytea not null,
        primary key ("root_number", "block")
      );
    `)
    this.addSql(`
      create table if not exists "signing_key" (
        "id" text not null,
        "public_key" text not null,
        "private_sealed" text not null,
        "created_at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(`
      create table if not exists "analytics_checkpoint" (
        "account_id" text not null,
        "version" bigint not null,
        primary key ("account_id")
      );
    `)
    this.addSql(`
      create table if not exists "credit_daily" (
        "day" date not null,
        "feature" text not null,
        "granted" bigint not null default '0',
        "expired" bigint not null default '0',
        primary key ("day", "feature")
      );
    `)
    this.addSql(`
      create table if not exists "usage_daily" (
        "day" date not null,
        "plan_code" text not null,
        "feature" text not null,
        "used" bigint not null,
        primary key ("day", "plan_code", "feature")
      );
    `)
    this.addSql(`
      create table if not exists "usage_rollup" (
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
