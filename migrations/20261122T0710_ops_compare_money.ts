import { Migration } from '@mikro-orm/migrations'

/** A comparison shows the sums of its period, and differences that an operator accepted are not named again. */
export class CompareMoney extends Migration {
  override up(): void {
    this
      .addSql(`alter table "reconciliation_run" add column "totals" jsonb not null default '[]', add column "subject_account" text null,
      add column "since" timestamptz null, add column "until" timestamptz null;`)
    this
      .addSql(`create table "accepted_drift" ("provider" text not null, "kind" text not null, "object" text not null, "fingerprint" text not null,
      "accepted_by" text not null, "reason" text not null, "accepted_at" timestamptz not null,
      constraint "accepted_drift_pkey" primary key ("provider", "kind", "object", "fingerprint"));`)
  }
}
