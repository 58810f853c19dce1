import type { ProviderAccountPort } from '#services/billing/providers/account-port.js'
import type { CustomerPort } from '#services/billing/providers/customer-port.js'
import type { InvoicePort } from '#services/billing/providers/invoice-port.js'
import type { PayoutPort } from '#services/billing/providers/payout-port.js'
import type { PaymentPort } from '#services/billing/providers/port.js'
import type { SavedPaymentPort } from '#services/billing/providers/saved-payment-port.js'

type Methods<Port> = {
  [Name in keyof Port]-?: NonNullable<Port[Name]> extends (...args: never[]) => unknown ? Name : never
}[keyof Port]
export type PortMethod =
  | Methods<PaymentPort>
  | Methods<InvoicePort>
  | Methods<PayoutPort>
  | Methods<SavedPaymentPort>
  | Methods<CustomerPort>
  | Methods<ProviderAccountPort>

export const READS = 'reads only'
export const FOUND = 'is looked up before it is created'
/** A change is read first, and dropped when it is a quarter of an hour old. */
export const TAKEN = 'is sent only if the subscription does not show the change'
const SAME = 'writes the same state again, to an object that exists'
const BY_USER = 'is asked for by a person, and charges nothing by itself'

/** Reason of each method of the ports for which nothing is created twice after a restored backup. A new method fails the type check. */
export const METHODS: Record<PortMethod, string> = {
  createCustomer: FOUND,
  addToDraft: FOUND,
  draftInvoice: FOUND,
  markPaid: SAME,
  chargeSaved: FOUND,
  chargeGranted: 'uses up a token, which pays once',
  refundPayment: FOUND,
  changeCredit: FOUND,
  transfer: FOUND,
  createPayee: FOUND,
  createProduct: FOUND,
  createPrice: FOUND,
  createMeter: FOUND,
  createEndpoint: FOUND,
  inspect: READS,
  reportUsage: 'is compared with what the provider has counted',
  openCheckout: BY_USER,
  openPortal: BY_USER,
  onboardingLink: BY_USER,
  collectCheckout: 'a page is collected once',
  collectInvoice: SAME,
  changeLines: TAKEN,
  writeLines: SAME,
  removeScheduledChange: SAME,
  endSubscription: SAME,
  setInvoiceTerms: SAME,
  stopCharging: SAME,
  continueSubscription: SAME,
  pauseSubscription: SAME,
  changeProduct: SAME,
  setPriceActive: SAME,
  setPriceTaxes: SAME,
  pageOf: READS,
  fetchDetails: READS,
  writeDetails: SAME,
  voidInvoice: SAME,
  restoreDiscounts: FOUND,
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
  creditChangesOf: READS,
  openInvoicesOf: READS,
  paidInvoicesOf: READS,
  moneyWindow: READS,
  listCharges: READS,
  listInvoices: READS,
  listCreditedInvoices: READS,
  listCustomers: READS,
  listRefunds: READS,
  listDisputes: READS,
  listTransfers: READS,
  listBalance: READS,
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
  openDraftOf: READS,
  findLines: READS,
  readInvoiceCharge: READS,
}

/** Each call of an SDK that creates an object or moves money, with the method of the port that makes it. */
export const CREATIONS: Record<'stripe' | 'paypal', Record<string, PortMethod>> = {
  stripe: {
    'customers.create': 'createCustomer',
    'customers.createBalanceTransaction': 'changeCredit',
    'customers.createTaxId': 'writeDetails',
    'checkout.sessions.create': 'openCheckout',
    'subscriptions.create': 'openCheckout',
    'billingPortal.sessions.create': 'openPortal',
    'invoices.create': 'draftInvoice',
    'invoices.createPreview': 'previewLines',
    'invoiceItems.create': 'draftInvoice',
    'paymentIntents.create': 'chargeSaved',
    'refunds.create': 'refundPayment',
    'transfers.create': 'transfer',
    'accounts.create': 'createPayee',
    'accountLinks.create': 'onboardingLink',
    'coupons.create': 'restoreDiscounts',
    'products.create': 'createProduct',
    'prices.create': 'createPrice',
    'billing.meters.create': 'createMeter',
    'billing.meterEvents.create': 'reportUsage',
    'subscriptionSchedules.create': 'changeLines',
    'webhookEndpoints.create': 'createEndpoint',
  },
  paypal: {
    'orders.createOrder': 'openCheckout',
    'subscriptions.createSubscription': 'openCheckout',
    'orders.captureOrder': 'collectCheckout',
    'payments.refundCapturedPayment': 'refundPayment',
    "request('POST', `/v1/payments/sale/${paymentId}/refund`": 'refundPayment',
    'subscriptions.reviseSubscription': 'changeLines',
    "request('POST', '/v1/catalogs/products'": 'createProduct',
    "request('POST', '/v1/notifications/webhooks'": 'createEndpoint',
    'subscriptions.createBillingPlan': 'createPrice',
  },
}
