import { useTextsOf } from '#services/entitlements/model/use-texts.js'
import { denied } from '#services/kernel/result/denied.js'
import { positionalId } from '#services/kernel/ids/ids.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { usagePeriodStart } from '../model/usage-period.js'
import type { AccountSnapshot, OpenReservation } from '../model/account-snapshot.js'
import { availableUnits } from '../model/entitlement.js'
import { evaluateFeature } from '../model/evaluate-entitlements.js'
import { capRoom, capStates, moneyRoom, spendCapDenial } from '../model/decide-spend.js'
import { priceWork } from '../model/price-work.js'
import type { UsageOverage } from '#entities/entitlements/usage-price.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { type AccountDraft } from './account-draft.js'
import { positionKey } from './draft-keys.js'
import type { AmountPart, LedgerMovement } from './ledger-movement.js'
import { chargesOfParts, entered, usableFeature } from './decide-consume.js'
import type { Deduction, Operation, Outcome, ReservationPosition } from './usage-operation.js'
import {
  validateAmount,
  validateSeconds,
  memberDenial,
  reservationClosed,
  insufficientUnits,
  unknownFeature,
} from '../model/usage-denials.js'
import { firstUnits, toHeldPart, toPart } from './reserved-parts.js'
import { reservationSource } from './reservation-source.js'
import { priceNote } from './entry-price.js'
import { deductUnits } from '../model/deduct-units.js'
import { payDebt } from './pay-debt.js'

/** Holds units, all of them or none. */
export function decideReserve(
  catalog: CatalogSnapshot,
  draft: AccountDraft,
  operation: Extract<Operation, { kind: 'reserve' }>,
): Outcome {
  const { key, expiresInSeconds, work, subAccountId = null, userId = null } = operation
  const texts = useTextsOf(operation)
  const feature = usableFeature(catalog, operation.feature)
  if ('denial' in feature) return feature
  const invalid = memberDenial(operation) ?? (work ? null : validateAmount(operation.amount))
  const denial = invalid ?? validateSeconds(expiresInSeconds)
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
  return {
    kind: 'reservation',
    reservation: {
      id: positionalId('rsv', draft.snapshot.accountId, reservation.version, reservation.operationNo),
      accountId: draft.snapshot.accountId,
      feature,
      amount,
      status: 'HELD',
      subAccountId,
      expiresAt: reservation.expiresAt,
      price: priced?.price ?? null,
      snapshot: draft.snapshot,
    },
  }
}

/**
 * Commits a reservation: a smaller amount releases the rest, a larger one consumes the difference if available;
 * otherwise the reservation is unchanged.
 */
export function decideCommit(
  catalog: CatalogSnapshot,
  draft: AccountDraft,
  operation: Extract<Operation, { kind: 'commit' }>,
): Outcome {
  const held = findHeld(draft, operation)
  if (!held) return denied(reservationClosed('The reservation is already committed, released or expired.'))
  const feature = catalog.features.get(held.feature)
  const denial = operation.work ? null : validateAmount(operation.amount ?? held.amount)
  if (denial) return denied(denial)
  if (!feature) return denied(unknownFeature(catalog, held.feature))
  const priced = operation.work ? priceWork(catalog, draft.snapshot, feature, operation.work) : null
  if (priced && 'denial' in priced) return denied(priced.denial)
  const wanted = priced ? priced.price.units : (operation.amount ?? held.amount)
  const { subAccountId, userId } = held
  const by = { subAccountId, userId }
  const caps = capStates(catalog, draft.snapshot, feature, by)
  const overage = priced && overageOf(catalog, draft.snapshot, feature, { beyond: wanted - held.amount, caps })
  const missing = overage?.units ?? 0
  const more = wanted > held.amount ? deductUnits(catalog, draft.snapshot, feature, wanted - held.amount - missing) : []
  if (!more)
    return denied(insufficientUnits(catalog, draft.snapshot, feature, { amount: wanted - held.amount, subAccountId }))
  const amount = overage?.policy === 'CAP' ? wanted - missing : wanted
  const beyond = { amount: amount - held.amount, parts: () => more }
  const capDenial = beyond.amount > 0 ? spendCapDenial(draft.snapshot, feature, caps, beyond, subAccountId) : null
  if (capDenial) return denied(capDenial)
  const price = priced && { ...priced.price, ...(overage ? { overage } : {}) }

  const operationNo = draft.beginOperation()
  const at = draft.snapshot.at
  const usageStart = usagePeriodStart(draft.snapshot, feature)
  const note = { feature: held.feature, at, reservation: positionKey(held), usagePeriodStart: usageStart, ...by }
  const parts = held.parts.map(toPart)
  const kept = firstUnits(parts, amount)
  const charges = chargesOfParts(draft.snapshot, held.feature, [...kept, ...more])
  const keyed = { ...note, ...useTextsOf(held), key: operation.key, total: amount, ...priceNote(price, charges) }
  // Consumed units leave the reservation in the same change. If they counted as both, they would reduce the balance twice.
  draft.move(
    operationNo,
    entered(kept),
    ({ amount: units }) => ({ kind: 'CONSUME', used: units, reserved: 0 - units, amount: 0 - units }),
    keyed,
  )
  draft.move(operationNo, more, ({ amount: units }) => ({ kind: 'CONSUME', used: units, amount: -units }), note)
  if (priced) draft.count(priced.counted)
  draft.spend(caps, amount, charges)
  giveBack(draft, operationNo, parts, note, kept)
  draft.close(held, 'COMMITTED', at)
  chargeRevoked(draft, operationNo, kept, note)
  if (overage?.policy === 'OVERFLOW') draft.owe(operationNo, missing, { feature: held.feature, at, ...by }, 'OVERAGE')
  draft.moved.operations++
  const taken: Deduction[] = [
    ...kept.map((part) => ({ source: reservationSource(catalog, draft.snapshot, feature, part), amount: part.amount })),
    ...more.map(({ from, amount: units }) => ({ source: from, amount: units })),
  ]
  return {
    kind: 'consumed',
    consumption: {
      id: positionalId('csm', draft.snapshot.accountId, draft.version, operationNo),
      accountId: draft.snapshot.accountId,
      feature,
      amount,
      taken,
      debt: overage?.policy === 'OVERFLOW' ? missing : 0,
      at,
      price,
      charges,
      snapshot: draft.snapshot,
    },
  }
}

