import { createHash } from 'node:crypto'
import type Stripe from 'stripe'
import type { World } from '../../world.js'
import type { TestCard } from './test-cards.js'

/** Who pays with a card. */
export interface Payer {
  customer: string | null
  email: string | null
  name: string | null
}

/** A card as Stripe keeps it after it was entered, complete. */
export function buildPaymentMethod(world: World, card: TestCard, payer: Payer): Stripe.PaymentMethod {
  return {
    id: world.ids.next('pm'),
    object: 'payment_method',
    allow_redisplay: 'limited',
    billing_details: { address: null, email: payer.email, name: payer.name, phone: null, tax_id: null },
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: 'US',
      display_brand: card.brand,
      exp_month: 12,
      exp_year: new Date(world.clock.now).getUTCFullYear() + 4,
      fingerprint: createHash('sha256')
        .update(card.number)
        .digest('base64url')
        .replaceAll(/[^A-Za-z0-9]/g, '')
        .slice(0, 16),
      funding: 'credit',
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: world.clock.seconds,
    customer: payer.customer,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card',
  }
}

/** Creates the payment method of an entered card and remembers which test card it was. */
export function keepPaymentMethod(world: World, card: TestCard, payer: Payer): Stripe.PaymentMethod {
  const method = world.store.put('payment_method', buildPaymentMethod(world, card, payer))
  world.store.put('test_card', { id: method.id, number: card.number })
  return method
}
