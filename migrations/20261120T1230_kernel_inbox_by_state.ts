import { Migration } from '@mikro-orm/migrations'

/** Operators look for the few events that rest in a state, among many that are done. */
export class IndexInboxByState extends Migration {
  override up(): void {
    this.addSql(`create index "inbox_event_by_state" on "inbox_event" ("state", "id");`)
  }
}
