import { Migration } from '@mikro-orm/migrations'

export class CreatePolicies extends Migration {
  override up(): void {
    this.addSql(`
      create table "policy" (
        "id" text not null,
        "subject" text not null,
        "object" text not null,
        "action" text not null,
        "created_at" timestamptz not null default now(),
        "removed_at" timestamptz null,
        primary key ("id")
      );
    `)
    this.addSql(`alter table "policy" add constraint "policy_once" unique ("subject", "object", "action");`)
  }
}
