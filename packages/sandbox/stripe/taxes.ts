import type Stripe from 'stripe'
import type { SandboxState } from '../sandbox-state.js'
import { idOf } from './api/id-of.js'

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
  readonly percent: number
  /** True if amounts of the price contain the tax. */
  isInclusive(price: string | Stripe.Price | null | undefined): boolean
}

/** Terms of automatic tax. A customer who is exempt, or owes the tax (reverse charge), pays none. */
export function taxTermsOf(
  world: SandboxState,
  enabled: boolean,
  customer: string | Stripe.Customer | Stripe.DeletedCustomer | null,
): TaxTerms {
  const payer = world.store.get('customer', idOf(customer) ?? '')
  const isTaxed = enabled && (payer?.tax_exempt ?? 'none') === 'none'
  return {
    percent: isTaxed ? taxPercentOf(world) : 0,
    isInclusive: (price) => world.store.get('price', idOf(price) ?? '')?.tax_behavior === 'inclusive',
  }
}

/** Tax that is added to an amount. A credit has no tax. */
export const taxOn = (amount: number, percent: number): number => Math.max(0, Math.round((amount * percent) / 100))

/** Tax that an amount contains. A credit has no tax. */
export const taxWithin = (amount: number, percent: number): number =>
  Math.max(0, Math.round((amount * percent) / (100 + percent)))
