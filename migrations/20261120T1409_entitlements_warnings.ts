import { Migration } from '@mikro-orm/migrations'

export class CreateUsageWarnings extends Migration {
  override up(): void {
    this.addSql(`
      create table "usage_warning" (
        "account_id" text not null,
        "feature" text not null,
        "period" timestamptz not null,
        "threshold" int not null,
        "warned_at" timestamptz not null,
        primary key ("account_id", "feature", "period", "threshold")
      );
    `)
    this.addSql(
      `alter table "usage_warning" add constraint "usage_warning_account_id_foreign" foreign key ("account_id") references "account" ("id");`,
    )
  }
}
