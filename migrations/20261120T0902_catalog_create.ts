import { Migration } from '@mikro-orm/migrations'

export class CreateCatalog extends Migration {
  override up(): void {
    this.addSql(`
      create table "product" (
        "id" text not null,
        "type" text not null,
        "code" text not null,
        "name" text not null,
        "external_id" text null,
        "vendor_id" text null,
        "active" boolean not null default true,
        "created_at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(`alter table "product" add constraint "product_code" unique ("type", "code");`)
    this.addSql(`alter table "product" add constraint "product_external" unique ("type", "external_id");`)
    this.addSql(`alter table "product" add constraint "product_type" check (type in ('PLAN', 'PACKAGE', 'TEMPLATE'));`)
    this.addSql(`
      create table "price" (
        "id" text not null,
        "product_id" text not null,
        "currency" text not null,
        "amount_minor" bigint not null,
        "interval" text not null,
        "trial_days" int not null default 0,
        "per" text null,
        "active" boolean not null default true,
        "created_at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(`create index "price_product" on "price" ("product_id");`)
    this.addSql(
      `alter table "price" add constraint "price_interval" check ("interval" in ('ONE_TIME', 'MONTH', 'YEAR'));`,
    )
    this.addSql(`alter table "price" add constraint "price_amount" check (amount_minor >= 0);`)
    this.addSql(`
      create table "plan" (
        "id" text not null,
        "code" text not null,
        "group_code" text not null,
        "product_id" text not null,
        "active" boolean not null default true,
        "created_at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(`alter table "plan" add constraint "plan_code" unique ("code");`)
    this.addSql(`
      create table "plan_version" (
        "id" text not null,
        "plan_id" text not null,
        "version" int not null,
        "fingerprint" text not null,
        "terms" jsonb not null,
        "created_at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(`alter table "plan_version" add constraint "plan_version_number" unique ("plan_id", "version");`)
    this.addSql(
      `alter table "price" add constraint "price_product_id_foreign" foreign key ("product_id") references "product" ("id");`,
    )
    this.addSql(
      `alter table "plan" add constraint "plan_product_id_foreign" foreign key ("product_id") references "product" ("id");`,
    )
    this.addSql(
      `alter table "plan_version" add constraint "plan_version_plan_id_foreign" foreign key ("plan_id") references "plan" ("id");`,
    )
  }
}
