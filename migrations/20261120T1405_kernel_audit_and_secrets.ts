import { Migration } from '@mikro-orm/migrations'

export class CreateAuditAndSecrets extends Migration {
  override up(): void {
    this.addSql(`
      create table "audit_entry" (
        "id" text not null,
        "account_id" text null,
        "actor" text not null,
        "action" text not null,
        "object" text not null,
        "details" jsonb not null,
        "minute" timestamptz not null,
        "times" int not null default 1,
        "at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(`create index "audit_entry_actor" on "audit_entry" ("actor", "id");`)
    this.addSql(`create index "audit_entry_object" on "audit_entry" ("object", "id");`)
    this.addSql(`create index "audit_entry_account" on "audit_entry" ("account_id", "id");`)
    this.addSql(
      `alter table "audit_entry" add constraint "audit_entry_minute" unique ("minute", "actor", "action", "object");`,
    )
    this.addSql(`
      create table "stored_secret" (
        "path" text not null,
        "sealed" text not null,
        "updated_at" timestamptz not null default now(),
        primary key ("path")
      );
    `)
  }
}
