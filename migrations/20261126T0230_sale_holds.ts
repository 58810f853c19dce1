import { Migration } from '@mikro-orm/migrations'

/** Reasons for which nothing more is sold to an account, and charges that replace money which was taken back. */
export class SaleHolds extends Migration {
  override up(): void {
    this.addSql(`alter table "account" add column "overage_end_reason" text, add column "deletion_at" timestamptz;`)
    this.addSql(`update "account" set "overage_end_reason" = 'OVERAGE_UNPAID' where "overage_ends_at" is not null;`)
    this.addSql(`
      update "account" set "deletion_at" = j.run_at from "account_job" j
      where j.account_id = "account".id and j.kind = 'DELETION' and j.state in ('SCHEDULED', 'COMPLETED');
    `)
    this.addSql(`alter table "billing_subscription" add column "suspended_at" timestamptz;`)
    this.addSql(`alter table "usage_report" add column "replaces" text;`)
  }
}
