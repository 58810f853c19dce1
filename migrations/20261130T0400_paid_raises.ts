import { Migration } from '@mikro-orm/migrations'

/** Changes within a paid period, whose added units are granted in proportion to their money. */
export class PaidRaises extends Migration {
  override up(): void {
    this.addSql(`alter table "plan_assignment" add column "raises" jsonb`)
    this.addSql(`alter table "package_assignment" add column "raises" jsonb`)
  }
}
