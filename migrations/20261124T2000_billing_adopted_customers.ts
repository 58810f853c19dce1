import { Migration } from '@mikro-orm/migrations'

/** Customers of a provider that an import linked to accounts, and the balances that they had. */
export class AdoptedCustomers extends Migration {
  override up(): void {
    this.addSql(`
      create table "adopted_customer" (
        "account_id" text not null,
        "provider" text not null,
        "customer_id" text not null,
        "adopted_at" timestamptz not null,
        primary key ("account_id", "provider"),
        constraint "adopted_customer_account_id_foreign" foreign key ("account_id") references "account" ("id")
      );
    `)
    this.addSql(`
      create table "adopted_balance" (
        "account_id" text not null,
        "provider" text not null,
        "feature" text not null,
        "amount" bigint not null,
        "applied_at" timestamptz,
        primary key ("account_id", "provider", "feature"),
        constraint "adopted_balance_amount" check (amount >= 0),
        constraint "adopted_balance_account_id_foreign" foreign key ("account_id") references "account" ("id")
      );
    `)
    this.addSql(`create index "adopted_balance_waiting" on "adopted_balance" ("account_id") where applied_at is null;`)
  }
}
