import { Migration } from '@mikro-orm/migrations'

/** An agent can be revoked, and an agent that has signed whole requests with its present token is held to it. */
export class RevokeAgents extends Migration {
  override up(): void {
    this.addSql(`alter table "agent" add column "revoked_at" timestamptz;`)
    this.addSql(`alter table "agent" add column "signs_fully" boolean not null default false;`)
  }
}
