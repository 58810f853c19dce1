import { Migration } from '@mikro-orm/migrations'

export class CreateMail extends Migration {
  override up(): void {
    this.addSql(`
      create table "mail_message" (
        "id" text not null,
        "account_id" text not null,
        "state" text not null default 'PENDING',
        "recipient" text not null,
        "subject" text not null,
        "body" text not null,
        "html" text not null,
        "at" timestamptz not null,
        "attempts" int not null default 0,
        "why" text null,
        "available_at" timestamptz not null default now(),
        "lease_token" text null,
        "lease_until" timestamptz null,
        "sent_at" timestamptz null,
        primary key ("id")
      );
    `)
    this.addSql(`create index "mail_message_pending" on "mail_message" ("available_at") where state = 'PENDING';`)
    this.addSql(
      `alter table "mail_message" add constraint "mail_message_state" check (state in ('PENDING', 'SENT', 'DEAD'));`,
    )
  }
}
