import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** A text of the catalog that was loaded, from the file or from the editor. The draft has the number 0. */
export const CatalogVersionSchema = defineEntity({
  name: 'CatalogVersion',
  tableName: 'catalog_version',
  properties: {
    number: p.integer().primary().autoincrement(false),
    source: p.text().$type<'FILE' | 'EDITOR'>(),
    text: p.text(),
    /** Fingerprint of the file that was loaded last, while this was the newest version. Another file on disk was changed since. */
    fileFingerprint: p.text(),
    /** Number of times that the draft was saved. */
    revision: p.integer().default(0),
    /** Operator who published it. Null for the file. */
    author: p.text().nullable(),
    reason: p.text().nullable(),
    /** Machine time at which it was published; of the draft, saved. */
    at: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'catalog_version_number', expression: 'number >= 0' },
    { name: 'catalog_version_source', expression: `source in ('FILE', 'EDITOR')` },
  ],
})

export type CatalogVersionRow = RowOf<typeof CatalogVersionSchema>
