import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { SubscriptionFunding } from '#paypal/objects.js'
import { approveSubscription, waitsForSubscriber } from '#paypal/subscriptions/approve-subscription.js'
import { BY_ITSELF, causedBy, type SandboxState } from '#sandbox-state.js'
import { formField } from '../form-field.js'
import { notFoundPage, sendPage } from '../layout.js'
import { returnUrlOf } from './return-urls.js'
import { SUBSCRIBER_FUNDINGS, subscribePage, subscriptionOverPage } from './subscribe-page.js'

type TokenRequest = FastifyRequest<{ Querystring: { ba_token?: string }; Body: string | undefined }>

const PATH = '/paypal/webapps/billing/subscriptions'

/** Pages on which a subscriber approves a subscription or a change of it. */
export function subscribePages(app: FastifyInstance, world: SandboxState): void {
  const find = (request: TokenRequest) => {
    const [detail] = world.store.by('paypal.subscription_detail', 'token', request.query.ba_token ?? '')
    return detail === undefined ? undefined : world.store.get('paypal.subscription', detail.id)
  }

  app.get(PATH, (request: TokenRequest, reply) => {
    const subscription = find(request)
    if (subscription === undefined) return sendPage(reply, notFoundPage('subscription'), 404)
    const page = waitsForSubscriber(world, subscription) ? subscribePage : subscriptionOverPage
    return sendPage(reply, page(world, subscription, '', null))
  })

  app.post(PATH, (request: TokenRequest, reply) => {
    const subscription = find(request)
    if (subscription === undefined) return sendPage(reply, notFoundPage('subscription'), 404)
    if (!waitsForSubscriber(world, subscription)) return sendPage(reply, subscriptionOverPage(world, subscription), 409)
    const known = world.store.need('paypal.subscription_detail', subscription.id).payerEmail
    const email = known ?? formField(request.body, 'email')
    const again = (problem: string) => sendPage(reply, subscribePage(world, subscription, email, problem), 402)
    if (!/^[^\s@]+@[^\s@]+$/.test(email)) return again('Your email is not valid.')
    const funding = (formField(request.body, 'funding') || 'balance') as SubscriptionFunding
    if (!SUBSCRIBER_FUNDINGS.some(({ name }) => name === funding)) return again('Choose one of these ways to pay.')
    const isApproved = causedBy(world, BY_ITSELF, () => approveSubscription(world, subscription.id, { email, funding }))
    world.store.flush()
    if (!isApproved) return again('Your card was declined. Choose another way to pay.')
    const onward = returnUrlOf(world, subscription)
    const now = world.store.need('paypal.subscription', subscription.id)
    return onward === null ? sendPage(reply, subscriptionOverPage(world, now)) : reply.redirect(onward, 303)
  })
}
