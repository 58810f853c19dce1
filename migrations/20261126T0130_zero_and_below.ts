import { Migration } from '@mikro-orm/migrations'

/** A cap of 0 allows no unit, or no cost beyond the allowance. An imported balance below zero is debt. A checkout has the time of its latest request. */
export class ZeroAndBelow extends Migration {
  override up(): void {
    this.addSql(`
      alter table "spend_cap" drop constraint "spend_cap_amount";
      alter table "spend_cap" add constraint "spend_cap_amount" check (amount >= 0);
      alter table "member_cap" drop constraint "member_cap_amount";
      alter table "member_cap" add constraint "member_cap_amount" check (amount >= 0);
      alter table "money_cap" drop constraint "money_cap_amount";
      alter table "money_cap" add constraint "money_cap_amount" check (amount_minor >= 0);
      alter table "adopted_balance" drop constraint "adopted_balance_amount";
    `)
    this.addSql(`alter table "checkout" add column "requested_at" timestamptz not null default now();`)
  }
}
