import { Migration } from '@mikro-orm/migrations'

export class CreateUsageReports extends Migration {
  override up(): void {
    this.addSql(`
      create table "usage_report" (
        "id" text not null,
        "account_id" text not null,
        "provider" text not null,
        "feature" text not null,
        "meter" text not null,
        "from_version" bigint not null,
        "to_version" bigint not null,
        "amount" bigint not null,
        "at" timestamptz not null,
        "state" text not null default 'PENDING',
        "first_sent_at" timestamptz null,
        "why" text null,
        primary key ("id")
      );
    `)
    this.addSql(`create index "usage_report_open" on "usage_report" ("id") where state in ('PENDING', 'SENDING');`)
    this.addSql(
      `alter table "usage_report" add constraint "usage_report_once" unique ("account_id", "feature", "from_version");`,
    )
    this.addSql(
      `alter table "usage_report" add constraint "usage_report_state" check (state in ('PENDING', 'SENDING', 'SENT', 'DEAD'));`,
    )
    this.addSql(
      `alter table "usage_report" add constraint "usage_report_amount" check (amount > 0 and to_version > from_version);`,
    )
    this.addSql(`
      create table "usage_watermark" (
        "account_id" text not null,
        "feature" text not null,
        "version" bigint not null,
        primary key ("account_id", "feature")
      );
    `)
  }
}
