import { exactMomentText } from '#services/kernel/text/readable.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { OveragePrice } from '#entities/entitlements/usage-price.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { beyondPresent } from '#services/kernel/clock/clock-skew.js'
import { isAfter } from '#services/kernel/clock/compare-dates.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import type { CapState } from '../model/cap-state.js'
import { capRoom, moneyRoom } from '../model/decide-spend.js'
import { allowancePart, overagePart, paidUnits, type DeductedPart } from '../model/deduct-units.js'
import { termsThen } from '../model/terms-then.js'
import { memberDenial } from '../model/usage-denials.js'
import { isBeforeWindow } from '../model/usage-period.js'
import type { Operation } from './usage-operation.js'

type Consume = Extract<Operation, { kind: 'consume' }>

/** Days after its use in which a fact is recorded. */
const HORIZON_DAYS = 35
const DAY_MS = 86_400_000

/** Denial of a time that no fact can have. Null for others. */
export function validateFactTime({ at: now }: AccountSnapshot, at: Date): Refused | null {
  if (isAfter(at, now)) return refused('INVALID_PARAMETERS', beyondPresent('at'), { field: 'at' })
  if (now.getTime() - at.getTime() <= HORIZON_DAYS * DAY_MS) return null
  return refused('INVALID_PARAMETERS', `at must be at most ${HORIZON_DAYS} days in the past.`, { field: 'at' })
}

/**
 * Pure: the entry of a fact. It counts in the present period if that of its time has ended, with the time as its note, and for no
 * member if the user is none.
 */
export function enteredFact(snapshot: AccountSnapshot, feature: FeatureDefinition, said: Consume): Consume {
  const { at } = said
  const user = memberDenial(said) ? { userId: null } : {}
  const isPast = at !== null && isBeforeWindow(snapshot, feature, at)
  return { ...said, ...user, ...(isPast ? { at: null, note: `Used on ${exactMomentText(at)}` } : {}) }
}

/** Use that has happened. */
interface FactUse {
  readonly amount: number
  readonly at: Date | null
  /** Time of the use, also if it counts in the present period. */
  readonly usedAt: Date | null
  readonly caps: readonly CapState[]
  /** Price at which units beyond the allowance were reserved. Null: that of the plan. */
  readonly overage?: OveragePrice | null
}

/**
 * Pure: the sources of a fact, which is never denied: the allowance, then grants, then units at a price as far as the plan and all caps
 * allow them, and debt for the rest. The allowance and the price are those of the time of the use; if these terms have ended, the present allowance
 * comes after theirs.
 */
export function factUnits(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
  { amount, at, usedAt, caps, overage = null }: FactUse,
): { readonly parts: DeductedPart[]; readonly debt: number } {
  const then = termsThen(catalog, snapshot, usedAt)
  const first = then === snapshot ? null : allowancePart(then, feature, amount, usedAt!)
  const { parts: present, missing } = paidUnits(
    catalog,
    first ? withUse(snapshot, feature, first) : snapshot,
    feature,
    amount - (first?.amount ?? 0),
    at,
  )
  const parts = [...listOf(first), ...present]
  const room = Math.max(0, Math.min(missing, capRoom(caps) - (amount - missing)))
  const partOf = (units: number) => overagePart(then, feature, units, overage)
  const limit = room > 0 ? (partOf(room)?.amount ?? 0) : 0
  const allowed = limit > 0 ? moneyRoom(snapshot, feature, caps, limit, (units) => listOf(partOf(units))) : 0
  const priced = allowed > 0 ? partOf(allowed) : null
  return { parts: [...parts, ...listOf(priced)], debt: missing - (priced?.amount ?? 0) }
}

/** Use of the earlier terms counts for the present ones as well. */
const withUse = (
  snapshot: AccountSnapshot,
  { code: feature }: FeatureDefinition,
  { window, amount }: DeductedPart,
): AccountSnapshot => ({
  ...snapshot,
  usage: [
    ...snapshot.usage,
    { feature, windowStart: window!.start, windowEnd: window!.end, used: amount, reserved: 0 },
  ],
})

const listOf = (part: DeductedPart | null): DeductedPart[] => (part ? [part] : [])
