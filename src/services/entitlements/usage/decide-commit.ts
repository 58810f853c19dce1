import { useTextsOf } from '#services/entitlements/model/use-texts.js'
import type { CommitBasis, UsageOverage, UsagePrice } from '#entities/entitlements/usage-price.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { positionalId } from '#services/kernel/ids/ids.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { AccountSnapshot, OpenReservation } from '../model/account-snapshot.js'
import { capRoom, capStates, moneyRoom, spendCapDenial } from '../model/decide-spend.js'
import { deductUnits, type DeductedPart } from '../model/deduct-units.js'
import { availableUnits } from '../model/entitlement.js'
import { evaluateFeature } from '../model/evaluate-entitlements.js'
import { priceWork, type PricedWork } from '../model/price-work.js'
import { insufficientUnits, reservationClosed, unknownFeature, validateAmount } from '../model/usage-denials.js'
import { usagePeriodStart } from '../model/usage-period.js'
import type { Work } from '../model/work.js'
import type { OperationKey } from '../persist/account-change.js'
import type { AccountDraft } from './account-draft.js'
import { chargesOfParts, entered, overflow } from './decide-consume.js'
import { factUnits } from './decide-fact.js'
import { positionKey } from './draft-keys.js'
import { detailsWith, priceNote } from './entry-price.js'
import { chargeRevoked, findHeld, giveBack } from './held-units.js'
import { reservationSource } from './reservation-source.js'
import { firstUnits, toPart } from './reserved-parts.js'
import { expiryKey } from './expiry-key.js'
import type { Consumption, Deduction, EndedReservation, Operation, Outcome } from './usage-operation.js'

type Commit = Extract<Operation, { kind: 'commit' }>

/**
 * Commits a reservation: a smaller amount releases the rest, a larger one consumes the difference if available;
 * otherwise the reservation is unchanged. One that has ended by its time is committed as a fact.
 */
export function decideCommit(
  catalog: CatalogSnapshot,
  draft: AccountDraft,
  operation: Commit,
  place: { readonly isCommitted: boolean; readonly index: number },
): Outcome {
  if (operation.ended) return decideLateCommit(catalog, draft, operation, operation.ended, place)
  const held = findHeld(draft, operation)
  if (!held) return denied(alreadyClosed())
  const requested = requestedUnits(catalog, draft.snapshot, operation, held)
  if ('denial' in requested) return requested
  const { feature, priced, wanted } = requested
  const { subAccountId, userId } = held
  const caps = capStates(catalog, draft.snapshot, feature, { subAccountId, userId })
  const overage = priced && overageOf(catalog, draft.snapshot, feature, { beyond: wanted - held.amount, caps })
  const missing = overage?.units ?? 0
  const more = wanted > held.amount ? deductUnits(catalog, draft.snapshot, feature, wanted - held.amount - missing) : []
  if (!more)
    return denied(insufficientUnits(catalog, draft.snapshot, feature, { amount: wanted - held.amount, subAccountId }))
  const amount = overage?.policy === 'CAP' ? wanted - missing : wanted
  const beyond = { amount: amount - held.amount, parts: () => more }
  const capDenial = beyond.amount > 0 ? spendCapDenial(draft.snapshot, feature, caps, beyond, subAccountId) : null
  if (capDenial) return denied(capDenial)
  draft.moved.operations++
  const consumption = book(catalog, draft, feature, held, {
    amount,
    more,
    debt: overage?.policy === 'OVERFLOW' ? missing : 0,
    price: priced && { ...priced.price, ...(overage ? { overage } : {}) },
    counted: priced?.counted,
    status: 'COMMITTED',
    at: draft.snapshot.at,
    key: operation.key,
    basis: null,
    providerCost: operation.providerCost,
  })
  return { kind: 'consumed', consumption }
}

/**
 * Commits a reservation that has ended by its time: the use has happened, so it is booked as a fact, at the price of the reservation, and
 * without the units that the end consumed.
 */
function decideLateCommit(
  catalog: CatalogSnapshot,
  draft: AccountDraft,
  operation: Commit,
  { reservation, consumed }: EndedReservation,
  { isCommitted, index }: { readonly isCommitted: boolean; readonly index: number },
): Outcome {
  if (isCommitted || draft.reservations.isCommitted(reservation)) return denied(alreadyClosed())
  const requested = requestedUnits(catalog, draft.snapshot, operation, reservation)
  if ('denial' in requested) return requested
  const { feature, wanted } = requested
  const amount = Math.max(0, wanted - consumed)
  // The end has counted the quantities of the estimate.
  const priced = consumed > 0 ? null : requested.priced
  const { more, debt } = unitsOfFact(catalog, draft.snapshot, feature, reservation, amount)
  draft.reservations.probes.push({ index, version: reservation.version, operationNo: reservation.operationNo })
  draft.moved.operations++
  const consumption = book(
    catalog,
    draft,
    feature,
    { ...reservation, parts: [] },
    {
      amount,
      more,
      debt,
      price: priced && (debt > 0 ? { ...priced.price, overage: overflow(debt) } : priced.price),
      counted: priced?.counted,
      status: 'COMMITTED',
      at: draft.snapshot.at,
      key: operation.key,
      basis: 'LATE',
      providerCost: operation.providerCost,
    },
  )
  return { kind: 'consumed', consumption }
}

/**
 * Consumes the units of a reservation at its end, if its terms say so: all of them, or as many as are used by the latest estimate. Returns
 * false if they are released.
 */
