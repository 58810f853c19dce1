import type Stripe from 'stripe'
import type { SandboxState } from '../sandbox-state.js'
import { idOf } from './api/id-of.js'
import { roundToCharge } from './minimum-charge.js'

/** Percentage of automatic tax. Zero unless the settings contain one. It applies to all addresses. */
export function taxPercentOf(world: SandboxState): number {
  const kept = world.store.get('setting', 'taxes')
  return kept === undefined ? 0 : (JSON.parse(kept.value) as { percent: number }).percent
}

/** Changes the setting for later totals. */
export function keepTaxPercent(world: SandboxState, percent: number): void {
  world.store.put('setting', { id: 'taxes', value: JSON.stringify({ percent }) })
}

/** Terms of the taxes of a customer. */
export interface TaxTerms {
  readonly currency: string
  readonly percent: number
  /** Reason for the amount of the tax. Null if no tax is calculated. */
  readonly reason: 'standard_rated' | 'not_collecting' | 'customer_exempt' | 'reverse_charge' | null
  /** True if amounts of the price contain the tax. */
  isInclusive(price: string | Stripe.Price | null | undefined): boolean
}

/** Terms of automatic tax. A customer who is exempt, or owes the tax (reverse charge), pays none. */
export function taxTermsOf(
  world: SandboxState,
  enabled: boolean,
  customer: string | Stripe.Customer | Stripe.DeletedCustomer | null,
  currency: string,
): TaxTerms {
  const exemption = world.store.get('customer', idOf(customer) ?? '')?.tax_exempt ?? 'none'
  const percent = enabled && exemption === 'none' ? taxPercentOf(world) : 0
  return {
    currency,
    percent,
    reason: enabled ? reasonOf(exemption, percent) : null,
    isInclusive: (price) => world.store.get('price', idOf(price) ?? '')?.tax_behavior === 'inclusive',
  }
}

function reasonOf(exemption: string, percent: number): TaxTerms['reason'] {
  if (exemption === 'exempt') return 'customer_exempt'
  if (exemption === 'reverse') return 'reverse_charge'
  return percent > 0 ? 'standard_rated' : 'not_collecting'
}

/** Tax that is added to an amount. A credit has no tax. */
export const taxOn = (amount: number, terms: TaxTerms): number => Math.max(0, exclusiveTax(amount, terms))

/** Tax that an amount contains. A credit has no tax. */
export const taxWithin = (amount: number, terms: TaxTerms): number => Math.max(0, inclusiveTax(amount, terms))

const exclusiveTax = (amount: number, { percent, currency }: TaxTerms): number =>
  roundToCharge((amount * percent) / 100, currency)
const inclusiveTax = (amount: number, { percent, currency }: TaxTerms): number =>
  roundToCharge((amount * percent) / (100 + percent), currency)

/** The taxes of the lines of an invoice, which sum to those of the invoice: the tax of all lines until one is rounded. */
export function lineTaxes(
  lines: readonly { readonly net: number; readonly isInclusive: boolean }[],
  terms: TaxTerms,
): Stripe.InvoiceLineItem.Tax[][] {
  const { reason } = terms
  if (reason === null) return lines.map(() => [])
  const sumOf = (inclusive: boolean) =>
    lines.filter(({ isInclusive }) => isInclusive === inclusive).reduce((sum, { net }) => sum + net, 0)
  const isCredit = { inclusive: sumOf(true) < 0, exclusive: sumOf(false) < 0 }
  const until = { inclusive: 0, exclusive: 0 }
  return lines.map(({ net, isInclusive }) => {
    const behavior = isInclusive ? 'inclusive' : 'exclusive'
    const taxOf = isInclusive ? inclusiveTax : exclusiveTax
    const before = taxOf(until[behavior], terms)
    until[behavior] += net
    const amount = isCredit[behavior] ? 0 : taxOf(until[behavior], terms) - before
    return [
      {
        amount,
        tax_behavior: behavior,
        tax_rate_details: null,
        taxability_reason: reason,
        taxable_amount: isInclusive ? net - amount : net,
        type: 'tax_rate_details',
      },
    ]
  })
}
