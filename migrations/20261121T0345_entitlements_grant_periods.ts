import { Migration } from '@mikro-orm/migrations'

/** How much of a grant was used before the period that is shown: an old pack that is used up is no use of this month. */
export class CountGrantsByPeriod extends Migration {
  override up(): void {
    this.addSql(
      `alter table "credit_grant" add column "counted_since" timestamptz null, add column "used_before" bigint not null default '0';`,
    )
    // One rule for all parts: each rule of a row is read anew by every statement that writes one.
    this.addSql(
      `alter table "credit_grant" drop constraint "credit_grant_parts", add constraint "credit_grant_parts"
        check (used >= used_before and used_before >= 0 and reserved >= 0 and expired >= 0 and revoked >= 0);`,
    )
  }
}
