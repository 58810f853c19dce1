import type { Denial } from '#services/kernel/denials/denial.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { featureNotIncluded, notEnough } from '../model/denials.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { availableUnits, type Entitlement } from '../model/entitlement.js'
import { evaluateFeature } from '../model/evaluate-entitlements.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import type { FailurePolicy } from '../model/database-unavailable.js'
import { validateAmount, memberDenial, unknownFeature } from '../model/usage-denials.js'
import type { UsageMember } from '../model/usage-member.js'
import { deductUnits, type DeductedPart } from '../model/deduct-units.js'
import { explainCheck } from './explain-check.js'
import { chargesFor } from '../model/overage.js'
import type { OverageCharge, UsagePrice } from '#entities/entitlements/usage-price.js'
import { explainPrice } from '../model/explain-price.js'
import { capStates, spendCapDenial } from '../model/decide-spend.js'
import { poolDenial } from '../model/decide-pool.js'
import { isPooled } from '../model/decide-route.js'
import { priceWork } from '../model/price-work.js'
import { validateWork, type Work } from '../model/work.js'

/** Result of an entitlement check. */
export interface Check {
  readonly allowed: boolean
  readonly entitlement: Entitlement | null
  readonly denial: Denial | null
  /** Steps of the decision. */
  readonly explain: readonly string[]
  /** Failure policy that decided while the database was unavailable. Null if decided on a snapshot. */
  readonly appliedFailurePolicy: FailurePolicy | null
  /** Price of work. Null without work, and if it has no price. */
  readonly price: UsagePrice | null
  /** Cost of the units that would be beyond the allowance. */
  readonly charges: readonly OverageCharge[]
  /** Units that would remain. Null if unlimited or denied. */
  readonly remainingAfter: number | null
}

/** Members of a check without an entitlement or a price. */
export const UNDECIDED = {
  entitlement: null,
  denial: null,
  appliedFailurePolicy: null,
  price: null,
  charges: [],
  remainingAfter: null,
}

/** Pure: whether an account can use an amount of a feature. */
export function decideCheck(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  featureCode: string,
  amount: number,
  member?: UsageMember,
): Check {
  const feature = catalog.features.get(featureCode)
  if (!feature) return noFeature(catalog, featureCode, validateFraction(amount))
  const entitlement = evaluateFeature(catalog, snapshot, feature)
  const denial = denialOf(catalog, snapshot, entitlement, { amount, member })
  return new DecidedCheck(catalog, snapshot, { entitlement, amount, denial })
}

/** Denial of an amount that is no integer. */
const validateFraction = (amount: number): Denial | null => (Number.isInteger(amount) ? null : validateAmount(amount))

function noFeature(catalog: CatalogSnapshot, code: string, invalid: Denial | null): Check {
  const denial = invalid ?? unknownFeature(catalog, code)
  return { ...UNDECIDED, allowed: false, denial, explain: [invalid?.message ?? `The catalog has no feature ${code}.`] }
}

/** Pure: whether an account can use the units that work costs. */
export function decideWorkCheck(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  featureCode: string,
  work: Work,
  member?: UsageMember,
): Check {
  const feature = catalog.features.get(featureCode)
  if (!feature) return noFeature(catalog, featureCode, validateWork(work))
  const priced = priceWork(catalog, poolFor(catalog, snapshot, feature) ?? snapshot, feature, work)
  const entitlement = evaluateFeature(catalog, snapshot, feature)
  if ('denial' in priced) {
    const explain = [priced.denial.message]
    return { ...UNDECIDED, allowed: false, entitlement, denial: priced.denial, explain }
  }
  const { price } = priced
  const denial = denialOfUnits(catalog, snapshot, entitlement, { amount: price.units, member })
  const check = new DecidedCheck(catalog, snapshot, { entitlement, amount: price.units, denial })
  return {
    allowed: denial === null,
    entitlement,
    denial,
    explain: [...explainPrice(price), ...check.explain],
    appliedFailurePolicy: null,
    price,
    charges: check.charges,
    remainingAfter: check.remainingAfter,
  }
}

