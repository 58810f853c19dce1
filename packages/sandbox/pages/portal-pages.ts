import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type Stripe from 'stripe'
import { StripeError } from '../stripe/api/stripe-error.js'
import { changeObject } from '../stripe/api/change-object.js'
import { idOf } from '../stripe/api/id-of.js'
import { saveCard, useCard } from '../stripe/billing-portal/save-card.js'
import { cancelInPortal, keepInPortal, previewSwitch, switchInPortal } from '../stripe/billing-portal/change-plan.js'
import { emitEvent } from '../stripe/events/emit-event.js'
import { attachedSchedule } from '../stripe/subscription-schedules/attached-schedule.js'
import { detachSchedule } from '../stripe/subscription-schedules/detach-schedule.js'
import { BY_ITSELF, causedBy, type SandboxState } from '../sandbox-state.js'
import { formField } from './form-field.js'
import { notFoundPage, sendPage } from './layout.js'
import { confirmCancelPage } from './confirm-cancel-page.js'
import { confirmSwitchPage } from './confirm-switch-page.js'
import { portalPage, type Notice } from './portal-page.js'
import { configurationOf, offeredPrices, scheduledPhase } from './portal-plans.js'
import { readCardForm } from './read-card-form.js'

type PortalRequest = FastifyRequest<{
  Params: { id: string; subscription: string; intent: string }
  Querystring: { price?: string; quantity?: string; feedback?: string; done?: string; setup_intent?: string }
  Body: string | undefined
}>

/** Message of the page after each step. The return URL contains its name. */
const DONE: Record<string, string> = {
  card: 'Your card was saved.',
  canceled: 'Your plan was canceled.',
  kept: 'Your plan continues.',
  switched: 'Your plan was switched.',
  unscheduled: 'The scheduled update was canceled.',
  details: 'Your details were saved.',
}

/** The billing portal: a page a customer can click, without scripts. */
export function portalPages(app: FastifyInstance, world: SandboxState): void {
  const act = <T>(rule: () => T): T => {
    const result = causedBy(world, BY_ITSELF, rule)
    world.store.flush()
    return result
  }

  app.get('/p/session/:id', (request: PortalRequest, reply) =>
    withSession(world, request, reply, (session) => {
      const done = DONE[request.query.done ?? '']
      const confirmed = session.flow?.subscription_update_confirm
      if (confirmed != null && done === undefined) {
        const [item] = confirmed.items
        const query = new URLSearchParams({ price: item?.price ?? '', quantity: String(item?.quantity ?? 1) })
        return reply.redirect(
          `/p/session/${session.id}/subscriptions/${confirmed.subscription}/switch?${query.toString()}`,
          303,
        )
      }
      return sendPage(reply, portalPage(world, session, done === undefined ? null : { kind: 'status', text: done }))
    }),
  )

  app.post('/p/session/:id/card', (request: PortalRequest, reply) =>
    withSession(world, request, reply, (session) => {
      const form = readCardForm(request.body ?? '', new Date(world.clock.now))
      if (form.card === null) return again(world, reply, session, form.problem)
      const { card, typed } = form
      const back = `${world.baseUrl}/p/session/${session.id}/card`
      const intent = act(() => saveCard(world, session.customer, card, typed.name, back))
      if (intent.status === 'requires_action') return reply.redirect(`/c/authenticate/${intent.id}`, 303)
      return intent.status === 'succeeded'
        ? finish(reply, session, 'card')
        : again(world, reply, session, intent.last_setup_error?.message ?? 'Your card was declined.')
    }),
  )

  // The way back from a challenge, with the intent that the page for challenges adds.
  app.get('/p/session/:id/card', (request: PortalRequest, reply) =>
    withSession(world, request, reply, (session) => {
      const intent = world.store.get('setup_intent', request.query.setup_intent ?? '')
      if (intent === undefined || intent.status !== 'succeeded' || idOf(intent.customer) !== session.customer)
        return again(world, reply, session, 'Your card was not saved.')
      act(() => useCard(world, session.customer, idOf(intent.payment_method) ?? ''))
      return finish(reply, session, 'card')
    }),
  )

  app.get('/p/session/:id/subscriptions/:subscription/switch', (request: PortalRequest, reply) =>
    withSubscription(world, request, reply, (session, subscription) => {
      const change = wantedChange(world, session, subscription, request.query.price, request.query.quantity)
      if (change === null) return again(world, reply, session, 'This plan is not offered.')
      const rules = configurationOf(world, session).features.subscription_update
      const preview = previewSwitch(world, subscription, change, rules)
      return sendPage(reply, confirmSwitchPage(world, session, subscription, change, preview))
    }),
  )

  app.post('/p/session/:id/subscriptions/:subscription/switch', (request: PortalRequest, reply) =>
    withSubscription(world, request, reply, (session, subscription) => {
      if (scheduledPhase(world, subscription) !== null) return again(world, reply, session, CANCEL_FIRST)
      const [price, quantity] = [formField(request.body, 'price'), formField(request.body, 'quantity')]
      const change = wantedChange(world, session, subscription, price, quantity)
      if (change === null) return again(world, reply, session, 'This plan is not offered.')
      const rules = configurationOf(world, session).features.subscription_update
      return attempt(world, reply, session, 'switched', () =>
        act(() => switchInPortal(world, subscription, change, rules)),
      )
    }),
  )

  app.get('/p/session/:id/subscriptions/:subscription/cancel', (request: PortalRequest, reply) =>
    withSubscription(world, request, reply, (session, subscription) => {
      const { subscription_cancel: rules } = configurationOf(world, session).features
      if (!rules.enabled) return again(world, reply, session, 'Plans cannot be canceled here.')
      const feedback = (request.query.feedback ?? '').slice(0, 100)
      return sendPage(reply, confirmCancelPage(world, session, subscription, rules, feedback))
    }),
  )

  app.post('/p/session/:id/subscriptions/:subscription/cancel', (request: PortalRequest, reply) =>
    withSubscription(world, request, reply, (session, subscription) => {
      if (scheduledPhase(world, subscription) !== null) return again(world, reply, session, CANCEL_FIRST)
      const { subscription_cancel: rules } = configurationOf(world, session).features
      if (!rules.enabled) return again(world, reply, session, 'Plans cannot be canceled here.')
      return attempt(world, reply, session, 'canceled', () =>
        act(() => cancelInPortal(world, subscription, rules, formField(request.body, 'feedback'))),
      )
    }),
  )

  app.post('/p/session/:id/subscriptions/:subscription/keep', (request: PortalRequest, reply) =>
    withSubscription(world, request, reply, (session, subscription) =>
      attempt(world, reply, session, 'kept', () => act(() => keepInPortal(world, subscription))),
    ),
  )

  app.post('/p/session/:id/subscriptions/:subscription/unschedule', (request: PortalRequest, reply) =>
    withSubscription(world, request, reply, (session, subscription) => {
      const schedule = attachedSchedule(world, subscription)
      if (schedule === undefined) return again(world, reply, session, 'No update is scheduled.')
      act(() => detachSchedule(world, schedule, 'released'))
      return finish(reply, session, 'unscheduled')
    }),
  )

  app.post('/p/session/:id/details', (request: PortalRequest, reply) =>
    withSession(world, request, reply, (session) => {
      const allowed = configurationOf(world, session).features.customer_update
      const [name, email] = [formField(request.body, 'customer_name'), formField(request.body, 'customer_email')]
      const may = (what: 'email' | 'name') => allowed.enabled && allowed.allowed_updates.includes(what)
      if (may('email') && !/^[^\s@]+@[^\s@]+$/.test(email))
        return again(world, reply, session, 'Your email is not valid.')
      act(() => {
        const { object, previous } = changeObject(world, 'customer', session.customer, {
          ...(may('name') ? { name } : {}),
          ...(may('email') ? { email } : {}),
        })
        if (Object.keys(previous).length > 0) emitEvent(world, 'customer.updated', object, previous)
      })
      return finish(reply, session, 'details')
    }),
  )
}

