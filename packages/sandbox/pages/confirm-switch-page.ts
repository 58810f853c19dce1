import type Stripe from 'stripe'
import { formatAmount } from '../money.js'
import { productName } from '../stripe/prices/price-amount.js'
import type { SandboxState } from '../sandbox-state.js'
import { html } from './html.js'
import type { Page } from './layout.js'
import { textsOfPortal } from './portal-page.js'
import { priceText } from './portal-plans.js'
import { latestSeller, sellerRow } from './seller.js'

type Session = Stripe.BillingPortal.Session

/** Page before a switch with the amount due today and the later price. */
export function confirmSwitchPage(
  world: SandboxState,
  session: Session,
  subscription: Stripe.Subscription,
  change: { price: Stripe.Price; quantity: number },
  preview: Stripe.Invoice | null,
): Page {
  const path = `/p/session/${session.id}`
  const { currency } = subscription
  const t = textsOfPortal(world, session)
  return {
    title: t('Confirm your new plan'),
    language: t.tag,
    seller: latestSeller(world),
    content: html`<section>
      ${sellerRow(latestSeller(world))}
      <h1>${t('Confirm your new plan')}</h1>
      <p class="row">
        <span>${productName(world, change.price)}${change.quantity > 1 ? ` × ${change.quantity}` : ''}</span>
        <span>${priceText(world, change.price, currency, t)}</span>
      </p>
      ${
        preview === null
          ? ''
          : html`${preview.lines.data.map(
                (line) =>
                  html`<p class="row">
                    <span>${line.description}</span><span>${formatAmount(line.amount, currency, t.tag)}</span>
                  </p>`,
              )}
              <p class="row sum">
                <span>${t(preview.billing_reason === 'upcoming' ? 'On your next invoice' : 'Due today')}</span>
                <span>${formatAmount(preview.amount_due, currency, t.tag)}</span>
              </p>`
      }
      <form method="post" action="${path}/subscriptions/${subscription.id}/switch">
        <input type="hidden" name="price" value="${change.price.id}" />
        <input type="hidden" name="quantity" value="${change.quantity}" />
        <div class="actions">
          <button type="submit">${t('Confirm')}</button>
          <a class="button quiet" href="${path}">${t('Back')}</a>
        </div>
      </form>
    </section>`,
  }
}
