import type { AccountSnapshot } from '../model/account-snapshot.js'
import { freeOf, isUsable } from '../model/entitlement-sources.js'

/** Pure: units available from all grants of a feature. */
export function grantBalance({ grants, at }: AccountSnapshot, feature: string): number {
  let sum = 0
  for (const grant of grants) if (grant.feature === feature && isUsable(grant, at)) sum += freeOf(grant)
  return sum
}
