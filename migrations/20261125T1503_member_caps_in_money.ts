import { Migration } from '@mikro-orm/migrations'

/** Spend caps of single members in money. A member can have one in units and one in money of the same feature and period. */
export class MemberCapsInMoney extends Migration {
  override up(): void {
    this.addSql(`
      alter table "member_cap"
        add column "currency" text,
        add column "rounded_up" int not null default 0,
        add constraint "member_cap_rounded_up" check (rounded_up >= 0 and rounded_up < 1000000000);
    `)
    this.addSql(`drop index "member_cap_live";`)
    this.addSql(
      `create unique index "member_cap_live" on "member_cap" ("account_id", "user_id", "feature", "period", "setter", (currency is null)) where ended_at is null;`,
    )
  }
}
