import type { RecurringInterval } from '#entities/kernel/billing-interval.js'
import type { Money } from '#services/kernel/money/money.js'
import type { FetchedSubscription } from './subscription-port.js'

/** Lists what another system created in our account at a provider, for an import. Reads only. */
export interface AdoptionPort {
  /** Pages of the subscriptions that have not ended, with their customers and prices. Each page is fetched when it is needed. */
  listAdoptable(): AsyncIterable<readonly AdoptableSubscription[]>
}

export interface AdoptableSubscription {
  readonly fetched: FetchedSubscription
  readonly customer: AdoptableCustomer
  readonly prices: readonly AdoptablePrice[]
}

export interface AdoptableCustomer {
  readonly customerId: string
  readonly email: string | null
  readonly name: string | null
  readonly metadata: Readonly<Record<string, string>>
  /** Credit for later invoices; below zero is a debt. Null if it never had any. */
  readonly credit: Money | null
  readonly deleted: boolean
}

export interface AdoptablePrice {
  readonly externalId: string
  readonly externalProductId: string
  readonly lookupKey: string | null
  /** Null for tiers and fractions of a minor unit. */
  readonly money: Money | null
  /** Null for what is paid once. */
  readonly interval: RecurringInterval | null
  /** True if it bills reported usage. */
  readonly metered: boolean
}
