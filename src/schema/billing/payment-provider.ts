import { enumType } from '../kernel/decorators.js'

export const PaymentProvider = enumType('PaymentProvider', 'A payment provider.', {
  STRIPE: 'Payment through Stripe.',
  PAYPAL: 'Payment through PayPal.',
})
export type PaymentProvider = keyof typeof PaymentProvider
