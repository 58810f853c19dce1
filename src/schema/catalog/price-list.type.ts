import { Actor } from '../identity/actor.type.js'
import { connection } from '../kernel/connection.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { payload } from '../kernel/payload.js'
import { DateTime, Decimal, SafeInt } from '../kernel/scalars.js'

export const PriceListStatus = enumType('PriceListStatus', 'Status of changes that a price list proposes.', {
  PROPOSED: 'The changes are not applied yet.',
  APPLIED: 'The changes count from the time of the application.',
  REJECTED: 'An operator rejected the changes. The feed does not propose the same ones again.',
  SUPERSEDED: 'A later document of the feed has other changes.',
})
export type PriceListStatus = keyof typeof PriceListStatus

export const PriceDifferenceReason = enumType('PriceDifferenceReason', 'Reason that prices of a list are left out.', {
  UNKNOWN_PRICE: 'No quantity of a rate card has such a price, for example one of images.',
  NO_NUMBER: 'The price is no number of at least 0.',
})
export type PriceDifferenceReason = keyof typeof PriceDifferenceReason

@objectType('Prices of a public list that the rate card leaves out, under one name.')
export class PriceDifference {
  readonly __typename!: 'PriceDifference'

  @field('Name of the price in the list.', () => String)
  member!: string

  @field('Reason that the prices are left out.', () => PriceDifferenceReason)
  reason!: PriceDifferenceReason

  @field('Number of models that have such a price.', () => SafeInt)
  modelCount!: number

  @field('The first of these models.', () => String)
  model!: string
}

@objectType('A changed price of work.')
export class PriceChange {
  readonly __typename!: 'PriceChange'

  @field('Value of the dimension of the price list, for example a model.', () => String)
  value!: string

  @field('Name of the quantity.', () => String)
  quantity!: string

  @field('Size of the prompt above which the price counts. Null for the price of each prompt.', () => SafeInt, {
    nullable: true,
  })
  above!: number | null

  @field('Price of a million before, in units of the feature. Null for a new price.', () => Decimal, { nullable: true })
  before!: string | null

  @field(
    'Price of a million afterwards, in units of the feature. With 0, parts such as cached tokens are free, and for others the default line of the card counts.',
    () => Decimal,
  )
  after!: string
}

@objectType('Changes of the prices of a rate card that its public price list proposes.', { implements: Node })
export class PriceList implements Node {
  readonly __typename!: 'PriceList'

  id!: string

  @field('Code of the feature of the rate card.', () => String)
  feature!: string

  @field('Status of the changes.', () => PriceListStatus)
  status!: PriceListStatus

  @field(
    'True if only an operator applies the changes: prices below a tenth of before, or from ten times.',
    () => Boolean,
  )
  needsOperator!: boolean

  @field('Changed prices.', () => [PriceChange])
  changes!: PriceChange[]

  @field('Prices of the document that the rate card leaves out.', () => [PriceDifference])
  differences!: PriceDifference[]

  @field('Time at which the changes were proposed (machine clock).', () => DateTime)
  proposedAt!: Date

  @field(
    'Version of the prices of the feed, from 1. `explain` of a price names it. Null until the changes are applied.',
    () => SafeInt,
    { nullable: true },
  )
  priceVersion!: number | null

  @field('Time from which the changes count (business clock). Null until they are applied.', () => DateTime, {
    nullable: true,
  })
  appliedAt!: Date | null

  @field('Operator who applied or rejected the changes. Null for none.', () => Actor, { nullable: true })
  decidedBy!: Actor | null

  @field('Reason of a rejection. Null without one.', () => String, { nullable: true })
  reason!: string | null
}

export const PriceListConnection = connection('PriceList', 'changes of prices', () => PriceList)
export type PriceListConnection = InstanceType<typeof PriceListConnection>

export const PriceListPayload = payload(PriceList)
