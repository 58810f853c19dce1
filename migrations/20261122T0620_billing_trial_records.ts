import { Migration } from '@mikro-orm/migrations'

/** Trials are remembered by who began them, besides their account. */
export class RecordTrials extends Migration {
  override up(): void {
    this.addSql(`
      create table "trial_record" (
        "account_id" text not null,
        "plan_id" text not null,
        "person_key" text null,
        "email_key" text null,
        "card_key" text null,
        "began_at" timestamptz null,
        primary key ("account_id", "plan_id")
      );
    `)
    this.addSql(`create index "trial_record_plan" on "trial_record" ("plan_id");`)
    this.addSql(
      `alter table "trial_record" add constraint "trial_record_account_id_foreign" foreign key ("account_id") references "account" ("id");`,
    )
    this.addSql(`
      insert into trial_record (account_id, plan_id, began_at)
      select s.account_id, v.plan_id, min(s.started_at) from billing_subscription s join plan_version v on v.id = s.plan_version_id
       where s.trial_end is not null group by 1, 2
      union
      select c.account_id, v.plan_id, min(c.created_at) from checkout c join plan_version v on v.id = c.plan_version_id
       where c.trial_days > 0 and c.status = 'COMPLETED' and not exists (
         select 1 from billing_subscription s join plan_version w on w.id = s.plan_version_id
         where s.account_id = c.account_id and w.plan_id = v.plan_id and s.trial_end is not null)
       group by 1, 2
      on conflict do nothing;
    `)
  }
}
