import { Migration } from '@mikro-orm/migrations'

export class CountTemplates extends Migration {
  override up(): void {
    this.addSql(`alter table "template" add column "rating_sum" int not null default 0;`)
    this.addSql(`
      create table "template_install" (
        "deployment_id" text not null,
        "template_id" text not null,
        "account_id" text not null,
        "counted" boolean not null default false,
        "at" timestamptz not null,
        primary key ("deployment_id")
      );
    `)
    this.addSql(`create index "template_install_account" on "template_install" ("account_id", "template_id");`)
    this.addSql(`create index "template_install_template" on "template_install" ("template_id", "at");`)
    this.addSql(`create index "template_install_uncounted" on "template_install" ("deployment_id") where not counted;`)
    this.addSql(`
      create table "template_rating" (
        "template_id" text not null,
        "account_id" text not null,
        "stars" int not null,
        "comment" text null,
        "at" timestamptz not null,
        primary key ("template_id", "account_id")
      );
    `)
    this.addSql(
      `alter table "template_rating" add constraint "template_rating_stars" check (stars >= 1 and stars <= 5);`,
    )
    for (const table of ['template_install', 'template_rating']) {
      this.addSql(
        `alter table "${table}" add constraint "${table}_template_id_foreign" foreign key ("template_id") references "template" ("id") on update cascade on delete cascade;`,
      )
      this.addSql(
        `alter table "${table}" add constraint "${table}_account_id_foreign" foreign key ("account_id") references "account" ("id") on update cascade on delete cascade;`,
      )
    }
    // What was deployed before is counted by the chore, like everything else.
    this.addSql(
      `insert into "template_install" ("deployment_id", "template_id", "account_id", "at") select "id", "template_id", "account_id", "created_at" from "deployment" where "template_id" is not null;`,
    )
  }
}
