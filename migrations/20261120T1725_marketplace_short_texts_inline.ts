import { Migration } from '@mikro-orm/migrations'

/**
 * What lists show of a template stands with it; only its long text and its definition stand elsewhere. The smaller target before drove the
 * name itself out of the row, which every sort by name and every page then had to fetch.
 */
export class KeepShortTextsInline extends Migration {
  override up(): void {
    this.addSql(`alter table "template" set (toast_tuple_target = 640);`)
  }
}
