import type { Grant } from './account-snapshot.js'

/** Earliest expiry, then oldest, then as they were made. */
export function byDeductionOrder(left: Grant, right: Grant): number {
  const expiry = (grant: Grant) => grant.expiresAt?.getTime() ?? Infinity
  if (expiry(left) !== expiry(right)) return expiry(left) - expiry(right)
  const age = left.grantedAt.getTime() - right.grantedAt.getTime()
  return age || (left.id < right.id ? -1 : 1)
}
