import { Migration } from '@mikro-orm/migrations'

export class CreatePurchases extends Migration {
  override up(): void {
    this.addSql(`
      create table "invoice" (
        "id" text not null,
        "account_id" text not null,
        "provider" text not null,
        "external_id" text not null,
        "subscription_id" text null,
        "number" text null,
        "status" text not null,
        "total_minor" bigint not null,
        "currency" text not null,
        "created_at" timestamptz not null,
        "hosted_url" text null,
        "pdf_url" text null,
        "lines" jsonb not null,
        "fence" bigint not null,
        "recorded_at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(`create index "invoice_account" on "invoice" ("account_id", "created_at", "id");`)
    this.addSql(`alter table "invoice" add constraint "invoice_external" unique ("provider", "external_id");`)
    this.addSql(`
      create table "product_subscription" (
        "id" text not null,
        "account_id" text not null,
        "provider" text not null,
        "external_id" text not null,
        "product_id" text not null,
        "package_version_id" text null,
        "price_id" text not null,
        "quantity" int not null default 1,
        "status" text not null,
        "current_period_end" timestamptz null,
        "cancel_at" timestamptz null,
        "started_at" timestamptz not null,
        "fence" bigint not null,
        "recorded_at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(`create index "product_subscription_account" on "product_subscription" ("account_id");`)
    this.addSql(
      `alter table "product_subscription" add constraint "product_subscription_external" unique ("provider", "external_id");`,
    )
    this.addSql(`
      create table "purchase" (
        "id" text not null,
        "account_id" text not null,
        "provider" text not null,
        "product_id" text not null,
        "package_version_id" text null,
        "checkout_id" text null,
        "payment_id" text null,
        "invoice_id" text null,
        "subscription_id" text null,
        "status" text not null,
        "quantity" int not null default 1,
        "amount_minor" bigint not null,
        "currency" text not null,
        "refunded_minor" bigint not null default '0',
        "taken_back_minor" bigint not null default '0',
        "purchased_at" timestamptz not null,
        "expires_at" timestamptz null,
        "fence" bigint not null,
        "recorded_at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(`create index "purchase_account" on "purchase" ("account_id", "purchased_at", "id");`)
    this.addSql(`alter table "purchase" add constraint "purchase_payment" unique ("provider", "payment_id");`)
    this.addSql(`alter table "purchase" add constraint "purchase_invoice" unique ("provider", "invoice_id");`)
    this.addSql(`alter table "purchase" add constraint "purchase_checkout" unique ("checkout_id");`)
    this.addSql(`
      create table "dispute" (
        "id" text not null,
        "purchase_id" text not null,
        "provider" text not null,
        "external_id" text not null,
        "status" text not null,
        "amount_minor" bigint not null,
        "currency" text not null,
        "opened_at" timestamptz not null,
        "recorded_at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(`create index "dispute_purchase" on "dispute" ("purchase_id");`)
    this.addSql(`alter table "dispute" add constraint "dispute_external" unique ("provider", "external_id");`)
    this.addSql(`
      create table "refund" (
        "id" text not null,
        "purchase_id" text not null,
        "provider" text not null,
        "external_id" text null,
        "status" text not null,
        "amount_minor" bigint not null,
        "currency" text not null,
        "reason" text null,
        "requested_by" text null,
        "created_at" timestamptz not null,
        "recorded_at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(`create index "refund_purchase" on "refund" ("purchase_id");`)
    this.addSql(`alter table "refund" add constraint "refund_external" unique ("provider", "external_id");`)
    this.addSql(
      `alter table "checkout" add "package_version_id" text null, add "promotion_code" text null, add "promotion_id" text null;`,
    )
    this.addSql(
      `alter table "invoice" add constraint "invoice_account_id_foreign" foreign key ("account_id") references "account" ("id");`,
    )
    this.addSql(
      `alter table "invoice" add constraint "invoice_status" check (status in ('DRAFT', 'OPEN', 'PAID', 'UNCOLLECTIBLE', 'VOID'));`,
    )
    this.addSql(
      `alter table "product_subscription" add constraint "product_subscription_account_id_foreign" foreign key ("account_id") references "account" ("id");`,
    )
    this.addSql(
      `alter table "product_subscription" add constraint "product_subscription_product_id_foreign" foreign key ("product_id") references "product" ("id");`,
    )
    this.addSql(
      `alter table "product_subscription" add constraint "product_subscription_price_id_foreign" foreign key ("price_id") references "price" ("id");`,
    )
    this.addSql(
      `alter table "product_subscription" add constraint "product_subscription_status" check (status in ('TRIALING', 'ACTIVE', 'PAST_DUE', 'UNPAID', 'PAUSED', 'INCOMPLETE', 'INCOMPLETE_EXPIRED', 'CANCELED'));`,
    )
    this.addSql(
      `alter table "purchase" add constraint "purchase_account_id_foreign" foreign key ("account_id") references "account" ("id");`,
    )
    this.addSql(
      `alter table "purchase" add constraint "purchase_product_id_foreign" foreign key ("product_id") references "product" ("id");`,
    )
    this.addSql(
      `alter table "purchase" add constraint "purchase_checkout_id_foreign" foreign key ("checkout_id") references "checkout" ("id") on delete set null;`,
    )
    this.addSql(
      `alter table "purchase" add constraint "purchase_status" check (status in ('PENDING', 'PAID', 'PARTIALLY_REFUNDED', 'REFUNDED', 'DISPUTED', 'CHARGED_BACK'));`,
    )
    this.addSql(
      `alter table "purchase" add constraint "purchase_amounts" check (amount_minor >= 0 and quantity > 0 and refunded_minor >= 0 and refunded_minor <= amount_minor and taken_back_minor >= 0 and taken_back_minor <= amount_minor);`,
    )
    this.addSql(
      `alter table "dispute" add constraint "dispute_purchase_id_foreign" foreign key ("purchase_id") references "purchase" ("id");`,
    )
    this.addSql(`alter table "dispute" add constraint "dispute_status" check (status in ('OPEN', 'WON', 'LOST'));`)
    this.addSql(
      `alter table "refund" add constraint "refund_purchase_id_foreign" foreign key ("purchase_id") references "purchase" ("id");`,
    )
    this.addSql(
      `alter table "refund" add constraint "refund_status" check (status in ('CREATING', 'PENDING', 'SUCCEEDED', 'FAILED', 'CANCELED'));`,
    )
    this.addSql(`alter table "refund" add constraint "refund_amount" check (amount_minor > 0);`)
  }
}
