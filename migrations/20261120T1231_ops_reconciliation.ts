import { Migration } from '@mikro-orm/migrations'

export class CreateReconciliation extends Migration {
  override up(): void {
    this.addSql(`
      create table "reconciliation_run" (
        "id" text not null,
        "provider" text not null,
        "scope" text not null,
        "requested_by" text null,
        "started_at" timestamptz not null default now(),
        "finished_at" timestamptz null,
        "checked" bigint not null default 0,
        "drift" jsonb not null,
        "healed" int not null default 0,
        "why" text null,
        primary key ("id")
      );
    `)
    this.addSql(`
      create table "reconciliation_turn" (
        "provider" text not null,
        "scope" text not null,
        "begun_at" timestamptz not null,
        primary key ("provider", "scope")
      );
    `)
    this.addSql(`create index "reconciliation_run_started" on "reconciliation_run" ("provider", "started_at");`)
    this.addSql(
      `alter table "reconciliation_run" add constraint "reconciliation_run_scope" check (scope in ('EVENTS', 'STATE', 'ALL'));`,
    )
  }
}
