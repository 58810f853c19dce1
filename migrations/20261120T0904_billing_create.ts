import { Migration } from '@mikro-orm/migrations'

export class CreateBilling extends Migration {
  override up(): void {
    this.addSql(`
      create table "billing_customer" (
        "account_id" text not null,
        "provider" text not null,
        "customer_id" text null,
        "email" text not null,
        "name" text null,
        "created_at" timestamptz not null default now(),
        primary key ("account_id", "provider")
      );
    `)
    this.addSql(
      `alter table "billing_customer" add constraint "billing_customer_provider_id" unique ("provider", "customer_id");`,
    )
    this.addSql(`
      create table "checkout" (
        "id" text not null,
        "account_id" text not null,
        "provider" text not null,
        "status" text not null,
        "group_code" text null,
        "offer" text not null,
        "product_id" text not null,
        "plan_version_id" text null,
        "price_id" text not null,
        "quantity" int not null default 1,
        "amount_minor" bigint not null,
        "currency" text not null,
        "trial_days" int not null default 0,
        "session_id" text null,
        "url" text null,
        "success_url" text not null,
        "cancel_url" text not null,
        "why" text null,
        "created_at" timestamptz not null,
        "expires_at" timestamptz not null,
        "completed_at" timestamptz null,
        "recorded_at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(`create index "checkout_account" on "checkout" ("account_id");`)
    this.addSql(
      `create unique index "checkout_one_open" on "checkout" ("account_id", "group_code") where status in ('CREATING', 'OPEN', 'PROCESSING');`,
    )
    this.addSql(`alter table "checkout" add constraint "checkout_session" unique ("provider", "session_id");`)
    this.addSql(
      `alter table "checkout" add constraint "checkout_status" check (status in ('CREATING', 'OPEN', 'PROCESSING', 'COMPLETED', 'EXPIRED', 'FAILED', 'CANCELLED', 'QUARANTINED'));`,
    )
    this.addSql(`alter table "checkout" add constraint "checkout_amount" check (amount_minor >= 0 and quantity > 0);`)
    this.addSql(`
      create table "billing_subscription" (
        "id" text not null,
        "account_id" text not null,
        "provider" text not null,
        "external_id" text not null,
        "status" text not null,
        "plan_version_id" text not null,
        "quantity" int not null default 1,
        "current_period_start" timestamptz null,
        "current_period_end" timestamptz null,
        "trial_end" timestamptz null,
        "cancel_at" timestamptz null,
        "canceled_at" timestamptz null,
        "started_at" timestamptz not null,
        "fence" bigint not null,
        "recorded_at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(`create index "billing_subscription_account" on "billing_subscription" ("account_id");`)
    this.addSql(
      `alter table "billing_subscription" add constraint "billing_subscription_external" unique ("provider", "external_id");`,
    )
    this.addSql(
      `alter table "billing_subscription" add constraint "billing_subscription_status" check (status in ('TRIALING', 'ACTIVE', 'PAST_DUE', 'UNPAID', 'PAUSED', 'INCOMPLETE', 'INCOMPLETE_EXPIRED', 'CANCELED'));`,
    )
    this.addSql(`
      create table "provider_price" (
        "provider" text not null,
        "price_id" text not null,
        "external_id" text not null,
        "external_product_id" text not null,
        "created_at" timestamptz not null default now(),
        primary key ("provider", "price_id")
      );
    `)
    this.addSql(
      `alter table "provider_price" add constraint "provider_price_external" unique ("provider", "external_id");`,
    )
    this.addSql(`
      create table "subscription_item" (
        "id" text not null,
        "subscription_id" text not null,
        "external_id" text not null,
        "price_id" text not null,
        "quantity" int not null default 1,
        "current_period_end" timestamptz null,
        primary key ("id")
      );
    `)
    this.addSql(
      `alter table "subscription_item" add constraint "subscription_item_external" unique ("subscription_id", "external_id");`,
    )
    this.addSql(
      `alter table "billing_customer" add constraint "billing_customer_account_id_foreign" foreign key ("account_id") references "account" ("id");`,
    )
    this.addSql(
      `alter table "checkout" add constraint "checkout_account_id_foreign" foreign key ("account_id") references "account" ("id");`,
    )
    this.addSql(
      `alter table "checkout" add constraint "checkout_price_id_foreign" foreign key ("price_id") references "price" ("id");`,
    )
    this.addSql(
      `alter table "billing_subscription" add constraint "billing_subscription_account_id_foreign" foreign key ("account_id") references "account" ("id");`,
    )
    this.addSql(
      `alter table "billing_subscription" add constraint "billing_subscription_plan_version_id_foreign" foreign key ("plan_version_id") references "plan_version" ("id");`,
    )
    this.addSql(
      `alter table "provider_price" add constraint "provider_price_price_id_foreign" foreign key ("price_id") references "price" ("id");`,
    )
    this.addSql(
      `alter table "subscription_item" add constraint "subscription_item_subscription_id_foreign" foreign key ("subscription_id") references "billing_subscription" ("id");`,
    )
    this.addSql(
      `alter table "subscription_item" add constraint "subscription_item_price_id_foreign" foreign key ("price_id") references "price" ("id");`,
    )
  }
}
