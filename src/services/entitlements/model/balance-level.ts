/** Percent of what an account held after its last grant of a feature. */
export interface BalanceShare {
  readonly percent: number
  /** Highest balance since the last grant. */
  readonly base: number
  /** Time of that grant, or start of the window of an allowance. */
  readonly basedAt: Date
}

/** Units of a feature below which a fall of the balance is a crossing. */
export interface BalanceLevel {
  readonly id: string
  readonly feature: string
  readonly threshold: number
  /** Absent for a level in units. The threshold of a level in percent follows from it. */
  readonly share?: BalanceShare
  /** True if the next balance below the threshold is a crossing. */
  readonly armed: boolean
  readonly crossings: number
}

/** Pure: whole units below which a balance is below a percent of its base. Bases are at most 10^13, so the products are exact. */
export const thresholdOf = ({ percent, base }: Pick<BalanceShare, 'percent' | 'base'>): number =>
  Math.ceil((base * percent) / 100)
