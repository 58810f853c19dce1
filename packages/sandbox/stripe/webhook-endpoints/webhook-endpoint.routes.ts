import { z } from 'zod'
import type { SandboxState } from '#sandbox-state.js'
import { API_VERSION, releaseOf } from '../api/api-version.js'
import { changeObject } from '../api/change-object.js'
import { boolean, clearable, mergeMetadata, metadata, paging, text, unsupported, url } from '../api/fields.js'
import { listPage } from '../api/list.js'
import { route } from '../api/route.js'
import { missing } from '../api/stripe-error.js'
import { buildWebhookEndpoint } from './webhook-endpoint.object.js'
import { newSecret } from './webhook-secret.js'

const enabledEvents = z.array(text.min(1)).min(1).max(500)

/** Webhook endpoints: create (returns the secret once), retrieve, update, list, delete. */
export const webhookEndpointRoutes = [
  route(
    'POST',
    '/v1/webhook_endpoints',
    z.strictObject({
      url,
      enabled_events: enabledEvents,
      api_version: text.default(API_VERSION),
      description: clearable.optional(),
      metadata: metadata.optional(),
      connect: unsupported,
    }),
    (world, { input }) => {
      releaseOf(input.api_version)
      const endpoint = buildWebhookEndpoint(world, {
        url: input.url,
        enabledEvents: input.enabled_events,
        apiVersion: input.api_version,
        description: input.description ?? null,
        metadata: mergeMetadata({}, input.metadata),
      })
      world.store.put('webhook_endpoint', endpoint)
      const { secret } = world.store.put('webhook_secret', { id: endpoint.id, secret: newSecret() })
      return { ...endpoint, secret }
    },
  ),
  route('GET', '/v1/webhook_endpoints/:endpoint', z.strictObject({}), (world, { path }) =>
    requireEndpoint(world, path['endpoint'] ?? ''),
  ),
  route(
    'POST',
    '/v1/webhook_endpoints/:endpoint',
    z.strictObject({
      url: url.optional(),
      enabled_events: enabledEvents.optional(),
      description: clearable.optional(),
      disabled: boolean.optional(),
      metadata: metadata.optional(),
    }),
    (world, { path, input }) => {
      const before = requireEndpoint(world, path['endpoint'] ?? '')
      return changeObject(world, 'webhook_endpoint', before.id, {
        ...(input.url === undefined ? {} : { url: input.url }),
        ...(input.enabled_events === undefined ? {} : { enabled_events: input.enabled_events }),
        ...(input.description === undefined ? {} : { description: input.description }),
        ...(input.disabled === undefined ? {} : { status: input.disabled ? 'disabled' : 'enabled' }),
        metadata: mergeMetadata(before.metadata, input.metadata),
      }).object
    },
  ),
  route('GET', '/v1/webhook_endpoints', z.strictObject(paging), (world, { input, url: path }) =>
    listPage(world.store.newest('webhook_endpoint'), path, input),
  ),
  route('DELETE', '/v1/webhook_endpoints/:endpoint', z.strictObject({}), (world, { path }) => {
    const { id } = requireEndpoint(world, path['endpoint'] ?? '')
    world.store.remove('webhook_endpoint', id)
    world.store.remove('webhook_secret', id)
    return { id, object: 'webhook_endpoint', deleted: true }
  }),
]

function requireEndpoint(world: SandboxState, id: string) {
  const endpoint = world.store.get('webhook_endpoint', id)
  if (endpoint === undefined) throw missing('webhook_endpoint', id)
  return endpoint
}
