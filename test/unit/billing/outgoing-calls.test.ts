import { readdirSync, readFileSync } from 'node:fs'
import { Stripe } from 'stripe'
import type { InvoicePort } from '#services/billing/providers/invoice-port.js'
import type { PayoutPort } from '#services/billing/providers/payout-port.js'
import type { PaymentPort } from '#services/billing/providers/port.js'
import type { SavedPaymentPort } from '#services/billing/providers/saved-payment-port.js'
import { createStripeAdapter } from '#services/billing/providers/stripe/stripe-adapter.js'
import { createMetrics } from '#services/kernel/metrics/metrics.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'

const FOLDER = 'src/services/billing/providers/stripe'

type Methods<Port> = {
  [Name in keyof Port]-?: NonNullable<Port[Name]> extends (...args: never[]) => unknown ? Name : never
}[keyof Port]
type PortMethod = Methods<PaymentPort> | Methods<InvoicePort> | Methods<PayoutPort> | Methods<SavedPaymentPort>

const READS = 'reads only'
const FOUND = 'is looked up before it is created'
const SAME = 'writes the same state again, to an object that exists'
const BY_USER = 'is asked for by a person, and charges nothing by itself'

/** Reason of each method of the ports for which nothing is created twice after a restored backup. A new method fails the type check. */
const METHODS: Record<PortMethod, string> = {
  createCustomer: FOUND,
  draftInvoice: FOUND,
  chargeSaved: FOUND,
  refundPayment: FOUND,
  changeCredit: FOUND,
  transfer: FOUND,
  createPayee: FOUND,
  createProduct: FOUND,
  createPrice: FOUND,
  createMeter: FOUND,
  reportUsage: 'is compared with what the provider has counted',
  openCheckout: BY_USER,
  openPortal: BY_USER,
  onboardingLink: BY_USER,
  collectCheckout: 'a page is collected once',
  collectInvoice: SAME,
  changeLines: SAME,
  writeLines: SAME,
  removeScheduledChange: SAME,
  endSubscription: SAME,
  stopCharging: SAME,
  continueSubscription: SAME,
  changeProduct: SAME,
  setPriceActive: SAME,
  voidInvoice: SAME,
  expireCheckout: SAME,
  cancelSavedCharge: SAME,
  deleteCustomer: SAME,
  fetchCheckout: READS,
  verifyEvent: READS,
  concernsOf: READS,
  fetchPayment: READS,
  fetchInvoice: READS,
  findPromotion: READS,
  creditBalanceOf: READS,
  findCreditChange: READS,
  openInvoicesOf: READS,
  paidInvoicesOf: READS,
  moneyWindow: READS,
  listCharges: READS,
  listInvoices: READS,
  listCustomers: READS,
  listRefunds: READS,
  listDisputes: READS,
  listTransfers: READS,
  fetchSubscription: READS,
  lastInvoiceOf: READS,
  invoicesSince: READS,
  previewLines: READS,
  previewNextInvoice: READS,
  listOffers: READS,
  objectOf: READS,
  countedUsage: READS,
  listUsageErrors: READS,
  listEvents: READS,
  listSubscriptions: READS,
  listCheckouts: READS,
  accountOfCustomer: READS,
  fetchPayee: READS,
  listTransfersTo: READS,
  savedMethodOf: READS,
  findSavedCharge: READS,
  listSavedCharges: READS,
}

/** Each call of the SDK that creates an object, with the method of the port that makes it. */
const CREATIONS: Record<string, PortMethod> = {
  'customers.create': 'createCustomer',
  'customers.createBalanceTransaction': 'changeCredit',
  'checkout.sessions.create': 'openCheckout',
  'billingPortal.sessions.create': 'openPortal',
  'invoices.create': 'draftInvoice',
  'invoices.createPreview': 'previewLines',
  'invoiceItems.create': 'draftInvoice',
  'paymentIntents.create': 'chargeSaved',
  'refunds.create': 'refundPayment',
  'transfers.create': 'transfer',
  'accounts.create': 'createPayee',
  'accountLinks.create': 'onboardingLink',
  'products.create': 'createProduct',
  'prices.create': 'createPrice',
  'billing.meters.create': 'createMeter',
  'billing.meterEvents.create': 'reportUsage',
  'subscriptionSchedules.create': 'changeLines',
}

describe('Calls to a provider', () => {
  it('are each made by a method of the ports that says why it creates nothing twice', () => {
    const found = new Set(
      readdirSync(FOLDER).flatMap((name) =>
        [...readFileSync(`${FOLDER}/${name}`, 'utf8').matchAll(/client\.([\w.]+\.create\w*)\(/g)].map(
          ([, call]) => call!,
        ),
      ),
    )
    expect([...found].toSorted()).toEqual(Object.keys(CREATIONS).toSorted())
    expect(Object.values(CREATIONS).filter((method) => METHODS[method] === READS)).toEqual(['previewLines'])
  })

  it('are all listed', () => {
    const adapter = createStripeAdapter({
      client: new Stripe('sk_test_unused'),
      webhookSecrets: () => [],
      mode: 'sandbox',
      metrics: createMetrics(),
      timers: systemTimers,
    })
    const { invoicing, payouts, savedPayments } = adapter
    const methods = [adapter, invoicing!, payouts!, savedPayments!].flatMap((port) =>
      Object.entries(port).flatMap(([name, member]) => (typeof member === 'function' ? [name] : [])),
    )
    expect(methods.filter((name) => !(name in METHODS))).toEqual([])
  })
})
