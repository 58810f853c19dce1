import { createHash } from 'node:crypto'
import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import type { TestCard } from './test-cards.js'

/** Payer of a payment. */
export interface Payer {
  customer: string | null
  email: string | null
  name: string | null
}

const NO_ADDRESS = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null }

/** Creates the payment method of an entered card and records its test card. It is not attached to a customer yet. */
export function keepCard(
  world: SandboxState,
  card: TestCard,
  payer: Payer,
  expiry?: { month: number; year: number },
): Stripe.PaymentMethod {
  const method = world.store.put('payment_method', {
    ...common(world, payer),
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: card.country,
      display_brand: card.brand === 'amex' ? 'american_express' : card.brand,
      exp_month: expiry?.month ?? 12,
      exp_year: expiry?.year ?? new Date(world.clock.now).getUTCFullYear() + 4,
      fingerprint: fingerprint(card.number),
      funding: 'credit',
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    type: 'card',
  })
  world.store.put('test_card', { id: method.id, number: card.number })
  return method
}

/** Creates the payment method of a bank account that is debited days later, and stores its planned result. */
export function keepBankAccount(world: SandboxState, succeeds: boolean, payer: Payer): Stripe.PaymentMethod {
  const method = world.store.put('payment_method', {
    ...common(world, payer),
    type: 'us_bank_account',
    us_bank_account: {
      account_holder_type: 'individual',
      account_type: 'checking',
      bank_name: 'STRIPE TEST BANK',
      financial_connections_account: null,
      fingerprint: fingerprint(succeeds ? '000123456789' : '000111111116'),
      last4: succeeds ? '6789' : '1116',
      networks: { preferred: 'ach', supported: ['ach'] },
      routing_number: '110000000',
      status_details: {},
    },
  })
  world.store.put('test_bank', { id: method.id, succeeds })
  return method
}

function common(world: SandboxState, payer: Payer): Omit<Stripe.PaymentMethod, 'type'> & { id: string } {
  return {
    id: world.ids.next('pm'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: { address: NO_ADDRESS, email: payer.email, name: payer.name, phone: null, tax_id: null },
    created: world.clock.seconds,
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
  }
}

function fingerprint(number: string): string {
  const digest = createHash('sha256').update(number).digest('base64url')
  return digest.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 16)
}
