import { Migration } from '@mikro-orm/migrations'

export class CreateAnalytics extends Migration {
  override up(): void {
    this.addSql(`
      create table "analytics_mark" ("account_id" text not null, "version" bigint not null, primary key ("account_id"));
    `)
    this.addSql(`
      create table "purchase_tally" (
        "purchase_id" text not null,
        "account_id" text not null,
        "taken_back_minor" bigint not null,
        primary key ("purchase_id")
      );
    `)
    this.addSql(`
      create table "checkout_tally" (
        "checkout_id" text not null,
        "account_id" text not null,
        "completed" boolean not null,
        primary key ("checkout_id")
      );
    `)
    this.addSql(`
      create table "sales_day" (
        "day" date not null,
        "product_id" text not null,
        "currency" text not null,
        "purchases" bigint not null default '0',
        "gross_minor" bigint not null default '0',
        "taken_back_minor" bigint not null default '0',
        "checkouts" bigint not null default '0',
        "completed" bigint not null default '0',
        primary key ("day", "product_id", "currency")
      );
    `)
    this.addSql(`
      create table "subscriber_span" (
        "account_id" text not null,
        "since" timestamptz not null,
        "ended_at" timestamptz null,
        primary key ("account_id", "since")
      );
    `)
    this.addSql(`create index "subscriber_span_ended" on "subscriber_span" ("ended_at");`)
    this.addSql(`
      create table "usage_day" (
        "day" date not null,
        "plan_code" text not null,
        "feature" text not null,
        "used" bigint not null,
        primary key ("day", "plan_code", "feature")
      );
    `)
    this.addSql(`
      create table "credit_day" (
        "day" date not null,
        "feature" text not null,
        "granted" bigint not null default '0',
        "expired" bigint not null default '0',
        primary key ("day", "feature")
      );
    `)
    // The days at the edges of a stretch are read row by row.
    this.addSql(`create index "purchase_at" on "purchase" ("purchased_at");`)
    this.addSql(`create index "checkout_at" on "checkout" ("created_at");`)
    this.addSql(`create index "credit_grant_expires" on "credit_grant" ("expires_at") where expires_at is not null;`)
    this.addSql(`create index "ledger_entry_at" on "ledger_entry" using brin ("at") with (pages_per_range = 16);`)
  }
}
