import { Migration } from '@mikro-orm/migrations'

export class CountMembers extends Migration {
  override up(): void {
    this.addSql(`
      create table "member_count" (
        "account_id" text not null,
        "changed_at" timestamptz not null,
        "members" int not null,
        "peak" int not null,
        primary key ("account_id", "changed_at")
      );
    `)
    this.addSql(
      `alter table "member_count" add constraint "member_count_account_id_foreign" foreign key ("account_id") references "account" ("id");`,
    )
    this.addSql(
      `alter table "member_count" add constraint "member_count_peak" check (members >= 0 and peak >= members);`,
    )
    this.addSql(`
      insert into member_count (account_id, changed_at, members, peak)
      select account_id, timestamptz '1970-01-01 00:00:00+00', count(*), count(*) from member group by account_id;
    `)
  }
}
