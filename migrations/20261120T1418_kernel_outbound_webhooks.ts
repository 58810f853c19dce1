import { Migration } from '@mikro-orm/migrations'

export class CreateOutboundWebhooks extends Migration {
  override up(): void {
    this.addSql(`
      create table "webhook_endpoint" (
        "id" text not null,
        "account_id" text null,
        "url" text not null,
        "description" text null,
        "types" text[] not null,
        "enabled" boolean not null default true,
        "disabled_reason" text null,
        "failing_since" timestamptz null,
        "secret" text not null,
        "previous_secret" text null,
        "previous_until" timestamptz null,
        "created_by" text not null,
        "created_at" timestamptz not null default now(),
        primary key ("id")
      );
    `)
    this.addSql(
      `create unique index "webhook_endpoint_once" on "webhook_endpoint" (coalesce("account_id", ''), "url");`,
    )
    this.addSql(`
      create table "webhook_delivery" (
        "id" text not null,
        "endpoint_id" text not null,
        "account_id" text null,
        "event_id" text not null,
        "type" text not null,
        "body" text not null,
        "state" text not null default 'PENDING',
        "attempts" int not null default 0,
        "last_status_code" int null,
        "why" text null,
        "log" jsonb not null,
        "available_at" timestamptz not null default now(),
        "lease_token" text null,
        "lease_until" timestamptz null,
        "created_at" timestamptz not null default now(),
        "delivered_at" timestamptz null,
        primary key ("id")
      );
    `)
    this.addSql(
      `alter table "webhook_delivery" add constraint "webhook_delivery_once" unique ("endpoint_id", "event_id");`,
    )
    this.addSql(
      `create index "webhook_delivery_pending" on "webhook_delivery" ("endpoint_id", "available_at") where state = 'PENDING';`,
    )
    this.addSql(`create index "webhook_delivery_created" on "webhook_delivery" ("created_at");`)
    this.addSql(
      `alter table "webhook_delivery" add constraint "webhook_delivery_endpoint_id_foreign" foreign key ("endpoint_id") references "webhook_endpoint" ("id") on delete cascade;`,
    )
    this.addSql(
      `alter table "webhook_delivery" add constraint "webhook_delivery_state" check (state in ('PENDING', 'DELIVERED', 'DEAD'));`,
    )
  }
}
