import { Migration } from '@mikro-orm/migrations'

export class TellInstallers extends Migration {
  override up(): void {
    this.addSql(`
      create table "broker_message" (
        "id" text not null,
        "account_id" text null,
        "routing_key" text not null,
        "body" jsonb not null,
        "state" text not null default 'PENDING',
        "attempts" int not null default 0,
        "why" text null,
        "available_at" timestamptz not null default now(),
        "lease_token" text null,
        "lease_until" timestamptz null,
        "created_at" timestamptz not null default now(),
        "sent_at" timestamptz null,
        primary key ("id")
      );
    `)
    this.addSql(`create index "broker_message_pending" on "broker_message" ("available_at") where state = 'PENDING';`)
    this.addSql(
      `alter table "broker_message" add constraint "broker_message_state" check (state in ('PENDING', 'SENT', 'DEAD'));`,
    )
  }
}
