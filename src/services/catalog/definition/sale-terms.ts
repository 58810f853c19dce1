/** Automatic purchases of credit packs. */
export interface TopUpPolicy {
  /** Codes of credit packs that grant one feature. */
  readonly packages: readonly string[]
  /** Most top-ups of a feature in a calendar month that an account can allow. */
  readonly maxPerMonth: number
}

/** The unused units of an allowance that can be used in the next windows. Either a share or an amount. */
export interface RolloverDefinition {
  /** Share of the unused units, in percent. Null: `amount` limits them. */
  readonly percent: number | null
  /** Most unused units of one window. Null: `percent` limits them. */
  readonly amount: number | null
  /** Most units that have rolled over at the same time. Null: no limit. */
  readonly maximum: number | null
  /** Number of windows in which they can be used. */
  readonly periods: number
}

/** Units of a quota beyond its allowance, and their price. */
export interface OverageDefinition {
  /** Price of `per` units in the currency, as a decimal. */
  readonly price: string
  readonly per: number
  readonly currency: string
  /** Price of one unit, in billionths of the smallest unit of the currency. */
  readonly unitPrice: number
  /** Most units in a window. */
  readonly cap: number
}
