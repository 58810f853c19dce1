import { isAfter, isBefore } from '#services/kernel/clock/compare-dates.js'
import { freeOf } from './entitlement-sources.js'
import type { Grant, AccountSnapshot } from './account-snapshot.js'

/** Maximum number of used-up grants of a feature in a snapshot. Beyond it the oldest are removed. */
const MAX_EXHAUSTED = 100

const isEmpty = (grant: Grant): boolean => grant.reserved === 0 && freeOf(grant) === 0

/** Returns true for a grant with no units left or reserved that is no longer shown, because it was revoked or has expired. */
const isEnded = (grant: Grant, at: Date): boolean =>
  isEmpty(grant) && (grant.revokedAt !== null || (grant.expiresAt !== null && !isAfter(grant.expiresAt, at)))

/**
 * Pure: the grants of a feature that the next version of the snapshot omits. A used-up grant is a source as long as its use counts: until it
 * expires, or, if it never expires, until the end of the period in which it was used up. The newest of them stays, so that the feature still
 * counts as bought. `since` is the start of the present period; without it no period is known to have ended.
 */
export function exhaustedGrants(snapshot: AccountSnapshot, feature: string, since?: Date): Grant[] {
  const ofFeature = snapshot.grants.filter((grant) => grant.feature === feature)
  const spent = ofFeature.filter((grant) => grant.expiresAt === null && grant.revokedAt === null && isEmpty(grant))
  const isPast = (grant: Grant, index: number) =>
    index < spent.length - 1 &&
    ((since !== undefined && isBefore(grant.usagePeriodStart, since)) || index < spent.length - MAX_EXHAUSTED)
  return [...ofFeature.filter((grant) => isEnded(grant, snapshot.at)), ...spent.filter(isPast)]
}

/** The snapshot without the finished grants of a feature. */
export function withoutExhausted(snapshot: AccountSnapshot, feature: string, since: Date): AccountSnapshot {
  const finished = new Set(exhaustedGrants(snapshot, feature, since))
  return finished.size === 0
    ? snapshot
    : { ...snapshot, grants: snapshot.grants.filter((grant) => !finished.has(grant)) }
}
