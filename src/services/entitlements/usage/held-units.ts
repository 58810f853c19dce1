import type { ReservationStatus } from '#entities/entitlements/reservation-state.js'
import type { ReservationTerms } from '#entities/entitlements/reservation.entity.js'
import type { UsagePrice } from '#entities/entitlements/usage-price.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { positionalId } from '#services/kernel/ids/ids.js'
import type { OpenReservation } from '../model/account-snapshot.js'
import type { AccountDraft } from './account-draft.js'
import { positionKey } from './draft-keys.js'
import type { AmountPart, LedgerMovement } from './ledger-movement.js'
import { payDebt } from './pay-debt.js'
import { toPart } from './reserved-parts.js'
import type { ReservationPosition, ReservationView } from './usage-operation.js'

/** Terms of a reservation as its view shows them. */
export const termsShown = (terms: ReservationTerms | null): Pick<ReservationView, 'onExpiry' | 'estimate'> => ({
  onExpiry: terms?.onExpiry ?? 'RELEASE',
  estimate: terms?.estimate ?? null,
})

/** A reservation as the result of an operation. */
export const viewOf = (
  { snapshot }: AccountDraft,
  feature: FeatureDefinition,
  held: OpenReservation,
  price: UsagePrice | null,
  status: ReservationStatus = 'HELD',
): ReservationView => ({
  id: positionalId('rsv', snapshot.accountId, held.version, held.operationNo),
  accountId: snapshot.accountId,
  feature,
  amount: held.amount,
  status,
  subAccountId: held.subAccountId,
  expiresAt: held.expiresAt,
  ...termsShown(held.terms),
  price,
  snapshot,
})

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
export function giveBack(
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
export function chargeRevoked(
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
export function findHeld(
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
