import { Migration } from '@mikro-orm/migrations'

export class CreatePackages extends Migration {
  override up(): void {
    this.addSql(`
      create table "package" (
        "id" text not null,
        "code" text not null,
        "type" text not null,
        "product_id" text not null,
        "fingerprint" text not null,
        "active" boolean not null default true,
        "created_at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(`alter table "package" add constraint "package_code" unique ("code");`)
    this.addSql(
      `alter table "package" add constraint "package_type" check (type in ('ADDON', 'CREDIT_PACK', 'ENTERPRISE'));`,
    )
    this.addSql(`
      create table "package_version" (
        "id" text not null,
        "package_id" text not null,
        "version" int not null,
        "fingerprint" text not null,
        "terms" jsonb not null,
        "created_at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(
      `alter table "package_version" add constraint "package_version_number" unique ("package_id", "version");`,
    )
    this.addSql(
      `alter table "package" add constraint "package_product_id_foreign" foreign key ("product_id") references "product" ("id");`,
    )
    this.addSql(
      `alter table "package_version" add constraint "package_version_package_id_foreign" foreign key ("package_id") references "package" ("id");`,
    )
  }
}
