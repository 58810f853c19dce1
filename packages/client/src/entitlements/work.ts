/** Work whose price in units a rate card determines. */
export interface Work {
  /** Quantities by name, for example `{ input_tokens: 1200 }`: integers from 0, at most 20, at least one above 0. */
  readonly quantities: Readonly<Record<string, number>>
  /** Properties that the price depends on, by name, for example `{ model: 'large' }`. At most 20. */
  readonly dimensions?: Readonly<Record<string, string>> | undefined
}

/** Price of one quantity by a line of the rate card. */
export interface UsagePriceLine {
  /** Line of the rate card: the quantity and its conditions. */
  readonly line: string
  readonly quantity: string
  readonly amount: number
  /** Amount that the line counted in the window before. */
  readonly before: number
  /** Product of the multipliers, as a decimal. */
  readonly factor: string
  /** Exact price in units, as a decimal. */
  readonly exact: string
  /** Units charged. */
  readonly units: number
}

/** Price of work, and how it came about. */
export interface UsagePrice {
  /** Price in units of the feature. */
  readonly units: number
  readonly cardVersion: number
  readonly dimensions: Readonly<Record<string, string>>
  readonly lines: readonly UsagePriceLine[]
  /** Least price of a call, if the lines cost less. */
  readonly minimum: number | null
  /** Code of the plan whose rates differ from those of the card. */
  readonly plan: string | null
  /** Start of the window in which the quantities count (business clock). */
  readonly windowStart: Date
  /** Treatment of units that were not available in a commit. */
  readonly overage: { readonly policy: 'cap' | 'overflow'; readonly units: number } | null
  /** Steps of the price, in sentences. */
  readonly explain: readonly string[]
}

/** Work in the form of GraphQL. */
export interface SentWork {
  readonly quantities: readonly { readonly name: string; readonly amount: number }[]
  readonly dimensions: readonly { readonly name: string; readonly value: string }[]
}

export const sentWork = ({ quantities, dimensions = {} }: Work): SentWork => ({
  quantities: Object.entries(quantities).map(([name, amount]) => ({ name, amount })),
  dimensions: sentNames(dimensions),
})

/** Names with their values in the form of GraphQL. */
export const sentNames = (values: Readonly<Record<string, string>>): SentWork['dimensions'] =>
  Object.entries(values).map(([name, value]) => ({ name, value }))
