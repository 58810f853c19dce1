import { useTextsOf } from '#services/entitlements/model/use-texts.js'
import type { OverageCharge, UsageOverage } from '#entities/entitlements/usage-price.js'
import { refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { positionalId } from '#services/kernel/ids/ids.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { chargesFor } from '../model/overage.js'
import { isBeforeWindow, usagePeriodStart } from '../model/usage-period.js'
import { mainPlan, type AccountSnapshot } from '../model/account-snapshot.js'
import { termsThen } from '../model/terms-then.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { AccountDraft } from './account-draft.js'
import type { Operation, Outcome } from './usage-operation.js'
import {
  validateAmount,
  memberDenial,
  insufficientUnits,
  unknownFeature,
  wrongFeatureKind,
} from '../model/usage-denials.js'
import { detailsWith, priceNote } from './entry-price.js'
import { invalidProperties, storedProperties } from '../model/use-properties.js'
import { deductUnits } from '../model/deduct-units.js'
import { NO_UNITS, type AmountPart } from './ledger-movement.js'
import { capStates, NO_CAPS, spendCapDenial } from '../model/decide-spend.js'
import { priceWork } from '../model/price-work.js'
import { beyondPresent, presentOrPast } from '#services/kernel/clock/clock-skew.js'
import { isAfter } from '#services/kernel/clock/compare-dates.js'
import { enteredFact, factUnits, validateFactTime } from './decide-fact.js'

/** Takes units, all of them or none. */
export function decideConsume(
  catalog: CatalogSnapshot,
  draft: AccountDraft,
  said: Extract<Operation, { kind: 'consume' }>,
): Outcome {
  const { key, work, properties, isFact = false } = said
  const feature = usableFeature(catalog, said.feature)
  if ('denial' in feature) return feature
  // A clock that is a little ahead is not the caller's fault: the use counts now.
  const usedAt = said.at && (presentOrPast(said.at, draft.snapshot.at) ?? said.at)
  const timed = { ...said, at: usedAt }
  const operation = isFact ? enteredFact(draft.snapshot, feature, timed) : timed
  const denial =
    memberDenial(operation) ??
    (work ? null : validateAmount(operation.amount)) ??
    (properties ? invalidProperties(feature, properties) : null) ??
    (usedAt && (isFact ? validateFactTime(draft.snapshot, usedAt) : validateTime(draft.snapshot, feature, usedAt)))
  if (denial) return denied(denial)
  const then = isFact ? termsThen(catalog, draft.snapshot, usedAt) : draft.snapshot
  const priced = work
    ? priceWork(catalog, draft.snapshot, feature, work, {
        at: usedAt ?? draft.snapshot.at,
        isFact,
        ...(then === draft.snapshot ? {} : { plan: mainPlan(then).plan.code }),
      })
    : null
  if (priced && 'denial' in priced) return denied(priced.denial)
  const amount = priced ? priced.price.units : operation.amount
  const { subAccountId = null, userId = null } = operation
  const user = { subAccountId, userId }
  const caps = draft.snapshot.caps.length > 0 ? capStates(catalog, draft.snapshot, feature, user) : NO_CAPS
  const fact = isFact ? factUnits(catalog, draft.snapshot, feature, { amount, at: operation.at, usedAt, caps }) : null
  const parts = fact ? fact.parts : deductUnits(catalog, draft.snapshot, feature, amount, operation.at)
  if (!parts) return denied(insufficientUnits(catalog, draft.snapshot, feature, { amount, subAccountId }))
  const use = { amount, parts: () => parts }
  const capDenial = fact ? null : spendCapDenial(draft.snapshot, feature, caps, use, subAccountId)
  if (capDenial) return denied(capDenial)
  const debt = fact?.debt ?? 0
  const price = priced && (debt > 0 ? { ...priced.price, overage: overflow(debt) } : priced.price)

  // Units at a price are the last part.
  const charges = parts.at(-1)?.overage ? chargesOfParts(draft.snapshot, feature.code, parts) : NO_CHARGES
  const operationNo = draft.beginOperation()
  const at = operation.at ?? draft.snapshot.at
  const details = detailsWith(storedProperties(properties), null)
  draft.move(operationNo, entered(parts), (part) => ({ kind: 'CONSUME', used: part.amount, amount: 0 - part.amount }), {
    feature: feature.code,
    at,
    ...useTextsOf(operation),
    key,
    total: amount,
    subAccountId,
    userId,
    ...priceNote(price, charges, null, details),
    ...(parts.some(({ grantId }) => grantId) ? { usagePeriodStart: usagePeriodStart(draft.snapshot, feature) } : {}),
  })
  if (debt > 0) draft.owe(operationNo, debt, { feature: feature.code, at, ...user }, 'OVERAGE')
  if (priced) draft.count(priced.counted)
  draft.spend(caps, amount, charges)
  draft.moved.operations++
  return {
    kind: 'consumed',
    consumption: {
      id: positionalId('csm', draft.snapshot.accountId, draft.version, operationNo),
      accountId: draft.snapshot.accountId,
      feature,
      amount,
      taken: parts.map(({ from, amount: taken }) => ({ source: from, amount: taken })),
      debt,
      at,
      price,
      charges,
      basis: null,
      details,
      snapshot: draft.snapshot,
    },
  }
}

const NO_CHARGES: readonly OverageCharge[] = []

/** Treatment of units that became debt. */
export const overflow = (units: number): UsageOverage => ({ policy: 'OVERFLOW', units })

/** Pure: cost of the parts that are beyond the allowance. */
export const chargesOfParts = (
  snapshot: AccountSnapshot,
  feature: string,
  parts: readonly AmountPart[],
): readonly OverageCharge[] =>
  chargesFor(
    snapshot,
    feature,
    parts.map(({ window, overage, amount: units }) => ({ window, overage, units })),
  )

/** Parts of a ledger operation: at least one, which carries its key. */
export const entered = <Part extends AmountPart>(parts: readonly Part[]): readonly (Part | AmountPart)[] =>
  parts.length > 0 ? parts : [NO_UNITS]

/** The feature when it is one that is used up. */
export function usableFeature(catalog: CatalogSnapshot, code: string): FeatureDefinition | Denied {
  const feature = catalog.features.get(code)
  if (!feature) return denied(unknownFeature(catalog, code))
  return feature.kind === 'QUOTA' || feature.kind === 'CREDIT' ? feature : denied(wrongFeatureKind(feature))
}

/** Earlier usage can be recorded later, but only while it still counts, and never for a future time. */
function validateTime(snapshot: AccountSnapshot, feature: FeatureDefinition, at: Date) {
  if (isAfter(at, snapshot.at)) return refused('INVALID_PARAMETERS', beyondPresent('at'), { field: 'at' })
  if (isBeforeWindow(snapshot, feature, at))
    return refused('INVALID_PARAMETERS', 'The time of use must be within the current period.', { field: 'at' })
  return null
}
