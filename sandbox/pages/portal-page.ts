import type Stripe from 'stripe'
import { formatAmount } from '../money.js'
import { idOf } from '../stripe/api/id-of.js'
import { customerMethod } from '../stripe/collection/payment-method-for.js'
import { every } from '../stripe/invoices/subscription-lines.js'
import { productName, unitAmount } from '../stripe/prices/price-amount.js'
import { periodEnd } from '../stripe/subscriptions/subscription-periods.js'
import type { World } from '../world.js'
import { cardFields, field, testCards } from './card-fields.js'
import { html, type Html } from './html.js'
import { dateOf } from './invoice-page.js'
import type { Page } from './layout.js'

type Session = Stripe.BillingPortal.Session

/** What is shown above the page after something was done, or why it was not. */
export interface Notice {
  kind: 'status' | 'alert'
  text: string
}

/** The billing portal of a customer: plan, payment method, invoices, details; as far as its configuration allows. */
export function portalPage(world: World, session: Session, notice: Notice | null): Page {
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
      ${notice === null ? '' : html`<p role="${notice.kind}">${notice.text}</p>`}
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

/** The page before a switch: what it costs today, and what from then on. */
export function confirmSwitchPage(
  world: World,
  session: Session,
  subscription: Stripe.Subscription,
  change: { price: Stripe.Price; quantity: number },
  preview: Stripe.Invoice | null,
): Page {
  const path = `/p/session/${session.id}`
  const { currency } = subscription
  return {
    title: 'Confirm your new plan',
    content: html`<section>
      <p class="badge">Sandbox</p>
      <h1>Confirm your new plan</h1>
      <p class="row">
        <span>${productName(world, change.price)}${change.quantity > 1 ? ` × ${change.quantity}` : ''}</span>
        <span>${priceText(world, change.price, currency)}</span>
      </p>
      ${
        preview === null
          ? ''
          : html`${preview.lines.data.map(
                (line) =>
                  html`<p class="row">
                    <span>${line.description}</span><span>${formatAmount(line.amount, currency)}</span>
                  </p>`,
              )}
              <p class="row sum">
                <span>${preview.billing_reason === 'upcoming' ? 'On your next invoice' : 'Due today'}</span>
                <span>${formatAmount(preview.amount_due, currency)}</span>
              </p>`
      }
      <form method="post" action="${path}/subscriptions/${subscription.id}/switch">
        <input type="hidden" name="price" value="${change.price.id}" />
        <input type="hidden" name="quantity" value="${change.quantity}" />
        <div class="actions">
          <button type="submit">Confirm</button>
          <a class="button quiet" href="${path}">Go back</a>
        </div>
      </form>
    </section>`,
  }
}

/** The configuration of a portal session. */
export function configurationOf(world: World, session: Session): Stripe.BillingPortal.Configuration {
  return world.store.need('billing_portal.configuration', idOf(session.configuration) ?? '')
}

/** The prices that a customer may switch to, in the currency of the subscription. */
export function offeredPrices(world: World, session: Session, currency: string): Stripe.Price[] {
  return (configurationOf(world, session).features.subscription_update.products ?? [])
    .flatMap(({ prices }) => prices)
    .flatMap((id) => world.store.get('price', id) ?? [])
    .filter((price) => price.currency === currency)
}

function plans(world: World, session: Session, path: string): Html {
  const wanted = session.flow?.subscription_cancel?.subscription ?? session.flow?.subscription_update?.subscription
  const living = world.store
    .by('subscription', 'customer', session.customer)
    .filter(({ id, status }) => !['canceled', 'incomplete_expired'].includes(status) && (wanted ?? id) === id)
  return html`<section aria-labelledby="plans">
    <h2 id="plans">Your plan</h2>
    ${living.length === 0 ? html`<p>You have no plan.</p>` : living.map((one) => plan(world, session, one, path))}
  </section>`
}

function plan(world: World, session: Session, subscription: Stripe.Subscription, path: string): Html {
  const { currency, cancel_at: ends } = subscription
  return html`<div>
    ${subscription.items.data.map(
      (item) =>
        html`<p class="row">
          <span
            ><strong>${productName(world, item.price)}</strong
            >${(item.quantity ?? 1) > 1 ? ` × ${item.quantity}` : ''}</span
          >
          <span>${priceText(world, item.price, currency)}</span>
        </p>`,
    )}
    <p>${standing(subscription)}</p>
    ${ends === null ? switchForm(world, session, subscription, path) : ''}
    ${endForms(world, session, subscription, path)}
  </div>`
}

function standing(subscription: Stripe.Subscription): string {
  if (subscription.cancel_at !== null) return `Ends on ${dateOf(subscription.cancel_at)}.`
  if (subscription.status === 'trialing') return `Free until ${dateOf(subscription.trial_end ?? 0)}.`
  if (subscription.status === 'past_due') return 'A payment failed. Pay the open invoice or change your card.'
  if (subscription.status === 'active') return `Renews on ${dateOf(periodEnd(subscription))}.`
  return `This plan is ${subscription.status.replaceAll('_', ' ')}.`
}

function switchForm(world: World, session: Session, subscription: Stripe.Subscription, path: string): Html {
  const { enabled, default_allowed_updates: allowed } = configurationOf(world, session).features.subscription_update
  const [item] = subscription.items.data
  const prices = allowed.includes('price') ? offeredPrices(world, session, subscription.currency) : []
  const quantities = allowed.includes('quantity')
  if (!enabled || item === undefined || (prices.length === 0 && !quantities)) return html``
  return html`<form method="get" action="${path}/subscriptions/${subscription.id}/switch">
    <label for="price-${subscription.id}">Plan</label>
    <select id="price-${subscription.id}" name="price">
      ${(prices.length === 0 ? [item.price] : prices).map(
        (price) =>
          html`<option value="${price.id}" ${price.id === item.price.id ? html` selected` : ''}>
            ${productName(world, price)} — ${priceText(world, price, subscription.currency)}
          </option>`,
      )}
    </select>
    ${
      quantities
        ? html`<label for="quantity-${subscription.id}">Quantity</label>
            <input
              id="quantity-${subscription.id}"
              name="quantity"
              type="number"
              min="1"
              max="999"
              value="${item.quantity ?? 1}"
              required
            />`
        : ''
    }
    <div class="actions"><button>Switch plan</button></div>
  </form>`
}

function endForms(world: World, session: Session, subscription: Stripe.Subscription, path: string): Html {
  const { enabled, cancellation_reason: reason } = configurationOf(world, session).features.subscription_cancel
  if (!enabled) return html``
  const action = `${path}/subscriptions/${subscription.id}`
  if (subscription.cancel_at !== null) {
    return html`<form method="post" action="${action}/keep">
      <div class="actions"><button>Keep my plan</button></div>
    </form>`
  }
  return html`<form method="post" action="${action}/cancel">
    ${
      reason.enabled
        ? html`<label for="reason-${subscription.id}">Why do you leave?</label>
            <select id="reason-${subscription.id}" name="feedback">
              ${reason.options.map((option) => html`<option value="${option}">${option.replaceAll('_', ' ')}</option>`)}
            </select>`
        : ''
    }
    <div class="actions"><button class="quiet">Cancel plan</button></div>
  </form>`
}

function payment(world: World, session: Session, path: string): Html {
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

function invoices(world: World, customer: string): Html {
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

function priceText(world: World, price: Stripe.Price, currency: string): string {
  return `${formatAmount(unitAmount(world, price, currency), currency)} / ${every(price)}`
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url
}
