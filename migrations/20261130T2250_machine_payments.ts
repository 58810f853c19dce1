import { Migration } from '@mikro-orm/migrations'

/** Checkouts that a program paid without a page: its challenge, which sells once, and its token. */
export class MachinePayments extends Migration {
  override up(): void {
    this.addSql(`alter table "checkout" add column "challenge_id" text null, add column "granted_token" text null;`)
    this.addSql(`
      create unique index "checkout_challenge" on "checkout" ("account_id", "challenge_id")
        where challenge_id is not null and status not in ('FAILED', 'EXPIRED', 'CANCELLED');`)
  }
}
