import { Migration } from '@mikro-orm/migrations'

/** What was queued lately is found without looking through all that happened. */
export class IndexQueuedLately extends Migration {
  override up(): void {
    this.addSql(`create index "command_queued_lately" on "command" ("updated_at") where status = 'QUEUED';`)
  }
}