/** The explanation is computed on first access: most callers need only `allowed`. */
class DecidedCheck implements Check {
  readonly allowed: boolean
  readonly entitlement: Entitlement
  readonly denial: Denial | null
  readonly appliedFailurePolicy = null
  readonly price = null

  constructor(
    private readonly catalog: CatalogSnapshot,
    private readonly snapshot: AccountSnapshot,
    private readonly decided: {
      readonly entitlement: Entitlement
      readonly amount: number
      readonly denial: Denial | null
    },
  ) {
    this.allowed = decided.denial === null
    this.entitlement = decided.entitlement
    this.denial = decided.denial
  }

  /** Units beyond the allowance leave nothing of it. */
  get remainingAfter(): number | null {
    const { remaining } = this.entitlement
    return this.allowed && remaining !== null ? Math.max(0, remaining - this.decided.amount) : null
  }

  get explain(): readonly string[] {
    const { catalog, snapshot, taken, charges } = this
    const { entitlement, amount, denial } = this.decided
    return explainCheck(catalog, snapshot, entitlement, { amount, denial, taken, charges })
  }

  get charges(): readonly OverageCharge[] {
    const parts = this.taken.map(({ window, overage, amount: units }) => ({ window, overage, units }))
    return chargesFor(this.snapshot, this.decided.entitlement.feature.code, parts)
  }

  private get taken(): readonly DeductedPart[] {
    const { entitlement, amount, denial } = this.decided
    const { feature, sources } = entitlement
    // The sources of a pool are those of the parent account.
    const isTaken =
      denial === null && sources[0]?.kind !== 'POOL' && (feature.kind === 'QUOTA' || feature.kind === 'CREDIT')
    return isTaken ? (deductUnits(this.catalog, this.snapshot, feature, amount) ?? []) : []
  }
}

/** Units that are checked, and the member who would use them. */
interface CheckedUse {
  readonly amount: number
  readonly member?: UsageMember | undefined
}

function denialOf(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  entitlement: Entitlement,
  { amount, member }: CheckedUse,
): Denial | null {
  // A boolean feature has no amount. What a request has as one is an integer nevertheless.
  if (entitlement.feature.kind === 'BOOLEAN')
    return validateFraction(amount) ?? denialOfUnits(catalog, snapshot, entitlement, { amount: 1, member })
  return validateAmount(amount) ?? denialOfUnits(catalog, snapshot, entitlement, { amount, member })
}

function denialOfUnits(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  entitlement: Entitlement,
  { amount, member }: CheckedUse,
): Denial | null {
  const { feature } = entitlement
  const remaining = availableUnits(entitlement)
  const pool = poolFor(catalog, snapshot, feature)
  const stranger = member ? memberDenial({ ...member, subAccountId: pool && snapshot.accountId }) : null
  if (stranger) return stranger
  if (pool) return poolDenial(catalog, pool, feature, { amount, subAccountId: snapshot.accountId })
  if (!entitlement.granted) return featureNotIncluded(catalog, snapshot, entitlement, amount)
  // The full rate of a period is reported as remaining: usage is counted per key at the calls.
  const isEnough = remaining === null || remaining >= amount
  if (!isEnough) return notEnough(catalog, snapshot, entitlement, amount)
  if (snapshot.caps.length === 0) return null
  const parts = () => deductUnits(catalog, snapshot, feature, amount) ?? []
  return spendCapDenial(snapshot, feature, capStates(catalog, snapshot, feature, member), { amount, parts })
}

/** Snapshot of the account whose pool of the feature is used. Null if the account uses its own units. */
const poolFor = (catalog: CatalogSnapshot, { pool }: AccountSnapshot, { code }: FeatureDefinition) =>
  isPooled(catalog, code) ? pool : null
