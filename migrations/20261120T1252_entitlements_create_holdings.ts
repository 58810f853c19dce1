import { Migration } from '@mikro-orm/migrations'

export class CreateHoldings extends Migration {
  override up(): void {
    this.addSql(`
      create table "credit_debt" (
        "account_id" text not null,
        "feature" text not null,
        "amount" bigint not null,
        primary key ("account_id", "feature")
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
        "expires_at" timestamptz null,
        "revoked_at" timestamptz null,
        "source_kind" text not null,
        "source_code" text not null,
        "cause_type" text not null,
        "cause_id" text not null,
        "flags" text[] not null default '{}',
        "open" boolean not null default true,
        primary key ("id")
      );
    `)
    this.addSql(`create index "credit_grant_open" on "credit_grant" ("account_id") where open;`)
    this.addSql(`create index "credit_grant_account" on "credit_grant" ("account_id");`)
    this.addSql(
      `alter table "credit_grant" add constraint "credit_grant_cause" unique ("cause_type", "cause_id", "feature");`,
    )
    this.addSql(`
      create table "entitlement_override" (
        "id" text not null,
        "account_id" text not null,
        "feature" text not null,
        "amount" bigint null,
        "unlimited" boolean not null default false,
        "reason" text not null,
        "since" timestamptz not null,
        "until" timestamptz null,
        "ended_at" timestamptz null,
        "set_by" text not null,
        primary key ("id")
      );
    `)
    this.addSql(
      `create index "entitlement_override_live" on "entitlement_override" ("account_id") where ended_at is null;`,
    )
    this.addSql(`
      create table "ledger_entry" (
        "account_id" text not null,
        "version" bigint not null,
        "op" int not null,
        "ord" int not null,
        "kind" text not null,
        "feature" text not null,
        "grant_id" text null,
        "window_start" timestamptz null,
        "window_end" timestamptz null,
        "amount" bigint not null,
        "balance_after" bigint not null,
        "source" text null,
        "at" timestamptz not null,
        "reference" text null,
        "reservation" text null,
        "mutation" text null,
        "principal" text null,
        "key" text null,
        "request" text null,
        "total" bigint null,
        primary key ("account_id", "version", "op", "ord")
      );
    `)
    this.addSql(
      `create unique index "ledger_entry_key" on "ledger_entry" ("key", "principal", "account_id", "mutation") where key is not null;`,
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
        "ends_at" timestamptz null,
        "ended_at" timestamptz null,
        primary key ("id")
      );
    `)
    this.addSql(`create index "package_assignment_live" on "package_assignment" ("account_id") where ended_at is null;`)
    this.addSql(
      `create unique index "package_assignment_source" on "package_assignment" ("source_type", "source_id", "package_code") where ended_at is null;`,
    )
    this.addSql(`
      create table "quota_usage" (
        "account_id" text not null,
        "window_end" timestamptz not null,
        "feature" text not null,
        "window_start" timestamptz not null,
        "used" bigint not null,
        "reserved" bigint not null,
        primary key ("account_id", "window_end", "feature", "window_start")
      );
    `)
    this.addSql(`
      create table "reservation" (
        "account_id" text not null,
        "version" bigint not null,
        "op" int not null,
        "feature" text not null,
        "amount" bigint not null,
        "status" text not null,
        "parts" jsonb not null,
        "reference" text null,
        "expires_at" timestamptz not null,
        "created_at" timestamptz not null,
        "closed_at" timestamptz null,
        primary key ("account_id", "version", "op")
      );
    `)
    this.addSql(`create index "reservation_held" on "reservation" ("account_id") where status = 'HELD';`)
    this.addSql(`alter table "plan_assignment" add "anchor" timestamptz null;`)
    this.addSql(
      `alter table "credit_debt" add constraint "credit_debt_account_id_foreign" foreign key ("account_id") references "account" ("id");`,
    )
    this.addSql(`alter table "credit_debt" add constraint "credit_debt_amount" check (amount >= 0);`)
    this.addSql(
      `alter table "credit_grant" add constraint "credit_grant_account_id_foreign" foreign key ("account_id") references "account" ("id");`,
    )
    this.addSql(`alter table "credit_grant" add constraint "credit_grant_amount" check (amount > 0);`)
    this.addSql(
      `alter table "credit_grant" add constraint "credit_grant_parts" check (used >= 0 and reserved >= 0 and expired >= 0 and revoked >= 0);`,
    )
    this.addSql(
      `alter table "credit_grant" add constraint "credit_grant_balance" check (used + reserved + expired + revoked <= amount);`,
    )
    this.addSql(
      `alter table "credit_grant" add constraint "credit_grant_source" check (source_kind in ('PLAN', 'ADDON', 'PACKAGE', 'OVERRIDE'));`,
    )
    this.addSql(
      `alter table "entitlement_override" add constraint "entitlement_override_account_id_foreign" foreign key ("account_id") references "account" ("id");`,
    )
    this.addSql(
      `alter table "entitlement_override" add constraint "entitlement_override_amount" check (amount is null or (amount >= 0 and not unlimited));`,
    )
    this.addSql(
      `alter table "ledger_entry" add constraint "ledger_entry_kind" check (kind in ('GRANT', 'CONSUME', 'RESERVE', 'RELEASE', 'EXPIRE', 'REVOKE', 'ADJUST'));`,
    )
    this.addSql(
      `alter table "package_assignment" add constraint "package_assignment_account_id_foreign" foreign key ("account_id") references "account" ("id");`,
    )
    this.addSql(
      `alter table "package_assignment" add constraint "package_assignment_package_version_id_foreign" foreign key ("package_version_id") references "package_version" ("id");`,
    )
    this.addSql(`alter table "package_assignment" add constraint "package_assignment_quantity" check (quantity >= 1);`)
    this.addSql(`alter table "quota_usage" add constraint "quota_usage_used" check (used >= 0);`)
    this.addSql(`alter table "quota_usage" add constraint "quota_usage_reserved" check (reserved >= 0);`)
    this.addSql(
      `alter table "reservation" add constraint "reservation_status" check (status in ('HELD', 'COMMITTED', 'RELEASED', 'EXPIRED'));`,
    )
    this.addSql(`alter table "reservation" add constraint "reservation_amount" check (amount > 0);`)
    this.addSql(`
      update plan_assignment a set anchor = first.since
      from (select source_type, source_id, min(since) as since from plan_assignment group by source_type, source_id) first
      where a.source_type = first.source_type and a.source_id = first.source_id;
    `)
  }
}
