import { refused } from '#services/kernel/denials/denial.js'
import { denied } from '#services/kernel/result/denied.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { OpenReservation } from '../model/account-snapshot.js'
import { capStates, spendCapDenial } from '../model/decide-spend.js'
import { deductUnits } from '../model/deduct-units.js'
import {
  insufficientUnits,
  reservationClosed,
  unknownFeature,
  validateAmount,
  validateSeconds,
} from '../model/usage-denials.js'
import type { AccountDraft } from './account-draft.js'
import { priceReserved } from './decide-commit.js'
import { entered } from './decide-consume.js'
import { positionKey } from './draft-keys.js'
import { findHeld, viewOf } from './held-units.js'
import { toHeldPart } from './reserved-parts.js'
import type { Operation, Outcome } from './usage-operation.js'

/**
 * Changes the end of a reservation, or its estimate of the units that are used so far. An estimate above the reserved units reserves the
 * difference, all or none.
 */
export function decideExtension(
  catalog: CatalogSnapshot,
  draft: AccountDraft,
  operation: Extract<Operation, { kind: 'extend' }>,
): Outcome {
  const { expiresInSeconds, estimate, work, key } = operation
  const held = findHeld(draft, operation)
  if (!held) return denied(reservationClosed('The reservation is already committed, released or expired.'))
  const invalid =
    expiresInSeconds === null
      ? estimate === null && !work
        ? refused('INVALID_PARAMETERS', 'Set expiresInSeconds, estimate or work.', { field: 'expiresInSeconds' })
        : null
      : validateSeconds(expiresInSeconds)
  const denial = invalid ?? (estimate === null ? null : validateAmount(estimate, 0, 'estimate'))
  if (denial) return denied(denial)
  const feature = catalog.features.get(held.feature)
  if (!feature) return denied(unknownFeature(catalog, held.feature))
  const priced = work ? priceReserved(catalog, draft.snapshot, feature, work, held) : null
  if (priced && 'denial' in priced) return denied(priced.denial)
  const used = priced ? priced.price.units : estimate
  const beyond = Math.max(0, (used ?? 0) - held.amount)
  const { subAccountId, userId } = held
  const more = beyond > 0 ? deductUnits(catalog, draft.snapshot, feature, beyond) : []
  if (!more) return denied(insufficientUnits(catalog, draft.snapshot, feature, { amount: beyond, subAccountId }))
  const caps = beyond > 0 ? capStates(catalog, draft.snapshot, feature, { subAccountId, userId }) : []
  const use = { amount: beyond, parts: () => more }
  const capDenial = spendCapDenial(draft.snapshot, feature, caps, use, subAccountId)
  if (capDenial) return denied(capDenial)

  const operationNo = draft.beginOperation()
  const { at } = draft.snapshot
  const { work: _work, ...terms } = held.terms ?? {}
  const reservation: OpenReservation = {
    ...held,
    amount: held.amount + beyond,
    parts: [...held.parts, ...more.map(toHeldPart)],
    terms:
      used === null
        ? held.terms
        : { ...terms, estimate: used, ...(work && priced ? { work, plan: priced.price.plan } : {}) },
    expiresAt: expiresInSeconds === null ? held.expiresAt : new Date(at.getTime() + expiresInSeconds * 1000),
  }
  draft.move(operationNo, entered(more), ({ amount }) => ({ kind: 'RESERVE', reserved: amount, amount: 0 - amount }), {
    feature: feature.code,
    at,
    reservation: positionKey(held),
    key,
    total: beyond,
    subAccountId,
    userId,
    ...(priced ? { price: priced.price } : {}),
  })
  draft.hold(reservation, held)
  draft.beginPeriods(caps)
  draft.nextSweepAt(reservation.expiresAt)
  draft.moved.operations++
  return { kind: 'reservation', reservation: viewOf(draft, feature, reservation, priced?.price ?? null) }
}
