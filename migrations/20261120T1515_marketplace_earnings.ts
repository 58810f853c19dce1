import { Migration } from '@mikro-orm/migrations'

export class CreateEarnings extends Migration {
  override up(): void {
    this.addSql(`alter table "vendor" add column "payee_id" text null;`)
    this.addSql(`alter table "vendor" add constraint "vendor_payee" unique ("payee_id");`)
    this.addSql(`
      create table "vendor_payout" (
        "id" text not null,
        "account_id" text not null,
        "vendor_id" text not null,
        "method" text not null,
        "status" text not null,
        "amount_minor" bigint not null,
        "currency" text not null,
        "reference" text null,
        "payee_id" text null,
        "external_id" text null,
        "why" text null,
        "requested_by" text not null,
        "created_at" timestamptz not null,
        "settled_at" timestamptz null,
        primary key ("id")
      );
    `)
    this.addSql(`create index "vendor_payout_vendor" on "vendor_payout" ("vendor_id", "id");`)
    this.addSql(`alter table "vendor_payout" add constraint "vendor_payout_amount" check (amount_minor > 0);`)
    this.addSql(
      `alter table "vendor_payout" add constraint "vendor_payout_method" check (method in ('MANUAL', 'STRIPE'));`,
    )
    this.addSql(
      `alter table "vendor_payout" add constraint "vendor_payout_status" check (status in ('CREATING', 'PAID', 'FAILED'));`,
    )
    this.addSql(`
      create table "vendor_entry" (
        "id" text not null,
        "account_id" text not null,
        "vendor_id" text not null,
        "kind" text not null,
        "purchase_id" text null,
        "payout_id" text null,
        "gross_minor" bigint not null default '0',
        "amount_minor" bigint not null,
        "currency" text not null,
        "share_basis_points" int null,
        "at" timestamptz not null,
        primary key ("id")
      );
    `)
    this.addSql(`create index "vendor_entry_vendor" on "vendor_entry" ("vendor_id", "at", "id");`)
    this.addSql(`create index "vendor_entry_purchase" on "vendor_entry" ("purchase_id");`)
    this.addSql(`create unique index "vendor_entry_one_sale" on "vendor_entry" ("purchase_id") where kind = 'SALE';`)
    this.addSql(
      `alter table "vendor_entry" add constraint "vendor_entry_kind" check (kind in ('SALE', 'CLAWBACK', 'RESTORE', 'PAYOUT', 'PAYOUT_RETURNED'));`,
    )
    for (const table of ['vendor_payout', 'vendor_entry']) {
      this.addSql(
        `alter table "${table}" add constraint "${table}_account_id_foreign" foreign key ("account_id") references "account" ("id");`,
      )
      this.addSql(
        `alter table "${table}" add constraint "${table}_vendor_id_foreign" foreign key ("vendor_id") references "vendor" ("id");`,
      )
    }
    this.addSql(
      `alter table "vendor_entry" add constraint "vendor_entry_purchase_id_foreign" foreign key ("purchase_id") references "purchase" ("id") on delete set null;`,
    )
    this.addSql(
      `alter table "vendor_entry" add constraint "vendor_entry_payout_id_foreign" foreign key ("payout_id") references "vendor_payout" ("id") on delete set null;`,
    )
  }
}
