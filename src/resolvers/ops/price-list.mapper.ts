import type { PriceListRow } from '#entities/catalog/price-list.entity.js'
import type { PriceList } from '#schema/ops/price-list.type.js'
import { toActor } from '../identity/actor.mapper.js'

export const toPriceList = (row: PriceListRow): PriceList => ({
  __typename: 'PriceList',
  ...row,
  needsOperator: row.held,
  priceVersion: row.version,
  decidedBy: row.decidedBy === null ? null : toActor(row.decidedBy),
  changes: row.changes.map(({ value, quantity, before, after }) => ({
    __typename: 'PriceChange',
    value,
    quantity,
    before: before === null ? null : ofMillion(before),
    after: ofMillion(after),
  })),
})

/** A price of one in billionths of a unit, as that of a million in units. */
const ofMillion = (price: number): string => String(price / 1_000)
