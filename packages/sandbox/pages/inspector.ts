import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Temporal } from 'temporal-polyfill'
import type { ControlParts } from '../control/control-api.js'
import { isBearer, isLoopbackHost, isSameOrigin } from '../control/guards.js'
import { payPalDisputeByControl } from '../control/paypal-dispute-control.js'
import { isPayPalPayer } from '../control/paypal-control.js'
import { takeFailuresBack } from '../control/planned-failures.js'
import { settleCapture } from '../paypal/payments/settle-capture.js'
import { openDispute } from '../stripe/disputes/transition-dispute.js'
import { resolveDebit } from '../stripe/collection/resolve-debit.js'
import { BY_ITSELF, causedBy } from '../sandbox-state.js'
import { formField } from './form-field.js'
import { html } from './html.js'
import { inspectedKinds, type InspectedKind } from './inspector-cells.js'
import { inspectorPage, objectPage } from './inspector-page.js'
import { notFoundPage, sendPage } from './layout.js'
import { canBeDisputed } from './paypal/inspector-lists.js'

type InspectorRequest = FastifyRequest<{
  Params: { id: string; kind: string; step: string }
  Querystring: { done?: string }
  Body: string | undefined
}>

const STEPS: Record<string, Temporal.DurationLike> = {
  hour: { hours: 1 },
  day: { days: 1 },
  week: { weeks: 1 },
  month: { months: 1 },
}

/**
 * Inspector: the objects of the sandbox, with buttons for time, failures and webhooks. Under `/_sandbox`, loopback
 * only.
 */
export function inspector(app: FastifyInstance, parts: ControlParts): void {
  const { world, dispatcher, time } = parts
  app.addHook('preHandler', async (request, reply) => {
    if (isLoopbackHost(request.headers) && (request.method === 'GET' || mayPost(request, parts.token))) return undefined
    return sendPage(reply, { title: 'Refused', content: html`<p role="alert">Refused: not from this page.</p>` }, 403)
  })
  app.get('/_sandbox', (request: InspectorRequest, reply) =>
    sendPage(reply, inspectorPage(parts, request.query.done ?? null)),
  )
  app.get('/_sandbox/objects/:kind/:id', (request: InspectorRequest, reply) => {
    const { kind, id } = request.params
    const page = isInspected(kind) ? objectPage(world, kind, id) : null
    return page === null ? sendPage(reply, notFoundPage('object'), 404) : sendPage(reply, page)
  })
  app.post('/_sandbox/advance/:step', async (request: InspectorRequest, reply) => {
    const step = STEPS[request.params.step] ?? { days: 1 }
    await time.advance(() => later(world.clock.now, step))
    return back(reply, `The clock went on by one ${request.params.step}.`)
  })
  app.post('/_sandbox/deliveries/:id/resend', async (request: InspectorRequest, reply) => {
    dispatcher.retry(request.params.id)
    await dispatcher.settle()
    return back(reply, 'The delivery was sent again.')
  })
  app.post('/_sandbox/customers/:id/fail-next', (request: InspectorRequest, reply) => {
    const { id } = request.params
    if (world.store.get('customer', id) === undefined) return sendPage(reply, notFoundPage('customer'), 404)
    const code = formField(request.body, 'code') || 'generic_decline'
    world.store.put('planned_failure', { id, times: 1, code })
    world.store.flush()
    return back(reply, `The next payment of ${id} will fail.`)
  })
  app.post('/_sandbox/payers/:id/let-pay', (request: InspectorRequest, reply) => {
    const { id } = request.params
    takeFailuresBack(world, id)
    world.store.flush()
    return back(reply, `Payments of ${id} no longer fail by plan.`)
  })
  app.post('/_sandbox/payments/:id/settle', (request: InspectorRequest, reply) => {
    const succeeds = formField(request.body, 'outcome') !== 'failed'
    const completed = causedBy(world, BY_ITSELF, () => resolveDebit(world, request.params.id, succeeds))
    world.store.flush()
    return back(reply, completed === null ? 'No bank is at work on this payment.' : 'The bank has answered.')
  })
  app.post('/_sandbox/charges/:id/dispute', (request: InspectorRequest, reply) => {
    const charge = world.store.get('charge', request.params.id)
    if (charge === undefined || !charge.paid || charge.disputed) return back(reply, 'This charge cannot be disputed.')
    causedBy(world, BY_ITSELF, () => openDispute(world, charge, 'needs_response'))
    world.store.flush()
    return back(reply, `The owner of the card disputes ${charge.id}.`)
  })
  payPalActions(app, parts)
}

/** Actions on PayPal's objects. */
function payPalActions(app: FastifyInstance, { world }: ControlParts): void {
  app.post('/_sandbox/paypal-payers/:id/fail-next', (request: InspectorRequest, reply) => {
    const { id } = request.params
    if (!isPayPalPayer(world, id)) return sendPage(reply, notFoundPage('payer'), 404)
    world.store.put('planned_failure', { id, times: 1, code: 'generic_decline' })
    world.store.flush()
    return back(reply, `The next payment of ${id} will fail.`)
  })
  app.post('/_sandbox/paypal-captures/:id/settle', (request: InspectorRequest, reply) => {
    const pays = formField(request.body, 'outcome') !== 'failed'
    const completed = causedBy(world, BY_ITSELF, () => settleCapture(world, request.params.id, pays))
    world.store.flush()
    return back(reply, completed === null ? 'No bank is at work on this payment.' : 'The bank has answered.')
  })
  app.post('/_sandbox/paypal-captures/:id/dispute', (request: InspectorRequest, reply) => {
    const capture = world.store.get('paypal.capture', request.params.id)
    if (capture === undefined || !canBeDisputed(world.store, capture))
      return back(reply, 'This payment cannot be disputed.')
    causedBy(world, BY_ITSELF, () => payPalDisputeByControl(world, capture, 'needs_response'))
    world.store.flush()
    return back(reply, `The payer disputes ${capture.id}.`)
  })
}

function mayPost(request: FastifyRequest, token: string): boolean {
  return isSameOrigin(request.headers) || isBearer(request.headers.authorization, token)
}

function isInspected(kind: string): kind is InspectedKind {
  return (inspectedKinds as readonly string[]).includes(kind)
}

function later(now: number, step: Temporal.DurationLike): number {
  return Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO('UTC').add(step).epochMilliseconds
}

/** Redirects to the list with a message about the action. */
function back(reply: FastifyReply, done: string): FastifyReply {
  return reply.redirect(`/_sandbox?done=${encodeURIComponent(done)}`, 303)
}
