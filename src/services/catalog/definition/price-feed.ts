import type { RateLine } from './types.js'

/** Forms of public price lists. */
export const FEED_FORMS = ['models.dev', 'litellm'] as const

/** A public price list of models, and the terms by which its prices become those of a rate card. */
export interface PriceFeed {
  /** An https URL, or the path of a file. */
  readonly source: string
  readonly form: (typeof FEED_FORMS)[number]
  /** Dimension whose values are the models of the list. */
  readonly dimension: string
  /** Providers whose models are priced; the first one with a model counts. Empty: all, with the provider in the name. */
  readonly providers: readonly string[]
  /** Units for one US dollar, in billionths. */
  readonly unitsPerDollar: number
  readonly markUpPercent: number
  /** Least margin of a million of a quantity, in billionths of a unit. */
  readonly minimumMargin: number
  /** Decimals of the price of a million, which is rounded up. */
  readonly decimals: number
  /** AUTOMATIC: plausible changes are applied without an operator. */
  readonly apply: 'AUTOMATIC' | 'REVIEW'
}

/** Prices of a feed from a time until the next list. */
export interface AppliedPriceList {
  readonly version: number
  readonly from: Date
  /** By value of the dimension, then by quantity. */
  readonly lines: ReadonlyMap<string, ReadonlyMap<string, RateLine>>
}
