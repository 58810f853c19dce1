import { Migration } from '@mikro-orm/migrations'

/** Last events of subscriptions at a seller's own payment provider, and the permission to report them. */
export class ExternalPlans extends Migration {
  override up(): void {
    this.addSql(`
      create table "external_plan" (
        "account_id" text not null,
        "source" text not null,
        "event_id" text not null,
        "event_at" timestamptz not null,
        "plan" text null,
        "quantity" int null,
        "period_start" timestamptz null,
        "period_end" timestamptz null,
        primary key ("account_id", "source"),
        constraint "external_plan_account_id_foreign" foreign key ("account_id") references "account" ("id")
      );`)
    // Granting credits was a part of "ops:write": a role that lost it, or was given it, has the new permission likewise.
    this.addSql(`
      insert into "policy" ("id", "subject", "object", "action", "removed_at")
      select left("id", 14) || left(md5("id"), 16), "subject", 'credits', 'write', "removed_at"
      from "policy" where "object" = 'ops' and "action" = 'write'
      on conflict do nothing`)
  }
}
