import { Migration } from '@mikro-orm/migrations'

/** How much of a grant was used before the period that is shown: an old pack that is used up is no use of this month. */
export class CountGrantsByPeriod extends Migration {
  override up(): void {
    this.addSql(
      `alter table "credit_grant" add column "counted_since" timestamptz null, add column "used_before" bigint not null default '0';`,
    )
    this.addSql(
      `alter table "credit_grant" add constraint "credit_grant_used_before" check (used_before >= 0 and used_before <= used);`,
    )
  }
}
