import type { BillingCycle, Subscription, SubscriptionFunding } from '#paypal/objects.js'
import { amountDue } from '#paypal/subscriptions/cycle-price.js'
import { minor } from '#paypal/money.js'
import type { SandboxState } from '#sandbox-state.js'
import { alertText, field } from '../card-fields.js'
import { html, type Html } from '../html.js'
import type { Page } from '../layout.js'
import { textsOf, type PageTexts } from '../page-texts.js'
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
  const t = textsOf(detail)
  const plan = world.store.get('paypal.plan', revision?.plan ?? subscription.plan_id)
  return {
    title: t(revision === null ? 'Agree to a subscription' : 'Agree to a change'),
    language: t.tag,
    leadsAway: true,
    content: html`<section aria-labelledby="summary">
        <p class="badge">Sandbox · PayPal</p>
        <h1 id="summary">
          ${t(revision === null ? 'Subscribe to {plan}' : 'Change to {plan}', { plan: plan?.name ?? t('a plan') })}
        </h1>
        ${detail.brandName === null ? '' : html`<p>${detail.brandName}</p>`}
        ${revision === null ? terms(world, subscription, t) : html`<p>${t('Quantity: {count}. It holds from the next bill on.', { count: revision.quantity })}</p>`}
        ${leave === null ? '' : html`<p><a href="${leave}">${t('Cancel')}</a></p>`}
      </section>
      <section aria-labelledby="payer">
        <h2 id="payer">${t('Your PayPal account')}</h2>
        ${problem === null ? '' : alertText(t(problem))}
        <form method="post" action="/paypal/webapps/billing/subscriptions?ba_token=${detail.token}">
          ${revision === null ? payerFields(email, t) : html`<p>${detail.payerEmail ?? ''}</p>`}
          <button class="pay" type="submit">${t(revision === null ? 'Pay' : 'Agree')}</button>
        </form>
      </section>`,
  }
}

/** Page of a subscription that needs no approval. */
export function subscriptionOverPage(world: SandboxState, subscription: Subscription): Page {
  const onward = returnUrlOf(world, subscription)
  const t = textsOf(world.store.need('paypal.subscription_detail', subscription.id))
  return {
    title: t('Subscription'),
    language: t.tag,
    content: html`<section>
      <p class="badge">Sandbox · PayPal</p>
      <h1>${t('Nothing is left to agree to')}</h1>
      <p role="status">
        ${t('This subscription is {status}.', { status: t(STATUSES[subscription.status] ?? subscription.status) })}
      </p>
      ${onward === null ? '' : html`<p><a class="button" href="${onward}">${t('Back')}</a></p>`}
    </section>`,
  }
}

function payerFields(email: string, t: PageTexts): Html {
  return html`${field('email', t('Email'), { type: 'email', value: email, autocomplete: 'email' })}
    <fieldset>
      <legend>${t('Pay with')}</legend>
      ${SUBSCRIBER_FUNDINGS.map((each, index) => choice(each, index, t))}
    </fieldset>`
}

function terms(world: SandboxState, subscription: Subscription, t: PageTexts): Html {
  const { cycles, preferences } = world.store.need('paypal.subscription_detail', subscription.id)
  return html`${cycles.map(
    (cycle) =>
      html`<p class="row">
        <span>${cycleText(cycle, t)}</span><span>${priceText(world, subscription, cycle, t)}</span>
      </p>`,
  )}
  ${
    minor(preferences.setup_fee) === 0n
      ? ''
      : html`<p class="row"><span>${t('To set up')}</span><span>${amountText(preferences.setup_fee, t)}</span></p>`
  }`
}

function priceText(world: SandboxState, subscription: Subscription, cycle: BillingCycle, t: PageTexts): string {
  const price = amountDue(world, subscription, cycle)
  return price === null ? t('free') : amountText(price, t)
}

/** Words for the statuses of a subscription. */
const STATUSES: Readonly<Record<string, string>> = {
  APPROVAL_PENDING: 'not approved yet',
  APPROVED: 'approved',
  ACTIVE: 'active',
  SUSPENDED: 'suspended',
  CANCELLED: 'canceled',
  EXPIRED: 'over',
}

function cycleText({ frequency, tenure_type: tenure, total_cycles: total }: BillingCycle, t: PageTexts): string {
  const { interval_unit: unit, interval_count: count } = frequency
  const every = count === 1 ? t(unit.toLowerCase()) : `${count} ${t(`${unit.toLowerCase()}s`)}`
  const text = t(tenure === 'TRIAL' ? 'Trial: every {interval}' : 'Every {interval}', { interval: every })
  return total === 0 ? text : `${text}, ${t('{count} times', { count: total })}`
}
