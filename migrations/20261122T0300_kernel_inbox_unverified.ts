import { Migration } from '@mikro-orm/migrations'

/**
 * PayPal signs a delivery's id and time and only a checksum of its body. So a body never takes the place of another one: two bodies under
 * one event id are two events. An object that waits because its provider did not respond says so, and is woken when the provider is back.
 */
export class SeparateUnverifiedBodies extends Migration {
  override up(): void {
    this.addSql(`alter table "inbox_event" add column "body_digest" text not null default '';`)
    this.addSql(`alter table "inbox_event" drop constraint "inbox_event_once";`)
    this.addSql(
      `alter table "inbox_event" add constraint "inbox_event_once" unique ("provider", "event_id", "body_digest");`,
    )
    this.addSql(`drop index "inbox_event_transmission";`)
    this.addSql(
      `create index "inbox_event_transmission" on "inbox_event" ("provider", "transmission_id") where transmission_id is not null;`,
    )
    this.addSql(`alter table "inbox_object" add column "unreachable" boolean not null default false;`)
  }
}
