import { Migration } from '@mikro-orm/migrations'

/** Tables of the domain identity at the first release. */
export class IdentityBaseline extends Migration {
  override up(): void {
    this.addSql(`
      create table "account" (
        "id" text not null,
        "kind" text not null,
        "external_id" text not null,
        "name" text not null,
        "version" bigint not null default '0',
        "created_at" timestamptz not null default now(),
        "billing_email" text,
        "billing_details" jsonb,
        "metadata" jsonb not null default '{}'::jsonb,
        "currency" text,
        "language" text,
        "time_zone" text,
        "invoice_terms" jsonb,
        "overage_threshold" jsonb,
        "overage_ends_at" timestamptz,
        "overage_end_reason" text,
        "rolled_until" timestamptz,
        "deletion_at" timestamptz,
        primary key ("id"),
        constraint "account_kind" check (kind in ('PERSON', 'TEAM', 'COMMUNITY', 'CUSTOMER'))
      );
    `)
    this.addSql(`create index "account_external" on "account" ("kind", "external_id");`)
    this.addSql(`create index "account_external_prefix" on "account" (lower(external_id) text_pattern_ops);`)
    this.addSql(`create index "account_name_words" on "account" using gin (to_tsvector('simple', name));`)
    this.addSql(`create index "account_metadata" on "account" using gin (metadata jsonb_path_ops);`)
    this.addSql(`create index "account_name" on "account" (lower(name), id);`)
    this.addSql(`
      create table "account_directory" (
        "kind" text not null,
        "name" text not null,
        "account_id" text not null,
        primary key ("kind", "name"),
        constraint "account_directory_kind" check (kind in ('ACCOUNT', 'CUSTOMER', 'DELETED_ACCOUNT', 'DEPLOYMENT', 'ENROLLMENT_TOKEN', 'INVITATION'))
      );
    `)
    this.addSql(`create index "account_directory_account" on "account_directory" ("account_id");`)
    this.addSql(`
      create table "app_user" (
        "id" text not null,
        "subject" text not null,
        "email" text not null,
        "name" text,
        "roles" text[] not null default '{}',
        "language" text,
        "created_at" timestamptz not null default now(),
        primary key ("id"),
        constraint "user_subject_unique" unique ("subject"),
        constraint "app_user_language" check (language in ('EN', 'DE', 'ES'))
      );
    `)
    this.addSql(`create index "user_email_prefix" on "app_user" (lower(email) text_pattern_ops);`)
    this.addSql(`
      create table "invitation" (
        "id" text not null,
        "account_id" text not null,
        "email" text not null,
        "role" text not null,
        "token_hash" text not null,
        "invited_by" text not null,
        "mails_sent" int not null default 1,
        "created_at" timestamptz not null,
        "expires_at" timestamptz not null,
        "accepted_at" timestamptz,
        "accepted_by" text,
        "canceled_at" timestamptz,
        primary key ("id", "account_id"),
        constraint "invitation_role" check (role in ('OWNER', 'ADMIN', 'MEMBER')),
        constraint "invitation_token" unique ("token_hash", "account_id"),
        constraint "invitation_account_id_foreign" foreign key ("account_id") references "account" ("id") on delete cascade
      );
    `)
    this.addSql(`create index "invitation_account" on "invitation" ("account_id", "id");`)
    this.addSql(
      `create index "invitation_open_email" on "invitation" ("email") where accepted_at is null and canceled_at is null;`,
    )
    this.addSql(
      `create unique index "invitation_one_open" on "invitation" ("account_id", "email") where accepted_at is null and canceled_at is null;`,
    )
    this.addSql(`
      create table "member" (
        "account_id" text not null,
        "user_id" text not null,
        "id" text not null,
        "role" text not null,
        "since" timestamptz not null default now(),
        primary key ("account_id", "user_id"),
        constraint "member_id" unique ("id", "account_id"),
        constraint "member_role" check (role in ('OWNER', 'ADMIN', 'MEMBER')),
        constraint "member_account_id_foreign" foreign key ("account_id") references "account" ("id") on delete cascade,
        constraint "member_user_id_foreign" foreign key ("user_id") references "app_user" ("id") on delete cascade
      );
    `)
    this.addSql(`create index "member_user" on "member" ("user_id");`)
    this.addSql(`
      create table "member_count" (
        "account_id" text not null,
        "changed_at" timestamptz not null,
        "members" int not null,
        "peak" int not null,
        primary key ("account_id", "changed_at"),
        constraint "member_count_peak" check (members >= 0 and peak >= members),
        constraint "member_count_account_id_foreign" foreign key ("account_id") references "account" ("id")
      );
    `)
    this.addSql(`
      create table "policy" (
        "id" text not null,
        "subject" text not null,
        "object" text not null,
        "action" text not null,
        "created_at" timestamptz not null default now(),
        "removed_at" timestamptz,
        primary key ("id"),
        constraint "policy_once" unique ("subject", "object", "action")
      );
    `)
    this.addSql(`
      create table "service_key" (
        "id" text not null,
        "name" text not null,
        "secret_hash" text not null,
        "previous_secret_hash" text,
        "previous_until" timestamptz,
        "scopes" text[] not null,
        "permissions" text[],
        "account_id" text,
        "created_at" timestamptz not null default now(),
        "expires_at" timestamptz,
        "revoked_at" timestamptz,
        "created_by" text,
        "last_used_at" timestamptz,
        primary key ("id"),
        constraint "service_key_account_id_foreign" foreign key ("account_id") references "account" ("id") on delete cascade
      );
    `)
    this.addSql(`create index "service_key_account" on "service_key" ("account_id");`)
    this.addSql(`create index "service_key_sessions" on "service_key" (created_by) where permissions is not null;`)
  }
}