/** Treatment of units beyond the reservation that are not available, as the rate card states. Null if all are, or if they are denied. */
function overageOf(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
  { beyond, caps }: { readonly beyond: number; readonly caps: ReturnType<typeof capStates> },
): UsageOverage | null {
  const policy = catalog.rateCards.get(feature.code)?.overage ?? 'REJECT'
  if (policy === 'REJECT' || beyond <= 0) return null
  const remaining = availableUnits(evaluateFeature(catalog, snapshot, feature))
  // A cap of the account limits what is charged, and never becomes debt.
  const available = Math.min(beyond, remaining ?? Infinity, policy === 'CAP' ? capRoom(caps) : Infinity)
  const partsOf = (amount: number) => deductUnits(catalog, snapshot, feature, amount)
  const units = beyond - (policy === 'CAP' ? moneyRoom(snapshot, feature, caps, available, partsOf) : available)
  return units > 0 ? { policy, units } : null
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
  return {
    kind: 'reservation',
    reservation: {
      id: positionalId('rsv', draft.snapshot.accountId, held.version, held.operationNo),
      accountId: draft.snapshot.accountId,
      feature,
      amount: held.amount,
      status: 'RELEASED',
      subAccountId: held.subAccountId,
      expiresAt: held.expiresAt,
      price: null,
      snapshot: draft.snapshot,
    },
  }
}

/** Returns the units of a hold, however it ends without being used. */
export function closeHold(
  draft: AccountDraft,
  operationNo: number,
  held: OpenReservation,
  status: 'RELEASED' | 'EXPIRED',
  noted: object = {},
): void {
  const at = status === 'EXPIRED' ? held.expiresAt : draft.snapshot.at
  const note = { feature: held.feature, at, reservation: positionKey(held), ...noted }
  giveBack(draft, operationNo, held.parts.map(toPart), note)
  draft.close(held, status, at)
}

/**
 * Releases reserved units. Units that return to an expired or revoked grant expire or are revoked as well. `kept`, the
 * first units of the parts, were consumed and have left the reservation. The ledger releases them too, because it
 * entered them twice: as reserved and as used.
 */
function giveBack(
  draft: AccountDraft,
  operationNo: number,
  parts: readonly AmountPart[],
  note: { feature: string; at: Date; reservation: string },
  kept: readonly AmountPart[] = [],
): void {
  const release = ({ amount }: AmountPart, index: number): LedgerMovement => ({
    kind: 'RELEASE',
    reserved: (kept[index]?.amount ?? 0) - amount,
    amount,
  })
  draft.move(operationNo, parts, release, note)
  for (const part of parts) {
    const grant = part.grantId ? draft.snapshot.grants.find(({ id }) => id === part.grantId) : undefined
    if (!grant) continue
    const units = Math.min(part.amount, grant.amount - grant.used - grant.reserved - grant.expired - grant.revoked)
    if (units <= 0) continue
    const left = [{ ...part, amount: units }]
    if (grant.revokedAt) draft.move(operationNo, left, () => ({ kind: 'REVOKE', revoked: units, amount: -units }), note)
    else if (grant.expiresAt && grant.expiresAt <= draft.snapshot.at)
      draft.move(operationNo, left, () => ({ kind: 'EXPIRE', expired: units, amount: -units }), note)
  }
  payDebt(draft, operationNo, { feature: note.feature, at: note.at, reservation: note.reservation })
}

/** Units consumed from a grant after its revocation are debt, like units consumed before it. */
function chargeRevoked(
  draft: AccountDraft,
  operationNo: number,
  kept: readonly AmountPart[],
  note: { feature: string; at: Date },
): void {
  for (const part of kept) {
    const grant = draft.snapshot.grants.find(({ id }) => id === part.grantId)
    if (grant?.revokedAt) draft.owe(operationNo, part.amount, note)
  }
  payDebt(draft, operationNo, { feature: note.feature, at: note.at })
}

/** An open reservation. A sub-account finds only its own. */
function findHeld(
  draft: AccountDraft,
  {
    reservation: { version, operationNo },
    subAccountId,
  }: { readonly reservation: ReservationPosition; readonly subAccountId?: string | null },
): OpenReservation | undefined {
  return draft.snapshot.reservations.find(
    (held) =>
      held.version === version &&
      held.operationNo === operationNo &&
      held.expiresAt > draft.snapshot.at &&
      (!subAccountId || held.subAccountId === subAccountId),
  )
}
