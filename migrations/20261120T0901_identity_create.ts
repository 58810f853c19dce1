import { Migration } from '@mikro-orm/migrations'

export class CreateIdentity extends Migration {
  override up(): void {
    this.addSql(`
      create table "account" (
        "id" text not null,
        "kind" text not null,
        "external_id" text not null,
        "name" text not null,
        "version" bigint not null default '0',
        "created_at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(`alter table "account" add constraint "account_external" unique ("kind", "external_id");`)
    this.addSql(`alter table "account" add constraint "account_kind" check (kind in ('PERSON', 'TEAM', 'COMMUNITY'));`)
    this.addSql(`
      create table "service_key" (
        "id" text not null,
        "name" text not null,
        "secret_hash" text not null,
        "scopes" text[] not null,
        "account_id" text null,
        "created_at" timestamptz not null default now(),
        "expires_at" timestamptz null,
        "revoked_at" timestamptz null,
        primary key ("id")
      );
    `)
    this.addSql(`
      create table "app_user" (
        "id" text not null,
        "subject" text not null,
        "email" text not null,
        "name" text null,
        "created_at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(`alter table "app_user" add constraint "user_subject_unique" unique ("subject");`)
    this.addSql(`
      create table "member" (
        "account_id" text not null,
        "user_id" text not null,
        "role" text not null,
        "since" timestamptz not null default now(),
        primary key ("account_id", "user_id")
      );
    `)
    this.addSql(`create index "member_user" on "member" ("user_id");`)
    this.addSql(`alter table "member" add constraint "member_role" check (role in ('OWNER', 'ADMIN', 'MEMBER'));`)
    this.addSql(
      `alter table "service_key" add constraint "service_key_account_id_foreign" foreign key ("account_id") references "account" ("id") on delete cascade;`,
    )
    this.addSql(
      `alter table "member" add constraint "member_account_id_foreign" foreign key ("account_id") references "account" ("id") on update cascade on delete cascade;`,
    )
    this.addSql(
      `alter table "member" add constraint "member_user_id_foreign" foreign key ("user_id") references "app_user" ("id") on update cascade on delete cascade;`,
    )
  }
}
