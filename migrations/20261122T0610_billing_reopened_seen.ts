import { Migration } from '@mikro-orm/migrations'

/** A subscription that had ended and reads as running waits for a second read. */
export class NoteReopenedSubscriptions extends Migration {
  override up(): void {
    this.addSql(`alter table "billing_subscription" add column "reopened_seen_at" timestamptz;`)
    this.addSql(
      `create index "billing_subscription_reopened" on "billing_subscription" ("reopened_seen_at") where reopened_seen_at is not null;`,
    )
  }
}
