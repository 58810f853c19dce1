import type { SandboxState } from '#sandbox-state.js'
import { apiLink } from '../api/links.js'
import { PayPalError } from '../api/paypal-error.js'
import { route } from '../api/route.js'
import type { PayPalEvent } from '../objects.js'
import { deliverTo } from './emit-event.js'

const PATH = '/v1/notifications/webhooks-events'
const PAGE_SIZE = 10
const KEPT_FOR = 30 * 24 * 60 * 60 * 1000

/** Events: list by time and type, retrieve, send again. PayPal keeps them for 30 days. */
export const eventRoutes = [
  route('GET', PATH, (world, { query }) => {
    const { start_index: index, ...same } = query
    const wanted = matching(world, query)
    const from =
      index === undefined
        ? 0
        : Math.max(
            0,
            wanted.findIndex(({ id }) => id === index),
          )
    const page = wanted.slice(from, from + Number(query['page_size'] ?? PAGE_SIZE))
    const next = wanted[from + page.length]
    const link = (rel: string, parameters: Record<string, string>) =>
      apiLink(world, rel, `${PATH}?${new URLSearchParams(parameters).toString()}`)
    return {
      status: 200,
      body: {
        events: page.map(({ event }) => event),
        count: page.length,
        links: [link('self', query), ...(next === undefined ? [] : [link('next', { ...same, start_index: next.id })])],
      },
    }
  }),
  route('GET', `${PATH}/:id`, (world, { ids }) => ({ status: 200, body: need(world, ids['id'] ?? '').event })),
  route('POST', `${PATH}/:id/resend`, (world, { ids, body }) => {
    const { event } = need(world, ids['id'] ?? '')
    const wanted = body['webhook_ids'] as string[] | undefined
    const webhooks = world.store.all('paypal.webhook').filter(({ id }) => wanted?.includes(id) ?? true)
    for (const webhook of webhooks) deliverTo(world, webhook, event)
    return { status: 202, body: event }
  }),
]

/** Newest first. */
function matching(world: SandboxState, query: Record<string, string>): PayPalEvent[] {
  const time = (name: string, none: number) => {
    const given = query[name]
    const at = given === undefined ? none : Date.parse(given)
    if (Number.isNaN(at))
      throw new PayPalError(400, 'VALIDATION_ERROR', 'Invalid data provided', [
        { field: name, issue: 'Not a valid date-time' },
      ])
    return at
  }
  const oldest = world.clock.now - KEPT_FOR
  const [start, end] = [Math.max(time('start_time', oldest), oldest), time('end_time', Infinity)]
  const about = query['transaction_id']
  return world.store
    .newest('paypal.event')
    .filter(
      ({ at, event }) =>
        at >= start &&
        at <= end &&
        (query['event_type'] ?? event.event_type) === event.event_type &&
        (about === undefined || (event.resource as { id?: string }).id === about),
    )
}

function need(world: SandboxState, id: string): PayPalEvent {
  const event = world.store.get('paypal.event', id)
  if (event === undefined || event.at < world.clock.now - KEPT_FOR)
    throw new PayPalError(404, 'INVALID_RESOURCE_ID', 'Resource id is invalid')
  return event
}
