import type { UsageBatchLineRow } from '#entities/billing/usage-batch-line.entity.js'
import type { AccountSnapshot } from '#services/entitlements/model/account-snapshot.js'
import { POOL_SOURCE } from '#services/entitlements/model/entitlement.js'
import type { Consumption, Deduction, Outcome } from '#services/entitlements/usage/usage-operation.js'
import type { DenialCode } from '#services/kernel/codes/codes.js'
import type { Money } from '#services/kernel/money/money.js'

/**
 * Effect of lines on invoices. `NONE`: no invoice depends on them. `NEXT_REPORT`: the next usage report to the provider contains them.
 * `WINDOW_INVOICE`: the server invoices their cost after the window.
 */
export type BatchInvoiceEffect = 'NONE' | 'NEXT_REPORT' | 'WINDOW_INVOICE'

export interface DeniedLine {
  readonly key: string
  readonly code: DenialCode
  readonly message: string
}

/** Effect of the lines of one account and feature. */
export interface BatchEffect {
  readonly accountId: string
  readonly feature: string
  readonly lineCount: number
  readonly deniedCount: number
  /** Units that would be consumed. */
  readonly units: number
  readonly taken: readonly Deduction[]
  /** Units beyond the allowance, and their cost. Null without cost. */
  readonly overageUnits: number
  readonly overageCost: Money | null
  readonly invoiceEffect: BatchInvoiceEffect
  /** The first denied lines. */
  readonly denied: readonly DeniedLine[]
}

/** Maximum number of denied lines that an effect lists. */
const MAX_DENIED = 20

interface Sums {
  readonly accountId: string
  readonly feature: string
  lineCount: number
  deniedCount: number
  units: number
  overageUnits: number
  overageCost: Money | null
  invoiceEffect: BatchInvoiceEffect
  readonly taken: Map<string, Deduction>
  readonly denied: DeniedLine[]
}

/** Sums the outcomes of lines by account and feature. */
export class BatchEffects {
  private readonly sums = new Map<string, Sums>()

  constructor(private readonly options: { readonly showsPoolCost: boolean }) {}

  /** @param snapshot account that decided the line: the parent, for units of its pool */
  add(
    { accountId, feature, key }: Pick<UsageBatchLineRow, 'accountId' | 'feature' | 'key'>,
    outcome: Outcome,
    snapshot: AccountSnapshot,
  ): void {
    const sums = this.sumsOf(accountId, feature)
    sums.lineCount++
    if (outcome.kind === 'denied') {
      sums.deniedCount++
      const { code, message } = outcome.denial
      if (sums.denied.length < MAX_DENIED) sums.denied.push({ key, code, message })
    }
    if (outcome.kind !== 'consumed') return
    const { consumption } = outcome
    const isOfPool = snapshot.accountId !== accountId
    sums.units += consumption.amount
    for (const { source, amount } of isOfPool ? poolUnits(consumption) : consumption.taken) {
      const id = `${source.kind} ${source.object?.id ?? source.code}`
      sums.taken.set(id, { source, amount: amount + (sums.taken.get(id)?.amount ?? 0) })
    }
    if (isOfPool && !this.options.showsPoolCost) return
    for (const { units, amountMinor, currency } of consumption.charges) {
      sums.overageUnits += units
      sums.overageCost = { amountMinor: amountMinor + (sums.overageCost?.amountMinor ?? 0), currency }
    }
    const effect = invoiceEffectOf(consumption, snapshot)
    if (effect !== 'NONE') sums.invoiceEffect = effect
  }

  /** The effects in ascending order of account and feature. */
  totals() {
    const effects = [...this.sums.values()]
      .map(({ taken, ...sums }): BatchEffect => ({ ...sums, taken: [...taken.values()] }))
      .toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1))
    return {
      lineCount: effects.reduce((sum, { lineCount }) => sum + lineCount, 0),
      deniedCount: effects.reduce((sum, { deniedCount }) => sum + deniedCount, 0),
      effects,
    }
  }

  private sumsOf(accountId: string, feature: string): Sums {
    const key = keyOf({ accountId, feature })
    const known = this.sums.get(key)
    if (known) return known
    const sums: Sums = {
      accountId,
      feature,
      lineCount: 0,
      deniedCount: 0,
      units: 0,
      overageUnits: 0,
      overageCost: null,
      invoiceEffect: 'NONE',
      taken: new Map(),
      denied: [],
    }
    this.sums.set(key, sums)
    return sums
  }
}

const keyOf = ({ accountId, feature }: Pick<BatchEffect, 'accountId' | 'feature'>): string => `${accountId} ${feature}`

const poolUnits = ({ amount }: Consumption): readonly Deduction[] =>
  amount > 0 ? [{ source: POOL_SOURCE, amount }] : []

function invoiceEffectOf({ feature, charges, at }: Consumption, snapshot: AccountSnapshot): BatchInvoiceEffect {
  if (charges.length > 0 && feature.overageMeter === null) return 'WINDOW_INVOICE'
  return charges.length > 0 || (feature.meter !== null && hasPaidPlan(snapshot, at)) ? 'NEXT_REPORT' : 'NONE'
}

/** Metered use counts if a subscription paid for a plan at its time. */
const hasPaidPlan = ({ assignments }: AccountSnapshot, at: Date): boolean =>
  assignments.some(({ sourceType, since }) => sourceType === 'subscription' && since <= at)
