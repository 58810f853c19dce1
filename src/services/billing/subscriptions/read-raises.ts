import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { isAfter } from '#services/kernel/clock/compare-dates.js'
import type { PaymentOfUnits, RaiseTime } from '#services/entitlements/model/raises.js'
import type { BillingContext } from '../model/billing-context.js'
import { addonPayments, payments, type RunningPayment } from '../model/period-payments.js'
import type { PeriodPayment } from '../model/decide-remaining.js'
import { intervalBefore } from '../model/paid-bills.js'
import { runningPayments } from '../model/unpaid-steps.js'
import type { Projection } from './decide-subscription.js'
import type { Terms } from './decide-terms.js'
import type { SubscriptionUpdate } from './fetched-subscription.js'
import type { MappedItem } from './map-items.js'
import { raiseOfChange, type ChangedLine, type LineTerms } from './raise-of-change.js'

/** Units that changes within the paid period of a subscription add to its entitlements. */
export interface Raises {
  /** Null if the terms of the plan are paid for the whole period. */
  readonly plan: RaiseTime | null
  /** True if a change began a period within another one, and all of it is charged. */
  readonly beginsPeriod: boolean
  /** The raise of the lines of an add-on, with its units before. Null if they are paid for their whole period. */
  addonOf(lines: readonly MappedItem[]): (RaiseTime & { readonly from: number }) | null
}

const NO_RAISES: Raises = { plan: null, beginsPeriod: false, addonOf: () => null }

/** Reads what the lines were before. A trial is not paid, and a provider without changes now charges whole periods only. */
export async function readRaises(
  context: BillingContext,
  transaction: Transaction,
  {
    update,
    next,
    change,
  }: {
    readonly update: SubscriptionUpdate
    readonly next: Projection
    readonly change: Terms['change']
  },
): Promise<Raises> {
  const { row: previous, items: known, changes } = update.ours
  const isProrated = update.port.abilities.changeNow
  if (!previous || !isProrated || previous.status === 'TRIALING' || next.status === 'TRIALING') return NO_RAISES
  const catalog = context.catalog.current()
  const now = context.clock.now()
  const paymentsOf = await readPayments(context, transaction, update, known)
  const planBefore = known.find(({ priceId }) => isPlanPrice(catalog, priceId))
  const planItem = update.items.find(({ planId }) => planId !== null)
  const plan = planItem
    ? raiseOfChange({
        before: termsOf(catalog, planBefore?.priceId ?? '', previous.quantity),
        after: termsOf(catalog, planItem.priceId, next.quantity),
        periodStart: next.currentPeriodStart,
        periodEnd: next.currentPeriodEnd,
        isSamePeriod: previous.currentPeriodStart?.getTime() === next.currentPeriodStart?.getTime(),
        change,
        now,
      })
    : null
  return {
    plan: plan && { ...plan, payments: paymentsOf((running, about) => payments(catalog, running, about)) },
    beginsPeriod: beginsWithin(previous, next),
    addonOf(lines) {
      const [line] = lines.toSorted((left, right) => time(right.currentPeriodEnd) - time(left.currentPeriodEnd))
      if (!line) return null
      const before = known.filter(({ priceId }) => lines.some((one) => one.priceId === priceId))
      const [from, quantity] = [before, lines].map((of) => of.reduce((sum, one) => sum + one.quantity, 0)) as [
        number,
        number,
      ]
      const requested = changes.find(
        ({ kind, toPriceId, toQuantity }) => kind === 'ADDON' && toPriceId === line.priceId && toQuantity === quantity,
      )
      const changed: ChangedLine = {
        before: termsOf(catalog, line.priceId, from),
        after: termsOf(catalog, line.priceId, quantity),
        periodStart: startOf(catalog, line),
        periodEnd: line.currentPeriodEnd,
        isSamePeriod: before.every((one) => time(one.currentPeriodEnd) === time(line.currentPeriodEnd)),
        change: requested,
        now,
      }
      const raise = raiseOfChange(changed)
      const productId = catalog.priceById.get(line.priceId)?.productId ?? ''
      const ofAddon = paymentsOf((running, about) => addonPayments(catalog, running, { ...about, productId }))
      return raise && { ...raise, from, payments: ofAddon }
    },
  }
}

/** Returns the payments that a line rests on. */
type ChainOf = (running: readonly RunningPayment[], about: Payer) => PeriodPayment[]
type Payer = Parameters<typeof runningPayments>[1]

/** Reads the payments of the running period if a line has fewer units: money that was returned can have removed them. */
async function readPayments(
  { clock }: Pick<BillingContext, 'clock'>,
  transaction: Transaction,
  { accountId, provider, fetched, items }: SubscriptionUpdate,
  known: readonly { readonly priceId: string; readonly quantity: number }[],
): Promise<(chainOf: ChainOf) => PaymentOfUnits[]> {
  const unitsOf = (lines: typeof known, priceId: string) =>
    lines.reduce((sum, line) => (line.priceId === priceId ? sum + line.quantity : sum), 0)
  if (!known.some(({ priceId }) => unitsOf(items, priceId) < unitsOf(known, priceId))) return () => []
  const about = { accountId, provider, subscriptionId: fetched.externalId }
  const running = await runningPayments(transaction, about, clock.now())
  const purchasedAt = new Map(running.map((payment) => [payment.id, payment.purchasedAt]))
  return (chainOf) =>
    chainOf(running, about).map(({ id, step, standing }) => ({
      changedAt: step && purchasedAt.get(id)!,
      returned: !standing,
    }))
}

/** A line that joins a period can have a period of its own, which is shorter than its interval. */
function startOf(catalog: CatalogSnapshot, { priceId, currentPeriodStart, currentPeriodEnd }: MappedItem): Date | null {
  const interval = catalog.priceById.get(priceId)?.interval
  if (!currentPeriodStart || !currentPeriodEnd || !interval) return currentPeriodStart
  const whole = intervalBefore(currentPeriodEnd, interval)
  return isAfter(currentPeriodStart, whole) ? whole : currentPeriodStart
}

const time = (moment: Date | null): number => moment?.getTime() ?? 0

const termsOf = (catalog: CatalogSnapshot, priceId: string, quantity: number): LineTerms => ({
  priceId,
  amountMinor: catalog.priceById.get(priceId)?.money.amountMinor ?? null,
  quantity,
})

const isPlanPrice = (catalog: CatalogSnapshot, priceId: string): boolean =>
  catalog.productById.get(catalog.priceById.get(priceId)?.productId ?? '')?.type === 'PLAN'

/** A renewal begins when the period before ends. */
const beginsWithin = (
  { currentPeriodStart, currentPeriodEnd }: Pick<BillingSubscriptionRow, 'currentPeriodStart' | 'currentPeriodEnd'>,
  next: Projection,
): boolean =>
  next.currentPeriodStart !== null &&
  currentPeriodStart !== null &&
  currentPeriodEnd !== null &&
  isAfter(next.currentPeriodStart, currentPeriodStart) &&
  isAfter(currentPeriodEnd, next.currentPeriodStart)
