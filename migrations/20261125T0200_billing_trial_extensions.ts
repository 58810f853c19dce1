import { Migration } from '@mikro-orm/migrations'

/** Changes of a subscription that only extend its trial. */
export class TrialExtensions extends Migration {
  override up(): void {
    this.addSql(`
      alter table "subscription_change" drop constraint "subscription_change_kind";
      alter table "subscription_change" add constraint "subscription_change_kind"
        check (kind in ('PLAN', 'ADDON', 'CANCEL', 'RESUME', 'TRIAL'));
    `)
  }
}
