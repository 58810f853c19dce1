import { enumType } from '../kernel/decorators.js'

export const PaymentProvider = enumType('PaymentProvider', 'A payment provider.', {
  STRIPE: 'Payment through Stripe.',
  PAYPAL: 'Payment through PayPal.',
})

export const SALE_PROVIDER = "Provider of the payment. Default: the account's, otherwise the only configured one."
export const COMPARED_PROVIDER = 'Provider to compare with. Default: the only configured one.'

export type PaymentProvider = keyof typeof PaymentProvider
