import { Migration } from '@mikro-orm/migrations'

/** Tables of the domain entitlements at the first release. */
export class EntitlementsBaseline extends Migration {
  override up(): void {
    this.addSql(`
      create table "allocation" (
        "account_id" text not null,
        "feature" text not null,
        "resource_id" text not null,
        "allocated_at" timestamptz not null,
        "released_at" timestamptz,
        primary key ("account_id", "feature", "resource_id"),
        constraint "allocation_account_id_foreign" foreign key ("account_id") references "account" ("id")
      );
    `)
    this.addSql(`create index "allocation_held" on "allocation" ("account_id", "feature") where released_at is null;`)
    this.addSql(`
      create table "allocation_period" (
        "account_id" text not null,
        "feature" text not null,
        "resource_id" text not null,
        "allocated_at" timestamptz not null,
        "released_at" timestamptz not null,
        primary key ("account_id", "feature", "resource_id", "allocated_at"),
        constraint "allocation_period_account_id_foreign" foreign key ("account_id") references "account" ("id")
      );
    `)
    this.addSql(`
      create table "credit_debt" (
        "account_id" text not null,
        "feature" text not null,
        "amount" bigint not null,
        primary key ("account_id", "feature"),
        constraint "credit_debt_amount" check (amount >= 0),
        constraint "credit_debt_account_id_foreign" foreign key ("account_id") references "account" ("id")
      );
    `)
    this.addSql(`
      create table "credit_grant" (
        "id" text not null,
        "account_id" text not null,
        "feature" text not null,
        "amount" bigint not null,
        "used" bigint not null default '0',
        "reserved" bigint not null default '0',
        "expired" bigint not null default '0',
        "revoked" bigint not null default '0',
        "granted_at" timestamptz not null,
        "expires_at" timestamptz,
        "revoked_at" timestamptz,
        "source_kind" text not null,
        "source_code" text not null,
        "cause_type" text not null,
        "cause_id" text not null,
        "flags" text[] not null default '{}',
        "open" boolean not null default true,
        "usage_period_start" timestamptz,
        "used_before_period" bigint not null default '0',
        primary key ("id", "account_id"),
        constraint "credit_grant_amount" check (amount > 0),
        constraint "credit_grant_balance" check ((((used + reserved) + expired) + revoked) <= amount),
        constraint "credit_grant_cause" unique ("cause_type", "cause_id", "feature", "account_id"),
        constraint "credit_grant_parts" check (used >= used_before_period and used_before_period >= 0 and reserved >= 0 and expired >= 0 and revoked >= 0),
        constraint "credit_grant_source" check (source_kind in ('PLAN', 'ADDON', 'PACKAGE', 'ROLLOVER', 'OVERRIDE')),
        constraint "credit_grant_account_id_foreign" foreign key ("account_id") references "account" ("id")
      );
    `)
    this.addSql(`create index "credit_grant_account" on "credit_grant" ("account_id");`)
    this.addSql(`create index "credit_grant_expires" on "credit_grant" ("expires_at") where expires_at is not null;`)
    this.addSql(`create index "credit_grant_open" on "credit_grant" ("account_id") where open;`)
    this.addSql(`
      create table "entitlement_override" (
        "id" text not null,
        "account_id" text not null,
        "feature" text not null,
        "amount" bigint,
        "unlimited" boolean not null default false,
        "reason" text not null,
        "since" timestamptz not null,
        "until" timestamptz,
        "ended_at" timestamptz,
        "set_by" text not null,
        primary key ("id", "account_id"),
        constraint "entitlement_override_amount" check (amount is null or (amount >= 0 and (not unlimited))),
        constraint "entitlement_override_account_id_foreign" foreign key ("account_id") references "account" ("id")
      );
    `)
    this.addSql(
      `create index "entitlement_override_live" on "entitlement_override" ("account_id") where ended_at is null;`,
    )
    this.addSql(`
      create table "ledger_entry" (
        "account_id" text not null,
        "version" bigint not null,
        "operation_no" int not null,
        "entry_no" int not null,
        "kind" text not null,
        "feature" text not null,
        "grant_id" text,
        "window_start" timestamptz,
        "window_end" timestamptz,
        "amount" bigint not null,
        "balance_after" bigint not null,
        "source" text,
        "at" timestamptz not null,
        "reference" text,
        "note" text,
        "reservation" text,
        "mutation" text,
        "principal" text,
        "key" text,
        "request_fingerprint" text,
        "operation_total" bigint,
        "price" jsonb,
        "sub_account_id" text,
        "reference_digest" bytea,
        "note_digest" bytea,
        "user_id" text,
        "api_key_id" text,
        primary key ("account_id", "version", "operation_no", "entry_no"),
        constraint "ledger_entry_kind" check (kind in ('GRANT', 'CONSUME', 'RESERVE', 'RELEASE', 'EXPIRE', 'REVOKE', 'ADJUST'))
      );
    `)
    this.addSql(`create index "ledger_entry_at" on "ledger_entry" using brin ("at") with (pages_per_range = 16);`)
    this.addSql(
      `create unique index "ledger_entry_key" on "ledger_entry" ("key", "principal", "account_id", "mutation") where key is not null;`,
    )
    this.addSql(
      `create index "ledger_entry_sub_account" on "ledger_entry" ("account_id", "sub_account_id", "feature", "at") where sub_account_id is not null;`,
    )
    // The ledger only grows, and users of entitlements wait while it is vacuumed and analyzed: both go slowly and read a tenth of the default.
    this.addSql(`alter table "ledger_entry" set (autovacuum_vacuum_cost_delay = 20);`)
    this.addSql(
      `alter table "ledger_entry" alter column "account_id" set statistics 10, alter column "version" set statistics 10, alter column "operation_no" set statistics 10, alter column "entry_no" set statistics 10, alter column "kind" set statistics 10, alter column "feature" set statistics 10, alter column "grant_id" set statistics 10, alter column "window_start" set statistics 10, alter column "window_end" set statistics 10, alter column "amount" set statistics 10, alter column "balance_after" set statistics 10, alter column "source" set statistics 10, alter column "at" set statistics 10, alter column "reference" set statistics 10, alter column "note" set statistics 10, alter column "reservation" set statistics 10, alter column "mutation" set statistics 10, alter column "principal" set statistics 10, alter column "key" set statistics 10, alter column "request_fingerprint" set statistics 10, alter column "operation_total" set statistics 10, alter column "price" set statistics 10, alter column "sub_account_id" set statistics 10, alter column "reference_digest" set statistics 10, alter column "note_digest" set statistics 10, alter column "user_id" set statistics 10;`,
    )
    this.addSql(`
      create table "package_assignment" (
        "id" text not null,
        "account_id" text not null,
        "package_version_id" text not null,
        "quantity" int not null default 1,
        "source_type" text not null,
        "source_id" text not null,
        "package_code" text not null,
        "since" timestamptz not null,
        "ends_at" timestamptz,
        "ended_at" timestamptz,
        primary key ("id", "account_id"),
        constraint "package_assignment_quantity" check (quantity >= 1),
        constraint "package_assignment_account_id_foreign" foreign key ("account_id") references "account" ("id"),
        constraint "package_assignment_package_version_id_foreign" foreign key ("package_version_id") references "package_version" ("id")
      );
    `)
    this.addSql(`create index "package_assignment_live" on "package_assignment" ("account_id") where ended_at is null;`)
    this.addSql(
      `create unique index "package_assignment_source" on "package_assignment" ("source_type", "source_id", "package_code", "account_id") where ended_at is null;`,
    )
    this.addSql(`
      create table "plan_assignment" (
        "id" text not null,
        "account_id" text not null,
        "group_code" text not null,
        "plan_version_id" text not null,
        "source_type" text not null,
        "source_id" text not null,
        "quantity" int not null default 1,
        "currency" text,
        "since" timestamptz not null,
        "period_end" timestamptz,
        "expires_at" timestamptz,
        "ended_at" timestamptz,
        "billing_anchor" timestamptz,
        "windows_since" timestamptz,
        "reason" text,
        "set_by" text,
        "notified_at" timestamptz,
        primary key ("id", "account_id"),
        constraint "plan_assignment_account_id_foreign" foreign key ("account_id") references "account" ("id"),
        constraint "plan_assignment_plan_version_id_foreign" foreign key ("plan_version_id") references "plan_version" ("id")
      );
    `)
    this.addSql(`create index "plan_assignment_account" on "plan_assignment" ("account_id", "since");`)
    this.addSql(`create index "plan_assignment_live" on "plan_assignment" ("account_id") where ended_at is null;`)
    this.addSql(
      `create unique index "plan_assignment_source" on "plan_assignment" ("source_type", "source_id", "group_code", "account_id") where ended_at is null;`,
    )
    this.addSql(
      `create index "plan_assignment_comped" on "plan_assignment" ("plan_version_id") where source_type = 'comped' and ended_at is null;`,
    )
    this.addSql(`
      create table "quota_usage" (
        "account_id" text not null,
        "window_end" timestamptz not null,
        "feature" text not null,
        "window_start" timestamptz not null,
        "used" bigint not null,
        "reserved" bigint not null,
        primary key ("account_id", "window_end", "feature", "window_start"),
        constraint "quota_usage_reserved" check (reserved >= 0),
        constraint "quota_usage_used" check (used >= 0)
      );
    `)
    this.addSql(`
      create table "rate_limit_counter" (
        "key" text not null,
        "points" int not null default 0,
        "expire" bigint,
        primary key ("key")
      );
    `)
    this.addSql(`create index "rate_limit_counter_expire" on "rate_limit_counter" ("expire");`)
    this.addSql(`
      create table "rated_usage" (
        "account_id" text not null,
        "window_end" timestamptz not null,
        "feature" text not null,
        "line" text not null,
        "window_start" timestamptz not null,
        "quantity" bigint not null,
        "fraction" bigint not null,
        primary key ("account_id", "window_end", "feature", "line", "window_start"),
        constraint "rated_usage_fraction" check (fraction >= 0 and fraction < 1000000000000000),
        constraint "rated_usage_quantity" check (quantity > 0)
      );
    `)
    this.addSql(`
      create table "reservation" (
        "account_id" text not null,
        "version" bigint not null,
        "operation_no" int not null,
        "feature" text not null,
        "amount" bigint not null,
        "status" text not null,
        "parts" jsonb not null,
        "terms" jsonb,
        "sub_account_id" text,
        "reference" text,
        "note" text,
        "expires_at" timestamptz not null,
        "created_at" timestamptz not null,
        "closed_at" timestamptz,
        "user_id" text,
        primary key ("account_id", "version", "operation_no"),
        constraint "reservation_amount" check (amount > 0),
        constraint "reservation_status" check (status in ('HELD', 'COMMITTED', 'RELEASED', 'EXPIRED'))
      );
    `)
    this.addSql(`create index "reservation_held" on "reservation" ("account_id") where status = 'HELD';`)
    this.addSql(`
      create table "spend_cap" (
        "id" text not null,
        "account_id" text not null,
        "feature" text not null,
        "period" text not null,
        "set_by_operator" boolean not null,
        "amount" bigint not null,
        "currency" text,
        "sub_account_id" text,
        "user_id" text,
        "alert_percents" int[] not null,
        "created_by" text not null,
        "since" timestamptz not null,
        "ended_at" timestamptz,
        "period_start" timestamptz not null,
        "used" bigint not null,
        "rounded_up" int not null default 0,
        primary key ("id", "account_id"),
        constraint "spend_cap_amount" check (amount >= 0),
        constraint "spend_cap_period" check (period in ('DAY', 'MONTH', 'BILLING_PERIOD')),
        constraint "spend_cap_rounded_up" check (rounded_up >= 0 and rounded_up < 1000000000),
        constraint "spend_cap_used" check (used >= 0),
        constraint "spend_cap_user" check (user_id is null or sub_account_id is null)
      );
    `)
    this.addSql(
      `create unique index "spend_cap_live" on "spend_cap" ("account_id", "feature", "period", "set_by_operator", (currency is null), coalesce("sub_account_id", ''), coalesce("user_id", '')) where ended_at is null;`,
    )
    this.addSql(`
      create table "sub_account" (
        "account_id" text not null,
        "parent_id" text not null,
        "since" timestamptz not null,
        primary key ("account_id"),
        constraint "sub_account_parent" check (parent_id <> account_id)
      );
    `)
    this.addSql(`create index "sub_account_of_parent" on "sub_account" ("parent_id");`)
    this.addSql(`
      create table "alert" (
        "id" text not null,
        "account_id" text not null,
        "feature" text not null,
        "basis" text not null,
        "action" text not null default 'NOTIFY',
        "percent" int,
        "units" bigint,
        "base" bigint,
        "based_at" timestamptz,
        "armed" boolean not null default true,
        "crossings" int not null default 0,
        "created_by" text not null,
        "since" timestamptz not null,
        "ended_at" timestamptz,
        primary key ("id", "account_id"),
        constraint "alert_basis" check (basis in ('ALLOWANCE', 'BALANCE', 'FORECAST')),
        constraint "alert_action" check (action in ('NOTIFY', 'TOP_UP')),
        constraint "alert_level" check (num_nonnulls(percent, units) = case basis when 'FORECAST' then 0 else 1 end),
        constraint "alert_percent" check (percent > 0 and percent <= 100),
        constraint "alert_units" check (units > 0),
        constraint "alert_base" check (base >= 0),
        constraint "alert_crossings" check (crossings >= 0)
      );
    `)
    this.addSql(
      `create unique index "alert_live" on "alert" ("account_id", "feature", "basis", "action", coalesce(percent, 0), coalesce(units, 0)) where ended_at is null;`,
    )
    this.addSql(`
      create table "alert_crossing" (
        "account_id" text not null,
        "alert_id" text not null,
        "key" text not null,
        "percent" int,
        "base" bigint,
        "value" bigint not null,
        "forecast" bigint,
        "window_start" timestamptz,
        "window_end" timestamptz,
        "at" timestamptz not null,
        "handled_at" timestamptz,
        primary key ("account_id", "alert_id", "key")
      );
    `)
    this.addSql(`create index "alert_crossing_pending" on "alert_crossing" ("account_id") where handled_at is null;`)
    this.addSql(`
      create table "usage_amendment" (
        "id" text not null,
        "account_id" text not null,
        "version" bigint not null,
        "operation_no" int not null,
        "consumption_version" bigint not null,
        "consumption_operation_no" int not null,
        "feature" text not null,
        "amount" bigint not null,
        "lost" bigint not null,
        "debt_reduced" bigint not null,
        "remaining" bigint not null,
        "invoice_effect" text not null,
        "reason" text not null,
        "amended_by" text not null,
        "at" timestamptz not null,
        primary key ("id", "account_id"),
        constraint "usage_amendment_amount" check (amount > 0 and remaining >= 0 and lost >= 0 and debt_reduced >= 0),
        constraint "usage_amendment_effect" check (invoice_effect in ('NONE', 'NOT_REPORTED', 'NEXT_REPORT'))
      );
    `)
    this.addSql(
      `create index "usage_amendment_consumption" on "usage_amendment" ("account_id", "consumption_version", "consumption_operation_no");`,
    )
    this.addSql(
      `alter table "usage_amendment" add constraint "usage_amendment_operation" unique ("account_id", "version", "operation_no");`,
    )
    this.addSql(`
      create table "usage_warning" (
        "account_id" text not null,
        "feature" text not null,
        "period" timestamptz not null,
        "threshold" int not null,
        "warned_at" timestamptz not null,
        primary key ("account_id", "feature", "period", "threshold"),
        constraint "usage_warning_account_id_foreign" foreign key ("account_id") references "account" ("id")
      );
    `)
    this.addSql(`
      create table "overage_usage" (
        "account_id" text not null,
        "window_end" timestamptz not null,
        "feature" text not null,
        "window_start" timestamptz not null,
        "tariff" text not null,
        "used" bigint not null,
        "reserved" bigint not null,
        "invoiced" bigint not null default '0',
        primary key ("account_id", "window_end", "feature", "window_start", "tariff"),
        constraint "overage_usage_tariff" check (tariff::jsonb is not null),
        constraint "overage_usage_reserved" check (reserved >= 0),
        constraint "overage_usage_used" check (used >= 0),
        constraint "overage_usage_invoiced" check (invoiced >= 0)
      );
    `)
  }
}
