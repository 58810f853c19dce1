import type { OverageCharge, OveragePrice } from '#entities/entitlements/usage-price.js'
import type { LedgerEntryRow } from '#entities/entitlements/ledger-entry.entity.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { isAfter, isBefore } from '#services/kernel/clock/compare-dates.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { chargesFor, isOverageSource } from '../model/overage.js'
import { capStates } from '../model/decide-spend.js'
import type { AccountDraft } from './account-draft.js'
import { chargesOf } from './entry-price.js'
import type { AmountPart } from './ledger-movement.js'
import { payDebt } from './pay-debt.js'

/** Units of a consumption and where they came from. */
export interface CountedPart extends AmountPart {
  /** True for units beyond what was available, which are debt. */
  readonly isOverage: boolean
}

/** A consumption with the units that still count, in the order of deduction. */
export interface CountedConsumption {
  readonly feature: FeatureDefinition
  readonly at: Date
  readonly parts: readonly CountedPart[]
  /** Sub-account that used the units. */
  readonly subAccountId: string | null
  /** Member who used the units. */
  readonly userId: string | null
}

export interface Amended {
  readonly operationNo: number
  /** Units that left the consumption, the last deduction first. */
  readonly returned: readonly CountedPart[]
  /** Units that returned to a grant that had expired or was revoked. */
  readonly lost: number
  /** Units that reduced the debt instead of raising the balance. */
  readonly debtReduced: number
  /** Cost of the returned units, negative. */
  readonly charges: readonly OverageCharge[]
}

const windowOfEntry = ({ windowStart, windowEnd }: LedgerEntryRow): AmountPart['window'] =>
  windowStart && windowEnd ? { start: windowStart, end: windowEnd } : null

/** Units within an allowance and beyond it have the same window. */
const sourceKey = (grantId: string | null, window: AmountPart['window'], tariff: string | undefined): string =>
  grantId ?? (window ? `${window.start.getTime()} ${window.end.getTime()} ${tariff ?? ''}` : 'OVERAGE')

const isSourced = (entry: LedgerEntryRow): boolean => entry.grantId !== null || entry.windowEnd !== null

/** True for units that repaid debt: the next entry enters the repayment. Their use was counted earlier. */
const isRepayment = ({ amount }: LedgerEntryRow, next: LedgerEntryRow | undefined): boolean =>
  next !== undefined && next.kind === 'ADJUST' && !isSourced(next) && next.amount === -amount && next.amount > 0

/**
 * Price of an entry beyond the allowance: the first entry of its operation stores the charges in the order of those entries. Undefined for
 * other entries.
 */
function priceOf(entries: readonly LedgerEntryRow[], entry: LedgerEntryRow): OveragePrice | undefined {
  if (!isOverageSource(entry.source)) return undefined
  const ofOperation = entries.filter(
    ({ version, operationNo }) => version === entry.version && operationNo === entry.operationNo,
  )
  const charged = ofOperation.filter(({ kind, source }) => kind === entry.kind && isOverageSource(source))
  const charge = chargesOf(ofOperation[0]!.price)[charged.indexOf(entry)]
  if (!charge) throw new Error(`entry ${entry.version}-${entry.operationNo}-${entry.entryNo} has no charge`)
  const { plan, currency, tariff } = charge
  return { plan, currency, tariff }
}

/** Pure: units of a consumption by source, less those that earlier amendments returned. */
export function countedParts(
  entries: readonly LedgerEntryRow[],
  earlier: readonly LedgerEntryRow[],
): readonly CountedPart[] {
  const returned = new Map<string, number>()
  for (const entry of earlier)
    if (entry.kind === 'ADJUST' && (isSourced(entry) || entry.source === 'OVERAGE')) {
      const key = sourceKey(entry.grantId, windowOfEntry(entry), priceOf(earlier, entry)?.tariff)
      returned.set(key, (returned.get(key) ?? 0) + entry.amount)
    }
  const parts = entries.flatMap((entry, index): CountedPart[] => {
    const isOverage = entry.kind === 'ADJUST' && entry.source === 'OVERAGE'
    if (!isOverage && (entry.kind !== 'CONSUME' || isRepayment(entry, entries[index + 1]))) return []
    const { grantId, source } = entry
    const overage = priceOf(entries, entry)
    const part = { grantId, window: windowOfEntry(entry), amount: -entry.amount, source: source ?? '', isOverage }
    return [overage ? { ...part, overage } : part]
  })
  // Units that cost money return first. Earlier amendments returned the last units of a source first.
  return [...parts.filter(({ overage }) => !overage), ...parts.filter(({ overage }) => overage)]
    .toReversed()
    .map((part) => {
      const key = sourceKey(part.grantId, part.window, part.overage?.tariff)
      const less = Math.min(part.amount, returned.get(key) ?? 0)
      returned.set(key, (returned.get(key) ?? 0) - less)
      return { ...part, amount: part.amount - less }
    })
    .filter(({ amount }) => amount > 0)
    .toReversed()
}

