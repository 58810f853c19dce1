import { Migration } from '@mikro-orm/migrations'

/** Texts of messages for installers: `jsonb` sorts keys, and services start in the order of their vendor. */
export class BrokerMessageTexts extends Migration {
  override up(): void {
    this.addSql(`alter table "broker_message" add column "body_text" text null;`)
  }
}
