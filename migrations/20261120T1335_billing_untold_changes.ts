import { Migration } from '@mikro-orm/migrations'

export class TellChangesLater extends Migration {
  override up(): void {
    this.addSql(`alter table "subscription_change" add column "told" boolean not null default true;`)
  }
}
