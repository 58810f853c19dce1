import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { refused, type Denial } from '#services/kernel/denials/denial.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import { evaluateFeature } from '../model/evaluate-entitlements.js'
import { insufficientUnits } from '../model/usage-denials.js'

/** A change of seats: a user who loses one, and a user who receives one. */
export interface SeatChange {
  readonly from: string | null
  readonly to: string | null
}

export interface SeatInput {
  readonly feature: FeatureDefinition
  readonly snapshot: AccountSnapshot
  readonly change: SeatChange
  /** The users of this change who have a seat. */
  readonly holders: ReadonlySet<string>
  /** The users of this change who are members of the account. */
  readonly members: ReadonlySet<string>
}

/**
 * Pure: the seats to release and to assign, or a denial. A repeated change does nothing. A move leaves the number of seats
 * unchanged: it is possible even if more seats are assigned than a smaller plan allows.
 */
export function decideSeats(
  catalog: CatalogSnapshot,
  { feature, snapshot, change: { from, to }, holders, members }: SeatInput,
): SeatChange | Denial {
  if (to !== null && !members.has(to))
    return refused('INVALID_PARAMETERS', 'A seat is assigned to a member of the account.', {
      field: from === null ? 'userId' : 'toUserId',
    })
  const releases = from !== null && holders.has(from)
  const assigns = to !== null && !holders.has(to)
  if (from === null || to === null) {
    if (assigns && (evaluateFeature(catalog, snapshot, feature).remaining ?? 1) < 1)
      return insufficientUnits(catalog, snapshot, feature, { amount: 1 })
    return { from: releases ? from : null, to: assigns ? to : null }
  }
  if (releases && assigns) return { from, to }
  if (!releases && !assigns && from !== to) return { from: null, to: null }
  return releases
    ? refused('INVALID_TRANSITION', 'The user has a seat already.', { field: 'toUserId' })
    : refused('INVALID_TRANSITION', 'The user has no seat.', { field: 'fromUserId' })
}
