import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { TimeMachine } from '../time/time-machine.js'
import type { Dispatcher } from '../webhooks/dispatcher.js'
import type { SandboxState } from '../sandbox-state.js'
import type { CallLog } from './call-log.js'
import { cancelByControl, payByControl, payInput } from './checkout-control.js'
import { ControlError, readBody } from './control-error.js'
import { faultInput } from '../faults/fault.js'
import type { Faults } from '../faults/faults.js'
import type { RequestGate } from './request-gate.js'
import { rollSecret } from '../stripe/webhook-endpoints/webhook-secret.js'
import { disputeByControl, disputeInput } from './dispute-control.js'
import { isBearer, isLoopbackHost } from './guards.js'
import { advanceBy, clockInput, clockState } from './clock-control.js'
import { changeSettings, settings, settingsInput } from './settings-control.js'
import type { Delivery } from '../state/records.js'
import { expireTokens } from '../paypal/api/access-token.js'
import { overview } from './overview.js'
import { payPalSettings } from './paypal-control.js'
import { failNextInput, planFailures, plannedFailures, takeFailuresBack } from './planned-failures.js'
import { resetState } from './reset-state.js'

/** Dependencies of the control interface. */
export interface ControlParts {
  world: SandboxState
  token: string
  time: TimeMachine
  dispatcher: Dispatcher
  faults: Faults
  calls: CallLog
  gate: RequestGate
}

/** Seconds of business time in which a rolled secret still signs; Stripe offers up to a day. */
const rollInput = z.strictObject({ formerLivesFor: z.int().min(0).max(86_400).default(86_400) })

/** The JSON interface that moves time, pays, breaks things and shows what happened; mounted under `/_sandbox/api`. */
export function controlApi(app: FastifyInstance, parts: ControlParts): void {
  const { world, dispatcher, faults, calls } = parts
  app.addHook('onRequest', async (request) => {
    if (!isLoopbackHost(request.headers))
      throw new ControlError(403, 'FORBIDDEN', 'The sandbox is controlled on loopback only.')
    if (!isBearer(request.headers.authorization, parts.token)) {
      throw new ControlError(401, 'UNAUTHENTICATED', 'Send the sandbox token: Authorization: Bearer …')
    }
  })
  // Clients send the header without a body too.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? {} : JSON.parse(String(body)))
    } catch {
      done(new ControlError(400, 'BAD_INPUT', 'The body is not JSON.'))
    }
  })
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (error instanceof ControlError) return reply.code(error.status).send(error.body)
    const status = error.statusCode ?? 500
    return reply.code(status).send({ error: { code: status < 500 ? 'BAD_INPUT' : 'INTERNAL', message: error.message } })
  })
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ error: { code: 'NOT_FOUND', message: `No route for ${request.method} ${request.url}.` } }),
  )

  app.get('/clock', () => clockState(parts))
  app.post('/clock', (request) => advanceBy(parts, readBody(clockInput, request.body)))
  app.post<{ Params: { id: string } }>('/checkouts/:id/pay', (request) =>
    payByControl(world, request.params.id, readBody(payInput, request.body)),
  )
  app.post<{ Params: { id: string } }>('/checkouts/:id/cancel', (request) => cancelByControl(world, request.params.id))
  app.post('/payments/fail-next', (request) => planFailures(world, readBody(failNextInput, request.body)))
  app.get('/payments/fail-next', () => ({ failures: plannedFailures(world) }))
  app.delete<{ Params: { customer?: string } }>('/payments/fail-next/:customer?', (request) => {
    takeFailuresBack(world, request.params.customer ?? null)
    return { failures: plannedFailures(world) }
  })
  app.post('/disputes', (request) => disputeByControl(world, readBody(disputeInput, request.body)))
  app.post('/faults', (request) => {
    faults.add(readBody(faultInput, request.body))
    return { faults: faults.all }
  })
  app.get('/faults', () => ({ faults: faults.all }))
  app.delete('/faults', () => {
    faults.clear()
    return { faults: [] }
  })
  app.get('/overview', () => overview(parts))
  app.get('/calls', () => ({ calls: calls.calls }))
  app.post<{ Params: { id: string } }>('/webhook-endpoints/:id/roll-secret', (request) => {
    const { id } = request.params
    const { formerLivesFor } = readBody(rollInput, request.body)
    if (world.store.get('webhook_secret', id) === undefined)
      throw new ControlError(404, 'NOT_FOUND', `Webhook endpoint ${id} not found.`)
    return { id, ...rollSecret(world, id, formerLivesFor) }
  })
  app.get('/paypal', () => payPalSettings(world))
  app.post('/paypal/expire-tokens', () => {
    expireTokens(world)
    return payPalSettings(world)
  })
  app.get('/settings', () => settings(world))
  app.post('/settings', (request) => {
    changeSettings(world, readBody(settingsInput, request.body))
    return settings(world)
  })
  app.get('/violations', () => ({ checked: world.violations !== null, violations: world.violations ?? [] }))
  app.get('/events', () => ({
    events: world.store.all('event'),
    payPalEvents: world.store.all('paypal.event').map(({ event }) => event),
  }))
  app.get('/deliveries', () => ({
    deliveries: world.store.all('delivery').map(showDelivery),
  }))
  app.post<{ Params: { id: string } }>('/deliveries/:id/resend', async (request) => {
    const { id } = request.params
    if (world.store.get('delivery', id) === undefined)
      throw new ControlError(404, 'NOT_FOUND', `Delivery ${id} not found.`)
    dispatcher.retry(id)
    await dispatcher.settle()
    return showDelivery(world.store.need('delivery', id))
  })
  app.post('/reset', () => {
    resetState(parts)
    return clockState(parts)
  })
}

function showDelivery({ id, event, eventType, endpoint, url, attempts, status, ...rest }: Delivery) {
  const { lastStatusCode, lastError, nextAttemptAt } = rest
  return { id, event, eventType, endpoint, url, attempts, status, lastStatusCode, lastError, nextAttemptAt }
}
