import type { NodeReference } from '#services/kernel/denials/denial.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'

/** A source of an entitlement, with its own amount and end. */
export interface EntitlementSource {
  readonly kind: 'PLAN' | 'ADDON' | 'PACKAGE' | 'ROLLOVER' | 'OVERRIDE' | 'POOL' | 'OVERAGE'
  readonly code: string
  readonly amount: number | null
  readonly unlimited: boolean
  readonly expiresAt: Date | null
  readonly object: NodeReference | null
}

/** The pool of the parent account. */
export const POOL_SOURCE: EntitlementSource = {
  kind: 'POOL',
  code: 'pool',
  amount: null,
  unlimited: false,
  expiresAt: null,
  object: null,
}

/** Use of a quota beyond its allowance, at a price. */
export interface EntitlementOverage {
  /** Plan that states the price. */
  readonly planCode: string
  readonly currency: string
  /** Text of the tariff. */
  readonly tariff: string
  /** Used units at the tariff. Others were used at that of an earlier plan. */
  readonly counted: number
  /** Most units in a window. */
  readonly cap: number
  readonly used: number
  readonly reserved: number
  readonly remaining: number
  /** Cost of the used units in minor units. */
  readonly costMinor: number
}

/** An account's right to a feature at one moment. */
export interface Entitlement {
  readonly accountId: string
  readonly feature: FeatureDefinition
  readonly granted: boolean
  readonly unlimited: boolean
  /** Null: unlimited, or not counted. */
  readonly limit: number | null
  readonly used: number
  readonly reserved: number
  readonly remaining: number | null
  readonly resetsAt: Date | null
  readonly percent: number | null
  readonly nearLimit: boolean
  readonly sources: readonly EntitlementSource[]
  /** Null if units beyond `remaining` are denied. */
  readonly overage: EntitlementOverage | null
  /** The account's version that these facts were read at. */
  readonly version: number
}

/** Units that can be used, including those at a price. Null if unlimited or not counted. */
export const availableUnits = ({ remaining, overage }: Pick<Entitlement, 'remaining' | 'overage'>): number | null =>
  remaining === null || overage === null ? remaining : remaining + overage.remaining
