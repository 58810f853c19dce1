import { Migration } from '@mikro-orm/migrations'

/** Tables of the domain catalog at the first release. */
export class CatalogBaseline extends Migration {
  override up(): void {
    this.addSql(`
      create table "product" (
        "id" text not null,
        "type" text not null,
        "code" text not null,
        "name" text not null,
        "external_id" text,
        "vendor_id" text,
        "active" boolean not null default true,
        "created_at" timestamptz not null default now(),
        primary key ("id"),
        constraint "product_code" unique ("type", "code"),
        constraint "product_external" unique ("type", "external_id"),
        constraint "product_type" check (type in ('PLAN', 'PACKAGE', 'TEMPLATE'))
      );
    `)
    this.addSql(`
      create table "package" (
        "id" text not null,
        "code" text not null,
        "type" text not null,
        "product_id" text not null,
        "fingerprint" text not null,
        "active" boolean not null default true,
        "created_at" timestamptz not null default now(),
        primary key ("id"),
        constraint "package_code" unique ("code"),
        constraint "package_type" check (type in ('ADDON', 'CREDIT_PACK', 'ENTERPRISE')),
        constraint "package_product_id_foreign" foreign key ("product_id") references "product" ("id")
      );
    `)
    this.addSql(`
      create table "package_version" (
        "id" text not null,
        "package_id" text not null,
        "version" int not null,
        "fingerprint" text not null,
        "terms" jsonb not null,
        "created_at" timestamptz not null default now(),
        primary key ("id"),
        constraint "package_version_number" unique ("package_id", "version"),
        constraint "package_version_package_id_foreign" foreign key ("package_id") references "package" ("id")
      );
    `)
    this.addSql(`
      create table "plan" (
        "id" text not null,
        "code" text not null,
        "group_code" text not null,
        "product_id" text not null,
        "active" boolean not null default true,
        "created_at" timestamptz not null default now(),
        "hidden" boolean not null default false,
        primary key ("id"),
        constraint "plan_code" unique ("code"),
        constraint "plan_product_id_foreign" foreign key ("product_id") references "product" ("id")
      );
    `)
    this.addSql(`
      create table "plan_version" (
        "id" text not null,
        "plan_id" text not null,
        "version" int not null,
        "fingerprint" text not null,
        "terms" jsonb not null,
        "created_at" timestamptz not null default now(),
        primary key ("id"),
        constraint "plan_version_number" unique ("plan_id", "version"),
        constraint "plan_version_plan_id_foreign" foreign key ("plan_id") references "plan" ("id")
      );
    `)
    this.addSql(`
      create table "price" (
        "id" text not null,
        "product_id" text not null,
        "currency" text not null,
        "amount_minor" bigint not null,
        "interval" text not null,
        "trial_days" int not null default 0,
        "per" text,
        "active" boolean not null default true,
        "created_at" timestamptz not null default now(),
        "negotiated" boolean not null default false,
        "plan_version_id" text,
        primary key ("id"),
        constraint "price_amount" check (amount_minor >= 0),
        constraint "price_interval" check ("interval" ~ '^(ONE_TIME|DAY|WEEK|MONTH|QUARTER|YEAR|[1-9][0-9]*_(DAY|WEEK|MONTH|YEAR)S)$'),
        constraint "price_product_id_foreign" foreign key ("product_id") references "product" ("id")
      );
    `)
    this.addSql(`create index "price_product" on "price" ("product_id");`)
    this.addSql(`
      create table "price_feed" (
        "feature" text not null,
        "checked_at" timestamptz not null,
        "terms" text not null,
        "etag" text,
        "last_modified" text,
        "failure" text,
        primary key ("feature")
      );
    `)
    this.addSql(`
      create table "price_list" (
        "id" text not null,
        "feature" text not null,
        "status" text not null,
        "held" boolean not null,
        "changes" jsonb not null,
        "differences" jsonb not null default '[]',
        "proposed_at" timestamptz not null,
        "version" int,
        "applied_at" timestamptz,
        "decided_by" text,
        "reason" text,
        primary key ("id"),
        constraint "price_list_version" unique ("feature", "version"),
        constraint "price_list_status" check (status in ('PROPOSED', 'APPLIED', 'REJECTED', 'SUPERSEDED') and (status = 'APPLIED') = (version is not null and applied_at is not null))
      );
    `)
    this.addSql(`create index "price_list_open" on "price_list" ("feature", "held") where status = 'PROPOSED';`)
    this.addSql(`
      create table "catalog_version" (
        "number" int not null,
        "source" text not null,
        "text" text not null,
        "file_fingerprint" text not null,
        "revision" int not null default 0,
        "author" text,
        "reason" text,
        "at" timestamptz not null default now(),
        primary key ("number"),
        constraint "catalog_version_number" check (number >= 0),
        constraint "catalog_version_source" check (source in ('FILE', 'EDITOR'))
      );
    `)
    this.addSql(`
      create table "unlisted_value" (
        "feature" text not null,
        "dimension" text not null,
        "value" text not null,
        "found_at" timestamptz not null,
        primary key ("feature", "dimension", "value")
      );
    `)
  }
}
