import { Migration } from '@mikro-orm/migrations'

export class ReviewTemplates extends Migration {
  override up(): void {
    this.addSql(
      `alter table "vendor" add column "account_id" text null, add column "description" text null, add column "website" text null, add column "created_at" timestamptz not null default now();`,
    )
    this.addSql(`alter table "vendor" add constraint "vendor_account" unique ("account_id");`)
    this.addSql(
      `alter table "vendor" add constraint "vendor_account_id_foreign" foreign key ("account_id") references "account" ("id") on delete set null;`,
    )
    this.addSql(
      `alter table "template" add column "free" boolean not null default false, add column "deleted_at" timestamptz null;`,
    )
    this.addSql(`create index "template_vendor" on "template" ("vendor_id", "id");`)
    this.addSql(`
      create table "template_version" (
        "id" text not null,
        "template_id" text not null,
        "number" int not null,
        "status" text not null,
        "content" jsonb not null,
        "reason" text null,
        "submitted_at" timestamptz null,
        "updated_at" timestamptz not null,
        "created_at" timestamptz not null,
        primary key ("id")
      );
    `)
    this.addSql(
      `alter table "template_version" add constraint "template_version_number" unique ("template_id", "number");`,
    )
    this.addSql(
      `alter table "template_version" add constraint "template_version_status" check (status in ('DRAFT', 'SUBMITTED', 'UNDER_REVIEW', 'NEEDS_CHANGES', 'APPROVED', 'REJECTED'));`,
    )
    this.addSql(
      `create unique index "template_version_one_open" on "template_version" ("template_id") where status <> 'APPROVED';`,
    )
    this.addSql(
      `create index "template_version_queue" on "template_version" ("submitted_at", "id") where status in ('SUBMITTED', 'UNDER_REVIEW');`,
    )
    this.addSql(`
      create table "template_review" (
        "id" text not null,
        "template_id" text not null,
        "version" int not null,
        "decision" text not null,
        "reason" text null,
        "checklist" jsonb not null,
        "reviewer" text not null,
        "at" timestamptz not null,
        primary key ("id")
      );
    `)
    this.addSql(
      `alter table "template_review" add constraint "template_review_decision" check (decision in ('STARTED', 'APPROVED', 'NEEDS_CHANGES', 'REJECTED'));`,
    )
    this.addSql(`create index "template_review_template" on "template_review" ("template_id", "id");`)
    this.addSql(
      `alter table "template_version" add constraint "template_version_template_id_foreign" foreign key ("template_id") references "template" ("id") on delete cascade;`,
    )
    this.addSql(
      `alter table "template_review" add constraint "template_review_template_id_foreign" foreign key ("template_id") references "template" ("id") on delete cascade;`,
    )
  }
}
