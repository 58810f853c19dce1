import { Migration } from '@mikro-orm/migrations'

export class CreateComposeAgents extends Migration {
  override up(): void {
    this.addSql(`
      create table "compose_agent" (
        "id" text not null,
        "account_id" text not null,
        "deployment_id" text not null,
        "url" text not null,
        "token_hash" text not null,
        "version" text null,
        "healthy" boolean not null default true,
        "token_failed_at" timestamptz null,
        "last_heartbeat_at" timestamptz not null default now(),
        "registered_at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(`alter table "compose_agent" add constraint "compose_agent_deployment" unique ("deployment_id");`)
    this.addSql(`create index "compose_agent_heartbeat" on "compose_agent" ("last_heartbeat_at");`)
    this.addSql(
      `alter table "compose_agent" add constraint "compose_agent_deployment_id_foreign" foreign key ("deployment_id") references "deployment" ("id");`,
    )
  }
}
