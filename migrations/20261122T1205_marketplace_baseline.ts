import { Migration } from '@mikro-orm/migrations'

/** Tables of the domain marketplace at the first release. */
export class MarketplaceBaseline extends Migration {
  override up(): void {
    this.addSql(`
      create table "category" (
        "id" text not null,
        "code" text not null,
        "title" text not null,
        "priority" int not null default 0,
        "metadata" jsonb not null,
        primary key ("id"),
        constraint "category_code" unique ("code")
      );
    `)
    this.addSql(`
      create table "vendor" (
        "id" text not null,
        "name" text not null,
        "verified" boolean not null default false,
        "account_id" text,
        "description" text,
        "website" text,
        "created_at" timestamptz not null default now(),
        "payout_account_id" text,
        primary key ("id"),
        constraint "vendor_account" unique ("account_id"),
        constraint "vendor_name" unique ("name"),
        constraint "vendor_payout_account" unique ("payout_account_id"),
        constraint "vendor_account_id_foreign" foreign key ("account_id") references "account" ("id") on delete set null
      );
    `)
    this.addSql(`
      create table "vendor_payout" (
        "id" text not null,
        "account_id" text not null,
        "vendor_id" text not null,
        "method" text not null,
        "status" text not null,
        "amount_minor" bigint not null,
        "currency" text not null,
        "reference" text,
        "payout_account_id" text,
        "external_id" text,
        "failure_reason" text,
        "requested_by" text not null,
        "created_at" timestamptz not null,
        "completed_at" timestamptz,
        primary key ("id", "account_id"),
        constraint "vendor_payout_amount" check (amount_minor > 0),
        constraint "vendor_payout_method" check (method in ('MANUAL', 'STRIPE')),
        constraint "vendor_payout_status" check (status in ('CREATING', 'PAID', 'FAILED')),
        constraint "vendor_payout_account_id_foreign" foreign key ("account_id") references "account" ("id"),
        constraint "vendor_payout_vendor_id_foreign" foreign key ("vendor_id") references "vendor" ("id")
      );
    `)
    this.addSql(`create index "vendor_payout_vendor" on "vendor_payout" ("vendor_id", "id");`)
    this.addSql(`
      create table "earnings_entry" (
        "id" text not null,
        "account_id" text not null,
        "vendor_id" text not null,
        "kind" text not null,
        "purchase_id" text,
        "payout_id" text,
        "gross_minor" bigint not null default '0',
        "amount_minor" bigint not null,
        "currency" text not null,
        "share_basis_points" int,
        "at" timestamptz not null,
        primary key ("id", "account_id"),
        constraint "earnings_entry_kind" check (kind in ('SALE', 'CLAWBACK', 'CLAWBACK_REVERSED', 'PAYOUT', 'PAYOUT_RETURNED')),
        constraint "earnings_entry_account_id_foreign" foreign key ("account_id") references "account" ("id"),
        constraint "earnings_entry_payout_id_foreign" foreign key ("payout_id", "account_id") references "vendor_payout" ("id", "account_id") on delete set null ("payout_id"),
        constraint "earnings_entry_vendor_id_foreign" foreign key ("vendor_id") references "vendor" ("id")
      );
    `)
    this.addSql(
      `create unique index "earnings_entry_one_sale" on "earnings_entry" ("purchase_id", "account_id") where kind = 'SALE';`,
    )
    this.addSql(`create index "earnings_entry_purchase" on "earnings_entry" ("purchase_id");`)
    this.addSql(`create index "earnings_entry_vendor" on "earnings_entry" ("vendor_id", "at", "id");`)
    this.addSql(`
      create table "template" (
        "id" text not null,
        "slug" text not null,
        "name" text not null,
        "short_description" text,
        "long_description" text,
        "category_id" text,
        "vendor_id" text,
        "tags" text[] not null default '{}',
        "version" int not null default 1,
        "status" text not null,
        "stack" text not null,
        "is_from_marketplace" boolean not null default true,
        "required_plan" text,
        "definition" jsonb not null,
        "infrastructure_requirements" jsonb,
        "tech_stack" jsonb,
        "rating" double precision,
        "rating_count" int not null default 0,
        "install_count" int not null default 0,
        "view_count" int not null default 0,
        "created_at" timestamptz not null default now(),
        "approved_at" timestamptz,
        "free_forever" boolean not null default false,
        "deleted_at" timestamptz,
        "rating_sum" int not null default 0,
        "sale_count" int not null default 0,
        "updated_at" timestamptz,
        "icon" text,
        "pictures" text[] not null default '{}',
        "links" jsonb not null default '[]',
        primary key ("id"),
        constraint "template_slug" unique ("slug"),
        constraint "template_status" check (status in ('DRAFT', 'SUBMITTED', 'UNDER_REVIEW', 'NEEDS_CHANGES', 'APPROVED', 'REJECTED', 'DEPRECATED')),
        constraint "template_category_id_foreign" foreign key ("category_id") references "category" ("id") on delete set null,
        constraint "template_vendor_id_foreign" foreign key ("vendor_id") references "vendor" ("id") on delete set null
      );
    `)
    this.addSql(
      `create index "template_category_named" on "template" (category_id, lower(name), id) where status = 'APPROVED';`,
    )
    this.addSql(
      `create index "template_category_popular" on "template" ("category_id", "install_count", "id") where status = 'APPROVED';`,
    )
    this.addSql(
      `create index "template_category_rated" on "template" (category_id, coalesce(rating, 0), id) where status = 'APPROVED';`,
    )
    this.addSql(
      `create index "template_category_recent" on "template" ("category_id", "approved_at", "id") where status = 'APPROVED';`,
    )
    this.addSql(`create index "template_named" on "template" (lower(name), id) where status = 'APPROVED';`)
    this.addSql(`create index "template_popular" on "template" ("install_count", "id") where status = 'APPROVED';`)
    this.addSql(`create index "template_rated" on "template" (coalesce(rating, 0), id) where status = 'APPROVED';`)
    this.addSql(`create index "template_recent" on "template" ("approved_at", "id") where status = 'APPROVED';`)
    this.addSql(
      `create index "template_search" on "template" using gin ((((setweight(to_tsvector('simple'::regconfig, translate(((name || ' '::text) || slug), '.,:;/_@+()[]{}-'::text, '               '::text)), 'A'::"char") || array_to_tsvector(tags)) || to_tsvector('simple'::regconfig, translate(COALESCE(short_description, ''::text), '.,:;/_@+()[]{}-'::text, '               '::text))))) where status = 'APPROVED';`,
    )
    this.addSql(`create index "template_sold" on "template" ("sale_count", "id") where status = 'APPROVED';`)
    this.addSql(`create index "template_tags" on "template" using gin ("tags") where status = 'APPROVED';`)
    this.addSql(
      `create index "template_updated" on "template" (coalesce(updated_at, approved_at), id) where status = 'APPROVED';`,
    )
    this.addSql(`create index "template_vendor" on "template" ("vendor_id", "id");`)
    // Keeps the short texts of lists in the row; only the long text and the definition are stored out of line.
    this.addSql(`alter table "template" set (toast_tuple_target = 640);`)
    this.addSql(`
      create table "template_install" (
        "deployment_id" text not null,
        "template_id" text not null,
        "account_id" text not null,
        "counted" boolean not null default false,
        "at" timestamptz not null,
        primary key ("deployment_id", "account_id"),
        constraint "template_install_account_id_foreign" foreign key ("account_id") references "account" ("id") on delete cascade,
        constraint "template_install_template_id_foreign" foreign key ("template_id") references "template" ("id") on delete cascade
      );
    `)
    this.addSql(`create index "template_install_account" on "template_install" ("account_id", "template_id");`)
    this.addSql(`create index "template_install_template" on "template_install" ("template_id", "at");`)
    this.addSql(`create index "template_install_uncounted" on "template_install" ("deployment_id") where not counted;`)
    this.addSql(`
      create table "template_ownership" (
        "id" text not null,
        "account_id" text not null,
        "template_id" text not null,
        "source_type" text not null,
        "source_id" text not null,
        "since" timestamptz not null,
        "expires_at" timestamptz,
        "suspended" boolean not null default false,
        "ended_at" timestamptz,
        "counted" boolean not null default false,
        primary key ("id", "account_id"),
        constraint "template_ownership_cause" unique ("source_type", "source_id", "template_id", "account_id"),
        constraint "template_ownership_source" check (source_type in ('purchase', 'subscription', 'operator')),
        constraint "template_ownership_account_id_foreign" foreign key ("account_id") references "account" ("id"),
        constraint "template_ownership_template_id_foreign" foreign key ("template_id") references "template" ("id")
      );
    `)
    this.addSql(`create index "template_ownership_account" on "template_ownership" ("account_id", "template_id");`)
    this.addSql(`create index "template_ownership_uncounted" on "template_ownership" ("id") where not counted;`)
    this.addSql(`
      create table "template_rating" (
        "id" text not null,
        "template_id" text not null,
        "account_id" text not null,
        "stars" int not null,
        "comment" text,
        "at" timestamptz not null,
        primary key ("template_id", "account_id"),
        constraint "template_rating_id" unique ("id", "account_id"),
        constraint "template_rating_stars" check (stars >= 1 and stars <= 5),
        constraint "template_rating_account_id_foreign" foreign key ("account_id") references "account" ("id") on delete cascade,
        constraint "template_rating_template_id_foreign" foreign key ("template_id") references "template" ("id") on delete cascade
      );
    `)
    this.addSql(`
      create table "template_review" (
        "id" text not null,
        "template_id" text not null,
        "version" int not null,
        "decision" text not null,
        "reason" text,
        "checklist" jsonb not null,
        "reviewer" text not null,
        "at" timestamptz not null,
        primary key ("id"),
        constraint "template_review_decision" check (decision in ('STARTED', 'APPROVED', 'NEEDS_CHANGES', 'REJECTED')),
        constraint "template_review_template_id_foreign" foreign key ("template_id") references "template" ("id") on delete cascade
      );
    `)
    this.addSql(`create index "template_review_template" on "template_review" ("template_id", "id");`)
    this.addSql(`
      create table "template_source" (
        "template_id" text not null,
        "numeric_id" boolean not null,
        "vendor_user_id" text,
        "vendor_name" text,
        "approval" text,
        "synced_at" timestamptz not null default now(),
        primary key ("template_id"),
        constraint "template_source_template_id_foreign" foreign key ("template_id") references "template" ("id") on update cascade on delete cascade
      );
    `)
    this.addSql(`create index "template_source_vendor" on "template_source" ("vendor_user_id");`)
    this.addSql(`
      create table "template_sync_message" (
        "id" text not null,
        "template_id" text not null,
        "action" text not null,
        "body" jsonb not null,
        "state" text not null default 'PENDING',
        "attempts" int not null default 0,
        "last_status_code" int,
        "last_error" text,
        "available_at" timestamptz not null default now(),
        "lease_token" text,
        "lease_until" timestamptz,
        "created_at" timestamptz not null default now(),
        "sent_at" timestamptz,
        primary key ("id"),
        constraint "template_sync_message_state" check (state in ('PENDING', 'SENT', 'SUPERSEDED', 'DEAD'))
      );
    `)
    this.addSql(
      `create index "template_sync_message_pending" on "template_sync_message" ("template_id", "id") where state = 'PENDING';`,
    )
    this.addSql(`create index "template_sync_message_dead" on "template_sync_message" ("id") where state = 'DEAD';`)
    this.addSql(`create index "template_sync_message_template" on "template_sync_message" ("template_id", "id");`)
    this.addSql(`
      create table "template_version" (
        "id" text not null,
        "template_id" text not null,
        "number" int not null,
        "status" text not null,
        "content" jsonb not null,
        "reason" text,
        "submitted_at" timestamptz,
        "updated_at" timestamptz not null,
        "created_at" timestamptz not null,
        primary key ("id"),
        constraint "template_version_number" unique ("template_id", "number"),
        constraint "template_version_status" check (status in ('DRAFT', 'SUBMITTED', 'UNDER_REVIEW', 'NEEDS_CHANGES', 'APPROVED', 'REJECTED')),
        constraint "template_version_template_id_foreign" foreign key ("template_id") references "template" ("id") on delete cascade
      );
    `)
    this.addSql(
      `create unique index "template_version_one_open" on "template_version" ("template_id") where status <> 'APPROVED';`,
    )
    this.addSql(
      `create index "template_version_queue" on "template_version" ("submitted_at", "id") where status in ('SUBMITTED', 'UNDER_REVIEW');`,
    )
  }
}
