import { Migration } from '@mikro-orm/migrations'

export class CreateOwnership extends Migration {
  override up(): void {
    this.addSql(`
      create table "template_ownership" (
        "id" text not null,
        "account_id" text not null,
        "template_id" text not null,
        "source_type" text not null,
        "source_id" text not null,
        "since" timestamptz not null,
        "lapses_at" timestamptz null,
        "suspended" boolean not null default false,
        "ended_at" timestamptz null,
        primary key ("id")
      );
    `)
    this.addSql(`create index "template_ownership_account" on "template_ownership" ("account_id", "template_id");`)
    this.addSql(
      `alter table "template_ownership" add constraint "template_ownership_cause" unique ("source_type", "source_id", "template_id");`,
    )
    this.addSql(
      `alter table "template_ownership" add constraint "template_ownership_account_id_foreign" foreign key ("account_id") references "account" ("id");`,
    )
    this.addSql(
      `alter table "template_ownership" add constraint "template_ownership_template_id_foreign" foreign key ("template_id") references "template" ("id");`,
    )
    this.addSql(
      `alter table "template_ownership" add constraint "template_ownership_source" check (source_type in ('purchase', 'subscription', 'operator'));`,
    )
  }
}
