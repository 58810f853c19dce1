import type { NodeReference } from '#services/kernel/denials/denial.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'

/** A source of an entitlement, with its own amount and end. */
export interface EntitlementSource {
  readonly kind: 'PLAN' | 'ADDON' | 'PACKAGE' | 'OVERRIDE' | 'POOL'
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
  /** The account's version that these facts were read at. */
  readonly version: number
}
