import { freeOf } from '../model/entitlement-sources.js'
import type { AccountDraft } from './account-draft.js'
import { commitExpired } from './decide-commit.js'
import { closeHold } from './held-units.js'
import { isAfter } from '#services/kernel/clock/compare-dates.js'

/** Ends reservations past their expiry, as their terms say, and returns the rest of expired grants. Returns the number of each. */
export function releaseExpired(draft: AccountDraft): { holds: number; grants: number } {
  const { at } = draft.snapshot
  let [holds, grants] = [0, 0]
  for (const held of draft.snapshot.reservations)
    if (!isAfter(held.expiresAt, at)) {
      if (!commitExpired(draft.catalog, draft, held)) closeHold(draft, draft.beginOperation(), held, 'EXPIRED')
      holds++
    }
  for (const grant of draft.snapshot.grants) {
    if (!grant.expiresAt || isAfter(grant.expiresAt, at)) continue
    const units = freeOf(grant)
    if (units > 0) {
      const part = { grantId: grant.id, window: null, amount: units, source: `${grant.sourceKind} ${grant.sourceCode}` }
      draft.move(draft.beginOperation(), [part], () => ({ kind: 'EXPIRE', expired: units, amount: -units }), {
        feature: grant.feature,
        at: grant.expiresAt,
      })
      grants++
    }
    if (grant.reserved === 0) draft.closeGrant(grant.id)
  }
  return { holds, grants }
}
