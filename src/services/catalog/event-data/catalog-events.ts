import { z } from 'zod'
import {
  each,
  forOperators,
  integer,
  onlyStreamed,
  text,
} from '#services/kernel/outbox/event-data/define-event-data.js'

/** Data of events about price lists and rate cards. */
export const catalogEvents = {
  'price_feed.failed': forOperators(
    onlyStreamed({
      feature: text().describe('Feature of the rate card.'),
      error: text().describe('Reason that the document changed nothing.'),
    }),
  ),
  ...each(
    ['price_list.proposed', 'price_list.applied'],
    forOperators(
      onlyStreamed({
        feature: text().describe('Feature of the rate card.'),
        priceListId: text(),
        changes: integer().describe('Number of changed prices.'),
        needsOperator: z.boolean().describe('True if only an operator applies the changes.'),
      }),
    ),
  ),
  'rate_card.value_unlisted': forOperators(
    onlyStreamed({
      feature: text().describe('Feature of the rate card.'),
      dimension: text(),
      value: text().describe('Value that only a default line of the card prices.'),
    }),
  ),
} as const

type CatalogEvents = typeof catalogEvents

declare module '#services/kernel/outbox/event-data/events.js' {
  interface Events extends CatalogEvents {}
}
