import type { Delivery } from '../state/records.js'
import type { Store } from '../state/store.js'
import { html, type Html } from './html.js'

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
  'paypal.order',
  'paypal.capture',
  'paypal.refund',
  'paypal.product',
  'paypal.plan',
  'paypal.subscription',
  'paypal.dispute',
  'paypal.webhook',
  'paypal.event',
] as const

/** A kind of object that has a page. */
export type InspectedKind = (typeof inspectedKinds)[number]

/** Maximum number of objects shown per kind. */
export const SHOWN = 30

/** Content of a table cell. */
export type Cell = Html | string | number | null | undefined

/** A list of the inspector: its title, the heads of its columns, its rows. */
export interface List {
  title: string
  heads: string[]
  rows: (store: Store) => Cell[][]
}

/** Cells of a delivery, without its event. */
export function deliveryCells(one: Delivery): Cell[] {
  return [
    one.url,
    one.status,
    one.attempts,
    one.lastStatusCode ?? one.lastError,
    one.nextAttemptAt === null ? null : moment(one.nextAttemptAt),
    button(`/_sandbox/deliveries/${one.id}/resend`, 'Resend', one.id),
  ]
}

/** Form that plans a failure of a customer's next payment, or removes it. */
export function failNext(store: Store, customer: string, payers = 'customers'): Html {
  if (store.get('planned_failure', customer) !== undefined)
    return html`next payment fails ${button(`/_sandbox/payers/${customer}/let-pay`, 'Undo', customer)}`
  return button(`/_sandbox/${payers}/${customer}/fail-next`, 'Fail next payment', customer)
}

/** Forms that set the bank's result of a debit. */
export function settleForms(intent: string, payments = 'payments'): Html {
  return html`<form class="inline" method="post" action="/_sandbox/${payments}/${intent}/settle">
    <button class="quiet" name="outcome" value="paid" aria-label="Bank pays: ${intent}">Bank pays</button>
    <button class="quiet" name="outcome" value="failed" aria-label="Bank refuses: ${intent}">Bank refuses</button>
  </form>`
}

/** Button whose label names the object, for users who do not see the row. */
export function button(action: string, text: string, id: string): Html {
  return html`<form class="inline" method="post" action="${action}">
    <button class="quiet" aria-label="${text}: ${id}">${text}</button>
  </form>`
}

/** The way to an object's own page. */
export function link(kind: InspectedKind, id: string | null, text = id): Cell {
  return id === null ? '' : html`<a href="/_sandbox/objects/${kind}/${id}">${text}</a>`
}

/** A table with a heading that others can point to. */
export function table(title: string, heads: string[], rows: Cell[][]): Html {
  const id = slug(title)
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${
      rows.length === 0
        ? html`<p>None yet.</p>`
        : html`<table>
            <thead>
              <tr>
                ${heads.map((head) => html`<th scope="col">${titleCase(head)}</th>`)}
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

/** The anchor of a list. */
export function slug(title: string): string {
  return title.toLowerCase().replaceAll(' ', '-')
}

/** A head of a column: "id" is "ID", and "customer" is "Customer". */
const titleCase = (head: string): string => (head === 'id' ? 'ID' : head.slice(0, 1).toUpperCase() + head.slice(1))

/** A moment as people read it; machines read its attribute. */
export function moment(at: string): Html {
  const text = new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(
    new Date(at),
  )
  return html`<time datetime="${at}">${text}, UTC</time>`
}

export const time = (seconds: number): Html => moment(new Date(seconds * 1000).toISOString())
