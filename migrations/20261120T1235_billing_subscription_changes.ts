import { Migration } from '@mikro-orm/migrations'

export class CreateSubscriptionChanges extends Migration {
  override up(): void {
    this.addSql(
      `alter table "billing_subscription" add column "grace_until" timestamptz null, add column "access_ended_at" timestamptz null, add column "payment_method" text null;`,
    )
    this.addSql(`
      create table "subscription_change" (
        "id" text not null,
        "account_id" text not null,
        "subscription_id" text not null,
        "kind" text not null,
        "status" text not null,
        "at" text not null,
        "from_plan_version_id" text null,
        "from_price_id" text null,
        "from_quantity" int null,
        "to_plan_version_id" text null,
        "to_price_id" text null,
        "to_quantity" int null,
        "as_of" timestamptz not null,
        "effective_at" timestamptz not null,
        "action_url" text null,
        "reason" text null,
        "why" text null,
        "recorded_at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(`create index "subscription_change_subscription" on "subscription_change" ("subscription_id");`)
    this.addSql(
      `create unique index "subscription_change_one_open" on "subscription_change" ("subscription_id") where status in ('REQUESTED', 'CONFIRMING');`,
    )
    this.addSql(
      `create unique index "subscription_change_one_planned" on "subscription_change" ("subscription_id") where status = 'PLANNED';`,
    )
    this.addSql(
      `alter table "subscription_change" add constraint "subscription_change_status" check (status in ('REQUESTED', 'CONFIRMING', 'PLANNED', 'DONE', 'FAILED', 'UNDONE', 'SUPERSEDED'));`,
    )
    this.addSql(
      `alter table "subscription_change" add constraint "subscription_change_kind" check (kind in ('PLAN', 'ADDON', 'CANCEL', 'RESUME'));`,
    )
    this.addSql(`
      create table "billing_notice" (
        "id" text not null,
        "account_id" text not null,
        "subscription_id" text not null,
        "kind" text not null,
        "key" text not null,
        "at" timestamptz not null,
        primary key ("id")
      );
    `)
    this.addSql(`create index "billing_notice_account" on "billing_notice" ("account_id");`)
    this.addSql(
      `alter table "billing_notice" add constraint "billing_notice_once" unique ("subscription_id", "kind", "key");`,
    )
    for (const [table, column, target] of [
      ['subscription_change', 'account_id', 'account'],
      ['subscription_change', 'subscription_id', 'billing_subscription'],
      ['subscription_change', 'from_plan_version_id', 'plan_version'],
      ['subscription_change', 'from_price_id', 'price'],
      ['subscription_change', 'to_plan_version_id', 'plan_version'],
      ['subscription_change', 'to_price_id', 'price'],
      ['billing_notice', 'account_id', 'account'],
      ['billing_notice', 'subscription_id', 'billing_subscription'],
    ])
      this.addSql(
        `alter table "${table}" add constraint "${table}_${column}_foreign" foreign key ("${column}") references "${target}" ("id");`,
      )
  }
}
