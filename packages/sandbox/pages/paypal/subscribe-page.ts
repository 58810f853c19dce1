import type { BillingCycle, Subscription, SubscriptionFunding } from '#paypal/objects.js'
import { amountDue } from '#paypal/subscriptions/cycle-price.js'
import { minor } from '#paypal/money.js'
import type { SandboxState } from '#sandbox-state.js'
import { alertText, field } from '../card-fields.js'
import { html, type Html } from '../html.js'
import type { Page } from '../layout.js'
import { amountText, choice, FUNDINGS } from './approval-page.js'
import { cancelUrlOf, returnUrlOf } from './return-urls.js'

/** The ways to pay that a subscriber can choose. */
export const SUBSCRIBER_FUNDINGS: readonly { name: SubscriptionFunding; label: string }[] = [
  ...FUNDINGS,
  { name: 'fails_later', label: 'A card that pays now and fails at renewals' },
]

/** The page on which a subscriber agrees to a subscription, or to its change. */
export function subscribePage(
  world: SandboxState,
  subscription: Subscription,
  email: string,
  problem: string | null,
): Page {
  const detail = world.store.need('paypal.subscription_detail', subscription.id)
  const leave = cancelUrlOf(world, subscription)
  const { revision } = detail
  const plan = world.store.get('paypal.plan', revision?.plan ?? subscription.plan_id)
  return {
    title: revision === null ? 'Agree to a subscription' : 'Agree to a change',
    leadsAway: true,
    content: html`<section aria-labelledby="summary">
        <p class="badge">Sandbox · PayPal</p>
        <h1 id="summary">${revision === null ? 'Subscribe to' : 'Change to'} ${plan?.name ?? 'a plan'}</h1>
        ${detail.brandName === null ? '' : html`<p>${detail.brandName}</p>`}
        ${revision === null ? terms(world, subscription) : html`<p>Quantity: ${revision.quantity}. It holds from the next bill on.</p>`}
        ${leave === null ? '' : html`<p><a href="${leave}">Cancel</a></p>`}
      </section>
      <section aria-labelledby="payer">
        <h2 id="payer">Your PayPal account</h2>
        ${problem === null ? '' : alertText(problem)}
        <form method="post" action="/paypal/webapps/billing/subscriptions?ba_token=${detail.token}">
          ${revision === null ? payerFields(email) : html`<p>${detail.payerEmail ?? ''}</p>`}
          <button class="pay" type="submit">${revision === null ? 'Pay' : 'Agree'}</button>
        </form>
      </section>`,
  }
}

/** Page of a subscription that needs no approval. */
export function subscriptionOverPage(world: SandboxState, subscription: Subscription): Page {
  const onward = returnUrlOf(world, subscription)
  return {
    title: 'Subscription',
    content: html`<section>
      <p class="badge">Sandbox · PayPal</p>
      <h1>Nothing is left to agree to</h1>
      <p role="status">This subscription is ${subscription.status.toLowerCase().replaceAll('_', ' ')}.</p>
      ${onward === null ? '' : html`<p><a class="button" href="${onward}">Back</a></p>`}
    </section>`,
  }
}

function payerFields(email: string): Html {
  return html`${field('email', 'Email', { type: 'email', value: email, autocomplete: 'email' })}
    <fieldset>
      <legend>Pay with</legend>
      ${SUBSCRIBER_FUNDINGS.map(choice)}
    </fieldset>`
}

function terms(world: SandboxState, subscription: Subscription): Html {
  const { cycles, preferences } = world.store.need('paypal.subscription_detail', subscription.id)
  return html`${cycles.map(
    (cycle) =>
      html`<p class="row"><span>${cycleText(cycle)}</span><span>${priceText(world, subscription, cycle)}</span></p>`,
  )}
  ${
    minor(preferences.setup_fee) === 0n
      ? ''
      : html`<p class="row"><span>To set up</span><span>${amountText(preferences.setup_fee)}</span></p>`
  }`
}

function priceText(world: SandboxState, subscription: Subscription, cycle: BillingCycle): string {
  const price = amountDue(world, subscription, cycle)
  return price === null ? 'free' : amountText(price)
}

function cycleText({ frequency, tenure_type: tenure, total_cycles: total }: BillingCycle): string {
  const { interval_unit: unit, interval_count: count } = frequency
  const every = count === 1 ? unit.toLowerCase() : `${count} ${unit.toLowerCase()}s`
  return `${tenure === 'TRIAL' ? 'Trial: every' : 'Every'} ${every}${total === 0 ? '' : `, ${total} times`}`
}
