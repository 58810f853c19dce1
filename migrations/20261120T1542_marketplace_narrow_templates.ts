import { Migration } from '@mikro-orm/migrations'

/**
 * Definitions and long texts of templates are kept out of line: searches and shelves read hundreds of rows for one page and look at
 * neither. Rows that stand already are moved when they are next written.
 */
export class NarrowTemplates extends Migration {
  override up(): void {
    this.addSql(`alter table "template" set (toast_tuple_target = 256);`)
  }
}
