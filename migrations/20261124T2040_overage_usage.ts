import { Migration } from '@mikro-orm/migrations'

/** Units of a quota beyond its allowance, at a price. */
export class OverageUsage extends Migration {
  override up(): void {
    this.addSql(`
      create table "overage_usage" (
        "account_id" text not null,
        "window_end" timestamptz not null,
        "feature" text not null,
        "window_start" timestamptz not null,
        "unit_price" bigint not null,
        "used" bigint not null,
        "reserved" bigint not null,
        primary key ("account_id", "window_end", "feature", "window_start", "unit_price"),
        constraint "overage_usage_reserved" check (reserved >= 0),
        constraint "overage_usage_unit_price" check (unit_price > 0),
        constraint "overage_usage_used" check (used >= 0)
      );
    `)
  }
}
