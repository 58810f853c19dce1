import type { Language } from '#entities/kernel/language.js'
import { createHash } from 'node:crypto'
import type {
  ApplicationContextUserAction,
  CaptureStatus,
  CheckoutPaymentIntent,
  ExperienceContextShippingPreference,
  LinkDescription,
  Order,
  PaypalExperienceUserAction,
  PaypalWalletContextShippingPreference,
  SubscriptionStatus,
} from '@paypal/paypal-server-sdk'
import { ProviderUnavailable } from '#services/billing/providers/provider-errors.js'
import type { FetchedCheckout, NewCheckout, PaymentPort } from '#services/billing/providers/port.js'
import type { PayPalClient } from './paypal-client.js'
import { orNull, PayPalRejected, type CallPayPal } from './paypal-errors.js'
import { toPayPalMoney } from './paypal-money.js'
import type { PayPalPlans } from './paypal-plans.js'
import { dateOf, readSubscription, SUBSCRIPTION_FIELDS } from './read-subscription.js'
import { readOrder } from './read-payments.js'
import { readReference, referenceText } from './reference.js'

const DAY_MS = 86_400_000
/** Approval period of an order. An order that was not approved in time is created again. */
const ORDER_MS = 3 * 3_600_000
/** PayPal's texts about what is bought. */
const MAX_TEXT_LENGTH = 127

/** It is the seller's account that may not: an operator has to see it, and the buyer can do nothing. */
const SELLERS_ISSUE = /^(PAYEE_(?!BLOCKED)|PERMISSION_DENIED|COMPLIANCE_)|RECEIV/

/** True if an ID belongs to a PayPal subscription and not to an order. */
export const isSubscriptionId = (id: string): boolean => id.startsWith('I-')

/** States before the approval of the buyer has an effect. */
const WAITING: readonly `${SubscriptionStatus}`[] = ['APPROVAL_PENDING', 'APPROVED']
const UNPAID: readonly `${CaptureStatus}`[] = ['DECLINED', 'PENDING']

type Checkouts = Pick<PaymentPort, 'openCheckout' | 'expireCheckout' | 'fetchCheckout' | 'collectCheckout'>

/** Checkouts by PayPal: an order for what is paid once, a subscription for what recurs, each its own page. */
export function payPalCheckouts(client: PayPalClient, call: CallPayPal, plans: PayPalPlans, publicUrl: URL): Checkouts {
  return {
    openCheckout: (request) =>
      request.recurring
        ? openSubscription(client, call, request, publicUrl)
        : openOrder(client, call, request, publicUrl),
    // A PayPal page cannot be closed: it expires by itself, and an order approved there is not captured.
    expireCheckout: () => Promise.resolve('LEFT_OPEN'),
    fetchCheckout: async (sessionId) => {
      if (isSubscriptionId(sessionId)) return fetchSubscriptionCheckout(client, call, plans, sessionId)
      const order = await fetchOrder(client, call, sessionId)
      return order && readOrder(order)
    },
    collectCheckout: async ({ sessionId, checkoutId, approval }) => {
      try {
        await call('orders.capture', async () =>
          (await client.orders()).captureOrder({
            id: sessionId,
            paypalRequestId: requestId(checkoutId, approval ?? ''),
            body: {},
          }),
        )
      } catch (error) {
        // A concurrent call has captured it, or the buyer must choose another payment method: the order shows which.
        if (!(error instanceof PayPalRejected)) throw error
        const ours = error.issues.find((issue) => SELLERS_ISSUE.test(issue))
        if (ours) throw new ProviderUnavailable(`PayPal rejected the capture: ${error.message}`, { cause: error })
      }
    },
  }
}

export const fetchOrder = (client: PayPalClient, call: CallPayPal, id: string): Promise<Order | null> =>
  orNull(call('orders.get', async () => (await (await client.orders()).getOrder({ id })).result))

/** As short as PayPal's request ids must be, and the same for the same parts. */
export const requestId = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 36)

/** PayPal returns the buyer with the order ID; our page syncs it and redirects the buyer to the requested URL. */
function returnUrl(publicUrl: URL, checkoutId: string): string {
  const url = new URL('billing/return/paypal', publicUrl)
  url.searchParams.set('checkout', checkoutId)
  return url.href
}

const cancelUrl = ({ cancelUrl: wanted }: NewCheckout): string => wanted.replaceAll('{CHECKOUT_SESSION_ID}', '')

async function openOrder(client: PayPalClient, call: CallPayPal, request: NewCheckout, publicUrl: URL) {
  const { unit, quantity, checkoutId } = request
  const amount = toPayPalMoney({ ...unit, amountMinor: unit.amountMinor * quantity })
  const order = await call(
    'orders.create',
    async () =>
      (
        await (
          await client.orders()
        ).createOrder({
          paypalRequestId: requestOf(request),
          body: {
            intent: 'CAPTURE' as CheckoutPaymentIntent,
            purchaseUnits: [
              {
                amount,
                description: (quantity > 1 ? `${quantity} × ${request.productName}` : request.productName).slice(
                  0,
                  MAX_TEXT_LENGTH,
                ),
                customId: referenceText({ ...request, startsLater: false }),
                invoiceId: checkoutId,
              },
            ],
            paymentSource: {
              paypal: {
                experienceContext: {
                  ...pageOptions(request),
                  returnUrl: returnUrl(publicUrl, checkoutId),
                  cancelUrl: cancelUrl(request),
                  userAction: 'PAY_NOW' as PaypalExperienceUserAction,
                  shippingPreference: 'NO_SHIPPING' as PaypalWalletContextShippingPreference,
                },
              },
            },
          },
        })
      ).result,
  )
  const openedAt = dateOf(order.createTime)
  return {
    sessionId: order.id!,
    url: pageOf(order.links),
    expiresAt: new Date((openedAt ?? request.openedAt).getTime() + ORDER_MS),
  }
}

