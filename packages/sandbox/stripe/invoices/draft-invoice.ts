import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { idOf } from '../api/id-of.js'
import { keepCurrency } from '../customers/customer-currency.js'
import { applyDiscounts, termsOf } from '../discounts/apply-discounts.js'
import { endDiscount, isOnce } from '../discounts/end-discount.js'
import { emitEvent } from '../events/emit-event.js'
import { lineOfInvoiceItem } from '../invoice-items/invoice-item.object.js'
import { buildInvoiceLine, netAmount, type LineInput } from './invoice-line.object.js'
import { buildInvoice } from './invoice.object.js'
import type { InvoiceTerms } from './invoice-terms.js'

/** Seconds between a renewal's draft and its payment, in which a merchant may still add to it. */
export const DRAFT_SECONDS = 60 * 60

/** Content of a draft. */
export interface DraftInput {
  /** The id, when it had to be known before. */
  id?: string
  customer: Stripe.Customer
  subscription: Stripe.Subscription | null
  currency: string
  reason: Stripe.Invoice.BillingReason
  /** The period of the invoice itself: for a renewal the one that has ended (seconds). */
  period: { start: number; end: number }
  lines: LineInput[]
  /** Items that waited for this invoice: they become lines before the others. */
  pending?: Stripe.InvoiceItem[]
  /** Discounts of the invoice; those of its subscription when left out. */
  discounts?: Stripe.Discount[]
  finalizesAt?: number | null
  autoAdvance?: boolean
  /** True if taxes are calculated; as its subscription when left out. */
  automaticTax?: boolean
  description?: string | null
  metadata?: Record<string, string>
  defaultPaymentMethod?: string | null
  /** As its subscription, when left out. */
  terms?: InvoiceTerms
}

/** Writes the draft of an invoice, with discounts and waiting items, and announces it. */
export function draftInvoice(world: SandboxState, input: DraftInput): Stripe.Invoice {
  const id = input.id ?? world.ids.next('in')
  const discounts = input.discounts ?? subscriptionDiscounts(world, input.subscription)
  const pending = input.pending ?? []
  const lines = discountedLines(
    world,
    id,
    [...pending.map((item) => lineOfInvoiceItem(world, item)), ...input.lines],
    discounts,
  )
  const invoice = buildInvoice(world, {
    ...input,
    id,
    lines,
    discounts: discounts.map((discount) => discount.id),
    finalizesAt: input.finalizesAt ?? null,
    autoAdvance: input.autoAdvance ?? true,
  })
  world.store.put('invoice', invoice)
  for (const item of pending) changeObject(world, 'invoiceitem', item.id, { invoice: id })
  rememberTerms(world, invoice)
  keepCurrency(world, input.customer.id, input)
  emitEvent(world, 'invoice.created', invoice)
  endOnceDiscounts(world, invoice, discounts)
  return invoice
}

/** Lines with their discounts. */
export function discountedLines(
  world: SandboxState,
  invoice: string,
  inputs: readonly LineInput[],
  discounts: readonly Stripe.Discount[],
): Stripe.InvoiceLineItem[] {
  const taken = applyDiscounts(
    inputs.map((line) => ({ ...line, product: idOf(line.price?.product) })),
    discounts.map((discount) => termsOf(world, discount)),
    inputs[0]?.currency ?? 'usd',
  )
  return inputs.map((line, index) => buildInvoiceLine(world, invoice, line, taken[index] ?? []))
}

/** The discounts that a subscription has now. */
export function subscriptionDiscounts(
  world: SandboxState,
  subscription: Stripe.Subscription | null,
): Stripe.Discount[] {
  return (subscription?.discounts ?? []).map((discount) => world.store.need('discount', idOf(discount) ?? ''))
}

/** Records the amounts billed for the terms of the items, because a later switch credits a part of them. */
function rememberTerms(world: SandboxState, invoice: Stripe.Invoice): void {
  for (const line of invoice.lines.data) {
    const details = line.parent?.subscription_item_details ?? null
    if (details === null || details.invoice_item !== null) continue
    world.store.put('billed_term', {
      id: details.subscription_item,
      amount: netAmount(line),
      quantity: line.quantity ?? 1,
      ...line.period,
      invoice: invoice.id,
      line: line.id,
    })
  }
}

/** A coupon of duration `once` is used up by the first invoice from which it took something. */
function endOnceDiscounts(world: SandboxState, invoice: Stripe.Invoice, discounts: readonly Stripe.Discount[]): void {
  for (const discount of discounts) {
    if (
      isOnce(world, discount) &&
      invoice.total_discount_amounts?.some((taken) => idOf(taken.discount) === discount.id) === true
    )
      endDiscount(world, discount.id)
  }
}