type Session = Stripe.BillingPortal.Session

const CANCEL_FIRST = 'An update is scheduled. Cancel the scheduled update first.'

function attempt(
  world: SandboxState,
  reply: FastifyReply,
  session: Session,
  done: string,
  rule: () => void,
): FastifyReply {
  try {
    rule()
  } catch (error) {
    if (error instanceof StripeError) return again(world, reply, session, error.message)
    throw error
  }
  return finish(reply, session, done)
}

/** Back to the portal, or where the flow was to end. */
function finish(reply: FastifyReply, session: Session, done: string): FastifyReply {
  const after = session.flow?.after_completion
  return reply.redirect(after?.redirect?.return_url ?? `/p/session/${session.id}?done=${done}`, 303)
}

function again(world: SandboxState, reply: FastifyReply, session: Session, text: string): FastifyReply {
  const notice: Notice = { kind: 'alert', text }
  return sendPage(reply, portalPage(world, session, notice), 402)
}

/** Requested price and quantity, if the configuration offers them. Otherwise null. */
function wantedChange(
  world: SandboxState,
  session: Session,
  subscription: Stripe.Subscription,
  priceId: string | undefined,
  quantity: string | undefined,
): { item: string; price: Stripe.Price; quantity: number } | null {
  const { enabled, default_allowed_updates: allowed } = configurationOf(world, session).features.subscription_update
  const [item] = subscription.items.data
  if (!enabled || item === undefined) return null
  const offered = allowed.includes('price') ? offeredPrices(world, session, subscription.currency) : []
  const price = [item.price, ...offered].find(({ id }) => id === (priceId ?? item.price.id))
  const isGiven = session.flow?.subscription_update_confirm != null
  const wanted =
    (isGiven || allowed.includes('quantity')) && quantity !== undefined ? Number(quantity) : (item.quantity ?? 1)
  if (price === undefined || !Number.isInteger(wanted) || wanted < 1 || wanted > 999) return null
  return { item: item.id, price, quantity: wanted }
}

function withSession(
  world: SandboxState,
  request: PortalRequest,
  reply: FastifyReply,
  use: (session: Session) => FastifyReply,
): FastifyReply {
  const session = world.store.get('billing_portal.session', request.params.id)
  if (session === undefined || world.store.get('customer', session.customer) === undefined)
    return sendPage(reply, notFoundPage('portal'), 404)
  return use(session)
}

/** A subscription of the portal's own customer that is not over. */
function withSubscription(
  world: SandboxState,
  request: PortalRequest,
  reply: FastifyReply,
  use: (session: Session, subscription: Stripe.Subscription) => FastifyReply,
): FastifyReply {
  return withSession(world, request, reply, (session) => {
    const subscription = world.store.get('subscription', request.params.subscription)
    const isOwn = idOf(subscription?.customer) === session.customer
    if (subscription === undefined || !isOwn || subscription.status === 'canceled')
      return sendPage(reply, notFoundPage('plan'), 404)
    return use(session, subscription)
  })
}
