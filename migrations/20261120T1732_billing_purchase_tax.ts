import { Migration } from '@mikro-orm/migrations'

/** What of a payment is tax: a vendor's share is of what is left. */
export class NotePurchaseTax extends Migration {
  override up(): void {
    this.addSql(`alter table "purchase" add column "tax_minor" bigint not null default '0';`)
    this.addSql(
      `alter table "purchase" add constraint "purchase_tax" check (tax_minor >= 0 and tax_minor <= amount_minor);`,
    )
  }
}
