import { Migration } from '@mikro-orm/migrations'

/** Parameters and files of templates. */
export class TemplateParameters extends Migration {
  override up(): void {
    this.addSql(`
      alter table "template"
        add column "parameters" jsonb not null default '[]',
        add column "files" jsonb not null default '[]'`)
  }
}
