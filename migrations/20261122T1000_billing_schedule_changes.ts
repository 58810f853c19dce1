import { Migration } from '@mikro-orm/migrations'

/**
 * Scheduled changes stand at Stripe as subscription schedules from the request on. Those that were requested before are scheduled now: a
 * due row for each creates the schedule, also where the new price stands on the line without proration.
 */
export class ScheduleChanges extends Migration {
  override up(): void {
    this.addSql(`with waiting as (
      update "subscription_change" c set "told" = false, "attempt" = c."attempt" + 1 from "billing_subscription" s
      where s."id" = c."subscription_id" and s."provider" = 'STRIPE' and c."kind" = 'PLAN' and c."status" = 'PLANNED'
        and coalesce(s."current_period_start", c."as_of") < c."effective_at"
      returning c."id", c."account_id", c."as_of")
    insert into "due" ("id", "kind", "key", "account_id", "due_at", "available_at")
      select 'due_' || substr("id", 5), 'subscription.tell_change', "id", "account_id", "as_of", now() from waiting
      on conflict on constraint "due_once" do update set "due_at" = excluded."due_at", "attempts" = 0, "available_at" = excluded."available_at",
        "lease_token" = null, "lease_until" = null;`)
  }
}
