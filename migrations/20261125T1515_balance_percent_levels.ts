import { Migration } from '@mikro-orm/migrations'

/** Balance alerts in percent of what an account held after its last grant. */
export class BalancePercentLevels extends Migration {
  override up(): void {
    this.addSql(`
      create table "balance_percent_level" (
        "id" text not null,
        "account_id" text not null,
        "feature" text not null,
        "percent" int not null,
        "base" bigint not null,
        "based_at" timestamptz not null,
        "armed" boolean not null,
        "crossings" int not null,
        "created_by" text not null,
        "since" timestamptz not null,
        "ended_at" timestamptz,
        primary key ("id", "account_id"),
        constraint "balance_percent_level_percent" check (percent > 0 and percent <= 100),
        constraint "balance_percent_level_base" check (base >= 0),
        constraint "balance_percent_level_crossings" check (crossings >= 0)
      );
    `)
    this.addSql(
      `create unique index "balance_percent_level_live" on "balance_percent_level" ("account_id", "feature", "percent") where ended_at is null;`,
    )
    this.addSql(`
      create table "balance_percent_crossing" (
        "account_id" text not null,
        "level_id" text not null,
        "number" int not null,
        "base" bigint not null,
        "balance" bigint not null,
        "at" timestamptz not null,
        "handled_at" timestamptz,
        primary key ("account_id", "level_id", "number"),
        constraint "balance_percent_crossing_number" check (number > 0)
      );
    `)
    this.addSql(
      `create index "balance_percent_crossing_pending" on "balance_percent_crossing" ("account_id") where handled_at is null;`,
    )
  }
}
