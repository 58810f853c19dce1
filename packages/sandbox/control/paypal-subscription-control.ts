import { cancelUrlOf, returnUrlOf } from '../pages/paypal/return-urls.js'
import type { Subscription, SubscriptionFunding } from '../paypal/objects.js'
import { settleCapture } from '../paypal/payments/settle-capture.js'
import { approveSubscription, waitsForSubscriber } from '../paypal/subscriptions/approve-subscription.js'
import { BY_ITSELF, causedBy, type SandboxState } from '../sandbox-state.js'
import type { PayInput } from './checkout-control.js'
import { ControlError } from './control-error.js'
import { EMAIL } from './paypal-checkout-control.js'

const FUNDINGS: Record<string, SubscriptionFunding> = {
  paid: 'balance',
  declined: 'declined',
  async_paid: 'bank_pays',
  async_failed: 'bank_refuses',
}

/** True if an id of `checkouts/{id}` is that of a PayPal subscription. */
export function isPayPalSubscription(world: SandboxState, id: string): boolean {
  return world.store.get('paypal.subscription', id) !== undefined
}

/** Approves a subscription or a change of it as a subscriber. */
export function approveByControl(world: SandboxState, id: string, input: PayInput) {
  const subscription = world.store.need('paypal.subscription', id)
  if (!waitsForSubscriber(world, subscription)) throw notOpen(subscription)
  if (input.card !== undefined)
    throw new ControlError(
      400,
      'BAD_INPUT',
      'A PayPal subscription is approved by its payer, not paid by card.',
      'card',
    )
  const funding = FUNDINGS[input.outcome ?? 'paid']
  if (funding === undefined)
    throw new ControlError(400, 'BAD_INPUT', 'PayPal asks for no 3D Secure challenge here.', 'outcome')
  const email = world.store.need('paypal.subscription_detail', id).payerEmail ?? EMAIL
  const isApproved = causedBy(world, BY_ITSELF, () => {
    const approved = approveSubscription(world, id, { email, funding })
    if (input.settle === 'now')
      for (const one of world.store.by('paypal.capture_detail', 'subscription', id)) settleCapture(world, one.id)
    return approved
  })
  const { url, ...rest } = state(world, id)
  return isApproved ? { ...rest, url } : { ...rest, url: null, declineCode: 'INSTRUMENT_DECLINED' }
}

/** Leaves the page without agreeing: nothing changes. */
export function leaveByControl(world: SandboxState, id: string) {
  const subscription = world.store.need('paypal.subscription', id)
  if (!waitsForSubscriber(world, subscription)) throw notOpen(subscription)
  return { ...state(world, id), url: cancelUrlOf(world, subscription) }
}

function state(world: SandboxState, id: string) {
  const subscription = world.store.need('paypal.subscription', id)
  const last = world.store.by('paypal.capture_detail', 'subscription', id).at(-1)
  return {
    status: subscription.status,
    paymentStatus: last === undefined ? 'none' : world.store.need('paypal.capture', last.id).status.toLowerCase(),
    subscription: id,
    url: returnUrlOf(world, subscription),
  }
}

function notOpen({ status }: Subscription): ControlError {
  return new ControlError(409, 'NOT_OPEN', `The subscription is ${status}: no subscriber is waited for.`)
}
