import { Migration } from '@mikro-orm/migrations'

export class CreateInvitations extends Migration {
  override up(): void {
    this.addSql(`
      create table "invitation" (
        "id" text not null,
        "account_id" text not null,
        "email" text not null,
        "role" text not null,
        "token_hash" text not null,
        "invited_by" text not null,
        "mails" int not null default 1,
        "created_at" timestamptz not null,
        "expires_at" timestamptz not null,
        "accepted_at" timestamptz null,
        "accepted_by" text null,
        "cancelled_at" timestamptz null,
        primary key ("id"),
        constraint "invitation_role" check (role in ('OWNER', 'ADMIN', 'MEMBER'))
      );
    `)
    this.addSql(`alter table "invitation" add constraint "invitation_token" unique ("token_hash");`)
    this.addSql(
      `create unique index "invitation_one_open" on "invitation" ("account_id", "email") where accepted_at is null and cancelled_at is null;`,
    )
    this.addSql(`create index "invitation_account" on "invitation" ("account_id", "id");`)
    this.addSql(
      `alter table "invitation" add constraint "invitation_account_id_foreign" foreign key ("account_id") references "account" ("id") on delete cascade;`,
    )
    // What a mail carries and nobody but its reader may know; gone when it is sent.
    this.addSql(`alter table "mail_message" add column "secret_sealed" text null;`)
  }
}
