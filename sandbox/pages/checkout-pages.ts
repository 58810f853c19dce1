import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isSameOrigin } from '../control/guards.js'
import { parseForm } from '../stripe/api/form.js'
import {
  answerChallenge,
  payCheckoutSession,
  type PaymentAttempt,
} from '../stripe/checkout-sessions/pay-checkout-session.js'
import { findTestCard } from '../stripe/payment-methods/test-cards.js'
import { BY_ITSELF, causedBy, type World } from '../world.js'
import { challengePage, checkoutPage, closedPage, type Typed } from './checkout-page.js'
import { answerUrl, successUrl } from './checkout-urls.js'
import { html } from './html.js'
import { sendPage } from './layout.js'
import { readCardForm } from './read-card-form.js'

type SessionRequest = FastifyRequest<{ Params: { id: string }; Body: string | undefined }>

const NOTHING_TYPED: Typed = { name: '', email: '' }

/** The hosted checkout: a page a person can click, without scripts. */
export function checkoutPages(app: FastifyInstance, world: World): void {
  app.addHook('preHandler', async (request, reply) => {
    if (request.method === 'POST' && request.headers.origin !== undefined && !isSameOrigin(request.headers)) {
      return sendPage(
        reply,
        { title: 'Refused', content: html`<p role="alert">This form was sent from another site.</p>` },
        403,
      )
    }
    return undefined
  })

  app.setErrorHandler((error: Error & { status?: number; statusCode?: number }, _request, reply) => {
    const status = error.status ?? error.statusCode ?? 500
    return sendPage(reply, { title: 'Error', content: html`<p role="alert">${error.message}</p>` }, status)
  })

  app.get<{ Params: { id: string } }>('/c/pay/:id', (request, reply) =>
    withOpenSession(world, request.params.id, reply, (session) =>
      sendPage(reply, checkoutPage(world, session, null, NOTHING_TYPED)),
    ),
  )

  app.post('/c/pay/:id', (request: SessionRequest, reply) =>
    withOpenSession(world, request.params.id, reply, (session) => {
      const form = readCardForm(request.body ?? '', new Date(world.clock.now))
      if (form.card === null) return sendPage(reply, checkoutPage(world, session, form.problem, form.typed), 402)
      const { card, typed } = form
      const payer = { name: typed.name, email: typed.email === '' ? null : typed.email }
      return show(
        world,
        reply,
        typed,
        causedBy(world, BY_ITSELF, () => payCheckoutSession(world, session.id, { kind: 'card', card }, payer)),
      )
    }),
  )

  app.get<{ Params: { id: string } }>('/c/pay/:id/authenticate', (request, reply) =>
    withChallenge(world, request.params.id, reply, (session) => sendPage(reply, challengePage(session))),
  )

  app.post('/c/pay/:id/authenticate', (request: SessionRequest, reply) =>
    withChallenge(world, request.params.id, reply, (session, card) => {
      const passed = parseForm(request.body ?? '')['outcome'] === 'complete'
      const payer = { name: 'Sandbox Customer', email: session.customer_details?.email ?? null }
      return show(
        world,
        reply,
        NOTHING_TYPED,
        causedBy(world, BY_ITSELF, () => answerChallenge(world, session.id, card, passed, payer)),
      )
    }),
  )
}

/** What the payer sees after an attempt. Every redirect is a 303, so that reloading pays nothing. */
function show(world: World, reply: FastifyReply, typed: Typed, attempt: PaymentAttempt) {
  world.store.flush()
  switch (attempt.kind) {
    case 'paid':
      return reply.redirect(successUrl(attempt.session) ?? '/', 303)
    case 'challenge':
      return reply.redirect(answerUrl(world, attempt.session.id), 303)
    case 'declined':
      return sendPage(reply, checkoutPage(world, attempt.session, attempt.message, typed), 402)
    default:
      return sendPage(reply, closedPage(attempt.session), 409)
  }
}

type Session = NonNullable<ReturnType<typeof findSession>>

function findSession(world: World, id: string) {
  return world.store.get('checkout.session', id)
}

function withOpenSession(
  world: World,
  id: string,
  reply: FastifyReply,
  use: (session: Session) => FastifyReply,
): FastifyReply {
  const session = findSession(world, id)
  if (session === undefined) {
    return sendPage(
      reply,
      { title: 'Not found', content: html`<section><h1>There is no such checkout</h1></section>` },
      404,
    )
  }
  if (session.status === 'open') return use(session)
  return sendPage(reply, closedPage(session), reply.request.method === 'POST' ? 409 : 200)
}

function withChallenge(
  world: World,
  id: string,
  reply: FastifyReply,
  use: (session: Session, card: NonNullable<ReturnType<typeof findTestCard>>) => FastifyReply,
): FastifyReply {
  return withOpenSession(world, id, reply, (session) => {
    const card = findTestCard(world.store.need('session_detail', id).challengedCard ?? '')
    return card === undefined ? reply.redirect(`/c/pay/${id}`, 303) : use(session, card)
  })
}
