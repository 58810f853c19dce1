import { Migration } from '@mikro-orm/migrations'

/** Alerts on the use of an allowance in units. */
export class UsageAlertAmounts extends Migration {
  override up(): void {
    this.addSql(`alter table "usage_alert" add column "amounts" bigint[] not null default '{}';`)
    this.addSql(`alter table "usage_alert" add column "amounts_window_start" timestamptz;`)
    this.addSql(`alter table "usage_alert" add column "highest_amount" bigint not null default '0';`)
    this.addSql(`
      create table "usage_alert_amount" (
        "account_id" text not null,
        "feature" text not null,
        "window_start" timestamptz not null,
        "amount" bigint not null,
        "window_end" timestamptz not null,
        "used" bigint not null,
        "allowance" bigint,
        "at" timestamptz not null,
        "sent_at" timestamptz,
        primary key ("account_id", "feature", "window_start", "amount"),
        constraint "usage_alert_amount_amount" check (amount > 0 and used >= amount)
      );
    `)
    this.addSql(
      `create index "usage_alert_amount_pending" on "usage_alert_amount" ("account_id") where sent_at is null;`,
    )
  }
}
