import type Stripe from 'stripe'
import { productName } from '../stripe/prices/price-amount.js'
import { periodEnd } from '../stripe/subscriptions/subscription-periods.js'
import type { SandboxState } from '../sandbox-state.js'
import { html } from './html.js'
import { dateOf } from './invoice-page.js'
import type { Page } from './layout.js'

/** The page before a cancellation. It names the subscription and its end. */
export function confirmCancelPage(
  world: SandboxState,
  session: Stripe.BillingPortal.Session,
  subscription: Stripe.Subscription,
  rules: Stripe.BillingPortal.Configuration.Features.SubscriptionCancel,
  feedback: string,
): Page {
  const path = `/p/session/${session.id}`
  const [item] = subscription.items.data
  const ends = rules.mode === 'immediately' ? 'now' : `on ${dateOf(periodEnd(subscription))}`
  return {
    title: 'Cancel your plan',
    content: html`<section>
      <p class="badge">Sandbox</p>
      <h1>Cancel your plan?</h1>
      <p>${item === undefined ? 'Your plan' : productName(world, item.price)} ends ${ends}.</p>
      <form method="post" action="${path}/subscriptions/${subscription.id}/cancel">
        <input type="hidden" name="feedback" value="${feedback}" />
        <div class="actions">
          <button type="submit">Cancel plan</button>
          <a class="button quiet" href="${path}">Back</a>
        </div>
      </form>
    </section>`,
  }
}
