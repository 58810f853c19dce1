import type { SandboxState } from '#sandbox-state.js'
import { apiLink } from '../api/links.js'
import { PayPalError } from '../api/paypal-error.js'
import { route } from '../api/route.js'
import { EVENT_TYPES } from '../events/event-types.js'
import type { Webhook } from '../objects.js'
import { verifySignature } from './verify-signature.js'

const PATH = '/v1/notifications/webhooks'
const MAX_WEBHOOKS = 10

/** Webhooks: create, list, retrieve, change, delete, their event types; verifying a signature by asking. */
export const webhookRoutes = [
  route('POST', PATH, (world, { body }) => {
    if (world.store.all('paypal.webhook').length >= MAX_WEBHOOKS)
      throw new PayPalError(400, 'WEBHOOK_NUMBER_LIMIT_EXCEEDED', 'You have reached the limit of webhooks.')
    const id = world.ids.code('paypal.webhook')
    const url = freeUrl(world, id, body['url'])
    const webhook = world.store.put('paypal.webhook', { id, url, event_types: readTypes(body['event_types']) })
    return { status: 201, body: showWebhook(world, webhook) }
  }),
  route('GET', PATH, (world) => ({
    status: 200,
    body: { webhooks: world.store.all('paypal.webhook').map((webhook) => showWebhook(world, webhook)) },
  })),
  route('GET', `${PATH}/:id`, (world, { ids }) => ({
    status: 200,
    body: showWebhook(world, need(world, ids['id'] ?? '')),
  })),
  route('PATCH', `${PATH}/:id`, (world, { ids, body }) => {
    let webhook = need(world, ids['id'] ?? '')
    for (const { op, path, value } of body as unknown as { op: string; path: string; value: unknown }[]) {
      if (op !== 'replace') throw invalid('op', `Operation ${op} is not supported`)
      if (path === '/url') webhook = { ...webhook, url: freeUrl(world, webhook.id, value) }
      else if (path === '/event_types') webhook = { ...webhook, event_types: readTypes(value) }
      else throw invalid('path', `Path ${path} is not supported`)
    }
    return { status: 200, body: showWebhook(world, world.store.put('paypal.webhook', webhook)) }
  }),
  route('DELETE', `${PATH}/:id`, (world, { ids }) => {
    world.store.remove('paypal.webhook', need(world, ids['id'] ?? '').id)
    return { status: 204 }
  }),
  route('GET', `${PATH}/:id/event-types`, (world, { ids }) => ({
    status: 200,
    body: { event_types: need(world, ids['id'] ?? '').event_types.map(({ name }) => describe(name)) },
  })),
  route('GET', '/v1/notifications/webhooks-event-types', () => ({
    status: 200,
    body: { event_types: Object.keys(EVENT_TYPES).map(describe) },
  })),
  route('POST', '/v1/notifications/verify-webhook-signature', (world, { body, rawBody }) => ({
    status: 200,
    body: {
      verification_status: verifySignature(world, body as Record<string, string>, rawBody) ? 'SUCCESS' : 'FAILURE',
    },
  })),
]

function showWebhook(world: SandboxState, webhook: Webhook): object {
  const path = `${PATH}/${webhook.id}`
  return {
    ...webhook,
    event_types: webhook.event_types.map(({ name }) => describe(name)),
    links: [
      apiLink(world, 'self', path),
      apiLink(world, 'update', path, 'PATCH'),
      apiLink(world, 'delete', path, 'DELETE'),
    ],
  }
}

function describe(name: string) {
  const known = (EVENT_TYPES as Record<string, { summary: string }>)[name]
  return { name, description: known?.summary.replace(/ (?:for )?\{amount\}/, '') ?? 'ALL', status: 'ENABLED' }
}

function readTypes(given: unknown): Webhook['event_types'] {
  const types = given as { name: string }[]
  if (!Array.isArray(types) || types.length === 0) throw invalid('event_types', 'Event types are missing')
  const unknown = types.find(({ name }) => name !== '*' && !Object.hasOwn(EVENT_TYPES, name))
  if (unknown !== undefined) throw invalid('event_types', `Not a valid webhook event name: ${unknown.name}`)
  return types.map(({ name }) => ({ name }))
}

/**
 * Checks that no other webhook has this URL. PayPal accepts https only; a sandbox on this machine may have no
 * certificate.
 */
function freeUrl(world: SandboxState, id: string, given: unknown): string {
  const url = typeof given === 'string' ? URL.parse(given) : null
  const isLoopback = url !== null && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  if (url === null || (url.protocol !== 'https:' && !(isLoopback && url.protocol === 'http:')))
    throw invalid('url', 'Not a valid webhook URL')
  if (world.store.all('paypal.webhook').some((one) => one.id !== id && one.url === url.href))
    throw new PayPalError(400, 'WEBHOOK_URL_ALREADY_EXISTS', 'Webhook URL already exists')
  return url.href
}

function need(world: SandboxState, id: string): Webhook {
  const webhook = world.store.get('paypal.webhook', id)
  if (webhook === undefined) throw new PayPalError(404, 'INVALID_RESOURCE_ID', 'Resource id is invalid')
  return webhook
}

function invalid(field: string, issue: string): PayPalError {
  return new PayPalError(400, 'VALIDATION_ERROR', 'Invalid data provided', [{ field, issue }])
}
