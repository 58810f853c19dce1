import type Stripe from 'stripe'
import { productName } from '../stripe/prices/price-amount.js'
import { periodEnd } from '../stripe/subscriptions/subscription-periods.js'
import type { SandboxState } from '../sandbox-state.js'
import { html } from './html.js'
import type { Page } from './layout.js'
import { dateIn } from './page-texts.js'
import { textsOfPortal } from './portal-page.js'
import { latestSeller, sellerRow } from './seller.js'

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
  const t = textsOfPortal(world, session)
  const plan = item === undefined ? t('Your plan') : productName(world, item.price)
  return {
    title: t('Cancel your plan'),
    language: t.tag,
    seller: latestSeller(world),
    content: html`<section>
      ${sellerRow(latestSeller(world))}
      <h1>${t('Cancel your plan?')}</h1>
      <p>
        ${
          rules.mode === 'immediately'
            ? t('{plan} ends now.', { plan })
            : t('{plan} ends on {date}.', { plan, date: dateIn(t, periodEnd(subscription)) })
        }
      </p>
      <form method="post" action="${path}/subscriptions/${subscription.id}/cancel">
        <input type="hidden" name="feedback" value="${feedback}" />
        <div class="actions">
          <button type="submit">${t('Cancel plan')}</button>
          <a class="button quiet" href="${path}">${t('Back')}</a>
        </div>
      </form>
    </section>`,
  }
}
