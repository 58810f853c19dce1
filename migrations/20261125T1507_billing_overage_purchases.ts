import { Migration } from '@mikro-orm/migrations'

/** Payments for units beyond the allowance of a plan. */
export class OveragePurchases extends Migration {
  override up(): void {
    this.addSql(`alter table "purchase" add column "overage" boolean not null default false;`)
    this.addSql(`
      update "purchase" set "overage" = true from "usage_report" r
      where r.account_id = "purchase".account_id and r.provider = "purchase".provider and r.invoice_id = "purchase".invoice_id;
    `)
  }
}
