import { Migration } from '@mikro-orm/migrations'

export class CreateAccountTasks extends Migration {
  override up(): void {
    this.addSql(`
      create table "account_task" (
        "id" text not null,
        "account_id" text not null,
        "kind" text not null,
        "state" text not null default 'PLANNED',
        "progress" int not null default 0,
        "requested_by" text not null,
        "created_at" timestamptz not null,
        "due_at" timestamptz not null,
        "finished_at" timestamptz null,
        "why" text null,
        "recorded_at" timestamptz not null default now(),
        primary key ("id"),
        constraint "account_task_kind" check (kind in ('EXPORT', 'DELETION')),
        constraint "account_task_state" check (state in ('PLANNED', 'RUNNING', 'DONE', 'UNDONE'))
      );
    `)
    this.addSql(`create index "account_task_account" on "account_task" ("account_id", "id");`)
    this.addSql(
      `create unique index "account_task_one_deletion" on "account_task" ("account_id") where kind = 'DELETION' and state in ('PLANNED', 'RUNNING');`,
    )
    this.addSql(`
      create table "account_export_part" (
        "task_id" text not null,
        "place" int not null,
        "content" bytea not null,
        primary key ("task_id", "place")
      );
    `)
    this.addSql(
      `alter table "account_export_part" add constraint "account_export_part_task_id_foreign" foreign key ("task_id") references "account_task" ("id") on delete cascade;`,
    )
  }
}
