import { Migration } from '@mikro-orm/migrations'

export class CreateEntitlements extends Migration {
  override up(): void {
    this.addSql(`
      create table "allocation" (
        "account_id" text not null,
        "feature" text not null,
        "resource_id" text not null,
        "allocated_at" timestamptz not null,
        "released_at" timestamptz null,
        primary key ("account_id", "feature", "resource_id")
      );
    `)
    this.addSql(`create index "allocation_held" on "allocation" ("account_id", "feature") where released_at is null;`)
    this.addSql(`
      create table "plan_assignment" (
        "id" text not null,
        "account_id" text not null,
        "group_code" text not null,
        "plan_version_id" text not null,
        "source_type" text not null,
        "source_id" text not null,
        "quantity" int not null default 1,
        "since" timestamptz not null,
        "period_end" timestamptz null,
        "lapses_at" timestamptz null,
        "ended_at" timestamptz null,
        primary key ("id")
      );
    `)
    this.addSql(`create index "plan_assignment_live" on "plan_assignment" ("account_id") where ended_at is null;`)
    this.addSql(
      `create unique index "plan_assignment_source" on "plan_assignment" ("source_type", "source_id", "group_code") where ended_at is null;`,
    )
    this.addSql(
      `alter table "allocation" add constraint "allocation_account_id_foreign" foreign key ("account_id") references "account" ("id");`,
    )
    this.addSql(
      `alter table "plan_assignment" add constraint "plan_assignment_account_id_foreign" foreign key ("account_id") references "account" ("id");`,
    )
    this.addSql(
      `alter table "plan_assignment" add constraint "plan_assignment_plan_version_id_foreign" foreign key ("plan_version_id") references "plan_version" ("id");`,
    )
  }
}
