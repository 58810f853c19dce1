import type { Grant } from '../model/account-snapshot.js'
import { ROLLOVER, rolloverCause } from '../model/rollover.js'
import { payDebt } from './pay-debt.js'
import { freeOf } from '../model/entitlement-sources.js'
import type { AccountDraft } from './account-draft.js'
import { commitExpired } from './decide-commit.js'
import { closeHold } from './held-units.js'
import { isAfter } from '#services/kernel/clock/compare-dates.js'

/** Number of reservations and grants that have ended, and of grants that unused units have become. */
export interface Returned {
  readonly holds: number
  readonly grants: number
  readonly rollovers: number
}

/** Ends reservations past their expiry, as their terms say, returns the rest of expired grants, and grants what has rolled over. */
export function releaseExpired(draft: AccountDraft): Returned {
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
  const unwritten = draft.before.rolled?.unwritten ?? []
  for (const grant of unwritten) rollOver(draft, grant)
  return { holds, grants, rollovers: unwritten.length }
}

/** Adds unused units of an ended window, and repays debt from them. */
function rollOver(draft: AccountDraft, grant: Grant): void {
  const { id, feature, amount, grantedAt, expiresAt, sourceKind, sourceCode } = grant
  const causeId = rolloverCause(draft.snapshot.accountId, grantedAt)
  draft.addGrant(grant, { causeType: ROLLOVER, causeId })
  const operationNo = draft.beginOperation()
  const part = { grantId: id, window: null, amount, source: `${sourceKind} ${sourceCode}` }
  const note = { feature, reference: `${ROLLOVER} ${causeId}` }
  draft.move(operationNo, [part], () => ({ kind: 'GRANT', amount }), { ...note, at: grantedAt })
  payDebt(draft, operationNo, { ...note, at: draft.snapshot.at })
  if (expiresAt) draft.nextSweepAt(expiresAt)
}