/**
 * A subscription with a later start is not charged before. Trials at PayPal would require a separate plan per number of
 * days.
 */
async function openSubscription(client: PayPalClient, call: CallPayPal, request: NewCheckout, publicUrl: URL) {
  const startsAt =
    request.startsAt ??
    (request.trialDays > 0 ? new Date(request.openedAt.getTime() + request.trialDays * DAY_MS) : null)
  const subscription = await call(
    'subscriptions.create',
    async () =>
      (
        await (
          await client.subscriptions()
        ).createSubscription({
          paypalRequestId: requestOf(request, request.priceExternalId!),
          body: {
            planId: request.priceExternalId!,
            quantity: String(request.quantity),
            customId: referenceText({ ...request, startsLater: startsAt !== null }),
            ...(startsAt ? { startTime: startsAt.toISOString().replace(/\.\d{3}Z$/, 'Z') } : {}),
            applicationContext: {
              ...pageOptions(request),
              returnUrl: returnUrl(publicUrl, request.checkoutId),
              cancelUrl: cancelUrl(request),
              userAction: 'SUBSCRIBE_NOW' as ApplicationContextUserAction,
              shippingPreference: 'NO_SHIPPING' as ExperienceContextShippingPreference,
            },
          },
        })
      ).result,
  )
  return { sessionId: subscription.id!, url: pageOf(subscription.links), expiresAt: null }
}

/** A page in another language is another request. */
const requestOf = ({ checkoutId, language }: NewCheckout, ...objects: string[]): string => {
  const parts = [...objects, ...(language ? [language] : [])]
  return parts.length === 0 ? checkoutId : requestId(checkoutId, ...parts)
}

/** Tags of five characters, which all pages of PayPal support. */
const LOCALES: Readonly<Record<Language, string>> = { EN: 'en-US', DE: 'de-DE', ES: 'es-ES' }

/** Name and language of the page. Without a language PayPal takes that of the payer. */
const pageOptions = ({ brand, language }: NewCheckout) => ({
  ...(brand ? { brandName: brand.name } : {}),
  ...(language ? { locale: LOCALES[language] } : {}),
})

function pageOf(links: readonly LinkDescription[] | undefined): string {
  const page = links?.find(({ rel }) => rel === 'payer-action' || rel === 'approve')
  if (!page) throw new ProviderUnavailable('PayPal returned no approval URL')
  return page.href
}

/** A subscription as the page that it was bought on: paid when its first payment has come, or when it begins free. */
async function fetchSubscriptionCheckout(
  client: PayPalClient,
  call: CallPayPal,
  plans: PayPalPlans,
  id: string,
): Promise<FetchedCheckout | null> {
  const subscription = await orNull(
    call(
      'subscriptions.get',
      async () => (await (await client.subscriptions()).getSubscription({ id, fields: SUBSCRIPTION_FIELDS })).result,
    ),
  )
  if (!subscription) return null
  const plan = await plans.find(subscription.planId ?? '')
  const { status, checkoutId, customerId, latestInvoice } = readSubscription(subscription, plan?.interval ?? 'MONTH')
  const waits = subscription.status !== undefined && WAITING.includes(subscription.status)
  const gone = status === 'INCOMPLETE_EXPIRED'
  const isPaid = !waits && !gone && status !== 'INCOMPLETE'
  const quantity = Number(subscription.quantity ?? '1')
  return {
    sessionId: id,
    status: waits ? 'OPEN' : gone ? 'EXPIRED' : 'COMPLETE',
    approval: null,
    paid: isPaid,
    // The bank declined after several days. PayPal retries, and a later payment is granted, but the checkout does not
    // wait for it.
    failed: status === 'INCOMPLETE' && !waits && latestInvoice !== null,
    checkoutId,
    clientReference: null,
    customerId: readReference(subscription.customId) ? customerId : null,
    subscriptionId: id,
    invoiceId: isPaid ? await lastSaleOf(client, call, subscription) : null,
    paymentId: null,
    subtotal: plan && { ...plan.money, amountMinor: plan.money.amountMinor * quantity },
    taxMinor: 0,
  }
}

interface PaidSubscription {
  readonly id?: string
  readonly createTime?: string
  readonly billingInfo?: { readonly lastPayment?: { readonly time?: string } }
}

/** The payment of a subscription that came last; null before the first. */
export async function lastSaleOf(
  client: PayPalClient,
  call: CallPayPal,
  subscription: PaidSubscription,
): Promise<string | null> {
  return (await salesSince(client, call, subscription, null)).at(-1) ?? null
}

/** The payments of a subscription since a moment, the oldest first. */
export async function salesSince(
  client: PayPalClient,
  call: CallPayPal,
  { id, createTime, billingInfo }: PaidSubscription,
  since: Date | null,
): Promise<string[]> {
  const paidAt = dateOf(billingInfo?.lastPayment?.time)
  if (!paidAt || !id) return []
  const { transactions = [] } = await call(
    'subscriptions.transactions',
    async () =>
      (
        await (
          await client.subscriptions()
        ).listSubscriptionTransactions({
          id,
          startTime: since?.toISOString() ?? createTime ?? new Date(paidAt.getTime() - DAY_MS).toISOString(),
          endTime: new Date(paidAt.getTime() + DAY_MS).toISOString(),
        })
      ).result,
  )
  const paid = transactions.filter(({ status }) => status === undefined || !UNPAID.includes(status))
  return paid
    .toSorted((one, other) => (one.time ?? '').localeCompare(other.time ?? ''))
    .flatMap((transaction) => transaction.id ?? [])
}
