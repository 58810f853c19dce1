import { Migration } from '@mikro-orm/migrations'

/** A change that gives up paid time records what it gives up, and the credit for it. */
export class CreditUnusedTime extends Migration {
  override up(): void {
    this.addSql(`alter table "subscription_change" add column "unused_time" jsonb, add column "credited_minor" bigint;`)
  }
}
