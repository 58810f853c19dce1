import { Migration } from '@mikro-orm/migrations'

export class SealCommandParameters extends Migration {
  override up(): void {
    this.addSql(`alter table "command" add column "parameters_sealed" text null;`)
    this.addSql(`alter table "command" add column "updated_at" timestamptz not null default now();`)
    this.addSql(`create index "command_recent" on "command" ("deployment_id", "updated_at");`)
  }
}
