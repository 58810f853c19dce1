import { Migration } from '@mikro-orm/migrations'

/** Discounts of subscriptions, as last read from the provider, and promotion codes of plan changes. */
export class SubscriptionDiscounts extends Migration {
  override up(): void {
    this.addSql(`alter table "billing_subscription" add column "discounts" jsonb not null default '[]';`)
    this.addSql(
      `alter table "subscription_change" add column "promotion_code" text null, add column "promotion_id" text null;`,
    )
  }
}
