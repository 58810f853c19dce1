import type Stripe from 'stripe'
import { formatAmount } from '../money.js'
import { idOf } from '../stripe/api/id-of.js'
import { customerMethod } from '../stripe/collection/payment-method-for.js'
import type { SandboxState } from '../sandbox-state.js'
import { alertText, cardFields, field, testCards } from './card-fields.js'
import { html, type Html } from './html.js'
import { dateOf } from './invoice-page.js'
import type { Page } from './layout.js'
import { configurationOf, plans } from './portal-plans.js'

type Session = Stripe.BillingPortal.Session

/** Message above the page: the result of an action, or the reason why it failed. */
export interface Notice {
  kind: 'status' | 'alert'
  text: string
}

/** The billing portal of a customer: plan, payment method, invoices, details; as far as its configuration allows. */
export function portalPage(world: SandboxState, session: Session, notice: Notice | null): Page {
  const { features } = configurationOf(world, session)
  const customer = world.store.need('customer', session.customer)
  const path = `/p/session/${session.id}`
  const only = session.flow?.type
  const shows = (flow: string) => only === undefined || only === flow
  return {
    title: 'Billing',
    wide: 'columns',
    leadsAway: true,
    content: html`<p class="badge">Sandbox</p>
      <h1>${customer.name ?? customer.email ?? 'Your billing'}</h1>
      ${notice === null ? '' : notice.kind === 'alert' ? alertText(notice.text) : html`<p role="status">${notice.text}</p>`}
      ${session.return_url === null ? '' : html`<p><a href="${session.return_url}">Return to ${hostOf(session.return_url)}</a></p>`}
      <div class="columns">
        <div>
          ${shows('subscription_cancel') || shows('subscription_update') ? plans(world, session, path) : ''}
          ${features.invoice_history.enabled && only === undefined ? invoices(world, session.customer) : ''}
        </div>
        <div>
          ${features.payment_method_update.enabled && shows('payment_method_update') ? payment(world, session, path) : ''}
          ${features.customer_update.enabled && only === undefined ? details(customer, features, path) : ''}
          ${features.payment_method_update.enabled && shows('payment_method_update') ? testCards() : ''}
        </div>
      </div>`,
  }
}

function payment(world: SandboxState, session: Session, path: string): Html {
  const [subscription] = world.store
    .by('subscription', 'customer', session.customer)
    .filter(({ status }) => status !== 'canceled')
  const own = world.store.get('payment_method', idOf(subscription?.default_payment_method) ?? '')
  const method = own ?? customerMethod(world, session.customer)
  return html`<section aria-labelledby="method">
    <h2 id="method">Payment method</h2>
    <p>${method === null ? 'None yet.' : methodText(method)}</p>
    <form method="post" action="${path}/card">
      ${cardFields('')}
      <div class="actions"><button type="submit">Save card</button></div>
    </form>
  </section>`
}

function details(
  customer: Stripe.Customer,
  { customer_update }: Stripe.BillingPortal.Configuration['features'],
  path: string,
): Html {
  const allowed = customer_update.allowed_updates
  if (!allowed.includes('email') && !allowed.includes('name')) return html``
  return html`<section aria-labelledby="details">
    <h2 id="details">Billing details</h2>
    <form method="post" action="${path}/details">
      ${allowed.includes('name') ? field('customer_name', 'Name', { value: customer.name ?? '', autocomplete: 'name' }) : ''}
      ${allowed.includes('email') ? field('customer_email', 'Email', { type: 'email', value: customer.email ?? '', autocomplete: 'email' }) : ''}
      <div class="actions"><button class="quiet" type="submit">Save details</button></div>
    </form>
  </section>`
}

function invoices(world: SandboxState, customer: string): Html {
  const list = world.store
    .by('invoice', 'customer', customer)
    .filter(({ status }) => status !== 'draft')
    .toReversed()
  return html`<section aria-labelledby="invoices">
    <h2 id="invoices">Invoices</h2>
    ${
      list.length === 0
        ? html`<p>None yet.</p>`
        : html`<table>
            <thead>
              <tr>
                <th scope="col">Date</th>
                <th scope="col">Number</th>
                <th scope="col">Status</th>
                <th scope="col" class="amount">Total</th>
              </tr>
            </thead>
            <tbody>
              ${list.map(
                (one) =>
                  html`<tr>
                    <td>${dateOf(one.created)}</td>
                    <td><a href="/i/${one.id}">${one.number}</a></td>
                    <td>${one.status}</td>
                    <td class="amount">${formatAmount(one.total, one.currency)}</td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
  </section>`
}

function methodText(method: Stripe.PaymentMethod): string {
  if (method.card === undefined) return `Bank account ending in ${method.us_bank_account?.last4 ?? ''}`
  const { brand, last4, exp_month, exp_year } = method.card
  return `${brand} ending in ${last4}, expires ${String(exp_month).padStart(2, '0')}/${exp_year}`
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url
}
