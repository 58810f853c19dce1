import { Migration } from '@mikro-orm/migrations'

/** Invoices of the server for units beyond an allowance. */
export class OverageInvoices extends Migration {
  override up(): void {
    this.addSql(`
      alter table "overage_usage"
        add column "invoiced" bigint not null default '0',
        add constraint "overage_usage_invoiced" check (invoiced >= 0);
    `)
    this.addSql(`
      alter table "usage_report"
        add column "lines" jsonb null,
        add column "invoice_id" text null,
        add constraint "usage_report_lines" check ((meter = '') <> (lines is null)),
        add constraint "usage_report_invoice" unique ("account_id", "provider", "invoice_id");
    `)
  }
}
