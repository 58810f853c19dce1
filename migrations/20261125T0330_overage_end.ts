import { Migration } from '@mikro-orm/migrations'

/** Time from which an account has no overage, because an invoice for it is unpaid. */
export class OverageEnd extends Migration {
  override up(): void {
    this.addSql(`alter table "account" add column "overage_ends_at" timestamptz;`)
  }
}
