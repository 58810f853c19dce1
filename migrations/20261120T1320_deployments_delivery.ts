import { Migration } from '@mikro-orm/migrations'

/**
 * What delivery needs to know of a command: who took it, when it is too late, how often it was handed out again, and its place in
 * the queue by the deployment's own numbers. Reports are kept as the bytes that came; the columns that held them as JSON stay for
 * the release before this one.
 */
export class DeliverCommands extends Migration {
  override up(): void {
    this.addSql(`
      alter table "command"
        add "instance" text null,
        add "place" bigint not null default '0',
        add "expires_at" timestamptz null,
        add "redelivered" int not null default 0,
        add "cancel_requested_at" timestamptz null,
        add "report_id" text null;
    `)
    this.addSql(`drop index "command_queue";`)
    this.addSql(
      `create index "command_queue" on "command" ("deployment_id", "priority" desc, "place", "id") where status = 'QUEUED';`,
    )
    this.addSql(
      `create index "command_expiry" on "command" ("expires_at") where status = 'QUEUED' and expires_at is not null;`,
    )
    this.addSql(
      `alter table "command_report" add "body" bytea null, add "encoding" text null, alter column "report" drop not null;`,
    )
    this.addSql(`update "command_report" set "body" = convert_to("report"::text, 'UTF8'), "encoding" = 'IDENTITY';`)
    this.addSql(
      `update "command" set "report_id" = (select r."id" from "command_report" r where r."command_id" = "command"."id" and r."report" = "command"."raw_report" order by r."id" limit 1) where "raw_report" is not null;`,
    )
    this.addSql(
      `alter table "command_report" add constraint "command_report_encoding" check (encoding in ('IDENTITY', 'GZIP'));`,
    )
  }
}
