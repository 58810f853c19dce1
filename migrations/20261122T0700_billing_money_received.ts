import { Migration } from '@mikro-orm/migrations'

/**
 * A purchase shows the money that was received, and apart from it what the account's credit at the provider paid and what of the purchase
 * became such credit. A purchase that paid for a change of a subscription names the change.
 */
export class RecordMoneyReceived extends Migration {
  override up(): void {
    this.addSql(`alter table "purchase" add column "credit_minor" bigint not null default '0',
      add column "credited_minor" bigint not null default '0', add column "step" jsonb null, add column "reverted" boolean not null default false;`)
    this.addSql(
      `alter table "purchase" add constraint "purchase_credit" check (credit_minor >= 0 and credited_minor >= 0 and credited_minor <= amount_minor + credit_minor);`,
    )
    this
      .addSql(`create table "purchase_credit" ("provider" text not null, "invoice_id" text not null, "purchase_id" text not null, "amount_minor" bigint not null,
      constraint "purchase_credit_pkey" primary key ("provider", "invoice_id", "purchase_id"));`)
    this.addSql(
      `alter table "purchase_credit" add constraint "purchase_credit_purchase_id_foreign" foreign key ("purchase_id") references "purchase" ("id");`,
    )
    this.addSql(`alter table "purchase_credit" add constraint "purchase_credit_amount" check (amount_minor > 0);`)
    this.addSql(`create index "purchase_credit_purchase" on "purchase_credit" ("purchase_id");`)
    this
      .addSql(`create table "credit_adjustment" ("id" text not null, "account_id" text not null, "provider" text not null, "cause" text not null,
      "amount_minor" bigint not null, "currency" text not null, "reason" text not null, "status" text not null default 'CREATING', "done_minor" bigint not null default '0',
      "purchase_id" text null, "created_at" timestamptz not null, "recorded_at" timestamptz not null default now(), primary key ("id"));`)
    this.addSql(
      `alter table "credit_adjustment" add constraint "credit_adjustment_account_id_foreign" foreign key ("account_id") references "account" ("id");`,
    )
    this.addSql(
      `alter table "credit_adjustment" add constraint "credit_adjustment_cause" unique ("provider", "cause");`,
    )
    this.addSql(
      `alter table "credit_adjustment" add constraint "credit_adjustment_status" check (status in ('CREATING', 'DONE'));`,
    )
    this.addSql(`create index "credit_adjustment_account" on "credit_adjustment" ("account_id");`)
    this.addSql(`alter table "invoice" add column "credit_minor" bigint not null default '0';`)
  }
}
