/** Properties of a use, by name: those of its feature. */
export type UseProperties = Readonly<Record<string, string>>

/** Details that a caller states of a use, beside its texts. */
export interface UseDetails {
  /** Absent without any. */
  readonly properties?: UseProperties
  /** Cost that the provider of the work reported, in US dollars as a decimal. Absent if it reported none. */
  readonly providerCost?: string
}

/** Price of work with all of its parts. Stored with the ledger entry. */
export interface UsagePrice extends UseDetails {
  /** Version of the rate card. */
  readonly version: number
  /** Version of the price list of the feed that priced a line. Absent if none did. */
  readonly list?: number
  /** True if a default line priced the work, which an operator is notified of. Absent otherwise. */
  readonly byDefault?: true
  /** Cost of the work for the seller by the price list, in US dollars as a decimal. Absent unless the list states the cost of all of it. */
  readonly listCost?: string
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
  /** Cost of the units that were beyond the allowance. Absent if none were. */
  readonly charges?: readonly OverageCharge[]
  /** Absent for use that was reported in time. */
  readonly basis?: CommitBasis
}

/** Price of units beyond an allowance, and the plan that states it. */
export interface OveragePrice {
  readonly plan: string
  readonly currency: string
  /** Text of the tariff. Each tariff has its own quantity in a window. */
  readonly tariff: string
}

/** Units beyond an allowance, and their cost. Both are negative for units that were returned. */
export interface OverageCharge extends OveragePrice {
  readonly units: number
  /** Units of the window at the tariff before them. */
  readonly before: number
  readonly amountMinor: number
  /** ISO 8601: the window in which they count. */
  readonly windowStart: string
  readonly windowEnd: string
}

/** Basis of a commit that no caller made in time: a report after the end of the reservation, or its estimate at the end. */
export type CommitBasis = 'LATE' | 'ESTIMATE'

/** Cost, basis and details of units that were used without a rate card. */
export interface UnitsNote extends UseDetails {
  readonly version?: undefined
  readonly charges?: readonly OverageCharge[]
  readonly basis?: CommitBasis
}

/** Work that a reservation expects. */
export interface EstimatedWork {
  readonly quantities: readonly { readonly name: string; readonly amount: number }[]
  readonly dimensions: readonly { readonly name: string; readonly value: string }[]
}

/** Price that a ledger entry stores, of work, of units beyond an allowance, or of both, with the details of the use. */
export type EntryPrice = UsagePrice | UnitsNote

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
