import { Migration } from '@mikro-orm/migrations'

/** What a second provider needs: subscriptions that begin when another one ends, and ends that are at once. */
export class AddSecondProvider extends Migration {
  override up(): void {
    this.addSql(`alter table "checkout" add column "starts_at" timestamptz null;`)
    this.addSql(`
      create table "subscription_ending" (
        "provider" text not null,
        "external_id" text not null,
        "account_id" text not null,
        "asked_at" timestamptz not null,
        primary key ("provider", "external_id")
      );
    `)
    this.addSql(
      `alter table "subscription_ending" add constraint "subscription_ending_account_id_foreign" foreign key ("account_id") references "account" ("id");`,
    )
  }
}
