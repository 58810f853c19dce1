import type Stripe from 'stripe'
import { formatAmount } from '../money.js'
import { idOf } from '../stripe/api/id-of.js'
import { asksForMethod } from '../stripe/checkout-sessions/payment-choice.js'
import { describeCoupon } from '../stripe/coupons/coupon.object.js'
import type { SandboxState } from '../sandbox-state.js'
import { alertText, cardFields, field, testCards } from './card-fields.js'
import { successUrl } from './checkout-urls.js'
import { html, type Html } from './html.js'
import type { Page } from './layout.js'
import { textsOf, type PageTexts } from './page-texts.js'
import { sellerOf, sellerRow } from './seller.js'
import { days, nextPeriodEnd } from '../time/periods.js'

type Session = Stripe.Checkout.Session

/** Values that the payer entered, shown again after a decline (never the card number's check code). */
export interface Typed {
  name: string
  email: string
}

/** Error and the form at which the page shows it. */
export interface Problem {
  at: 'card' | 'promotion'
  message: string
}

/** Page of an open session: items, a promotion code, and the payment methods. */
export function checkoutPage(world: SandboxState, session: Session, problem: Problem | null, typed: Typed): Page {
  const email = session.customer_details?.email ?? null
  const path = `/c/pay/${session.id}`
  const setup = session.mode === 'setup'
  const t = textsOf(session)
  return {
    title: t(setup ? 'Save a card' : 'Checkout'),
    language: t.tag,
    leadsAway: true,
    wide: 'columns',
    seller: sellerOf(session.branding_settings),
    content: html`<div class="columns">
      <div>${setup ? setupSummary(session, email) : summary(world, session, problem, email)}</div>
      <div>
        ${asksForMethod(session) ? cardForm(session, path, problem, typed, email) : freeForm(session, path, email)}
        ${asksForMethod(session) ? bankForm(session, path) : ''}
      </div>
      ${asksForMethod(session) ? html`<div>${testCards(t)}</div>` : ''}
    </div>`,
  }
}

/** Page of a closed session. */
export function closedPage(session: Session): Page {
  const complete = session.status === 'complete'
  const onward = complete ? successUrl(session) : session.cancel_url
  const t = textsOf(session)
  return {
    title: t(complete ? 'Already paid' : 'Expired'),
    language: t.tag,
    seller: sellerOf(session.branding_settings),
    content: html`<section>
      ${sellerRow(sellerOf(session.branding_settings))}
      <h1>${t(complete ? 'This checkout is complete' : 'This checkout has expired')}</h1>
      <p role="status">
        ${t(complete ? 'It was paid; nothing more will be charged.' : 'Nothing was charged. Start again where you came from.')}
      </p>
      ${onward === null ? '' : html`<p><a class="button" href="${onward}">${t('Back')}</a></p>`}
    </section>`,
  }
}

function setupSummary(session: Session, email: string | null): Html {
  const t = textsOf(session)
  return html`<section class="sunken" aria-labelledby="summary">
    ${seller(session)}
    <h1 id="summary">${t('Save a payment method')}</h1>
    <p>${t('Nothing is charged now.')}</p>
    ${email === null ? '' : html`<p>${t('Email')}: <strong>${email}</strong></p>`}
  </section>`
}

function summary(world: SandboxState, session: Session, problem: Problem | null, email: string | null): Html {
  const { lineItems, trialPeriodDays, trialEnd } = world.store.need('session_detail', session.id)
  const currency = session.currency ?? 'usd'
  const trial = trialPeriodDays !== null || trialEnd !== null
  const discount = session.total_details?.amount_discount ?? 0
  const t = textsOf(session)
  const money = (amount: number) => formatAmount(amount, currency, t.tag)
  const total = money(session.amount_total ?? 0)
  const then = laterPrice(world, session)
  // One item at its price is what the title and the total say.
  const isOneLine =
    lineItems.length === 1 &&
    lineItems[0]!.adjustable_quantity?.enabled !== true &&
    discount === 0 &&
    !trial &&
    !session.automatic_tax.enabled
  return html`<section class="sunken" aria-labelledby="summary">
    ${seller(session)}
    <div class="head">
      <h1 id="summary">${orderName(session, lineItems)}</h1>
      <p class="total">${trial ? t('{amount} today', { amount: total }) : total}</p>
    </div>
    ${then === null ? '' : html`<p class="soft">${then}</p>`}
    ${
      isOneLine
        ? ''
        : html`<details class="order">
            <summary>${t('Order summary')}</summary>
            ${lineItems.map((item) => summaryLine(session, item, currency))}
            ${
              discount === 0
                ? ''
                : html`<p class="row"><span>${discountName(world, session)}</span><span>−${money(discount)}</span></p>`
            }
            ${session.automatic_tax.enabled ? html`<p class="row"><span>${t('Tax')}</span><span>${money(session.total_details?.amount_tax ?? 0)}</span></p>` : ''}
            <p class="row sum"><span>${t(trial ? 'Total today' : 'Total')}</span><span>${total}</span></p>
          </details>`
    }
    ${email === null ? '' : html`<p>${t('Email')}: <strong>${email}</strong></p>`}
    ${session.allow_promotion_codes === true ? promotionForm(session, problem) : ''}
  </section>`
}

