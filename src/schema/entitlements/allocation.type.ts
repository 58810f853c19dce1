import { Feature } from '../catalog/feature.type.js'
import { field, objectType } from '../kernel/decorators.js'
import type { RightsFacts } from '../../services/entitlements/rights/facts.js'

/** A named resource counted against a limit. `entitlement` is added by its resolver from `facts`. */
@objectType('Whether a named resource counts against a limit from now on.')
export class Allocation {
  readonly __typename!: 'Allocation'

  @field('The limit.', () => Feature)
  feature!: Feature

  @field("The caller's own name of the resource.", () => String)
  resourceId!: string

  @field('Whether it counts.', () => Boolean)
  allocated!: boolean

  /** What the account has from then on. */
  facts!: RightsFacts
}