/** Pure: the last units of a consumption, the last deduction first, as if only the others had been consumed. */
export function lastUnits(parts: readonly CountedPart[], amount: number): readonly CountedPart[] {
  let missing = amount
  return parts.toReversed().flatMap((part) => {
    const units = Math.min(missing, part.amount)
    missing -= units
    return units > 0 ? [{ ...part, amount: units }] : []
  })
}

/**
 * Returns units of a consumption to where they came from. Units of a grant that has expired expire again, and those of a revoked one
 * are revoked and no longer debt. The time of the entries is that of the consumption, so that every sum of usage is corrected.
 */
export function decideAmendment(
  catalog: CatalogSnapshot,
  draft: AccountDraft,
  { feature, at, parts, subAccountId, userId }: CountedConsumption,
  { amount, reference }: { readonly amount: number; readonly reference: string },
): Amended | Refused {
  const returned = lastUnits(parts, amount)
  const denial = checkSources(draft, feature, returned)
  if (denial) return denial

  const operationNo = draft.beginOperation()
  const now = { feature: feature.code, at: draft.snapshot.at }
  const caps = capStates(catalog, draft.snapshot, feature, { subAccountId, userId })
  const charges = chargesFor(
    draft.snapshot,
    feature.code,
    returned.map(({ window, overage, amount: units }) => ({ window, overage, units: -units })),
  )
  let lost = 0
  let debtReduced = 0
  returned.forEach((part, index) => {
    const first = index === 0 ? { reference, ...(charges.length > 0 ? { price: { charges } } : {}) } : {}
    const note = { feature: feature.code, at, subAccountId, userId, ...first }
    if (part.isOverage) {
      draft.owe(operationNo, -part.amount, note, 'OVERAGE')
      debtReduced += part.amount
      return
    }
    const grant = draft.snapshot.grants.find(({ id }) => id === part.grantId)
    const usedBeforePeriod =
      grant && isBefore(at, grant.usagePeriodStart) ? -Math.min(part.amount, grant.usedBeforePeriod) : 0
    const returnedUnits = { kind: 'ADJUST', used: -part.amount, amount: part.amount, usedBeforePeriod } as const
    draft.move(operationNo, [part], () => returnedUnits, note)
    if (grant?.revokedAt) {
      draft.move(operationNo, [part], () => ({ kind: 'REVOKE', revoked: part.amount, amount: -part.amount }), now)
      draft.owe(operationNo, -part.amount, now)
      lost += part.amount
    } else if (grant?.expiresAt && !isAfter(grant.expiresAt, now.at)) {
      draft.move(operationNo, [part], () => ({ kind: 'EXPIRE', expired: part.amount, amount: -part.amount }), now)
      lost += part.amount
    }
  })
  debtReduced += payDebt(draft, operationNo, now)
  // A cap whose period began after the consumption does not count it.
  draft.spend(
    caps.filter(({ cap, period, used }) => !isBefore(at, period.start) && (cap.currency !== null || used >= amount)),
    -amount,
    charges,
  )
  return { operationNo, returned, lost, debtReduced, charges }
}

/** Denial of units that cannot return. Null if all can. */
function checkSources(
  { snapshot }: AccountDraft,
  feature: FeatureDefinition,
  returned: readonly CountedPart[],
): Refused | null {
  if (returned.some(({ window }) => window !== null && !isAfter(window.end, snapshot.at)))
    return cannotAmend(`The period of ${feature.name} in which the units were used has ended.`)
  const debt = returned
    .filter(({ isOverage, grantId }) => isOverage || snapshot.grants.find(({ id }) => id === grantId)?.revokedAt)
    .reduce((sum, { amount }) => sum + amount, 0)
  if (debt > (snapshot.debts[feature.code] ?? 0))
    return cannotAmend('The units became debt, which later credits have repaid.')
  return null
}

export const cannotAmend = (message: string): Refused =>
  refused('INVALID_TRANSITION', message, { field: 'consumptionId' })
