import { Migration } from '@mikro-orm/migrations'

/** The names of the keys that this database's secrets are sealed with: a process with other keys does not start. */
export class NameSecretsKeys extends Migration {
  override up(): void {
    this.addSql(`alter table "installation" add column "secrets_key_ids" text[] not null default '{}';`)
  }
}
