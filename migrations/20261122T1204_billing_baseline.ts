import { Migration } from '@mikro-orm/migrations'

/** Tables of the domain billing at the first release. */
export class BillingBaseline extends Migration {
  override up(): void {
    this.addSql(`
      create table "billing_customer" (
        "account_id" text not null,
        "provider" text not null,
        "customer_id" text,
        "email" text not null,
        "name" text,
        "created_at" timestamptz not null default now(),
        primary key ("account_id", "provider"),
        constraint "billing_customer_provider_id" unique ("provider", "customer_id", "account_id"),
        constraint "billing_customer_account_id_foreign" foreign key ("account_id") references "account" ("id")
      );
    `)
    this.addSql(`create index "billing_customer_email_prefix" on "billing_customer" (lower(email) text_pattern_ops);`)
    this.addSql(`
      create table "billing_subscription" (
        "id" text not null,
        "account_id" text not null,
        "provider" text not null,
        "external_id" text not null,
        "status" text not null,
        "plan_version_id" text not null,
        "quantity" int not null default 1,
        "current_period_start" timestamptz,
        "current_period_end" timestamptz,
        "trial_end" timestamptz,
        "cancel_at" timestamptz,
        "canceled_at" timestamptz,
        "started_at" timestamptz not null,
        "fence" bigint not null,
        "recorded_at" timestamptz not null default now(),
        "grace_until" timestamptz,
        "access_ended_at" timestamptz,
        "payment_method" jsonb,
        "days_until_due" integer,
        "checkout_id" text,
        "reopened_seen_at" timestamptz,
        "discounts" jsonb not null default '[]',
        "suspended_at" timestamptz,
        "pause" jsonb,
        primary key ("id", "account_id"),
        constraint "billing_subscription_external" unique ("provider", "external_id", "account_id"),
        constraint "billing_subscription_status" check (status in ('TRIALING', 'ACTIVE', 'PAST_DUE', 'UNPAID', 'PAUSED', 'INCOMPLETE', 'INCOMPLETE_EXPIRED', 'CANCELED')),
        constraint "billing_subscription_account_id_foreign" foreign key ("account_id") references "account" ("id"),
        constraint "billing_subscription_plan_version_id_foreign" foreign key ("plan_version_id") references "plan_version" ("id")
      );
    `)
    this.addSql(`create index "billing_subscription_account" on "billing_subscription" ("account_id");`)
    this.addSql(`create index "billing_subscription_status" on "billing_subscription" ("status", "account_id");`)
    this.addSql(
      `create index "billing_subscription_reopened" on "billing_subscription" ("reopened_seen_at") where reopened_seen_at is not null;`,
    )
    this.addSql(`
      create table "billing_notice" (
        "id" text not null,
        "account_id" text not null,
        "subscription_id" text not null,
        "kind" text not null,
        "key" text not null,
        "at" timestamptz not null,
        primary key ("id", "account_id"),
        constraint "billing_notice_once" unique ("subscription_id", "kind", "key", "account_id"),
        constraint "billing_notice_account_id_foreign" foreign key ("account_id") references "account" ("id"),
        constraint "billing_notice_subscription_id_foreign" foreign key ("subscription_id", "account_id") references "billing_subscription" ("id", "account_id")
      );
    `)
    this.addSql(`create index "billing_notice_account" on "billing_notice" ("account_id");`)
    this.addSql(`
      create table "checkout" (
        "id" text not null,
        "account_id" text not null,
        "provider" text not null,
        "status" text not null,
        "group_code" text,
        "offer" text not null,
        "product_id" text not null,
        "plan_version_id" text,
        "price_id" text not null,
        "quantity" int not null default 1,
        "amount_minor" bigint not null,
        "currency" text not null,
        "trial_days" int not null default 0,
        "session_id" text,
        "url" text,
        "success_url" text not null,
        "cancel_url" text not null,
        "status_reason" text,
        "resolution" text,
        "created_at" timestamptz not null,
        "expires_at" timestamptz not null,
        "completed_at" timestamptz,
        "recorded_at" timestamptz not null default now(),
        "package_version_id" text,
        "invoice_terms" jsonb,
        "promotion_code" text,
        "promotion_id" text,
        "request_id" text,
        "starts_at" timestamptz,
        "requested_at" timestamptz not null default now(),
        primary key ("id", "account_id"),
        constraint "checkout_amount" check (amount_minor >= 0 and quantity > 0),
        constraint "checkout_session" unique ("provider", "session_id", "account_id"),
        constraint "checkout_resolution" check (resolution in ('RELEASED', 'REFUNDED')),
        constraint "checkout_status" check (status in ('CREATING', 'OPEN', 'PROCESSING', 'COMPLETED', 'EXPIRED', 'FAILED', 'CANCELLED', 'QUARANTINED')),
        constraint "checkout_account_id_foreign" foreign key ("account_id") references "account" ("id"),
        constraint "checkout_price_id_foreign" foreign key ("price_id") references "price" ("id")
      );
    `)
    this.addSql(`create index "checkout_account" on "checkout" ("account_id");`)
    this.addSql(
      `alter table "billing_subscription" add constraint "billing_subscription_checkout_id_foreign" foreign key ("checkout_id", "account_id") references "checkout" ("id", "account_id") on delete set null ("checkout_id");`,
    )
    this.addSql(`create index "billing_subscription_checkout" on "billing_subscription" ("checkout_id");`)
    this.addSql(`create index "checkout_at" on "checkout" ("created_at");`)
    this.addSql(`create index "checkout_status_id" on "checkout" ("status", "id");`)
    this.addSql(
      `create unique index "checkout_one_open" on "checkout" ("account_id", "group_code") where status in ('CREATING', 'OPEN', 'PROCESSING');`,
    )
    this.addSql(`
      create table "credit_adjustment" (
        "id" text not null,
        "account_id" text not null,
        "provider" text not null,
        "cause" text not null,
        "amount_minor" bigint not null,
        "currency" text not null,
        "reason" text not null,
        "status" text not null default 'CREATING',
        "done_minor" bigint not null default '0',
        "purchase_id" text,
        "created_at" timestamptz not null,
        "recorded_at" timestamptz not null default now(),
        primary key ("id", "account_id"),
        constraint "credit_adjustment_cause" unique ("provider", "cause", "account_id"),
        constraint "credit_adjustment_status" check (status in ('CREATING', 'DONE')),
        constraint "credit_adjustment_account_id_foreign" foreign key ("account_id") references "account" ("id")
      );
    `)
    this.addSql(`create index "credit_adjustment_account" on "credit_adjustment" ("account_id");`)
    this.addSql(`
      create table "purchase" (
        "id" text not null,
        "account_id" text not null,
        "provider" text not null,
        "product_id" text not null,
        "package_version_id" text,
        "checkout_id" text,
        "payment_id" text,
        "invoice_id" text,
        "subscription_id" text,
        "status" text not null,
        "quantity" int not null default 1,
        "amount_minor" bigint not null,
        "currency" text not null,
        "refunded_minor" bigint not null default '0',
        "reversed_minor" bigint not null default '0',
        "purchased_at" timestamptz not null,
        "expires_at" timestamptz,
        "fence" bigint not null,
        "recorded_at" timestamptz not null default now(),
        "tax_minor" bigint not null default '0',
        "credit_minor" bigint not null default '0',
        "credited_minor" bigint not null default '0',
        "step" jsonb,
        "reverted" boolean not null default false,
        "receipt_url" text,
        "receipt_number" int,
        "receipt_buyer" jsonb,
        "overage" boolean not null default false,
        primary key ("id", "account_id"),
        constraint "purchase_amounts" check (amount_minor >= 0 and quantity > 0 and refunded_minor >= 0 and refunded_minor <= amount_minor and reversed_minor >= 0 and reversed_minor <= amount_minor),
        constraint "purchase_checkout" unique ("checkout_id", "account_id"),
        constraint "purchase_credit" check (credit_minor >= 0 and credited_minor >= 0 and (credited_minor <= (amount_minor + credit_minor))),
        constraint "purchase_invoice" unique ("provider", "invoice_id", "account_id"),
        constraint "purchase_payment" unique ("provider", "payment_id", "account_id"),
        constraint "purchase_receipt" unique ("account_id", "receipt_number"),
        constraint "purchase_status" check (status in ('PENDING', 'PAID', 'PARTIALLY_REFUNDED', 'REFUNDED', 'DISPUTED', 'CHARGED_BACK')),
        constraint "purchase_tax" check (tax_minor >= 0 and tax_minor <= amount_minor),
        constraint "purchase_account_id_foreign" foreign key ("account_id") references "account" ("id"),
        constraint "purchase_checkout_id_foreign" foreign key ("checkout_id", "account_id") references "checkout" ("id", "account_id") on delete set null ("checkout_id"),
        constraint "purchase_product_id_foreign" foreign key ("product_id") references "product" ("id")
      );
    `)
    this.addSql(`create index "purchase_account" on "purchase" ("account_id", "purchased_at", "id");`)
    this.addSql(`create index "purchase_at" on "purchase" ("purchased_at", "id");`)
    this.addSql(`
      create table "dispute" (
        "id" text not null,
        "account_id" text not null,
        "purchase_id" text not null,
        "provider" text not null,
        "external_id" text not null,
        "status" text not null,
        "amount_minor" bigint not null,
        "currency" text not null,
        "opened_at" timestamptz not null,
        "recorded_at" timestamptz not null default now(),
        primary key ("id", "account_id"),
        constraint "dispute_external" unique ("provider", "external_id", "account_id"),
        constraint "dispute_status" check (status in ('OPEN', 'WON', 'LOST')),
        constraint "dispute_purchase_id_foreign" foreign key ("purchase_id", "account_id") references "purchase" ("id", "account_id")
      );
    `)
    this.addSql(`create index "dispute_purchase" on "dispute" ("purchase_id");`)
    this.addSql(`
      create table "invoice" (
        "id" text not null,
        "account_id" text not null,
        "provider" text not null,
        "external_id" text not null,
        "subscription_id" text,
        "number" text,
        "status" text not null,
        "total_minor" bigint not null,
        "currency" text not null,
        "created_at" timestamptz not null,
        "hosted_url" text,
        "pdf_url" text,
        "lines" jsonb not null,
        "fence" bigint not null,
        "recorded_at" timestamptz not null default now(),
        "credit_minor" bigint not null default '0',
        "tax_minor" bigint not null default '0',
        "included_tax_minor" bigint not null default '0',
        "amount_due_minor" bigint not null default '0',
        "amount_paid_minor" bigint not null default '0',
        "due_at" timestamptz,
        "is_sent" boolean not null default false,
        "is_paid_elsewhere" boolean not null default false,
        "reverted" boolean not null default false,
        "credit_notes" jsonb not null default '[]',
        "recorded_payment" jsonb,
        "paid_at" timestamptz,
        primary key ("id", "account_id"),
        constraint "invoice_external" unique ("provider", "external_id", "account_id"),
        constraint "invoice_status" check (status in ('DRAFT', 'OPEN', 'PAID', 'UNCOLLECTIBLE', 'VOID')),
        constraint "invoice_account_id_foreign" foreign key ("account_id") references "account" ("id")
      );
    `)
    this.addSql(`create index "invoice_account" on "invoice" ("account_id", "created_at", "id");`)
    this.addSql(`create index "invoice_number" on "invoice" ("number");`)
    this.addSql(`
      create table "product_subscription" (
        "id" text not null,
        "account_id" text not null,
        "provider" text not null,
        "external_id" text not null,
        "product_id" text not null,
        "package_version_id" text,
        "price_id" text not null,
        "quantity" int not null default 1,
        "status" text not null,
        "current_period_end" timestamptz,
        "cancel_at" timestamptz,
        "started_at" timestamptz not null,
        "fence" bigint not null,
        "recorded_at" timestamptz not null default now(),
        primary key ("id", "account_id"),
        constraint "product_subscription_external" unique ("provider", "external_id", "account_id"),
        constraint "product_subscription_status" check (status in ('TRIALING', 'ACTIVE', 'PAST_DUE', 'UNPAID', 'PAUSED', 'INCOMPLETE', 'INCOMPLETE_EXPIRED', 'CANCELED')),
        constraint "product_subscription_account_id_foreign" foreign key ("account_id") references "account" ("id"),
        constraint "product_subscription_price_id_foreign" foreign key ("price_id") references "price" ("id"),
        constraint "product_subscription_product_id_foreign" foreign key ("product_id") references "product" ("id")
      );
    `)
    this.addSql(`create index "product_subscription_account" on "product_subscription" ("account_id");`)
    this.addSql(`
      create table "provider_price" (
        "provider" text not null,
        "price_id" text not null,
        "external_id" text not null,
        "external_product_id" text not null,
        "created_at" timestamptz not null default now(),
        primary key ("provider", "price_id"),
        constraint "provider_price_external" unique ("provider", "external_id"),
        constraint "provider_price_price_id_foreign" foreign key ("price_id") references "price" ("id")
      );
    `)
    this.addSql(`
      create table "purchase_credit" (
        "provider" text not null,
        "account_id" text not null,
        "invoice_id" text not null,
        "purchase_id" text not null,
        "amount_minor" bigint not null,
        primary key ("provider", "invoice_id", "purchase_id", "account_id"),
        constraint "purchase_credit_amount" check (amount_minor > 0),
        constraint "purchase_credit_purchase_id_foreign" foreign key ("purchase_id", "account_id") references "purchase" ("id", "account_id")
      );
    `)
    this.addSql(`create index "purchase_credit_purchase" on "purchase_credit" ("purchase_id");`)
    this.addSql(`
      create table "refund" (
        "id" text not null,
        "account_id" text not null,
        "purchase_id" text not null,
        "provider" text not null,
        "external_id" text,
        "status" text not null,
        "amount_minor" bigint not null,
        "currency" text not null,
        "reason" text,
        "requested_by" text,
        "created_at" timestamptz not null,
        "recorded_at" timestamptz not null default now(),
        primary key ("id", "account_id"),
        constraint "refund_amount" check (amount_minor > 0),
        constraint "refund_external" unique ("provider", "external_id", "account_id"),
        constraint "refund_status" check (status in ('CREATING', 'PENDING', 'SUCCEEDED', 'FAILED', 'CANCELED')),
        constraint "refund_purchase_id_foreign" foreign key ("purchase_id", "account_id") references "purchase" ("id", "account_id")
      );
    `)
    this.addSql(`create index "refund_purchase" on "refund" ("purchase_id");`)
    this.addSql(`
      create table "auto_top_up" (
        "id" text not null,
        "account_id" text not null,
        "feature" text not null,
        "package" text not null,
        "quantity" int not null,
        "amount_minor" bigint not null,
        "currency" text not null,
        "max_per_month" int not null,
        "created_by" text not null,
        "since" timestamptz not null,
        "ended_at" timestamptz,
        "stopped_at" timestamptz,
        "stop_reason" text,
        primary key ("id", "account_id"),
        constraint "auto_top_up_account_id_foreign" foreign key ("account_id") references "account" ("id"),
        constraint "auto_top_up_amounts" check (amount_minor > 0 and quantity > 0 and max_per_month > 0),
        constraint "auto_top_up_stop_reason" check (stop_reason in ('DECLINED', 'AUTHENTICATION_REQUIRED', 'NO_PAYMENT_METHOD', 'PRICE_CHANGED', 'NOT_FOR_SALE', 'REVERSED', 'DISPUTED', 'UNKNOWN_RESULT', 'REQUEST_REJECTED'))
      );
    `)
    this.addSql(
      `create unique index "auto_top_up_live" on "auto_top_up" ("account_id", "feature") where ended_at is null;`,
    )
    this.addSql(`
      create table "top_up" (
        "id" text not null,
        "account_id" text not null,
        "auto_top_up_id" text not null,
        "crossing" int not null,
        "feature" text not null,
        "provider" text not null,
        "status" text not null,
        "failure_reason" text,
        "product_id" text not null,
        "package_version_id" text not null,
        "quantity" int not null,
        "amount_minor" bigint not null,
        "currency" text not null,
        "customer_id" text,
        "method_id" text,
        "payment_id" text,
        "invoice_id" text,
        "created_at" timestamptz not null,
        "charged_at" timestamptz,
        "completed_at" timestamptz,
        "recorded_at" timestamptz not null default now(),
        primary key ("id", "account_id"),
        constraint "top_up_account_id_foreign" foreign key ("account_id") references "account" ("id"),
        constraint "top_up_amounts" check (amount_minor > 0 and quantity > 0 and crossing > 0),
        constraint "top_up_failure_reason" check (failure_reason in ('DECLINED', 'AUTHENTICATION_REQUIRED', 'NO_PAYMENT_METHOD', 'PRICE_CHANGED', 'NOT_FOR_SALE', 'REVERSED', 'DISPUTED', 'UNKNOWN_RESULT', 'REQUEST_REJECTED')),
        constraint "top_up_once" unique ("auto_top_up_id", "crossing", "account_id"),
        constraint "top_up_payment" unique ("provider", "payment_id", "account_id"),
        constraint "top_up_status" check (status in ('WAITING', 'CHARGING', 'PENDING', 'PAID', 'FAILED', 'SKIPPED'))
      );
    `)
    this.addSql(`create index "top_up_account" on "top_up" ("account_id", "created_at");`)
    this.addSql(
      `create unique index "top_up_one_open" on "top_up" ("account_id", "feature") where status in ('CHARGING', 'PENDING');`,
    )
    this.addSql(`
      create table "requested_cancellation" (
        "provider" text not null,
        "external_id" text not null,
        "account_id" text not null,
        "requested_at" timestamptz not null,
        primary key ("provider", "external_id", "account_id"),
        constraint "requested_cancellation_account_id_foreign" foreign key ("account_id") references "account" ("id")
      );
    `)
    this.addSql(`
      create table "subscription_change" (
        "id" text not null,
        "account_id" text not null,
        "subscription_id" text not null,
        "kind" text not null,
        "status" text not null,
        "at" text not null,
        "from_plan_version_id" text,
        "from_price_id" text,
        "from_quantity" int,
        "to_plan_version_id" text,
        "to_price_id" text,
        "to_quantity" int,
        "as_of" timestamptz not null,
        "effective_at" timestamptz not null,
        "action_url" text,
        "reason" text,
        "failure_reason" text,
        "recorded_at" timestamptz not null default now(),
        "pushed_to_provider" boolean not null default true,
        "trial_until" timestamptz,
        "resumes_at" timestamptz,
        "attempt" int not null default 0,
        "unused_time" jsonb,
        "credited_minor" bigint,
        "promotion_code" text,
        "promotion_id" text,
        primary key ("id", "account_id"),
        constraint "subscription_change_kind" check (kind in ('PLAN', 'ADDON', 'CANCEL', 'PAUSE', 'RESUME', 'TRIAL')),
        constraint "subscription_change_status" check (status in ('REQUESTED', 'REQUIRES_CONFIRMATION', 'SCHEDULED', 'APPLIED', 'FAILED', 'CANCELED', 'SUPERSEDED')),
        constraint "subscription_change_account_id_foreign" foreign key ("account_id") references "account" ("id"),
        constraint "subscription_change_from_plan_version_id_foreign" foreign key ("from_plan_version_id") references "plan_version" ("id"),
        constraint "subscription_change_from_price_id_foreign" foreign key ("from_price_id") references "price" ("id"),
        constraint "subscription_change_subscription_id_foreign" foreign key ("subscription_id", "account_id") references "billing_subscription" ("id", "account_id"),
        constraint "subscription_change_to_plan_version_id_foreign" foreign key ("to_plan_version_id") references "plan_version" ("id"),
        constraint "subscription_change_to_price_id_foreign" foreign key ("to_price_id") references "price" ("id")
      );
    `)
    this.addSql(
      `create unique index "subscription_change_one_open" on "subscription_change" ("subscription_id", "account_id") where status in ('REQUESTED', 'REQUIRES_CONFIRMATION');`,
    )
    this.addSql(
      `create unique index "subscription_change_one_scheduled" on "subscription_change" ("subscription_id", "account_id") where status = 'SCHEDULED';`,
    )
    this.addSql(`create index "subscription_change_subscription" on "subscription_change" ("subscription_id");`)
    this.addSql(`
      create table "subscription_item" (
        "id" text not null,
        "account_id" text not null,
        "subscription_id" text not null,
        "external_id" text not null,
        "price_id" text not null,
        "quantity" int not null default 1,
        "current_period_end" timestamptz,
        primary key ("id", "account_id"),
        constraint "subscription_item_external" unique ("subscription_id", "external_id", "account_id"),
        constraint "subscription_item_price_id_foreign" foreign key ("price_id") references "price" ("id"),
        constraint "subscription_item_subscription_id_foreign" foreign key ("subscription_id", "account_id") references "billing_subscription" ("id", "account_id")
      );
    `)
    this.addSql(`
      create table "plan_migration" (
        "id" text not null,
        "plan_id" text not null,
        "to_plan_version_id" text not null,
        "state" text not null default 'RUNNING',
        "requested_by" text not null,
        "created_at" timestamptz not null,
        "finished_at" timestamptz,
        "last_error" text,
        "recorded_at" timestamptz not null default now(),
        primary key ("id"),
        constraint "plan_migration_state" check (state in ('RUNNING', 'STOPPED', 'COMPLETED')),
        constraint "plan_migration_plan_id_foreign" foreign key ("plan_id") references "plan" ("id"),
        constraint "plan_migration_to_plan_version_id_foreign" foreign key ("to_plan_version_id") references "plan_version" ("id")
      );
    `)
    this.addSql(
      `create unique index "plan_migration_one_running" on "plan_migration" ("plan_id") where state = 'RUNNING';`,
    )
    this.addSql(`
      create table "plan_migration_step" (
        "id" text not null,
        "migration_id" text not null,
        "account_id" text not null,
        "subscription_id" text not null,
        "from_plan_version_id" text not null,
        "state" text not null default 'PENDING',
        "from_price_id" text,
        "to_price_id" text,
        "change_id" text,
        "effective_at" timestamptz,
        "skipped_reason" text,
        "error" text,
        "attempts" int not null default 0,
        "processed_at" timestamptz,
        primary key ("id", "account_id"),
        constraint "plan_migration_step_once" unique ("migration_id", "subscription_id", "account_id"),
        constraint "plan_migration_step_state" check (state in ('PENDING', 'APPLIED', 'SCHEDULED', 'SKIPPED', 'FAILED')),
        constraint "plan_migration_step_account_id_foreign" foreign key ("account_id") references "account" ("id"),
        constraint "plan_migration_step_change_id_foreign" foreign key ("change_id", "account_id") references "subscription_change" ("id", "account_id"),
        constraint "plan_migration_step_from_plan_version_id_foreign" foreign key ("from_plan_version_id") references "plan_version" ("id"),
        constraint "plan_migration_step_from_price_id_foreign" foreign key ("from_price_id") references "price" ("id"),
        constraint "plan_migration_step_migration_id_foreign" foreign key ("migration_id") references "plan_migration" ("id"),
        constraint "plan_migration_step_subscription_id_foreign" foreign key ("subscription_id", "account_id") references "billing_subscription" ("id", "account_id"),
        constraint "plan_migration_step_to_price_id_foreign" foreign key ("to_price_id") references "price" ("id")
      );
    `)
    this.addSql(`create index "plan_migration_step_account" on "plan_migration_step" ("account_id");`)
    this.addSql(
      `create index "plan_migration_step_state" on "plan_migration_step" ("migration_id", "state", "attempts", "id");`,
    )
    this.addSql(`
      create table "recurring_period" (
        "subscription_id" text not null,
        "started_at" timestamptz not null,
        "ended_at" timestamptz,
        "account_id" text not null,
        "plan_id" text,
        "currency" text not null,
        "yearly_minor" bigint not null,
        primary key ("subscription_id", "started_at", "account_id"),
        constraint "recurring_period_amount" check (yearly_minor > 0),
        constraint "recurring_period_order" check (ended_at > started_at)
      );
    `)
    this.addSql(`create index "recurring_period_account" on "recurring_period" ("account_id");`)
    this.addSql(
      `create unique index "recurring_period_open" on "recurring_period" ("subscription_id", "account_id") where ended_at is null;`,
    )
    this.addSql(`
      create table "trial_record" (
        "account_id" text not null,
        "plan_id" text not null,
        "person_key" text,
        "email_key" text,
        "card_key" text,
        "began_at" timestamptz,
        primary key ("account_id", "plan_id"),
        constraint "trial_record_account_id_foreign" foreign key ("account_id") references "account" ("id")
      );
    `)
    this.addSql(`create index "trial_record_plan" on "trial_record" ("plan_id");`)
    this.addSql(`
      create table "usage_report" (
        "id" text not null,
        "account_id" text not null,
        "provider" text not null,
        "feature" text not null,
        "meter" text not null,
        "from_version" bigint not null,
        "to_version" bigint not null,
        "amount" bigint not null,
        "at" timestamptz not null,
        "state" text not null default 'PENDING',
        "first_sent_at" timestamptz,
        "last_error" text,
        "lines" jsonb,
        "invoice_id" text,
        "sent_with" text,
        "replaces" text,
        "closed_at" timestamptz,
        primary key ("id", "account_id"),
        constraint "usage_report_amount" check (amount > 0 and to_version > from_version),
        constraint "usage_report_once" unique ("account_id", "feature", "from_version"),
        constraint "usage_report_state" check (state in ('PENDING', 'SENDING', 'SENT', 'DEAD', 'DROPPED')),
        constraint "usage_report_lines" check ((meter = '') <> (lines is null))
      );
    `)
    this.addSql(`create index "usage_report_invoice" on "usage_report" ("account_id", "provider", "invoice_id");`)
    this.addSql(
      `create unique index "usage_report_one_threshold" on "usage_report" ("account_id") where feature = '* overage' and closed_at is null and state <> 'DROPPED';`,
    )
    this.addSql(`create index "usage_report_dead" on "usage_report" ("id") where state = 'DEAD';`)
    this.addSql(`create index "usage_report_open" on "usage_report" ("id") where state in ('PENDING', 'SENDING');`)
    this.addSql(`
      create table "usage_watermark" (
        "account_id" text not null,
        "feature" text not null,
        "version" bigint not null,
        primary key ("account_id", "feature")
      );
    `)
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
        constraint "adopted_balance_account_id_foreign" foreign key ("account_id") references "account" ("id")
      );
    `)
    this.addSql(`create index "adopted_balance_waiting" on "adopted_balance" ("account_id") where applied_at is null;`)
    this.addSql(`
      create table "usage_batch" (
        "id" text not null,
        "name" text not null,
        "reason" text not null,
        "owner" text not null,
        "opened_by" text not null,
        "state" text not null default 'OPEN',
        "created_at" timestamptz not null,
        "closed_by" text,
        "closed_at" timestamptz,
        "reverted_by" text,
        "revert_reason" text,
        "reverted_at" timestamptz,
        "last_error" text,
        "recorded_at" timestamptz not null default now(),
        primary key ("id"),
        constraint "usage_batch_state" check (state in ('OPEN', 'CLOSING', 'CLOSED', 'REVERTING', 'REVERTED'))
      );
    `)
    this.addSql(`create index "usage_batch_owner" on "usage_batch" ("owner", "id");`)
    this.addSql(`
      create table "usage_batch_line" (
        "id" text not null,
        "account_id" text not null,
        "batch_id" text not null,
        "key" text not null,
        "request" text not null,
        "feature" text not null,
        "amount" bigint,
        "work" jsonb,
        "properties" jsonb,
        "used_at" timestamptz,
        "state" text not null default 'PENDING',
        "consumption_id" text,
        "units" bigint,
        "returned" bigint,
        "lost" bigint,
        "denial_code" text,
        "denial_message" text,
        "processed_at" timestamptz,
        "reverted_at" timestamptz,
        "user_id" text,
        primary key ("id", "account_id"),
        constraint "usage_batch_line_key" unique ("batch_id", "account_id", "key"),
        constraint "usage_batch_line_amount" check ((amount is null) <> (work is null)),
        constraint "usage_batch_line_consumption" check ((consumption_id is not null) = (state in ('APPLIED', 'REVERTED', 'NOT_REVERTED'))),
        constraint "usage_batch_line_state" check (state in ('PENDING', 'APPLIED', 'DENIED', 'DISCARDED', 'REVERTED', 'NOT_REVERTED')),
        constraint "usage_batch_line_account_id_foreign" foreign key ("account_id") references "account" ("id"),
        constraint "usage_batch_line_batch_id_foreign" foreign key ("batch_id") references "usage_batch" ("id")
      );
    `)
    this.addSql(`create index "usage_batch_line_account" on "usage_batch_line" ("account_id");`)
    this.addSql(`create index "usage_batch_line_state" on "usage_batch_line" ("batch_id", "state", "id");`)
    this.addSql(`
      create table "negotiated_plan" (
        "id" text not null,
        "account_id" text not null,
        "price_id" text not null,
        "quantity" int not null,
        "periods" int,
        "until" timestamptz,
        "accept_until" timestamptz not null,
        "reason" text,
        "offered_by" text not null,
        "offered_at" timestamptz not null,
        "withdrawn_at" timestamptz,
        "subscription_id" text,
        "started_at" timestamptz,
        "ends_at" timestamptz,
        "notified_at" timestamptz,
        "ended_at" timestamptz,
        primary key ("id", "account_id"),
        constraint "negotiated_plan_terms"
        check (quantity > 0 and periods > 0 and (periods is null) <> (until is null)),
        constraint "negotiated_plan_start" check ((started_at is null) = (ends_at is null)),
        constraint "negotiated_plan_account_id_foreign" foreign key ("account_id") references "account" ("id"),
        constraint "negotiated_plan_price_id_foreign" foreign key ("price_id") references "price" ("id")
      );
    `)
    this.addSql(`create index "negotiated_plan_account" on "negotiated_plan" ("account_id");`)
    this.addSql(`create index "negotiated_plan_price" on "negotiated_plan" ("price_id");`)
    this.addSql(`
      create table "usage_comparison" (
        "id" text not null,
        "name" text not null,
        "reason" text not null,
        "started_by" text not null,
        "started_at" timestamptz not null,
        "ended_by" text,
        "end_reason" text,
        "ended_at" timestamptz,
        "usage_batch_id" text,
        "recorded_at" timestamptz not null default now(),
        "progressed_at" timestamptz,
        primary key ("id"),
        constraint "usage_comparison_end" check ((ended_at is null) = (ended_by is null) and (ended_at is null) = (end_reason is null)),
        constraint "usage_comparison_usage_batch_id_foreign" foreign key ("usage_batch_id") references "usage_batch" ("id")
      );
    `)
    this.addSql(`
      create table "usage_comparison_account" (
        "id" text not null,
        "account_id" text not null,
        "comparison_id" text not null,
        "state" jsonb not null,
        "ended_at" timestamptz,
        primary key ("id", "account_id"),
        constraint "usage_comparison_account_account_id_foreign" foreign key ("account_id") references "account" ("id"),
        constraint "usage_comparison_account_comparison_id_foreign" foreign key ("comparison_id") references "usage_comparison" ("id")
      );
    `)
    this.addSql(
      `create unique index "usage_comparison_account_live" on "usage_comparison_account" ("account_id") where ended_at is null;`,
    )
    this.addSql(
      `create index "usage_comparison_account_comparison" on "usage_comparison_account" ("comparison_id", "account_id");`,
    )
    this.addSql(`
      create table "usage_compared_use" (
        "id" text not null,
        "account_id" text not null,
        "comparison_id" text not null,
        "key" text not null,
        "request" text not null,
        "feature" text not null,
        "used_at" timestamptz not null,
        "differences" text[] not null,
        "theirs" jsonb not null,
        "ours" jsonb not null,
        "recorded_at" timestamptz not null default now(),
        primary key ("id", "account_id"),
        constraint "usage_compared_use_key" unique ("comparison_id", "account_id", "key"),
        constraint "usage_compared_use_account_id_foreign" foreign key ("account_id") references "account" ("id"),
        constraint "usage_compared_use_comparison_id_foreign" foreign key ("comparison_id") references "usage_comparison" ("id")
      );
    `)
    this.addSql(`create index "usage_compared_use_account" on "usage_compared_use" ("account_id");`)
    this.addSql(
      `create index "usage_compared_use_difference" on "usage_compared_use" ("comparison_id", "id") where differences <> '{}';`,
    )
    this.addSql(`create index "usage_compared_use_recorded" on "usage_compared_use" ("recorded_at");`)
  }
}
