import { Migration } from '@mikro-orm/migrations'

export class SyncMarketplace extends Migration {
  override up(): void {
    this.addSql(`
      create table "template_source" (
        "template_id" text not null,
        "numeric_id" boolean not null,
        "vendor_user_id" text null,
        "vendor_name" text null,
        "approval" text null,
        "synced_at" timestamptz not null default now(),
        primary key ("template_id")
      );
    `)
    this.addSql(`create index "template_source_vendor" on "template_source" ("vendor_user_id");`)
    this.addSql(
      `alter table "template_source" add constraint "template_source_template_id_foreign" foreign key ("template_id") references "template" ("id") on update cascade on delete cascade;`,
    )
    this.addSql(`
      create table "sync_message" (
        "id" text not null,
        "template_id" text not null,
        "action" text not null,
        "body" jsonb not null,
        "state" text not null default 'PENDING',
        "attempts" int not null default 0,
        "last_status_code" int null,
        "why" text null,
        "available_at" timestamptz not null default now(),
        "lease_token" text null,
        "lease_until" timestamptz null,
        "created_at" timestamptz not null default now(),
        "sent_at" timestamptz null,
        primary key ("id")
      );
    `)
    this.addSql(`create index "sync_message_pending" on "sync_message" ("template_id", "id") where state = 'PENDING';`)
    this.addSql(`create index "sync_message_template" on "sync_message" ("template_id", "id");`)
    this.addSql(
      `alter table "sync_message" add constraint "sync_message_state" check (state in ('PENDING', 'SENT', 'SUPERSEDED', 'DEAD'));`,
    )
  }
}
