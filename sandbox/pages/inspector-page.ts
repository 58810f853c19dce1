import { clockState } from '../control/clock-control.js'
import type { ControlParts } from '../control/control-api.js'
import { formatAmount } from '../money.js'
import type { Delivery } from '../state/records.js'
import type { Store } from '../state/store.js'
import { idOf } from '../stripe/api/id-of.js'
import { periodEnd } from '../stripe/subscriptions/subscription-periods.js'
import type { World } from '../world.js'
import { html, type Html } from './html.js'
import type { Page } from './layout.js'

const SHOWN = 30

/** The kinds of objects that have a page of their own. */
export const inspectedKinds = [
  'customer',
  'product',
  'price',
  'coupon',
  'promotion_code',
  'checkout.session',
  'subscription',
  'invoice',
  'invoiceitem',
  'payment_intent',
  'setup_intent',
  'payment_method',
  'charge',
  'refund',
  'dispute',
  'billing.meter',
  'billing_portal.session',
  'billing_portal.configuration',
  'event',
  'webhook_endpoint',
] as const

/** A kind of object that has a page. */
export type InspectedKind = (typeof inspectedKinds)[number]

/** What the sandbox holds, newest first, with the clock and its buttons above. */
export function inspectorPage(parts: ControlParts, done: string | null): Page {
  const { store } = parts.world
  const clock = clockState(parts)
  return {
    title: 'Sandbox',
    wide: 'all',
    content: html`<section aria-labelledby="clock">
        <p class="badge">Payment sandbox</p>
        <h1 id="clock">${clock.now}</h1>
        ${done === null ? '' : html`<p role="status">${done}</p>`}
        <p>Next due: ${clock.nextDue ?? 'nothing'} · deliveries on their way: ${clock.pendingDeliveries}</p>
        <div class="actions">
          ${['hour', 'day', 'week', 'month'].map(
            (step) =>
              html`<form method="post" action="/_sandbox/advance/${step}"><button>Advance 1 ${step}</button></form>`,
          )}
        </div>
        <nav aria-label="Lists">
          <ul>
            ${LISTS.map(({ title }) => html`<li><a href="#${slug(title)}">${title}</a></li>`)}
          </ul>
        </nav>
      </section>
      ${LISTS.map(({ title, heads, rows }) => table(title, heads, rows(store)))}`,
  }
}

/** One object as it is, with the events that carried it. */
export function objectPage(world: World, kind: InspectedKind, id: string): Page | null {
  const object = world.store.get(kind, id)
  if (object === undefined) return null
  const events = world.store
    .newest('event')
    .filter((event) => (event.data.object as { id?: string }).id === id)
    .slice(0, SHOWN)
  return {
    title: `${kind} ${id}`,
    wide: 'all',
    content: html`<p><a href="/_sandbox">All objects</a></p>
      <section aria-labelledby="object">
        <p class="badge">${kind}</p>
        <h1 id="object">${id}</h1>
        <pre>${JSON.stringify(object, null, 2)}</pre>
      </section>
      ${
        kind === 'event'
          ? table(
              'Deliveries',
              ['to', 'status', 'attempts', 'last', 'next', 'action'],
              world.store.by('delivery', 'event', id).map(deliveryCells),
            )
          : table(
              'Events',
              ['id', 'type', 'at'],
              events.map((one) => [link('event', one.id), one.type, time(one.created)]),
            )
      }`,
  }
}

type Cell = Html | string | number | null | undefined

interface List {
  title: string
  heads: string[]
  rows: (store: Store) => Cell[][]
}

const LISTS: List[] = [
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
  {
    title: 'Deliveries',
    heads: ['event', 'to', 'status', 'attempts', 'last', 'next', 'action'],
    rows: (store) =>
      store
        .newest('delivery')
        .slice(0, SHOWN)
        .map((one) => [
          html`<a href="/_sandbox/objects/event/${one.event}">${one.eventType}</a>`,
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

function deliveryCells(one: Delivery): Cell[] {
  return [
    one.url,
    one.status,
    one.attempts,
    one.lastStatusCode ?? one.lastError,
    one.nextAttemptAt,
    button(`/_sandbox/deliveries/${one.id}/resend`, 'Resend', one.id),
  ]
}

function failNext(store: Store, customer: string): Html {
  if (store.get('planned_failure', customer) !== undefined) return html`next payment fails`
  return button(`/_sandbox/customers/${customer}/fail-next`, 'Fail next payment', customer)
}

function settleForms(intent: string): Html {
  return html`<form class="inline" method="post" action="/_sandbox/payments/${intent}/settle">
    <button name="outcome" value="paid" aria-label="The bank pays ${intent}">Bank pays</button>
    <button class="quiet" name="outcome" value="failed" aria-label="The bank refuses ${intent}">Bank refuses</button>
  </form>`
}

/** A button that says to whom it applies, also to those who do not see the row. */
function button(action: string, text: string, id: string): Html {
  return html`<form class="inline" method="post" action="${action}">
    <button aria-label="${text}: ${id}">${text}</button>
  </form>`
}

function link(kind: InspectedKind, id: string | null): Cell {
  return id === null ? '' : html`<a href="/_sandbox/objects/${kind}/${id}">${id}</a>`
}

function table(title: string, heads: string[], rows: Cell[][]): Html {
  const id = slug(title)
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${
      rows.length === 0
        ? html`<p>None yet.</p>`
        : html`<table>
            <thead>
              <tr>
                ${heads.map((head) => html`<th scope="col">${head}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${rows.map(
                (row) =>
                  html`<tr>
                    ${row.map((cell) => html`<td>${cell}</td>`)}
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
  </section>`
}

function slug(title: string): string {
  return title.toLowerCase().replaceAll(' ', '-')
}

function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
