import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { sqlIndex } from '../sql-index.js'

export const PRICE_LIST_STATUSES = ['PROPOSED', 'APPLIED', 'REJECTED', 'SUPERSEDED'] as const

/** A price of one of a quantity that changes, in billionths of a unit. */
export interface StoredPriceChange {
  readonly value: string
  readonly quantity: string
  /** Size of the prompt above which the price counts. Absent for the price of each prompt. */
  readonly above?: number
  /** Null for a new price. */
  readonly before: number | null
  readonly after: number
  /** Price of one of the quantity in the document, in trillionths of a US dollar. Absent for lists of earlier versions, and for a price that ends. */
  readonly cost?: number
}

export const PRICE_DIFFERENCE_REASONS = ['UNKNOWN_PRICE', 'NO_NUMBER'] as const

/** Prices of a document that are left out, under one name. */
export interface PriceDifference {
  readonly member: string
  /** UNKNOWN_PRICE: no quantity of a rate card has such a price. */
  readonly reason: (typeof PRICE_DIFFERENCE_REASONS)[number]
  /** The first model that has it. */
  readonly model: string
  readonly models: number
}

/** Changes of the prices of a rate card that one document of its feed makes. */
export const PriceListSchema = defineEntity({
  name: 'PriceList',
  tableName: 'price_list',
  properties: {
    id: p.text().primary(),
    feature: p.text(),
    status: p.text().$type<(typeof PRICE_LIST_STATUSES)[number]>(),
    /** True if only an operator applies it. */
    held: p.boolean(),
    changes: p.json().$type<readonly StoredPriceChange[]>(),
    /** Prices of the document that the card cannot express. */
    differences: p.json().$type<readonly PriceDifference[]>().defaultRaw(`'[]'`),
    /** Machine time. */
    proposedAt: p.datetime(),
    /** From 1 for each feature, in the order of application. */
    version: p.integer().nullable(),
    /** Business time from which the changes count. */
    appliedAt: p.datetime().nullable(),
    /** Operator who applied or rejected it. Null for the policy of the feed. */
    decidedBy: p.text().nullable(),
    reason: p.text().nullable(),
  },
  checks: [
    {
      name: 'price_list_status',
      expression: `status in ('${PRICE_LIST_STATUSES.join(`', '`)}') and (status = 'APPLIED') = (version is not null and applied_at is not null)`,
    },
  ],
  uniques: [{ name: 'price_list_version', properties: ['feature', 'version'] }],
  indexes: [sqlIndex('price_list_open', `on "price_list" ("feature", "held") where status = 'PROPOSED'`)],
})

export type PriceListRow = RowOf<typeof PriceListSchema>
