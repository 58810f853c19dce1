import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** State of the public price list of a rate card. */
export const PriceFeedSchema = defineEntity({
  name: 'PriceFeed',
  tableName: 'price_feed',
  properties: {
    /** Feature of the rate card. */
    feature: p.text().primary(),
    /** Machine time of the last fetch: several processes take turns. */
    checkedAt: p.datetime(),
    /** Terms of the card under which the document was read. With others it is read again. */
    terms: p.text(),
    /** Validators of the document that was read. */
    etag: p.text().nullable(),
    lastModified: p.text().nullable(),
    /** Reason that the last fetch changed nothing. Null after a success. */
    failure: p.text().nullable(),
  },
})

export type PriceFeedRow = RowOf<typeof PriceFeedSchema>
