import type { Mode } from '#services/kernel/config/mode.js'
import type { Metrics } from '#services/kernel/metrics/metrics.js'
import type { Random } from '#services/kernel/random/random.js'
import type { Timers } from '#services/kernel/time/timers.js'
import { ProviderRejected } from '#services/billing/providers/provider-errors.js'
import type { PaymentPort } from '#services/billing/providers/port.js'
import { NO_BALANCE } from '../balance-port.js'
import { payPalCheckouts } from './paypal-checkouts.js'
import type { PayPalClient } from './paypal-client.js'
import { callPayPal } from './paypal-errors.js'
import { payPalListing } from './paypal-listing.js'
import { payPalMoney } from './paypal-money-listing.js'
import { payPalOffers } from './paypal-offers.js'
import { payPalPayments } from './paypal-payments.js'
import { payPalPlans } from './paypal-plans.js'
import { payPalSubscriptions } from './paypal-subscriptions.js'
import { verifyWithPayPal } from './webhooks/verify-with-paypal.js'
import { certificateUrlsOf } from './webhooks/cert-url.js'
import { createCertificateKeys } from './webhooks/certificates.js'
import { payPalEventSubject } from './webhooks/received-event.js'
import { verifyPayPalEvent } from './webhooks/verify-event.js'

export interface PayPalAdapterOptions {
  readonly client: PayPalClient
  readonly webhookId: string
  readonly mode: Mode
  readonly metrics: Metrics
  readonly timers: Timers
  readonly random: Random
  /** Base of the return URL for buyers. */
  readonly publicUrl: URL
  /** URL of a PayPal replacement. Null: PayPal's own. */
  readonly apiUrl: URL | null
  /** The roots that certificates of webhooks must lead to, as PEM; null: those that come with Node. */
  readonly trustedRoots: readonly string[] | null
}

/** PayPal behind the payment port. */
export function createPayPalAdapter(options: PayPalAdapterOptions): PaymentPort {
  const { client, webhookId, mode, timers, publicUrl, apiUrl, trustedRoots } = options
  const call = callPayPal(options, () => client.evictToken())
  const plans = payPalPlans(client, call)
  const checkouts = payPalCheckouts(client, call, plans, publicUrl)
  const subscriptions = payPalSubscriptions(client, call, plans, publicUrl)
  const verification = {
    webhookId,
    mode,
    timers,
    certificateUrl: certificateUrlsOf({ standIn: apiUrl, mode }),
    keys: createCertificateKeys(client.dispatcher, timers, trustedRoots ?? undefined),
    askPayPal: verifyWithPayPal(client, call, webhookId),
  }
  return {
    ...payPalListing(client, call, {
      mode,
      fetchCheckout: checkouts.fetchCheckout,
      fetchSubscription: (externalId) => subscriptions.fetchSubscription(externalId),
    }),
    ...payPalOffers(client, call),
    ...subscriptions,
    ...payPalPayments(client, call, plans),
    ...NO_BALANCE,
    ...payPalMoney(client, call),
    ...checkouts,
    provider: 'PAYPAL',
    // PayPal has no customers; the account ID is used instead.
    createCustomer: ({ accountId }) => Promise.resolve(accountId),
    deleteCustomer: () => Promise.resolve(),
    verifyEvent: (rawBody, headers) => verifyPayPalEvent(rawBody, headers, verification),
    concernsOf: payPalEventSubject,
    reportUsage: () => Promise.reject(new ProviderRejected('PayPal has no meters', false)),
    // oxlint-disable-next-line require-yield -- there is nothing to tell
    countedUsage: () => Promise.resolve(0),
    async *listUsageErrors() {},
  }
}
