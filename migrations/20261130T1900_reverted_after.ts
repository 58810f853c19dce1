import { Migration } from '@mikro-orm/migrations'

/** The last payment of a period when a subscription lost what another one, or an invoice, had paid for. */
export class RevertedAfter extends Migration {
  override up(): void {
    this.addSql(`alter table "purchase" add column "reverted_after" text null;`)
    this.addSql(`alter table "invoice" add column "reverted_after" text null;`)
  }
}
