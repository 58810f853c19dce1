import type { Subscription } from '@paypal/paypal-server-sdk'
import type { NextInvoice } from '../subscription-port.js'
import { describePeriod, type PlanTerms } from './paypal-plans.js'
import { intervalsAfter } from '#services/catalog/products/interval.js'
import { dateOf } from './read-subscription.js'

/**
 * The next payment of a subscription. PayPal returns its date only; the amount is the price of the plan, because PayPal
 * knows neither credit nor prorations. Null if no date is planned.
 */
export function readNextPayment(subscription: Subscription, terms: PlanTerms): NextInvoice | null {
  const { interval, money } = terms
  const at = dateOf(subscription.billingInfo?.nextBillingTime)
  const status: string | undefined = subscription.status
  if (!at || status !== 'ACTIVE') return null
  const quantity = Number(subscription.quantity ?? '1')
  const amount = { amountMinor: money.amountMinor * quantity, currency: money.currency }
  const periodEnd = intervalsAfter(at, interval, 1)
  return {
    at,
    total: amount,
    amountDue: amount,
    tax: null,
    lines: [
      {
        description: describePeriod(terms, quantity, at, periodEnd),
        amount,
        discount: null,
        quantity,
        unitPrice: null,
        kind: 'RECURRING',
        periodStart: at,
        periodEnd,
      },
    ],
  }
}
