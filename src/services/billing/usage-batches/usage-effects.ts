import type { UsageBatchLineRow } from '#entities/billing/usage-batch-line.entity.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { evaluateFeature } from '#services/entitlements/model/evaluate-entitlements.js'
import type { AccountSnapshot } from '#services/entitlements/model/account-snapshot.js'
import { POOL_SOURCE } from '#services/entitlements/model/entitlement.js'
import type { Consumption, Deduction, Outcome } from '#services/entitlements/usage/usage-operation.js'
import type { DenialCode } from '#services/kernel/codes/codes.js'
import type { Money } from '#services/kernel/money/money.js'
import type { DecidedLines } from './decide-lines.js'

/**
 * Effect of lines on invoices. `NONE`: no invoice depends on them. `NEXT_REPORT`: the next usage report to the provider contains them.
 * `WINDOW_INVOICE`: the server invoices their cost after the window.
 */
export type InvoiceEffect = 'NONE' | 'NEXT_REPORT' | 'WINDOW_INVOICE'

export interface DeniedLine {
  readonly key: string
  readonly code: DenialCode
  readonly message: string
}

/** Effect of the lines of one account and feature. */
export interface UsageEffect {
  readonly accountId: string
  readonly feature: string
  readonly lineCount: number
  readonly deniedCount: number
  /** Units of the lines. Null if one has work, whose units are decided with it. */
  readonly requestedUnits: number | null
  /** Units that would be consumed. */
  readonly units: number
  /** Remaining units of the account that decides. Null if unlimited or not shown. */
  readonly remainingBefore: number | null
  readonly remainingAfter: number | null
  readonly taken: readonly Deduction[]
  /** Units beyond the allowance, and their cost. Null without cost. */
  readonly overageUnits: number
  readonly overageCost: Money | null
  readonly invoiceEffect: InvoiceEffect
  /** The first denied lines. */
  readonly denied: readonly DeniedLine[]
}

/** Maximum number of denied lines that an effect lists. */
const MAX_DENIED = 20

type EffectiveLine = Pick<UsageBatchLineRow, 'accountId' | 'feature' | 'key' | 'amount'>
type Decided = Pick<DecidedLines<unknown>, 'snapshot' | 'after'>

interface Sums {
  readonly accountId: string
  readonly feature: string
  lineCount: number
  deniedCount: number
  requestedUnits: number | null
  units: number
  readonly remainingBefore: number | null
  readonly remainingAfter: number | null
  overageUnits: number
  overageCost: Money | null
  invoiceEffect: InvoiceEffect
  readonly taken: Map<string, Deduction>
  readonly denied: DeniedLine[]
}

/** Sums the outcomes of lines by account and feature. */
export class UsageEffects {
  private readonly sums = new Map<string, Sums>()

  constructor(private readonly options: { readonly catalog: CatalogSnapshot; readonly showsPoolCost: boolean }) {}

  /** Adds lines that one account decided, with its remaining units before and after all of them. */
  addAll(decided: DecidedLines<EffectiveLine>): void {
    decided.lines.forEach((line, index) => this.add(line, decided.outcomes[index]!, decided))
  }

  private add(line: EffectiveLine, outcome: Outcome, decided: Decided): void {
    const { accountId, key } = line
    const { snapshot } = decided
    const sums = this.sumsOf(line, decided)
    sums.lineCount++
    sums.requestedUnits =
      sums.requestedUnits === null || line.amount === null ? null : sums.requestedUnits + line.amount
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
      .map(({ taken, ...sums }): UsageEffect => ({ ...sums, taken: [...taken.values()] }))
      .toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1))
    return {
      lineCount: effects.reduce((sum, { lineCount }) => sum + lineCount, 0),
      deniedCount: effects.reduce((sum, { deniedCount }) => sum + deniedCount, 0),
      effects,
    }
  }

  private sumsOf({ accountId, feature }: EffectiveLine, { snapshot, after }: Decided): Sums {
    const key = keyOf({ accountId, feature })
    const known = this.sums.get(key)
    if (known) return known
    const { catalog, showsPoolCost } = this.options
    const definition = catalog.features.get(feature)
    const remainingOf = (account: AccountSnapshot) =>
      snapshot.accountId !== accountId && !showsPoolCost
        ? null
        : definition
          ? evaluateFeature(catalog, account, definition).remaining
          : 0
    const sums: Sums = {
      accountId,
      feature,
      lineCount: 0,
      deniedCount: 0,
      requestedUnits: 0,
      units: 0,
      remainingBefore: remainingOf(snapshot),
      remainingAfter: remainingOf(after),
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

const keyOf = ({ accountId, feature }: Pick<UsageEffect, 'accountId' | 'feature'>): string => `${accountId} ${feature}`

const poolUnits = ({ amount }: Consumption): readonly Deduction[] =>
  amount > 0 ? [{ source: POOL_SOURCE, amount }] : []

function invoiceEffectOf({ feature, charges, at }: Consumption, snapshot: AccountSnapshot): InvoiceEffect {
  if (charges.length > 0 && feature.overageMeter === null) return 'WINDOW_INVOICE'
  return charges.length > 0 || (feature.meter !== null && hasPaidPlan(snapshot, at)) ? 'NEXT_REPORT' : 'NONE'
}

/** Metered use counts if a subscription paid for a plan at its time. */
const hasPaidPlan = ({ assignments }: AccountSnapshot, at: Date): boolean =>
  assignments.some(({ sourceType, since }) => sourceType === 'subscription' && since <= at)
