import { Migration } from '@mikro-orm/migrations'

/** Spend caps in money. */
export class MoneyCaps extends Migration {
  override up(): void {
    this.addSql(`
      create table "money_cap" (
        "id" text not null,
        "account_id" text not null,
        "feature" text not null,
        "period" text not null,
        "setter" text not null,
        "amount_minor" bigint not null,
        "currency" text not null,
        "alert_percents" int[] not null,
        "created_by" text not null,
        "since" timestamptz not null,
        "ended_at" timestamptz,
        "period_start" timestamptz not null,
        "used_minor" bigint not null,
        primary key ("id", "account_id"),
        constraint "money_cap_amount" check (amount_minor > 0),
        constraint "money_cap_period" check (period in ('DAY', 'MONTH', 'BILLING_PERIOD')),
        constraint "money_cap_setter" check (setter in ('ACCOUNT', 'OPERATOR')),
        constraint "money_cap_used" check (used_minor >= 0)
      );
    `)
    this.addSql(
      `create unique index "money_cap_live" on "money_cap" ("account_id", "feature", "period", "setter") where ended_at is null;`,
    )
  }
}
