import { Migration } from '@mikro-orm/migrations'

/** Alerts on the allowance of a quota, and on its forecast. */
export class UsageAlerts extends Migration {
  override up(): void {
    this.addSql(`
      create table "usage_alert" (
        "account_id" text not null,
        "feature" text not null,
        "percents" int[] not null,
        "on_forecast" boolean not null,
        "created_by" text not null,
        "since" timestamptz not null,
        "window_start" timestamptz,
        "allowance" bigint not null,
        "highest" int not null,
        primary key ("account_id", "feature"),
        constraint "usage_alert_highest" check (highest >= 0 and highest <= 100)
      );
    `)
    this.addSql(`
      create table "usage_alert_level" (
        "account_id" text not null,
        "feature" text not null,
        "window_start" timestamptz not null,
        "allowance" bigint not null,
        "percent" int not null,
        "window_end" timestamptz not null,
        "used" bigint not null,
        "forecast" bigint,
        "at" timestamptz not null,
        "sent_at" timestamptz,
        primary key ("account_id", "feature", "window_start", "allowance", "percent"),
        constraint "usage_alert_level_percent" check (percent >= 0 and percent <= 100),
        constraint "usage_alert_level_forecast" check ((percent = 0) = (forecast is not null))
      );
    `)
    this.addSql(`create index "usage_alert_level_pending" on "usage_alert_level" ("account_id") where sent_at is null;`)
  }
}
