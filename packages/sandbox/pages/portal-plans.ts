import type Stripe from 'stripe'
import { formatAmount } from '../money.js'
import { idOf } from '../stripe/api/id-of.js'
import { productName, unitAmount } from '../stripe/prices/price-amount.js'
import { isOver } from '../stripe/subscriptions/set-status.js'
import { attachedSchedule, nextPhase } from '../stripe/subscription-schedules/attached-schedule.js'
import { periodEnd } from '../stripe/subscriptions/subscription-periods.js'
import type { SandboxState } from '../sandbox-state.js'
import { html, type Html } from './html.js'
import { dateIn, type PageTexts } from './page-texts.js'

type Session = Stripe.BillingPortal.Session

/** The configuration of a portal session. */
export function configurationOf(world: SandboxState, session: Session): Stripe.BillingPortal.Configuration {
  return world.store.need('billing_portal.configuration', idOf(session.configuration) ?? '')
}

/** The prices that a customer may switch to, in the currency of the subscription. */
export function offeredPrices(world: SandboxState, session: Session, currency: string): Stripe.Price[] {
  return (configurationOf(world, session).features.subscription_update.products ?? [])
    .flatMap(({ prices }) => prices)
    .flatMap((id) => world.store.get('price', id) ?? [])
    .filter((price) => price.currency === currency)
}

/** The plans of a customer, with what may be done about them. */
export function plans(world: SandboxState, session: Session, path: string, t: PageTexts): Html {
  const wanted = session.flow?.subscription_cancel?.subscription ?? session.flow?.subscription_update?.subscription
  const living = world.store
    .by('subscription', 'customer', session.customer)
    .filter((one) => !isOver(one) && (wanted ?? one.id) === one.id)
  return html`<section aria-labelledby="plans">
    <h2 id="plans">${t('Your plan')}</h2>
    ${living.length === 0 ? html`<p>${t('You have no plan.')}</p>` : living.map((one) => plan(world, session, one, path, t))}
  </section>`
}

function plan(
  world: SandboxState,
  session: Session,
  subscription: Stripe.Subscription,
  path: string,
  t: PageTexts,
): Html {
  const { currency, cancel_at: ends } = subscription
  return html`<div>
    ${subscription.items.data.map(
      (item) =>
        html`<p class="row">
          <span
            ><strong>${productName(world, item.price)}</strong
            >${(item.quantity ?? 1) > 1 ? ` × ${item.quantity}` : ''}</span
          >
          <span>${priceText(world, item.price, currency, t)}</span>
        </p>`,
    )}
    <p>${standing(subscription, t)}</p>
    ${
      scheduledPhase(world, subscription) === null
        ? html`${ends === null ? switchForm(world, session, subscription, path, t) : ''}
          ${endForms(world, session, subscription, path, t)}`
        : scheduledForm(world, subscription, path, t)
    }
  </div>`
}

/** The phase that a schedule will begin; null when nothing is scheduled. */
export function scheduledPhase(
  world: SandboxState,
  subscription: Stripe.Subscription,
): Stripe.SubscriptionSchedule.Phase | null {
  const schedule = attachedSchedule(world, subscription)
  return (schedule && nextPhase(schedule)) ?? null
}

/** A scheduled update can only be canceled. */
function scheduledForm(world: SandboxState, subscription: Stripe.Subscription, path: string, t: PageTexts): Html {
  const phase = scheduledPhase(world, subscription)
  const price = world.store.get('price', idOf(phase?.items[0]?.price as string) ?? '')
  return html`<p>
      ${t('Changes to {plan} on {date}.', {
        plan: price ? productName(world, price) : t('another plan'),
        date: dateIn(t, phase?.start_date ?? 0),
      })}
    </p>
    <form method="post" action="${path}/subscriptions/${subscription.id}/unschedule">
      <div class="actions"><button>${t('Cancel scheduled update')}</button></div>
    </form>`
}

function standing(subscription: Stripe.Subscription, t: PageTexts): string {
  if (subscription.cancel_at !== null) return t('Ends on {date}.', { date: dateIn(t, subscription.cancel_at) })
  if (subscription.status === 'trialing')
    return t('Free until {date}.', { date: dateIn(t, subscription.trial_end ?? 0) })
  if (subscription.status === 'past_due') return t('A payment failed. Pay the open invoice or change your card.')
  if (subscription.status === 'active') return t('Renews on {date}.', { date: dateIn(t, periodEnd(subscription)) })
  if (subscription.status === 'unpaid') return t('This plan is unpaid.')
  return t(subscription.status === 'paused' ? 'This plan is paused.' : 'This plan is not complete.')
}

function switchForm(
  world: SandboxState,
  session: Session,
  subscription: Stripe.Subscription,
  path: string,
  t: PageTexts,
): Html {
  const { enabled, default_allowed_updates: allowed } = configurationOf(world, session).features.subscription_update
  const [item] = subscription.items.data
  const prices = allowed.includes('price') ? offeredPrices(world, session, subscription.currency) : []
  const quantities = allowed.includes('quantity')
  if (!enabled || item === undefined || (prices.length === 0 && !quantities)) return html``
  return html`<form method="get" action="${path}/subscriptions/${subscription.id}/switch">
    <label for="price-${subscription.id}">${t('Plan')}</label>
    <select id="price-${subscription.id}" name="price">
      ${(prices.length === 0 ? [item.price] : prices).map(
        (price) =>
          html`<option value="${price.id}" ${price.id === item.price.id ? html` selected` : ''}>
            ${productName(world, price)} — ${priceText(world, price, subscription.currency, t)}
          </option>`,
      )}
    </select>
    ${
      quantities
        ? html`<label for="quantity-${subscription.id}">${t('Quantity')}</label>
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
    <div class="actions"><button>${t('Switch plan')}</button></div>
  </form>`
}

/** Reasons that a portal can offer. */
const REASONS: Readonly<Record<string, string>> = {
  customer_service: 'customer service',
  low_quality: 'low quality',
  missing_features: 'missing features',
  other: 'other',
  switched_service: 'switched service',
  too_complex: 'too complex',
  too_expensive: 'too expensive',
  unused: 'unused',
}

function endForms(
  world: SandboxState,
  session: Session,
  subscription: Stripe.Subscription,
  path: string,
  t: PageTexts,
): Html {
  const { enabled, cancellation_reason: reason } = configurationOf(world, session).features.subscription_cancel
  if (!enabled) return html``
  const action = `${path}/subscriptions/${subscription.id}`
  if (subscription.cancel_at !== null) {
    return html`<form method="post" action="${action}/keep">
      <div class="actions"><button>${t('Keep my plan')}</button></div>
    </form>`
  }
  return html`<form method="get" action="${action}/cancel">
    ${
      reason.enabled
        ? html`<label for="reason-${subscription.id}">${t('Why do you leave?')}</label>
            <select id="reason-${subscription.id}" name="feedback">
              ${reason.options.map((option) => html`<option value="${option}">${t(REASONS[option] ?? option)}</option>`)}
            </select>`
        : ''
    }
    <div class="actions"><button class="quiet">${t('Cancel plan')}</button></div>
  </form>`
}

/** Amount and interval of a price, as text. */
export function priceText(world: SandboxState, price: Stripe.Price, currency: string, t: PageTexts): string {
  const { interval, interval_count: count } = price.recurring ?? { interval: 'month', interval_count: 1 }
  const amount = formatAmount(unitAmount(world, price, currency), currency, t.tag)
  return `${amount} / ${count === 1 ? t(interval) : `${count} ${t(`${interval}s`)}`}`
}
