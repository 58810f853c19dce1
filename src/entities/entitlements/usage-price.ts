/** Price of work with all of its parts. Stored with the ledger entry. */
export interface UsagePrice {
  /** Version of the rate card. */
  readonly version: number
  /** Price of the work in units: the lines, and at least the minimum of a call. */
  readonly units: number
  readonly dimensions: Readonly<Record<string, string>>
  readonly lines: readonly PricedLine[]
  /** Least price of a call, if the lines cost less. Null otherwise. */
  readonly minimum: number | null
  /** Plan whose rates differ from those of the card. Null if none. */
  readonly plan: string | null
  /** Start of the window in which the quantities were counted. */
  readonly windowStart: string
  /** Treatment of units that were not available in a commit. Absent if all of them were. */
  readonly overage?: UsageOverage
}

/** Price of one quantity. */
export interface PricedLine {
  /** Key of the line in the card. */
  readonly line: string
  readonly quantity: string
  readonly amount: number
  /** Amount that the line counted in the window before. */
  readonly before: number
  /** Product of the multipliers, as a decimal. */
  readonly factor: string
  /** Exact price in units, as a decimal. */
  readonly exact: string
  /** Units that were charged. */
  readonly units: number
}

export interface UsageOverage {
  readonly policy: 'CAP' | 'OVERFLOW'
  /** Units that were not available: not charged (CAP), or recorded as debt (OVERFLOW). */
  readonly units: number
}
