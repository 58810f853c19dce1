import { Migration } from '@mikro-orm/migrations'

/** Spend caps of single members. */
export class MemberCaps extends Migration {
  override up(): void {
    this.addSql(`
      create table "member_cap" (
        "id" text not null,
        "account_id" text not null,
        "user_id" text not null,
        "feature" text not null,
        "period" text not null,
        "setter" text not null,
        "amount" bigint not null,
        "alert_percents" int[] not null,
        "created_by" text not null,
        "since" timestamptz not null,
        "ended_at" timestamptz,
        "period_start" timestamptz not null,
        "used" bigint not null,
        primary key ("id", "account_id"),
        constraint "member_cap_amount" check (amount > 0),
        constraint "member_cap_period" check (period in ('DAY', 'MONTH', 'BILLING_PERIOD')),
        constraint "member_cap_setter" check (setter in ('ACCOUNT', 'OPERATOR')),
        constraint "member_cap_used" check (used >= 0)
      );
    `)
    this.addSql(
      `create unique index "member_cap_live" on "member_cap" ("account_id", "user_id", "feature", "period", "setter") where ended_at is null;`,
    )
    this.addSql(`alter table "ledger_entry" add column "user_id" text;`)
    this.addSql(`alter table "ledger_entry" alter column "user_id" set statistics 10;`)
    this.addSql(`alter table "reservation" add column "user_id" text;`)
  }
}
