import { Migration } from '@mikro-orm/migrations'

export class CreateRateCounts extends Migration {
  override up(): void {
    this.addSql(`
      create table "rate_count" (
        "key" text not null,
        "points" int not null default 0,
        "expire" bigint null,
        primary key ("key")
      );
    `)
    this.addSql(`create index "rate_count_expire" on "rate_count" ("expire");`)
  }
}
