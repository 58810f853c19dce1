import { Migration } from '@mikro-orm/migrations'

const SHOWN = `where status = 'APPROVED'`

/** Finding templates: by words, by tags, and in every order that a page may have, over all and within a category. */
export class FindTemplates extends Migration {
  override up(): void {
    this.addSql(
      `create index "template_words" on "template" using gin ((setweight(to_tsvector('simple', translate(name || ' ' || slug, '.,:;/_@+()[]{}-', '               ')), 'A') || array_to_tsvector(tags) || to_tsvector('simple', translate(coalesce(short_description, ''), '.,:;/_@+()[]{}-', '               ')))) ${SHOWN};`,
    )
    this.addSql(`create index "template_tags" on "template" using gin ("tags") ${SHOWN};`)
    this.addSql(`create index "template_recent" on "template" ("approved_at", "id") ${SHOWN};`)
    this.addSql(`create index "template_popular" on "template" ("install_count", "id") ${SHOWN};`)
    this.addSql(`create index "template_rated" on "template" (coalesce(rating, 0), "id") ${SHOWN};`)
    this.addSql(`create index "template_named" on "template" (lower(name), "id") ${SHOWN};`)
    this.addSql(`create index "template_shelf_recent" on "template" ("category_id", "approved_at", "id") ${SHOWN};`)
    this.addSql(`create index "template_shelf_popular" on "template" ("category_id", "install_count", "id") ${SHOWN};`)
    this.addSql(
      `create index "template_shelf_rated" on "template" ("category_id", coalesce(rating, 0), "id") ${SHOWN};`,
    )
    this.addSql(`create index "template_shelf_named" on "template" ("category_id", lower(name), "id") ${SHOWN};`)
  }
}
