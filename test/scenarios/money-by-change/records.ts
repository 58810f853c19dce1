/** One payment at the provider, in minor units. */
export interface Payment {
  /** The provider's id of the payment, as purchases name it. */
  readonly id: string
  readonly bill: string | null
  readonly amount: number
  /** Refunds that succeeded or are on their way. */
  readonly refunded: number
  /** Amount lost in disputes. */
  readonly lost: number
  /** Whether a dispute is open. */
  readonly disputed: boolean
  /** Whether a dispute is open or was decided. A payment is disputed once. */
  readonly wasDisputed: boolean
  readonly at: number
}

/** One line of a bill: a whole period of a product, or a part of one that a change charged or credited. */
export interface BillLine {
  readonly item: string
  readonly kind: 'plan' | 'addon'
  readonly code: string
  readonly quantity: number
  readonly amount: number
  readonly proration: boolean
  readonly start: number
  readonly end: number
}

/** One bill of an agreement, oldest first in lists. */
export interface Bill {
  readonly id: string
  readonly agreement: string | null
  readonly status: 'draft' | 'open' | 'paid' | 'void' | 'uncollectible'
  /** Amount due in money, after credit. */
  readonly due: number
  readonly at: number
  readonly attempted: boolean
  /** Time of finalization. Null for a draft. */
  readonly finalAt: number | null
  readonly lines: readonly BillLine[]
}

/** One recurring agreement. Times are in seconds. */
export interface Agreement {
  readonly id: string
  readonly status: string
  readonly startedAt: number
  readonly endedAt: number | null
  readonly trialEnd: number | null
  readonly periodEnd: number
}

/** Everything that the provider knows of one customer. */
export interface Records {
  readonly now: number
  readonly customer: string
  /** The customer's credit with the provider, minor units. */
  readonly credit: number
  readonly payments: readonly Payment[]
  readonly bills: readonly Bill[]
  readonly agreements: readonly Agreement[]
}

/** Returned part of a payment: refunds and lost disputes. */
export const returned = ({ refunded, lost }: Payment): number => refunded + lost
