import { Migration } from '@mikro-orm/migrations'

export class NoteKeyUse extends Migration {
  override up(): void {
    this.addSql(
      `alter table "service_key" add column "created_by" text null, add column "last_used_at" timestamptz null;`,
    )
    this.addSql(`create index "service_key_account" on "service_key" ("account_id");`)
  }
}
