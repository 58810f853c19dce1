import type Stripe from 'stripe'
import { formatAmount } from '../money.js'
import { idOf } from '../stripe/api/id-of.js'
import { customerMethod } from '../stripe/collection/payment-method-for.js'
import type { SandboxState } from '../sandbox-state.js'
import { alertText, cardFields, field, testCards } from './card-fields.js'
import { html, type Html } from './html.js'
import { statusText } from './invoice-page.js'
import type { Page } from './layout.js'
import { dateIn, textsForCustomer, type PageTexts } from './page-texts.js'
import { configurationOf, plans } from './portal-plans.js'
import { latestSeller, sellerRow } from './seller.js'

type Session = Stripe.BillingPortal.Session

/** Message above the page: the result of an action, or the reason why it failed. */
export interface Notice {
  kind: 'status' | 'alert'
  text: string
}

/** The texts of a portal session. */
export const textsOfPortal = (world: SandboxState, { customer, locale }: Session): PageTexts =>
  textsForCustomer(world, customer, locale)

/** The billing portal of a customer: plan, payment method, invoices, details; as far as its configuration allows. */
export function portalPage(world: SandboxState, session: Session, notice: Notice | null): Page {
  const { features } = configurationOf(world, session)
  const customer = world.store.need('customer', session.customer)
  const path = `/p/session/${session.id}`
  const only = session.flow?.type
  const t = textsOfPortal(world, session)
  const shows = (flow: string) => only === undefined || only === flow
  return {
    title: t('Billing'),
    language: t.tag,
    wide: 'columns',
    leadsAway: true,
    seller: latestSeller(world),
    content: html`${sellerRow(latestSeller(world))}
      <h1>${customer.name ?? customer.email ?? t('Your billing')}</h1>
      ${notice === null ? '' : notice.kind === 'alert' ? alertText(t(notice.text)) : html`<p role="status">${t(notice.text)}</p>`}
      ${session.return_url === null ? '' : html`<p><a href="${session.return_url}">${t('Return to {host}', { host: hostOf(session.return_url) })}</a></p>`}
      <div class="columns">
        <div>
          ${shows('subscription_cancel') || shows('subscription_update') ? plans(world, session, path, t) : ''}
          ${features.invoice_history.enabled && only === undefined ? invoices(world, session.customer, t) : ''}
        </div>
        <div>
          ${features.payment_method_update.enabled && shows('payment_method_update') ? payment(world, session, path, t) : ''}
          ${features.customer_update.enabled && only === undefined ? details(customer, features, path, t) : ''}
          ${features.payment_method_update.enabled && shows('payment_method_update') ? testCards(t) : ''}
        </div>
      </div>`,
  }
}

function payment(world: SandboxState, session: Session, path: string, t: PageTexts): Html {
  const [subscription] = world.store
    .by('subscription', 'customer', session.customer)
    .filter(({ status }) => status !== 'canceled')
  const own = world.store.get('payment_method', idOf(subscription?.default_payment_method) ?? '')
  const method = own ?? customerMethod(world, session.customer)
  return html`<section aria-labelledby="method">
    <h2 id="method">${t('Payment method')}</h2>
    <p>${method === null ? t('None yet.') : methodText(method, t)}</p>
    <form method="post" action="${path}/card">
      ${cardFields('', t)}
      <div class="actions"><button type="submit">${t('Save card')}</button></div>
    </form>
  </section>`
}

function details(
  customer: Stripe.Customer,
  { customer_update }: Stripe.BillingPortal.Configuration['features'],
  path: string,
  t: PageTexts,
): Html {
  const allowed = customer_update.allowed_updates
  if (!allowed.includes('email') && !allowed.includes('name')) return html``
  return html`<section aria-labelledby="details">
    <h2 id="details">${t('Billing details')}</h2>
    <form method="post" action="${path}/details">
      ${allowed.includes('name') ? field('customer_name', t('Name'), { value: customer.name ?? '', autocomplete: 'name' }) : ''}
      ${allowed.includes('email') ? field('customer_email', t('Email'), { type: 'email', value: customer.email ?? '', autocomplete: 'email' }) : ''}
      <div class="actions"><button class="quiet" type="submit">${t('Save details')}</button></div>
    </form>
  </section>`
}

function invoices(world: SandboxState, customer: string, t: PageTexts): Html {
  const list = world.store
    .by('invoice', 'customer', customer)
    .filter(({ status }) => status !== 'draft')
    .toReversed()
  return html`<section aria-labelledby="invoices">
    <h2 id="invoices">${t('Invoices')}</h2>
    ${
      list.length === 0
        ? html`<p>${t('None yet.')}</p>`
        : html`<table>
            <thead>
              <tr>
                <th scope="col">${t('Date')}</th>
                <th scope="col">${t('Number')}</th>
                <th scope="col">${t('Status')}</th>
                <th scope="col" class="amount">${t('Total')}</th>
              </tr>
            </thead>
            <tbody>
              ${list.map(
                (one) =>
                  html`<tr>
                    <td>${dateIn(t, one.created)}</td>
                    <td><a href="/i/${one.id}">${one.number}</a></td>
                    <td>${t(statusText(one))}</td>
                    <td class="amount">${formatAmount(one.total, one.currency, t.tag)}</td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
  </section>`
}

function methodText(method: Stripe.PaymentMethod, t: PageTexts): string {
  if (method.card === undefined)
    return t('Bank account ending in {last4}', { last4: method.us_bank_account?.last4 ?? '' })
  const { brand, last4, exp_month, exp_year } = method.card
  return t('{brand} ending in {last4}, expires {expiry}', {
    // The provider's names of card brands are in small letters.
    brand: brand.slice(0, 1).toUpperCase() + brand.slice(1),
    last4,
    expiry: `${String(exp_month).padStart(2, '0')}/${exp_year}`,
  })
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url
}
