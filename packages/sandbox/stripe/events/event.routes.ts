import { z } from 'zod'
import type { SandboxState } from '#sandbox-state.js'
import { boolean, created, paging, text } from '../api/fields.js'
import { listPage, wasCreated } from '../api/list.js'
import { route } from '../api/route.js'
import { missing } from '../api/stripe-error.js'
import { days } from '#time/periods.js'

const KEPT_DAYS = 30

/** Reading events: one, or a list with filters by type, time and delivery. Stripe keeps them for 30 days. */
export const eventRoutes = [
  route('GET', '/v1/events/:event', z.strictObject({}), (world, { path }) => {
    const event = world.store.get('event', path['event'] ?? '')
    if (event === undefined || !isKept(world, event)) throw missing('event', path['event'] ?? '')
    return event
  }),
  route(
    'GET',
    '/v1/events',
    z.strictObject({
      ...paging,
      created,
      type: text.optional(),
      types: z.array(text).max(20).optional(),
      delivery_success: boolean.optional(),
    }),
    (world, { input, url }) => {
      const failed = input.delivery_success === undefined ? null : undeliveredEvents(world)
      const events = world.store
        .newest('event')
        .filter(
          (event) =>
            isKept(world, event) &&
            wasCreated(event, input.created) &&
            (input.type === undefined || matchesType(event.type, input.type)) &&
            (input.types === undefined || input.types.includes(event.type)) &&
            (failed === null || failed.has(event.id) !== input.delivery_success),
        )
      return listPage(events, url, input)
    },
  ),
]

function isKept(world: SandboxState, event: { created: number }): boolean {
  return event.created > world.clock.seconds - days(KEPT_DAYS)
}

/** `customer.*` means every type that begins so. */
function matchesType(type: string, wanted: string): boolean {
  return wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted
}

function undeliveredEvents(world: SandboxState): Set<string> {
  return new Set(
    world.store
      .all('delivery')
      .filter((delivery) => delivery.status !== 'delivered')
      .map((delivery) => delivery.event),
  )
}
