import type Stripe from 'stripe'
import { formatAmount } from '../money.js'
import { HINTED_CARDS } from '../stripe/payment-methods/test-cards.js'
import type { World } from '../world.js'
import { successUrl } from './checkout-urls.js'
import { html, type Html } from './html.js'
import type { Page } from './layout.js'

type Session = Stripe.Checkout.Session

/** What the payer typed, to be shown again after a decline (never the card number's check code). */
export interface Typed {
  name: string
  email: string
}

/** The page of an open session: what is bought, and the card form. */
export function checkoutPage(world: World, session: Session, alert: string | null, typed: Typed): Page {
  const { lineItems, trialPeriodDays } = world.store.need('session_detail', session.id)
  const currency = session.currency ?? 'usd'
  const email = session.customer_details?.email ?? null
  return {
    title: 'Checkout',
    leadsAway: true,
    content: html`<section aria-labelledby="summary">
        <p class="badge">Sandbox</p>
        <h1 id="summary">Order summary</h1>
        <p class="total">
          ${formatAmount(session.amount_total ?? 0, currency)}${trialPeriodDays === null ? '' : ' today'}
        </p>
        ${lineItems.map((item) => summaryLine(item, currency))}
        ${trialPeriodDays === null ? '' : html`<p>${trialPeriodDays} days free, then the price above.</p>`}
        ${email === null ? '' : html`<p>Email: <strong>${email}</strong></p>`}
      </section>
      <section>
        <h2>Pay with card</h2>
        ${alert === null ? '' : html`<p role="alert">${alert}</p>`}
        <form method="post" action="/c/pay/${session.id}">
          ${email === null ? field('email', 'Email', 'email', typed.email, 'email') : ''}
          ${field('number', 'Card number', 'cc-number', '', 'text', 'numeric')}
          <div class="pair">
            <div>${field('expiry', 'Expiry', 'cc-exp', '', 'text', 'numeric', 'MM / YY')}</div>
            <div>${field('cvc', 'CVC', 'cc-csc', '', 'text', 'numeric')}</div>
          </div>
          ${field('name', 'Name on card', 'cc-name', typed.name)}
          <button class="pay" type="submit">Pay</button>
        </form>
        ${session.cancel_url === null ? '' : html`<p><a href="${session.cancel_url}">Cancel</a></p>`}
      </section>
      <section class="hint">
        <h2>Test cards</h2>
        <p>No money moves here. Any later expiry and any CVC will do.</p>
        <ul>
          ${HINTED_CARDS.map((card) => html`<li><code>${grouped(card.number)}</code> ${card.hint}</li>`)}
        </ul>
      </section>`,
  }
}

/** The page that asks whether a 3D Secure challenge shall pass. */
export function challengePage(session: Session): Page {
  return {
    title: 'Authenticate your payment',
    leadsAway: true,
    content: html`<section>
      <p class="badge">Sandbox</p>
      <h1>3D Secure</h1>
      <p>
        Your bank asks you to confirm a payment of
        <strong>${formatAmount(session.amount_total ?? 0, session.currency ?? 'usd')}</strong>.
      </p>
      <form method="post" action="/c/pay/${session.id}/authenticate">
        <button type="submit" name="outcome" value="complete">Complete authentication</button>
        <button type="submit" name="outcome" value="fail" class="quiet">Fail authentication</button>
      </form>
    </section>`,
  }
}

/** The page of a session that is over. */
export function closedPage(session: Session): Page {
  const complete = session.status === 'complete'
  const onward = complete ? successUrl(session) : session.cancel_url
  return {
    title: complete ? 'Already paid' : 'Expired',
    content: html`<section>
      <p class="badge">Sandbox</p>
      <h1>${complete ? 'This checkout is complete' : 'This checkout has expired'}</h1>
      <p role="status">
        ${complete ? 'It was paid; nothing more will be charged.' : 'Nothing was charged. Start again where you came from.'}
      </p>
      ${onward === null ? '' : html`<p><a class="button" href="${onward}">Go back</a></p>`}
    </section>`,
  }
}

function summaryLine(item: Stripe.LineItem, currency: string): Html {
  const recurring = item.price?.recurring ?? null
  const count = recurring?.interval_count ?? 1
  const every =
    recurring === null ? '' : count === 1 ? ` per ${recurring.interval}` : ` every ${count} ${recurring.interval}s`
  return html`<p class="row">
    <span>${item.description}${(item.quantity ?? 1) > 1 ? ` × ${item.quantity}` : ''}</span>
    <span>${formatAmount(item.amount_subtotal, currency)}${every}</span>
  </p>`
}

function field(
  name: string,
  label: string,
  autocomplete: string,
  value: string,
  type = 'text',
  inputmode = 'text',
  placeholder = '',
): Html {
  return html`<label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      inputmode="${inputmode}"
      autocomplete="${autocomplete}"
      value="${value}"
      placeholder="${placeholder}"
      maxlength="100"
      required
    />`
}

function grouped(number: string): string {
  return number.replaceAll(/(\d{4})(?=\d)/g, '$1 ')
}
