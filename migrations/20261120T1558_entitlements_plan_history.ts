import { Migration } from '@mikro-orm/migrations'

export class IndexPlanHistory extends Migration {
  override up(): void {
    // Which plan an account held at a moment of the past is asked for every entry that the numbers count.
    this.addSql(`create index "plan_assignment_account" on "plan_assignment" ("account_id", "since");`)
  }
}
