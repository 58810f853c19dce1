import { Migration } from '@mikro-orm/migrations'

/** Members who are named by lines of batches. */
export class UsageBatchMembers extends Migration {
  override up(): void {
    this.addSql(`alter table "usage_batch_line" add column "user_id" text null;`)
  }
}
