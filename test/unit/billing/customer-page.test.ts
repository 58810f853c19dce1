import { Stripe } from 'stripe'
import { stripeCustomers } from '#services/billing/providers/stripe/stripe-customers.js'

describe('stripeCustomers', () => {
  it.each([
    ['live', 'https://dashboard.stripe.com/customers/cus_1'],
    ['test', 'https://dashboard.stripe.com/test/customers/cus_1'],
    ['sandbox', null],
  ] as const)('has the page of a customer in mode %s', (mode, page) => {
    const customers = stripeCustomers(new Stripe('sk_test_1'), (_, work) => work(), mode)
    expect(customers.pageOf('cus_1')).toBe(page)
  })
})
