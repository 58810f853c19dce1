import { ProviderRejected } from '#services/billing/providers/provider-errors.js'
import type {
  ChangeOutcome,
  FetchedSubscription,
  LineItemChange,
  ProviderAbilities,
  SubscriptionPort,
} from '../subscription-port.js'
import { lastSaleOf, salesSince } from './paypal-checkouts.js'
import type { PayPalClient } from './paypal-client.js'
import { orNull, type CallPayPal } from './paypal-errors.js'
import type { PayPalPlans } from './paypal-plans.js'
import { readNextPayment } from './read-next-payment.js'
import { readSubscription, SUBSCRIPTION_FIELDS } from './read-subscription.js'

export const PAYPAL_ABILITIES: ProviderAbilities = {
  changeNow: false,
  changeAtPeriodEnd: true,
  addons: false,
  preview: false,
  cancelScheduledEnd: false,
  portal: false,
  promotions: false,
  taxes: false,
  savedPayments: false,
  metering: false,
  extendsTrials: false,
  negotiatedPrices: false,
  invoiceTerms: false,
  endAtPeriodEnd: false,
  oneTimePrices: false,
  schedulesChanges: false,
  startsAheadHours: 1,
}

/** Assumed lifetime of PayPal's confirmation page for a changed subscription; PayPal does not state it. */
const CONFIRM_HOURS = 3

const cannot = (what: string) => new ProviderRejected(`PayPal cannot ${what}`, false)

/** Actions on an active PayPal subscription. */
export function payPalSubscriptions(
  client: PayPalClient,
  call: CallPayPal,
  plans: PayPalPlans,
  publicUrl: URL,
): SubscriptionPort {
  const fetch = (id: string) =>
    orNull(
      call(
        'subscriptions.get',
        async () => (await (await client.subscriptions()).getSubscription({ id, fields: SUBSCRIPTION_FIELDS })).result,
      ),
    )
  const statusOf = async (id: string) => String((await fetch(id))?.status)
  const suspend = async (id: string, reason: string) => {
    await call('subscriptions.suspend', async () =>
      (await client.subscriptions()).suspendSubscription({ id, body: { reason } }),
    )
  }
  return {
    abilities: PAYPAL_ABILITIES,
    async fetchSubscription(externalId): Promise<FetchedSubscription | null> {
      const subscription = await fetch(externalId)
      if (!subscription) return null
      // An unknown plan is not in our catalog either, regardless of its interval.
      const terms = await plans.find(subscription.planId ?? '')
      return readSubscription(subscription, terms?.interval ?? 'MONTH', terms?.money)
    },
    async lastInvoiceOf(externalId) {
      const subscription = await fetch(externalId)
      return subscription && lastSaleOf(client, call, subscription)
    },
    async invoicesSince(externalId, since) {
      const subscription = await fetch(externalId)
      return subscription ? salesSince(client, call, subscription, since) : []
    },
    stopCharging: (externalId) => suspend(externalId, 'Ends at the end of the paid period'),
    changeLines: (request) => revise(client, call, publicUrl, request),
    writeLines: (request) => revise(client, call, publicUrl, { ...request, at: 'PERIOD_END' }),
    removeScheduledChange: null,
    previewLines: () => Promise.reject(cannot('preview a change')),
    async previewNextInvoice({ externalId }) {
      const subscription = await fetch(externalId)
      const terms = subscription && (await plans.find(subscription.planId ?? ''))
      return terms ? readNextPayment(subscription, terms) : null
    },
    async endSubscription({ externalId, at, reason }) {
      if (at === 'PERIOD_END') throw cannot('schedule the end of a subscription')
      await call('subscriptions.cancel', async () =>
        (await client.subscriptions()).cancelSubscription({
          id: externalId,
          body: { reason: (reason || 'Cancelled').slice(0, 127) },
        }),
      )
    },
    async pauseSubscription({ externalId }) {
      if ((await statusOf(externalId)) !== 'SUSPENDED') await suspend(externalId, 'Paused by the customer')
    },
    async continueSubscription({ externalId, paused }) {
      const status = await statusOf(externalId)
      if (status === 'ACTIVE') return // already continued
      if (!paused && status !== 'SUSPENDED') throw cannot('undo a cancellation')
      await call('subscriptions.activate', async () =>
        (await client.subscriptions()).activateSubscription({ id: externalId, body: { reason: 'Continued' } }),
      )
    },
    openPortal: () => Promise.reject(cannot('open a billing portal')),
  }
}

/** Changes plan or quantity from the next payment on. PayPal requires the buyer's approval on its own page. */
async function revise(
  client: PayPalClient,
  call: CallPayPal,
  publicUrl: URL,
  { externalId, lines, at }: Pick<LineItemChange, 'externalId' | 'lines' | 'at'>,
): Promise<ChangeOutcome> {
  const [line, ...more] = lines
  if (!line || more.length > 0 || line.quantity === 0 || at === 'NOW')
    throw cannot('apply this change to a subscription')
  const { result: present } = await call('subscriptions.get', async () =>
    (await client.subscriptions()).getSubscription({ id: externalId }),
  )
  const quantity = String(line.quantity)
  if (present.planId === line.priceExternalId && (present.quantity ?? '1') === quantity) return { kind: 'APPLIED' }
  const back = new URL('billing/return', publicUrl)
  const { result } = await call('subscriptions.revise', async () =>
    (await client.subscriptions()).reviseSubscription({
      id: externalId,
      body: {
        planId: line.priceExternalId,
        quantity,
        applicationContext: { returnUrl: back.href, cancelUrl: `${back.href}?cancelled=1` },
      },
    }),
  )
  const approval = result.links?.find(({ rel }) => rel === 'approve')
  return approval ? { kind: 'CONFIRM', actionUrl: approval.href, hours: CONFIRM_HOURS } : { kind: 'APPLIED' }
}
