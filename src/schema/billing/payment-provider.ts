import { enumType } from '../kernel/decorators.js'

/** Who takes the money. */
export const PaymentProvider = enumType('PaymentProvider', 'Who takes the money.', {
  STRIPE: 'Stripe.',
  PAYPAL: 'PayPal.',
})
export type PaymentProvider = keyof typeof PaymentProvider
