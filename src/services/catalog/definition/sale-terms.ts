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
  /** Text of the tariff of the units: in the currency of the catalog, or in the first one of the plan's prices. */
  readonly tariff: string
  /** Texts of the tariffs in the other currencies of the plan's prices, by currency. Absent: there is no other one. */
  readonly otherTariffs?: Readonly<Record<string, string>>
  /** Most units in a window. */
  readonly cap: number
}
