import { formatAmount } from '../money.js'
import { idOf } from '../stripe/api/id-of.js'
import { periodEnd } from '../stripe/subscriptions/subscription-periods.js'
import { html } from './html.js'
import { PAYPAL_LISTS } from './paypal/inspector-lists.js'
import {
  button,
  deliveryCells,
  failNext,
  link,
  settleForms,
  SHOWN,
  time,
  type Cell,
  type List,
} from './inspector-cells.js'

/** Lists of the inspector, in display order. */
export const LISTS: List[] = [
  {
    title: 'Customers',
    heads: ['id', 'email', 'name', 'balance', 'action'],
    rows: (store) =>
      store
        .newest('customer')
        .slice(0, SHOWN)
        .map((one) => [link('customer', one.id), one.email, one.name, one.balance, failNext(store, one.id)]),
  },
  {
    title: 'Subscriptions',
    heads: ['id', 'status', 'customer', 'price', 'until'],
    rows: (store) =>
      store
        .newest('subscription')
        .slice(0, SHOWN)
        .map((one) => [
          link('subscription', one.id),
          one.status,
          link('customer', idOf(one.customer)),
          link('price', one.items.data[0]?.price.id ?? null),
          time(periodEnd(one)),
        ]),
  },
  {
    title: 'Checkout sessions',
    heads: ['id', 'mode', 'status', 'payment', 'page'],
    rows: (store) =>
      store
        .newest('checkout.session')
        .slice(0, SHOWN)
        .map((one) => [
          link('checkout.session', one.id),
          one.mode,
          one.status,
          one.payment_status,
          one.url === null ? '' : html`<a href="/c/pay/${one.id}">open</a>`,
        ]),
  },
  {
    title: 'Invoices',
    heads: ['id', 'status', 'reason', 'total', 'customer', 'page'],
    rows: (store) =>
      store
        .newest('invoice')
        .slice(0, SHOWN)
        .map((one) => [
          link('invoice', one.id),
          one.status,
          one.billing_reason,
          formatAmount(one.total, one.currency),
          link('customer', idOf(one.customer)),
          one.hosted_invoice_url === null ? '' : html`<a href="/i/${one.id}">open</a>`,
        ]),
  },
  {
    title: 'Payments',
    heads: ['id', 'status', 'amount', 'customer', 'action'],
    rows: (store) =>
      store
        .newest('payment_intent')
        .slice(0, SHOWN)
        .map((one) => [
          link('payment_intent', one.id),
          one.status,
          formatAmount(one.amount, one.currency),
          link('customer', idOf(one.customer)),
          one.status === 'processing' ? settleForms(one.id) : '',
        ]),
  },
  {
    title: 'Charges',
    heads: ['id', 'status', 'amount', 'refunded', 'action'],
    rows: (store) =>
      store
        .newest('charge')
        .slice(0, SHOWN)
        .map((one) => [
          link('charge', one.id),
          one.disputed ? `${one.status}, disputed` : one.status,
          formatAmount(one.amount, one.currency),
          formatAmount(one.amount_refunded, one.currency),
          one.paid && !one.disputed ? button(`/_sandbox/charges/${one.id}/dispute`, 'Dispute', one.id) : '',
        ]),
  },
  {
    title: 'Portal sessions',
    heads: ['id', 'customer', 'page'],
    rows: (store) =>
      store
        .newest('billing_portal.session')
        .slice(0, SHOWN)
        .map((one) => [
          link('billing_portal.session', one.id),
          link('customer', one.customer),
          html`<a href="/p/session/${one.id}">open</a>`,
        ]),
  },
  {
    title: 'Prices and coupons',
    heads: ['id', 'kind', 'what'],
    rows: (store) => [
      ...store
        .newest('price')
        .slice(0, SHOWN)
        .map((one): Cell[] => [
          link('price', one.id),
          'price',
          `${one.unit_amount === null ? 'tiered' : formatAmount(one.unit_amount, one.currency)} ${one.recurring?.interval ?? ''} ${one.lookup_key ?? ''}`,
        ]),
      ...store
        .newest('coupon')
        .slice(0, SHOWN)
        .map((one): Cell[] => [link('coupon', one.id), 'coupon', `redeemed ${one.times_redeemed} times`]),
      ...store
        .newest('promotion_code')
        .slice(0, SHOWN)
        .map((one): Cell[] => [link('promotion_code', one.id), 'promotion code', one.code]),
    ],
  },
  ...PAYPAL_LISTS,
  {
    title: 'Deliveries',
    heads: ['event', 'to', 'status', 'attempts', 'last', 'next', 'action'],
    rows: (store) =>
      store
        .newest('delivery')
        .slice(0, SHOWN)
        .map((one) => [
          link(one.provider === 'paypal' ? 'paypal.event' : 'event', one.event, one.eventType),
          ...deliveryCells(one),
        ]),
  },
  {
    title: 'Events',
    heads: ['id', 'type', 'at'],
    rows: (store) =>
      store
        .newest('event')
        .slice(0, SHOWN)
        .map((one) => [link('event', one.id), one.type, time(one.created)]),
  },
]
