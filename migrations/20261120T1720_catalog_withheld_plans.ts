import { Migration } from '@mikro-orm/migrations'

/** Plans that a User Service which owns them does not offer are not offered here either. */
export class WithholdPlans extends Migration {
  override up(): void {
    this.addSql(`alter table "plan" add column "withheld" boolean not null default false;`)
  }
}
