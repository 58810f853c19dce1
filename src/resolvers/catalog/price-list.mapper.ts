import type { PriceListRow } from '#entities/catalog/price-list.entity.js'
import type { PriceList } from '#schema/catalog/price-list.type.js'
import { toActor } from '../identity/actor.mapper.js'

export const toPriceList = (row: PriceListRow): PriceList => ({
  __typename: 'PriceList',
  ...row,
  needsOperator: row.held,
  priceVersion: row.version,
  decidedBy: row.decidedBy === null ? null : toActor(row.decidedBy),
  changes: row.changes.map(({ value, quantity, above = null, before, after }) => ({
    __typename: 'PriceChange',
    value,
    quantity,
    above,
    before: before === null ? null : ofMillion(before),
    after: ofMillion(after),
  })),
  differences: row.differences.map(({ member, reason, model, models }) => ({
    __typename: 'PriceDifference',
    member,
    reason,
    modelCount: models,
    model,
  })),
})

/** A price of one in billionths of a unit, as that of a million in units. */
const ofMillion = (price: number): string => String(price / 1_000)
