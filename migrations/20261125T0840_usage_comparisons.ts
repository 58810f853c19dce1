import { Migration } from '@mikro-orm/migrations'

/** Comparisons of decisions with those of another engine. */
export class UsageComparisons extends Migration {
  override up(): void {
    this.addSql(`
      create table "usage_comparison" (
        "id" text not null,
        "name" text not null,
        "reason" text not null,
        "started_by" text not null,
        "started_at" timestamptz not null,
        "ended_by" text null,
        "end_reason" text null,
        "ended_at" timestamptz null,
        "usage_batch_id" text null,
        "recorded_at" timestamptz not null default now(),
        primary key ("id"),
        constraint "usage_comparison_end" check ((ended_at is null) = (ended_by is null) and (ended_at is null) = (end_reason is null)),
        constraint "usage_comparison_usage_batch_id_foreign" foreign key ("usage_batch_id") references "usage_batch" ("id")
      );
    `)
    this.addSql(`
      create table "usage_comparison_account" (
        "id" text not null,
        "account_id" text not null,
        "comparison_id" text not null,
        "state" jsonb not null,
        "ended_at" timestamptz null,
        primary key ("id", "account_id"),
        constraint "usage_comparison_account_account_id_foreign" foreign key ("account_id") references "account" ("id"),
        constraint "usage_comparison_account_comparison_id_foreign" foreign key ("comparison_id") references "usage_comparison" ("id")
      );
    `)
    this.addSql(
      `create unique index "usage_comparison_account_live" on "usage_comparison_account" ("account_id") where ended_at is null;`,
    )
    this.addSql(
      `create index "usage_comparison_account_comparison" on "usage_comparison_account" ("comparison_id", "account_id");`,
    )
    this.addSql(`
      create table "usage_compared_use" (
        "id" text not null,
        "account_id" text not null,
        "comparison_id" text not null,
        "key" text not null,
        "request" text not null,
        "feature" text not null,
        "used_at" timestamptz not null,
        "differences" text[] not null,
        "theirs" jsonb not null,
        "ours" jsonb not null,
        "recorded_at" timestamptz not null default now(),
        primary key ("id", "account_id"),
        constraint "usage_compared_use_key" unique ("comparison_id", "account_id", "key"),
        constraint "usage_compared_use_account_id_foreign" foreign key ("account_id") references "account" ("id"),
        constraint "usage_compared_use_comparison_id_foreign" foreign key ("comparison_id") references "usage_comparison" ("id")
      );
    `)
    this.addSql(`create index "usage_compared_use_account" on "usage_compared_use" ("account_id");`)
    this.addSql(
      `create index "usage_compared_use_difference" on "usage_compared_use" ("comparison_id", "id") where differences <> '{}';`,
    )
    this.addSql(`create index "usage_compared_use_recorded" on "usage_compared_use" ("recorded_at");`)
  }
}
