import { useTextsOf } from '#services/entitlements/model/use-texts.js'
import type { ReservationTerms } from '#entities/entitlements/reservation.entity.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { denied } from '#services/kernel/result/denied.js'
import type { OpenReservation } from '../model/account-snapshot.js'
import { capStates, spendCapDenial } from '../model/decide-spend.js'
import { deductUnits } from '../model/deduct-units.js'
import { priceWork, type PricedWork } from '../model/price-work.js'
import { invalidProperties, storedProperties } from '../model/use-properties.js'
import {
  insufficientUnits,
  memberDenial,
  reservationClosed,
  unknownFeature,
  validateAmount,
  validateSeconds,
} from '../model/usage-denials.js'
import type { AccountDraft } from './account-draft.js'
import { usableFeature } from './decide-consume.js'
import { positionKey } from './draft-keys.js'
import { closeHold, findHeld, viewOf } from './held-units.js'
import { toHeldPart } from './reserved-parts.js'
import type { Operation, Outcome } from './usage-operation.js'

type Reserve = Extract<Operation, { kind: 'reserve' }>

/** Holds units, all of them or none. */
export function decideReserve(catalog: CatalogSnapshot, draft: AccountDraft, operation: Reserve): Outcome {
  const { key, expiresInSeconds, work, properties, subAccountId = null, userId = null } = operation
  const texts = useTextsOf(operation)
  const feature = usableFeature(catalog, operation.feature)
  if ('denial' in feature) return feature
  const invalid = memberDenial(operation) ?? (work ? null : validateAmount(operation.amount))
  const denial =
    invalid ?? validateSeconds(expiresInSeconds) ?? (properties ? invalidProperties(feature, properties) : null)
  if (denial) return denied(denial)
  const priced = work ? priceWork(catalog, draft.snapshot, feature, work) : null
  if (priced && 'denial' in priced) return denied(priced.denial)
  // A reservation holds at least one unit. Its quantities count when they are committed.
  const amount = priced ? Math.max(1, priced.price.units) : operation.amount
  const parts = deductUnits(catalog, draft.snapshot, feature, amount)
  if (!parts) return denied(insufficientUnits(catalog, draft.snapshot, feature, { amount, subAccountId }))
  const caps = capStates(catalog, draft.snapshot, feature, { subAccountId, userId })
  const capDenial = spendCapDenial(draft.snapshot, feature, caps, { amount, parts: () => parts }, subAccountId)
  if (capDenial) return denied(capDenial)

  const operationNo = draft.beginOperation()
  const at = draft.snapshot.at
  const reservation: OpenReservation = {
    version: draft.version,
    operationNo,
    feature: feature.code,
    amount,
    parts: parts.map(toHeldPart),
    terms: termsOf(operation, priced),
    subAccountId,
    userId,
    ...texts,
    expiresAt: new Date(at.getTime() + expiresInSeconds * 1000),
    createdAt: at,
  }
  draft.move(operationNo, parts, (part) => ({ kind: 'RESERVE', reserved: part.amount, amount: -part.amount }), {
    feature: feature.code,
    at,
    ...texts,
    reservation: positionKey(reservation),
    key,
    total: amount,
    subAccountId,
    userId,
    ...(priced ? { price: priced.price } : {}),
  })
  draft.hold(reservation)
  draft.beginPeriods(caps)
  draft.nextSweepAt(reservation.expiresAt)
  draft.moved.operations++
  return { kind: 'reservation', reservation: viewOf(draft, feature, reservation, priced?.price ?? null) }
}

/** Terms of a reservation. Null for units without properties that are released at the end. */
function termsOf(
  { onExpiry = 'RELEASE', work, properties: given }: Reserve,
  priced: PricedWork | null,
): ReservationTerms | null {
  const properties = storedProperties(given)
  const ofWork = work && priced ? { plan: priced.price.plan, ...(onExpiry === 'RELEASE' ? {} : { work }) } : null
  if (onExpiry === 'RELEASE' && !properties) return ofWork
  return { ...(onExpiry === 'RELEASE' ? {} : { onExpiry }), ...ofWork, ...(properties ? { properties } : {}) }
}

/** Gives a hold back. */
export function decideRelease(
  catalog: CatalogSnapshot,
  draft: AccountDraft,
  operation: Extract<Operation, { kind: 'release' }>,
): Outcome {
  const held = findHeld(draft, operation)
  if (!held) return denied(reservationClosed('The reservation is already committed, released or expired.'))
  const feature = catalog.features.get(held.feature)
  if (!feature) return denied(unknownFeature(catalog, held.feature))
  const operationNo = draft.beginOperation()
  closeHold(draft, operationNo, held, 'RELEASED', {
    key: operation.key,
    ...useTextsOf(held),
    total: held.amount,
  })
  draft.moved.operations++
  return { kind: 'reservation', reservation: viewOf(draft, feature, held, null, 'RELEASED') }
}