/** Names of one product with how often it is paid. */
const RECURRING: Readonly<Record<Stripe.Price.Recurring.Interval, string>> = {
  day: '{name}, daily',
  week: '{name}, weekly',
  month: '{name}, monthly',
  year: '{name}, yearly',
}

function orderName(session: Session, lineItems: readonly Stripe.LineItem[]): string {
  const t = textsOf(session)
  const [item] = lineItems
  if (item === undefined || lineItems.length > 1) return t('Order summary')
  const name = itemName(item)
  const recurring = item.price?.recurring
  const text = recurring?.interval_count === 1 ? RECURRING[recurring.interval] : undefined
  return text === undefined ? name : t(text, { name })
}

const itemName = ({ description, quantity }: Stripe.LineItem): string =>
  `${description ?? ''}${(quantity ?? 1) > 1 ? ` × ${quantity}` : ''}`

/** The price of the next periods and their beginning. Null without one, and with a discount, which can change or end. */
function laterPrice(world: SandboxState, session: Session): string | null {
  const { lineItems, trialPeriodDays, trialEnd } = world.store.need('session_detail', session.id)
  const items = lineItems.filter(({ price }) => price?.recurring)
  const [recurring] = items.map(({ price }) => price!.recurring!)
  if (recurring === undefined || (session.discounts ?? []).length > 0) return null
  const now = world.clock.seconds
  const from = trialPeriodDays === null ? (trialEnd ?? nextPeriodEnd(now, now, recurring)) : now + days(trialPeriodDays)
  const t = textsOf(session)
  const amount = formatAmount(
    items.reduce((sum, item) => sum + item.amount_total, 0),
    session.currency ?? 'usd',
    t.tag,
  )
  return t('then {price} from {date}', {
    price: perInterval(amount, recurring, t),
    date: new Date(from * 1000).toLocaleDateString(t.tag, { dateStyle: 'long', timeZone: 'UTC' }),
  })
}

function perInterval(
  amount: string,
  { interval, interval_count: count }: Stripe.Price.Recurring,
  t: PageTexts,
): string {
  return count === 1
    ? t('{amount} per {unit}', { amount, unit: t(interval) })
    : t('{amount} every {count} {units}', { amount, count, units: t(`${interval}s`) })
}

/** The seller, whose name leads back. */
function seller(session: Session): Html {
  const of = sellerOf(session.branding_settings)
  const label = textsOf(session)('Back to {name}', { name: of.name })
  return sellerRow(of, session.cancel_url === null ? null : { href: session.cancel_url, label })
}

function promotionForm(session: Session, problem: Problem | null): Html {
  const t = textsOf(session)
  const applied = (session.discounts ?? []).length > 0
  if (applied) {
    return html`<form method="post" action="/c/pay/${session.id}/promotion/remove">
      <button class="quiet small">${t('Remove promotion code')}</button>
    </form>`
  }
  const failed = problem?.at === 'promotion'
  return html`<details ${failed ? html`open` : ''}>
    <summary class="as-link">${t('Add a promotion code')}</summary>
    <form method="post" action="/c/pay/${session.id}/promotion" class="beside">
      <div>${field('code', t('Promotion code'))}</div>
      <button class="quiet">${t('Apply')}</button>
      ${failed ? alertText(t(problem.message)) : ''}
    </form>
  </details>`
}

