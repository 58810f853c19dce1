import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'

/** Types whose number Stripe looks up at an authority. */
const VERIFIED = new Set<Stripe.TaxId.Type>(['au_abn', 'eu_vat', 'gb_vat'])

/** Values whose verification has a fixed result, by Stripe's documentation of tests. */
const TEST_RESULTS: Record<string, Stripe.TaxId.Verification.Status> = {
  '000000000': 'verified',
  '111111111': 'unverified',
  '222222222': 'pending',
}

/** A new tax ID of a customer, complete. */
export function buildTaxId(
  world: SandboxState,
  { customer, type, value }: { customer: Stripe.Customer; type: Stripe.TaxId.Type; value: string },
): Stripe.TaxId {
  const status = TEST_RESULTS[value] ?? (VERIFIED.has(type) ? 'pending' : 'unavailable')
  return {
    id: world.ids.next('txi'),
    object: 'tax_id',
    country: countryOf(type, value),
    created: world.clock.seconds,
    customer: customer.id,
    customer_account: null,
    livemode: false,
    owner: { customer: customer.id, customer_account: null, type: 'customer' },
    type,
    value,
    verification: { status, verified_address: null, verified_name: null },
  }
}

/** Country of a tax ID: it begins its type, or in the European Union its value. */
function countryOf(type: string, value: string): string | null {
  const prefix = type.slice(0, 2).toUpperCase()
  if (prefix !== 'EU') return prefix
  const country = value.slice(0, 2).toUpperCase()
  return /^[A-Z]{2}$/.test(country) ? (country === 'EL' ? 'GR' : country) : null
}

/** A customer's tax IDs as an invoice contains them. */
export const invoicedTaxIds = (world: SandboxState, customer: string): Stripe.Invoice.CustomerTaxId[] =>
  world.store.by('tax_id', 'customer', customer).map(({ type, value }) => ({ type, value }))
