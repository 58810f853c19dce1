import { Migration } from '@mikro-orm/migrations'

export class CreateMarketplace extends Migration {
  override up(): void {
    this.addSql(`
      create table "category" (
        "id" text not null,
        "code" text not null,
        "title" text not null,
        "priority" int not null default 0,
        "metadata" jsonb not null,
        primary key ("id")
      );
    `)
    this.addSql(`alter table "category" add constraint "category_code" unique ("code");`)
    this.addSql(`
      create table "vendor" (
        "id" text not null,
        "name" text not null,
        "verified" boolean not null default false,
        primary key ("id")
      );
    `)
    this.addSql(`alter table "vendor" add constraint "vendor_name" unique ("name");`)
    this.addSql(`
      create table "template" (
        "id" text not null,
        "slug" text not null,
        "name" text not null,
        "short_description" text null,
        "long_description" text null,
        "category_id" text null,
        "vendor_id" text null,
        "tags" text[] not null default '{}',
        "version" int not null default 1,
        "status" text not null,
        "stack" text not null,
        "is_from_marketplace" boolean not null default true,
        "required_plan" text null,
        "definition" jsonb not null,
        "infrastructure_requirements" jsonb null,
        "tech_stack" jsonb null,
        "rating" double precision null,
        "rating_count" int not null default 0,
        "install_count" int not null default 0,
        "view_count" int not null default 0,
        "created_at" timestamptz not null default now(),
        "approved_at" timestamptz null,
        primary key ("id")
      );
    `)
    this.addSql(`alter table "template" add constraint "template_slug" unique ("slug");`)
    this.addSql(
      `alter table "template" add constraint "template_status" check (status in ('DRAFT', 'SUBMITTED', 'UNDER_REVIEW', 'NEEDS_CHANGES', 'APPROVED', 'REJECTED', 'DEPRECATED'));`,
    )
    this.addSql(
      `alter table "template" add constraint "template_category_id_foreign" foreign key ("category_id") references "category" ("id") on delete set null;`,
    )
    this.addSql(
      `alter table "template" add constraint "template_vendor_id_foreign" foreign key ("vendor_id") references "vendor" ("id") on delete set null;`,
    )
  }
}
