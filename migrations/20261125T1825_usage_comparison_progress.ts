import { Migration } from '@mikro-orm/migrations'

/** Time of the last event on the progress of a comparison. */
export class UsageComparisonProgress extends Migration {
  override up(): void {
    this.addSql(`alter table "usage_comparison" add column "progressed_at" timestamptz;`)
  }
}
