import { Migration } from '@mikro-orm/migrations'

/** Batches of past usage, which are closed and reverted as a whole. */
export class UsageBatches extends Migration {
  override up(): void {
    this.addSql(`
      create table "usage_batch" (
        "id" text not null,
        "name" text not null,
        "reason" text not null,
        "owner" text not null,
        "opened_by" text not null,
        "state" text not null default 'OPEN',
        "created_at" timestamptz not null,
        "closed_by" text null,
        "closed_at" timestamptz null,
        "reverted_by" text null,
        "revert_reason" text null,
        "reverted_at" timestamptz null,
        "last_error" text null,
        "recorded_at" timestamptz not null default now(),
        primary key ("id"),
        constraint "usage_batch_state" check (state in ('OPEN', 'CLOSING', 'CLOSED', 'REVERTING', 'REVERTED'))
      );
    `)
    this.addSql(`create index "usage_batch_owner" on "usage_batch" ("owner", "id");`)
    this.addSql(`
      create table "usage_batch_line" (
        "id" text not null,
        "account_id" text not null,
        "batch_id" text not null,
        "key" text not null,
        "request" text not null,
        "feature" text not null,
        "amount" bigint null,
        "work" jsonb null,
        "used_at" timestamptz null,
        "state" text not null default 'PENDING',
        "consumption_id" text null,
        "units" bigint null,
        "returned" bigint null,
        "lost" bigint null,
        "denial_code" text null,
        "denial_message" text null,
        "processed_at" timestamptz null,
        "reverted_at" timestamptz null,
        primary key ("id", "account_id"),
        constraint "usage_batch_line_key" unique ("batch_id", "account_id", "key"),
        constraint "usage_batch_line_amount" check ((amount is null) <> (work is null)),
        constraint "usage_batch_line_consumption" check ((consumption_id is not null) = (state in ('APPLIED', 'REVERTED', 'NOT_REVERTED'))),
        constraint "usage_batch_line_state" check (state in ('PENDING', 'APPLIED', 'DENIED', 'DISCARDED', 'REVERTED', 'NOT_REVERTED')),
        constraint "usage_batch_line_account_id_foreign" foreign key ("account_id") references "account" ("id"),
        constraint "usage_batch_line_batch_id_foreign" foreign key ("batch_id") references "usage_batch" ("id")
      );
    `)
    this.addSql(`create index "usage_batch_line_account" on "usage_batch_line" ("account_id");`)
    this.addSql(`create index "usage_batch_line_state" on "usage_batch_line" ("batch_id", "state", "id");`)
  }
}