function cardForm(session: Session, path: string, problem: Problem | null, typed: Typed, email: string | null): Html {
  const t = textsOf(session)
  return html`<section aria-labelledby="card">
    <h2 id="card">${t(session.mode === 'setup' ? 'Card' : 'Pay with card')}</h2>
    ${problem?.at === 'card' ? alertText(t(problem.message)) : ''}
    <form method="post" action="${path}" novalidate>
      ${email === null ? field('email', t('Email'), { type: 'email', value: typed.email, autocomplete: 'email' }) : ''}
      ${cardFields(typed.name, t)}
      <button class="pay" type="submit">${session.mode === 'setup' ? t('Save card') : payText(session)}</button>
      ${session.mode === 'subscription' ? html`<p class="soft">${t('You allow {name} to charge this card for each period until you cancel.', { name: sellerOf(session.branding_settings).name })}</p>` : ''}
    </form>
  </section>`
}

/** A trial is paid for later: nothing is due today. */
function payText(session: Session): string {
  const { amount_total: amount, currency } = session
  const t = textsOf(session)
  return amount ? t('Pay {amount}', { amount: formatAmount(amount, currency ?? 'usd', t.tag) }) : t('Pay')
}

/** A debit settles days later. The payer chooses its result. */
function bankForm(session: Session, path: string): Html {
  if (session.mode === 'setup') return html``
  const t = textsOf(session)
  return html`<section aria-labelledby="bank">
    <details>
      <summary><h2 id="bank">${t('Bank account')}</h2></summary>
      <p>${t('The bank answers three days later. How shall it answer?')}</p>
      <form method="post" action="${path}/bank">
        <fieldset>
          <legend>${t('Answer of the bank')}</legend>
          <label class="choice"
            ><input type="radio" name="outcome" value="paid" checked /> ${t('It debits the account')}</label
          >
          <label class="choice"
            ><input type="radio" name="outcome" value="failed" /> ${t('It refuses the debit')}</label
          >
        </fieldset>
        <button class="quiet" type="submit">${t('Debit this account')}</button>
      </form>
    </details>
  </section>`
}

function freeForm(session: Session, path: string, email: string | null): Html {
  const t = textsOf(session)
  return html`<section aria-labelledby="free">
    <h2 id="free">${t('Nothing to pay today')}</h2>
    <form method="post" action="${path}/free">
      ${email === null ? field('email', t('Email'), { type: 'email', autocomplete: 'email' }) : ''}
      <button class="pay" type="submit">${t('Start')}</button>
    </form>
  </section>`
}

function summaryLine(session: Session, item: Stripe.LineItem, currency: string): Html {
  const recurring = item.price?.recurring
  const t = textsOf(session)
  const amount = formatAmount(item.amount_subtotal, currency, t.tag)
  return html`<p class="row">
      <span>${itemName(item)}</span>
      <span>${recurring ? perInterval(amount, recurring, t) : amount}</span>
    </p>
    ${item.adjustable_quantity?.enabled === true ? quantityForm(session, item) : ''}`
}

function quantityForm(session: Session, item: Stripe.LineItem): Html {
  const t = textsOf(session)
  const { minimum, maximum } = item.adjustable_quantity ?? { minimum: 0, maximum: 99 }
  return html`<form method="post" action="/c/pay/${session.id}/quantity/${item.id}" class="beside">
    <div>
      <label for="quantity-${item.id}">${t('Quantity of {name}', { name: item.description ?? '' })}</label>
      <input
        id="quantity-${item.id}"
        name="quantity"
        type="number"
        min="${minimum ?? 0}"
        max="${maximum ?? 99}"
        value="${item.quantity ?? 1}"
        required
      />
    </div>
    <button class="quiet">${t('Update')}</button>
  </form>`
}

function discountName(world: SandboxState, session: Session): string {
  const [given] = session.discounts ?? []
  const coupon = world.store.get('coupon', idOf(given?.coupon) ?? '')
  if (coupon === undefined) return textsOf(session)('Discount')
  const code = world.store.get('promotion_code', idOf(given?.promotion_code) ?? '')
  return `${code?.code ?? coupon.name ?? coupon.id} (${describeCoupon(coupon, formatAmount)})`
}
