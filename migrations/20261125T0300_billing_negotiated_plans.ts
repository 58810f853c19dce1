import { Migration } from '@mikro-orm/migrations'

/** Plans at a price of a single account. */
export class NegotiatedPlans extends Migration {
  override up(): void {
    this.addSql(`alter table "price" add column "negotiated" boolean not null default false;`)
    this.addSql(`
      create table "negotiated_plan" (
        "id" text not null,
        "account_id" text not null,
        "price_id" text not null,
        "quantity" int not null,
        "periods" int null,
        "until" timestamptz null,
        "accept_until" timestamptz not null,
        "reason" text null,
        "offered_by" text not null,
        "offered_at" timestamptz not null,
        "withdrawn_at" timestamptz null,
        "subscription_id" text null,
        "started_at" timestamptz null,
        "ends_at" timestamptz null,
        "notified_at" timestamptz null,
        "ended_at" timestamptz null,
        primary key ("id", "account_id"),
        constraint "negotiated_plan_terms"
          check (quantity > 0 and periods > 0 and (periods is null) <> (until is null)),
        constraint "negotiated_plan_start" check ((started_at is null) = (ends_at is null)),
        constraint "negotiated_plan_account_id_foreign" foreign key ("account_id") references "account" ("id"),
        constraint "negotiated_plan_price_id_foreign" foreign key ("price_id") references "price" ("id")
      );
      create index "negotiated_plan_account" on "negotiated_plan" ("account_id");
      create index "negotiated_plan_price" on "negotiated_plan" ("price_id");
    `)
  }
}