export function commitExpired(catalog: CatalogSnapshot, draft: AccountDraft, held: OpenReservation): boolean {
  const { terms } = held
  const feature = catalog.features.get(held.feature)
  if (!terms?.onExpiry || !feature) return false
  const isEstimate = terms.onExpiry === 'COMMIT_ESTIMATE'
  const found = isEstimate && terms.work ? priceReserved(catalog, draft.snapshot, feature, terms.work, held) : null
  // A card that no longer prices the work leaves the units of the estimate.
  const priced = found && 'price' in found ? found : null
  const amount = isEstimate ? (priced?.price.units ?? terms.estimate ?? held.amount) : held.amount
  if (amount === 0 && !priced) return false
  // Tiers that other work has reached since make the same work dearer.
  const { more, debt } = unitsOfFact(catalog, draft.snapshot, feature, held, Math.max(0, amount - held.amount))
  book(catalog, draft, feature, held, {
    amount,
    more,
    debt,
    price: priced && (debt > 0 ? { ...priced.price, overage: overflow(debt) } : priced.price),
    counted: priced?.counted,
    status: 'EXPIRED',
    at: held.expiresAt,
    key: expiryKey(held),
    basis: 'ESTIMATE',
  })
  return true
}

const alreadyClosed = () => reservationClosed('The reservation is already committed, released or expired.')

/** The units that a commit asks for, with their price. */
function requestedUnits(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  { amount, work }: Commit,
  held: OpenReservation,
): { readonly feature: FeatureDefinition; readonly priced: PricedWork | null; readonly wanted: number } | Denied {
  const feature = catalog.features.get(held.feature)
  const denial = work ? null : validateAmount(amount ?? held.amount)
  if (denial) return denied(denial)
  if (!feature) return denied(unknownFeature(catalog, held.feature))
  const priced = work ? priceReserved(catalog, snapshot, feature, work, held) : null
  if (priced && 'denial' in priced) return denied(priced.denial)
  return { feature, priced, wanted: priced ? priced.price.units : (amount ?? held.amount) }
}

/** The price of work by the version of the rate card, and the rates of the plan, of the time of its reservation. */
export const priceReserved = (
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
  work: Work,
  { createdAt: at, terms }: Pick<OpenReservation, 'createdAt' | 'terms'>,
): ReturnType<typeof priceWork> =>
  priceWork(catalog, snapshot, feature, work, {
    at,
    isFact: true,
    ...(terms?.plan === undefined ? {} : { plan: terms.plan }),
  })

/** Sources of units that were used beyond what is held, at the price at which the reservation held units. */
function unitsOfFact(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
  { parts: reserved, subAccountId, userId, createdAt: usedAt }: OpenReservation,
  amount: number,
): { readonly more: readonly DeductedPart[]; readonly debt: number } {
  const caps = capStates(catalog, snapshot, feature, { subAccountId, userId })
  const overage = reserved.find((part) => part.overage)?.overage ?? null
  const { parts: more, debt } = factUnits(catalog, snapshot, feature, { amount, at: null, usedAt, caps, overage })
  return { more, debt }
}

/** A commit whose units are found. */
interface BookedCommit {
  readonly amount: number
  /** Units beyond those that are held. */
  readonly more: readonly DeductedPart[]
  readonly debt: number
  readonly price: UsagePrice | null
  readonly counted: PricedWork['counted'] | undefined
  readonly status: 'COMMITTED' | 'EXPIRED'
  readonly at: Date
  readonly key: OperationKey
  readonly basis: CommitBasis | null
  readonly providerCost?: string | null | undefined
}

/** Consumes the first units of a reservation and units beyond it, releases the others, and closes the reservation. */
function book(
  catalog: CatalogSnapshot,
  draft: AccountDraft,
  feature: FeatureDefinition,
  held: OpenReservation,
  { amount, more, debt, price, counted, status, at, key, basis, providerCost }: BookedCommit,
): Consumption {
  const operationNo = draft.beginOperation()
  const { subAccountId, userId } = held
  const by = { subAccountId, userId }
  const caps = capStates(catalog, draft.snapshot, feature, by)
  const usageStart = usagePeriodStart({ ...draft.snapshot, at }, feature)
  const note = { feature: held.feature, at, reservation: positionKey(held), usagePeriodStart: usageStart, ...by }
  const parts = held.parts.map(toPart)
  const kept = firstUnits(parts, amount)
  const charges = chargesOfParts(draft.snapshot, held.feature, [...kept, ...more])
  const details = detailsWith(held.terms?.properties, providerCost)
  const keyed = { ...note, ...useTextsOf(held), key, total: amount, ...priceNote(price, charges, basis, details) }
  // Consumed units leave the reservation in the same change. If they counted as both, they would reduce the balance twice.
  draft.move(
    operationNo,
    entered([...kept, ...more]),
    ({ amount: units }, index) => ({
      kind: 'CONSUME',
      used: units,
      reserved: index < kept.length ? 0 - units : 0,
      amount: 0 - units,
    }),
    keyed,
  )
  if (counted) draft.count(counted)
  draft.spend(caps, amount, charges)
  if (parts.length > 0) giveBack(draft, operationNo, parts, note, kept)
  draft.close(held, status, at)
  chargeRevoked(draft, operationNo, kept, note)
  if (debt > 0) draft.owe(operationNo, debt, { feature: held.feature, at, ...by }, 'OVERAGE')
  const taken: Deduction[] = [
    ...kept.map((part) => ({ source: reservationSource(catalog, draft.snapshot, feature, part), amount: part.amount })),
    ...more.map(({ from, amount: units }) => ({ source: from, amount: units })),
  ]
  return {
    id: positionalId('csm', draft.snapshot.accountId, draft.version, operationNo),
    accountId: draft.snapshot.accountId,
    feature,
    amount,
    taken,
    debt,
    at,
    price,
    charges,
    basis,
    details,
    snapshot: draft.snapshot,
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
