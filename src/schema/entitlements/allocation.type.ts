import { payload } from '../kernel/payload.js'
import { Feature } from '../catalog/feature.type.js'
import { field, objectType } from '../kernel/decorators.js'
import type { AccountSnapshot } from '#services/entitlements/model/account-snapshot.js'

/** A named resource counted against a limit. `entitlement` is added by its resolver from `snapshot`. */
@objectType('State of a named resource that counts against a limit.')
export class Allocation {
  readonly __typename!: 'Allocation'

  @field('The limit the resource counts against.', () => Feature)
  feature!: Feature

  @field("Caller's name of the resource.", () => String)
  resourceId!: string

  @field('Whether the resource counts now.', () => Boolean)
  allocated!: boolean

  /** Snapshot of the account after the operation. */
  snapshot!: AccountSnapshot
}

export const AllocationPayload = payload(Allocation)
