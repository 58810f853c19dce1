import type { Capture } from '#paypal/objects.js'
import type { Store } from '#state/store.js'
import { html } from '../html.js'
import { button, failNext, link, settleForms, SHOWN, type List } from '../inspector-cells.js'
import { amountText } from './approval-page.js'

/** Lists of the inspector for PayPal. */
export const PAYPAL_LISTS: List[] = [
  {
    title: 'PayPal orders',
    heads: ['id', 'status', 'amount', 'payer', 'page'],
    rows: (store) =>
      store
        .newest('paypal.order')
        .slice(0, SHOWN)
        .map((one) => [
          link('paypal.order', one.id),
          one.status,
          one.purchase_units.map(({ amount }) => amountText(amount)).join(', '),
          one.payer?.email_address,
          html`<a href="/paypal/checkoutnow?token=${one.id}">open ${one.id}</a>`,
        ]),
  },
  {
    title: 'PayPal payments',
    heads: ['id', 'status', 'amount', 'of', 'action'],
    rows: (store) =>
      store
        .newest('paypal.capture')
        .slice(0, SHOWN)
        .map((one) => {
          const { order, subscription } = store.need('paypal.capture_detail', one.id)
          return [
            link('paypal.capture', one.id),
            one.status,
            amountText(one.amount),
            order === null ? link('paypal.subscription', subscription) : link('paypal.order', order),
            one.status === 'PENDING'
              ? settleForms(one.id, 'paypal-captures')
              : canBeDisputed(store, one)
                ? button(`/_sandbox/paypal-captures/${one.id}/dispute`, 'Dispute', one.id)
                : '',
          ]
        }),
  },
  {
    title: 'PayPal subscriptions',
    heads: ['id', 'status', 'plan', 'payer', 'next bill', 'page', 'action'],
    rows: (store) =>
      store
        .newest('paypal.subscription')
        .slice(0, SHOWN)
        .map((one) => {
          const { payerEmail, nextAt, token } = store.need('paypal.subscription_detail', one.id)
          return [
            link('paypal.subscription', one.id),
            one.status,
            link('paypal.plan', one.plan_id),
            payerEmail,
            nextAt === null ? '' : new Date(nextAt).toISOString(),
            html`<a href="/paypal/webapps/billing/subscriptions?ba_token=${token}">open ${one.id}</a>`,
            failNext(store, one.id, 'paypal-payers'),
          ]
        }),
  },
  {
    title: 'PayPal disputes',
    heads: ['id', 'status', 'stage', 'outcome'],
    rows: (store) =>
      store
        .newest('paypal.dispute')
        .slice(0, SHOWN)
        .map((one) => [
          link('paypal.dispute', one.id),
          one.status,
          one.dispute_life_cycle_stage,
          one.dispute_outcome?.outcome_code,
        ]),
  },
  {
    title: 'PayPal events',
    heads: ['id', 'type', 'at'],
    rows: (store) =>
      store
        .newest('paypal.event')
        .slice(0, SHOWN)
        .map(({ id, event }) => [link('paypal.event', id), event.event_type, event.create_time]),
  },
]

/** True if a payer can still question a payment. */
export function canBeDisputed(store: Store, { id, status }: Capture): boolean {
  return (
    (status === 'COMPLETED' || status === 'PARTIALLY_REFUNDED') &&
    store.by('paypal.dispute_detail', 'capture', id).length === 0
  )
}
