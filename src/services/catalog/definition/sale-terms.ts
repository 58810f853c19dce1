/** Automatic purchases of credit packs. */
export interface TopUpPolicy {
  /** Codes of credit packs that grant one feature. */
  readonly packages: readonly string[]
  /** Most top-ups of a feature in a calendar month that an account can allow. */
  readonly maxPerMonth: number
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
