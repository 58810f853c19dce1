import { Migration } from '@mikro-orm/migrations'

/** One delivery of a provider whose signature covers its name is one event. */
export class AddInboxTransmissions extends Migration {
  override up(): void {
    this.addSql(`alter table "inbox_event" add column "transmission_id" text null;`)
    this.addSql(
      `create unique index "inbox_event_transmission" on "inbox_event" ("provider", "transmission_id") where transmission_id is not null;`,
    )
  }
}
