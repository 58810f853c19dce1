import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { SpendCap } from './account-snapshot.js'
import type { Window } from './quota-window.js'

/** A cap with its use in the present period. The numbers of a cap in money are its cost, in the smallest unit of the currency. */
export interface CapState {
  readonly feature: FeatureDefinition
  readonly cap: SpendCap
  readonly period: Pick<Window, 'start' | 'end'>
  readonly used: number
  /** Billionths by which the cost of a member is rounded up. 0 for other caps. */
  readonly roundedUp: number
  /** Units of open reservations, or the cost that they can have. They count until they are released. */
  readonly reserved: number
  readonly remaining: number
}

/** A cap that allows less than requested: units, or their cost. */
export interface ReachedCap extends CapState {
  readonly requested: number
  /** The cap itself, if it is in another currency than the cost of the use. It is then reached as one of 0 in that currency. */
  readonly inOtherCurrency?: SpendCap
}
