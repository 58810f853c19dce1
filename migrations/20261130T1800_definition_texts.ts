import { Migration } from '@mikro-orm/migrations'

/** Texts of the definitions of templates: `jsonb` sorts keys, and services start in the order of their vendor. */
export class DefinitionTexts extends Migration {
  override up(): void {
    this.addSql(`alter table "template" add column "definition_text" text null;`)
  }
}
