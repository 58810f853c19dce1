import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { decimal } from '../api/decimal.js'
import { idOf } from '../api/id-of.js'
import { usageWithin } from '../billing-meters/usage.js'
import { applyDiscounts, termsOf } from '../discounts/apply-discounts.js'
import { discountFields } from './invoice-line.object.js'
import { usageTerms } from './subscription-lines.js'

/** The lines of a draft with the usage that was reported for their periods since the draft was made. */
export function withLatestUsage(world: SandboxState, draft: Stripe.Invoice): Stripe.InvoiceLineItem[] {
  const counted = draft.lines.data.map((line) => counting(world, draft, line))
  if (counted.every((line, index) => line === draft.lines.data[index])) return draft.lines.data
  const discounts = draft.discounts.map((one) => termsOf(world, world.store.need('discount', idOf(one) ?? '')))
  const taken = applyDiscounts(
    counted.map((line) => ({ ...line, product: line.pricing?.price_details?.product ?? null })),
    discounts,
    draft.currency,
  )
  return counted.map((line, index) => ({ ...line, ...discountFields(taken[index] ?? []) }))
}

function counting(world: SandboxState, draft: Stripe.Invoice, line: Stripe.InvoiceLineItem): Stripe.InvoiceLineItem {
  const details = line.parent?.subscription_item_details
  const price = world.store.get('price', idOf(line.pricing?.price_details?.price) ?? '')
  if (details == null || details.proration || price?.recurring?.usage_type !== 'metered') return line
  const quantity = usageWithin(world, price.recurring.meter ?? '', idOf(draft.customer) ?? '', line.period)
  if (quantity === line.quantity) return line
  const { amount, description } = usageTerms(world, price, draft.currency, quantity)
  return { ...line, amount, subtotal: amount, description, quantity, quantity_decimal: decimal(quantity) }
}
