import { Migration } from '@mikro-orm/migrations'

/** What rests dead is counted at each scrape: found by an index, however much history there is. */
export class FindDeadLetters extends Migration {
  override up(): void {
    this.addSql(`create index "outbox_event_dead" on "outbox_event" ("id") where state = 'DEAD';`)
    this.addSql(`create index "mail_message_dead" on "mail_message" ("id") where state = 'DEAD';`)
    this.addSql(`create index "usage_report_dead" on "usage_report" ("id") where state = 'DEAD';`)
  }
}
