import { createHash } from 'node:crypto'
import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'

/** Writable fields of a customer. */
export interface CustomerInput {
  email?: string | null | undefined
  name?: string | null | undefined
  phone?: string | null | undefined
  description?: string | null | undefined
  metadata?: Record<string, string>
  preferred_locales?: string[] | undefined
  tax_exempt?: Stripe.Customer.TaxExempt | undefined
  test_clock?: string | undefined
}

/** A new customer, complete. */
export function buildCustomer(world: SandboxState, input: CustomerInput): Stripe.Customer {
  const id = world.ids.next('cus', 14)
  return {
    id,
    object: 'customer',
    address: null,
    balance: 0,
    created: world.clock.seconds,
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: input.description ?? null,
    discount: null,
    email: input.email ?? null,
    invoice_prefix: createHash('sha256').update(id).digest('hex').slice(0, 8).toUpperCase(),
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
    livemode: false,
    metadata: input.metadata ?? {},
    name: input.name ?? null,
    next_invoice_sequence: 1,
    phone: input.phone ?? null,
    preferred_locales: input.preferred_locales ?? [],
    shipping: null,
    tax_exempt: input.tax_exempt ?? 'none',
    test_clock: input.test_clock ?? null,
  }
}
