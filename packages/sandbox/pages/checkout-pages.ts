import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { formField } from './form-field.js'
import type { PaymentChoice } from '../stripe/checkout-sessions/payment-choice.js'
import { applyPromotionCode, changeQuantity, removePromotionCode } from '../stripe/checkout-sessions/change-session.js'
import {
  answerChallenge,
  payCheckoutSession,
  type PaymentAttempt,
} from '../stripe/checkout-sessions/pay-checkout-session.js'
import { findTestCard } from '../stripe/payment-methods/test-cards.js'
import { BY_ITSELF, causedBy, type SandboxState } from '../sandbox-state.js'
import { challengePage } from './challenge-page.js'
import { checkoutPage, closedPage, type Typed } from './checkout-page.js'
import { answerUrl, successUrl } from './checkout-urls.js'
import { notFoundPage, sendPage } from './layout.js'
import { textsOf } from './page-texts.js'
import { readCardForm } from './read-card-form.js'

type SessionRequest = FastifyRequest<{ Params: { id: string; line: string }; Body: string | undefined }>

const NOTHING_TYPED: Typed = { name: '', email: '' }

/** Hosted checkout: a page for a browser, without scripts. */
export function checkoutPages(app: FastifyInstance, world: SandboxState): void {
  const act = <T>(rule: () => T): T => causedBy(world, BY_ITSELF, rule)
  const pay = (reply: FastifyReply, session: Session, means: PaymentChoice, typed: Typed) => {
    const payer = { name: typed.name === '' ? null : typed.name, email: typed.email === '' ? null : typed.email }
    return show(
      world,
      reply,
      typed,
      act(() => payCheckoutSession(world, session.id, means, payer)),
    )
  }

  app.get('/c/pay/:id', (request: SessionRequest, reply) =>
    withOpenSession(world, request, reply, (session) =>
      sendPage(reply, checkoutPage(world, session, null, NOTHING_TYPED)),
    ),
  )

  app.post('/c/pay/:id', (request: SessionRequest, reply) =>
    withOpenSession(world, request, reply, (session) => {
      const form = readCardForm(request.body ?? '', new Date(world.clock.now))
      if (form.card === null)
        return sendPage(reply, checkoutPage(world, session, { at: 'card', message: form.problem }, form.typed), 402)
      return pay(reply, session, { kind: 'card', card: form.card }, form.typed)
    }),
  )

  app.post('/c/pay/:id/bank', (request: SessionRequest, reply) =>
    withOpenSession(world, request, reply, (session) =>
      pay(
        reply,
        session,
        { kind: 'bank', succeeds: formField(request.body, 'outcome') !== 'failed' },
        typedIn(request),
      ),
    ),
  )

  app.post('/c/pay/:id/free', (request: SessionRequest, reply) =>
    withOpenSession(world, request, reply, (session) => pay(reply, session, { kind: 'nothing' }, typedIn(request))),
  )

  app.post('/c/pay/:id/promotion', (request: SessionRequest, reply) =>
    withOpenSession(world, request, reply, (session) => {
      const reason = act(() => applyPromotionCode(world, session, formField(request.body, 'code')))
      if (reason === null) return reply.redirect(`/c/pay/${session.id}`, 303)
      return sendPage(reply, checkoutPage(world, session, { at: 'promotion', message: reason }, NOTHING_TYPED), 402)
    }),
  )

  app.post('/c/pay/:id/promotion/remove', (request: SessionRequest, reply) =>
    withOpenSession(world, request, reply, (session) => {
      if (session.allow_promotion_codes === true) act(() => removePromotionCode(world, session))
      return reply.redirect(`/c/pay/${session.id}`, 303)
    }),
  )

  app.post('/c/pay/:id/quantity/:line', (request: SessionRequest, reply) =>
    withOpenSession(world, request, reply, (session) => {
      const wanted = Number(formField(request.body, 'quantity'))
      if (Number.isInteger(wanted)) act(() => changeQuantity(world, session.id, request.params.line, wanted))
      return reply.redirect(`/c/pay/${session.id}`, 303)
    }),
  )

  app.get('/c/pay/:id/authenticate', (request: SessionRequest, reply) =>
    withChallenge(world, request, reply, (session) => {
      const { amount_total: amount, currency } = session
      const money = session.mode === 'setup' ? null : { amount: amount ?? 0, currency: currency ?? 'usd' }
      return sendPage(reply, challengePage(`/c/pay/${session.id}/authenticate`, money, textsOf(session)))
    }),
  )

  app.post('/c/pay/:id/authenticate', (request: SessionRequest, reply) =>
    withChallenge(world, request, reply, (session, card) => {
      const passed = formField(request.body, 'outcome') === 'complete'
      const payer = { name: 'Sandbox Customer', email: session.customer_details?.email ?? null }
      return show(
        world,
        reply,
        NOTHING_TYPED,
        act(() => answerChallenge(world, session.id, card, passed, payer)),
      )
    }),
  )
}

/** Shows the payer the result of an attempt. Every redirect is a 303, so that reloading pays nothing. */
function show(world: SandboxState, reply: FastifyReply, typed: Typed, attempt: PaymentAttempt) {
  world.store.flush()
  switch (attempt.kind) {
    case 'paid':
      return reply.redirect(successUrl(attempt.session) ?? '/', 303)
    case 'challenge':
      return reply.redirect(answerUrl(world, attempt.session.id), 303)
    case 'declined':
      return sendPage(reply, checkoutPage(world, attempt.session, { at: 'card', message: attempt.message }, typed), 402)
    default:
      return sendPage(reply, closedPage(attempt.session), 409)
  }
}

function typedIn(request: SessionRequest): Typed {
  return { name: formField(request.body, 'name'), email: formField(request.body, 'email') }
}

type Session = NonNullable<ReturnType<typeof findSession>>

function findSession(world: SandboxState, id: string) {
  return world.store.get('checkout.session', id)
}

function withOpenSession(
  world: SandboxState,
  request: SessionRequest,
  reply: FastifyReply,
  use: (session: Session) => FastifyReply,
): FastifyReply {
  const session = findSession(world, request.params.id)
  if (session === undefined) return sendPage(reply, notFoundPage('checkout'), 404)
  if (session.status === 'open') return use(session)
  return sendPage(reply, closedPage(session), request.method === 'POST' ? 409 : 200)
}

function withChallenge(
  world: SandboxState,
  request: SessionRequest,
  reply: FastifyReply,
  use: (session: Session, card: NonNullable<ReturnType<typeof findTestCard>>) => FastifyReply,
): FastifyReply {
  return withOpenSession(world, request, reply, (session) => {
    const card = findTestCard(world.store.need('session_detail', session.id).challengedCard ?? '')
    return card === undefined ? reply.redirect(`/c/pay/${session.id}`, 303) : use(session, card)
  })
}
