import { Migration } from '@mikro-orm/migrations'

/** Every token that was replaced is accepted until its own grace is over, not only the one that was replaced last. */
export class KeepEarlierTokens extends Migration {
  override up(): void {
    this.addSql(`
      create table "earlier_token" (
        "token_hash" text not null,
        "account_id" text not null,
        "agent_id" text not null,
        "token_sealed" text not null,
        "accepted_until" timestamptz not null,
        "kept_at" timestamptz not null default now(),
        primary key ("token_hash")
      );
    `)
    this.addSql(`create index "earlier_token_agent" on "earlier_token" ("agent_id");`)
    this.addSql(
      `alter table "earlier_token" add constraint "earlier_token_agent_id_foreign" foreign key ("agent_id") references "agent" ("id") on delete cascade;`,
    )
  }
}
