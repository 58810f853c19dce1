import { sql } from 'kysely'
import { DEFAULT_VALUE } from '#services/catalog/definition/rate-line.js'
import type { RateCardDefinition } from '#services/catalog/definition/types.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { recordOperatorEvent } from '#services/kernel/events/record-operator-event.js'

/** Dimensions of a card for which it has a default line. */
const defaultDimensions = ({ versions }: RateCardDefinition): string[] => [
  ...new Set(
    versions.flatMap(({ lines }) =>
      lines.flatMap(({ when }) => Object.keys(when).filter((name) => when[name]![0] === DEFAULT_VALUE)),
    ),
  ),
]

export const hasDefaultLine = (card: RateCardDefinition): boolean => defaultDimensions(card).length > 0

/** Notifies operators once of each value that only a default line of a rate card priced. */
export async function reportUnlisted(
  transaction: Transaction,
  { rateCards }: Pick<CatalogSnapshot, 'rateCards'>,
  found: readonly { readonly feature: string; readonly dimensions: Readonly<Record<string, string>> }[],
): Promise<void> {
  const values = found.flatMap(({ feature, dimensions }) => {
    const card = rateCards.get(feature)
    return (card ? defaultDimensions(card) : []).flatMap((dimension) => {
      const value = dimensions[dimension]
      return value === undefined ? [] : [{ feature, dimension, value, foundAt: sql<Date>`now()` }]
    })
  })
  if (values.length === 0) return
  const unlisted = await transaction.query
    .insertInto('unlisted_value')
    .values(values)
    .onConflict((conflict) => conflict.doNothing())
    .returning(['feature', 'dimension', 'value'])
    .execute()
  for (const { feature, dimension, value } of unlisted)
    await recordOperatorEvent(transaction, {
      type: 'rate_card.value_unlisted',
      summary: `The rate card of ${feature} has no price of its own for ${dimension} ${value}: its default line counts.`,
      accountId: null,
      data: { feature, dimension, value },
    })
}
