import { Migration } from '@mikro-orm/migrations'

/** Tables of the domain ops at the first release. */
export class OpsBaseline extends Migration {
  override up(): void {
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
  }
}
