import { Migration } from '@mikro-orm/migrations'

/** A change in a trial says until when the trial goes on (null ends it), and each attempt at the provider has its own idempotency key. */
export class KeepTrialOfChange extends Migration {
  override up(): void {
    this.addSql(`alter table "subscription_change" add column "trial_until" timestamptz;`)
    this.addSql(`alter table "subscription_change" add column "attempt" int not null default 0;`)
  }
}
