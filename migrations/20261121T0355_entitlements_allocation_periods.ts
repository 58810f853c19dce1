import { Migration } from '@mikro-orm/migrations'

/** What a resource held before it was allocated again: its row tells of the last time alone. */
export class KeepAllocationPeriods extends Migration {
  override up(): void {
    this.addSql(`
      create table "allocation_period" (
        "account_id" text not null,
        "feature" text not null,
        "resource_id" text not null,
        "allocated_at" timestamptz not null,
        "released_at" timestamptz not null,
        primary key ("account_id", "feature", "resource_id", "allocated_at")
      );
    `)
    this.addSql(
      `alter table "allocation_period" add constraint "allocation_period_account_id_foreign" foreign key ("account_id") references "account" ("id");`,
    )
  }
}
