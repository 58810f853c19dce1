import { Migration } from '@mikro-orm/migrations'

/** Plans that operators give without a payment: reason, operator and notice of the end. */
export class CompedPlans extends Migration {
  override up(): void {
    this.addSql(`
      alter table "plan_assignment"
        add column "reason" text null,
        add column "set_by" text null,
        add column "notified_at" timestamptz null;
      create index "plan_assignment_comped" on "plan_assignment" ("plan_version_id")
        where source_type = 'comped' and ended_at is null;
    `)
  }
}
