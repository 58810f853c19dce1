import type Stripe from 'stripe'
import type { BilledTerm } from '#state/records.js'
import type { SandboxState } from '#sandbox-state.js'
import { applyDiscounts, termsOf } from '../discounts/apply-discounts.js'
import { idOf } from '../api/id-of.js'
import { subscriptionDiscounts } from '../invoices/draft-invoice.js'
import { priceAmount, productName, unitsOf } from '../prices/price-amount.js'
import { periodAround } from '#time/periods.js'
import { remainingValue, type Span } from './prorate.js'
import { intervalOf } from './subscription-periods.js'

/** Proration: a credit for unused time (negative), or the rest of the period at new terms. */
export interface Proration {
  item: string
  price: Stripe.Price
  quantity: number
  amount: number
  description: string
  period: { start: number; end: number }
  credited: { invoice: string; line: string } | null
}

/** Credits and charges of a switch, and the amounts that count as billed for each item afterwards. */
export interface ProrationPlan {
  prorations: Proration[]
  terms: BilledTerm[]
  /** Discounts that the charges include. */
  discounts: string[]
}

/**
 * Prorates a switch at an instant. Each changed or removed item credits the amount billed for the rest of its period,
 * to the second and net of discounts. Each changed or new item charges the rest at the new terms. The caller bills
 * `whole` items for a new full period, so that only their unused time counts.
 */
export function decideProrations(
  world: SandboxState,
  before: Stripe.Subscription,
  after: readonly Stripe.SubscriptionItem[],
  at: number,
  whole: boolean,
): ProrationPlan {
  const credits = before.items.data
    .filter(
      (item) =>
        whole ||
        !isSame(
          item,
          after.find((other) => other.id === item.id),
        ),
    )
    .flatMap((item) => creditOf(world, item, at))
  if (whole) return { prorations: credits, terms: [], discounts: [] }
  const changed = after.filter(
    (item) =>
      isLicensed(item) &&
      !isSame(
        before.items.data.find((other) => other.id === item.id),
        item,
      ),
  )
  const { nets, taken } = netAmounts(world, before, after)
  const debits = changed.map((item) =>
    debitOf(world, item, periodOf(before.billing_cycle_anchor, item), nets.get(item.id) ?? 0, at),
  )
  const terms = debits.map((debit) => ({
    id: debit.item,
    amount: debit.amount,
    quantity: debit.quantity,
    ...debit.period,
    invoice: null,
    line: null,
  }))
  const discounts = [...new Set(changed.flatMap(({ id }) => taken.get(id) ?? []))]
  return { prorations: [...credits, ...debits].filter(({ amount }) => amount !== 0), terms, discounts }
}

function creditOf(world: SandboxState, item: Stripe.SubscriptionItem, at: number): Proration[] {
  const term = world.store.get('billed_term', item.id)
  if (term === undefined || !isLicensed(item)) return []
  const amount = -remainingValue(term.amount, item.price.currency, term, at)
  if (amount === 0) return []
  return [
    {
      item: item.id,
      price: item.price,
      quantity: term.quantity,
      amount,
      description: `Unused time on ${counted(world, item.price, term.quantity)} after ${dateOf(at)}`,
      period: { start: at, end: term.end },
      credited: term.invoice === null || term.line === null ? null : { invoice: term.invoice, line: term.line },
    },
  ]
}

/** The whole period that an item pays a part of, also when it joined in the middle: counted from the anchor. */
function periodOf(anchor: number, item: Stripe.SubscriptionItem): Span {
  return periodAround(anchor, item.current_period_start, intervalOf(item.price))
}

function debitOf(
  world: SandboxState,
  item: Stripe.SubscriptionItem,
  period: Span,
  full: number,
  at: number,
): Proration {
  const quantity = item.quantity ?? 1
  return {
    item: item.id,
    price: item.price,
    quantity,
    amount: remainingValue(full, item.price.currency, period, at),
    description: `Remaining time on ${counted(world, item.price, quantity)} after ${dateOf(at)}`,
    period: { start: at, end: period.end },
    credited: null,
  }
}

/**
 * Cost of each item for a whole period after the subscription's discounts. Prorations include them
 * (`proration_discounts: included`), each item in proportion to its price.
 */
function netAmounts(
  world: SandboxState,
  subscription: Stripe.Subscription,
  items: readonly Stripe.SubscriptionItem[],
): { nets: Map<string, number>; taken: Map<string, string[]> } {
  const lines = items.filter(isLicensed).map((item) => ({
    id: item.id,
    amount: priceAmount(world, item.price, subscription.currency, item.quantity ?? 1),
    discountable: true,
    product: idOf(item.price.product),
  }))
  const terms = subscriptionDiscounts(world, subscription).map((discount) => termsOf(world, discount))
  const taken = applyDiscounts(lines, terms, subscription.currency)
  return {
    nets: new Map(
      lines.map(({ id, amount }, index) => [
        id,
        amount - (taken[index] ?? []).reduce((sum, part) => sum + part.amount, 0),
      ]),
    ),
    taken: new Map(lines.map(({ id }, index) => [id, (taken[index] ?? []).map(({ discount }) => discount)])),
  }
}

function isSame(one: Stripe.SubscriptionItem | undefined, other: Stripe.SubscriptionItem | undefined): boolean {
  return (
    one !== undefined &&
    one.price.id === other?.price.id &&
    one.quantity === other.quantity &&
    one.current_period_start === other.current_period_start
  )
}

function isLicensed(item: Stripe.SubscriptionItem): boolean {
  return item.price.recurring?.usage_type !== 'metered'
}

function counted(world: SandboxState, price: Stripe.Price, quantity: number): string {
  return quantity === 1 ? productName(world, price) : unitsOf(world, price, quantity)
}

/** `15 Feb 2026`, as Stripe writes it. */
function dateOf(seconds: number): string {
  return new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(
    seconds * 1000,
  )
}
