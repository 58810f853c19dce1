import { z } from 'zod'
import { integer, text } from '../api/fields.js'
import { route } from '../api/route.js'
import { invalid, missing } from '../api/stripe-error.js'

/** Thin events of version 2 of the API: retrieve, list. Lists of version 2 page by a token, newest first. */
export const v2EventRoutes = [
  route('GET', '/v2/core/events/:event', z.strictObject({}), (world, { path }) => {
    const event = world.store.get('v2_event', path['event'] ?? '')
    if (event === undefined) throw missing('event', path['event'] ?? '')
    return event.body
  }),
  route(
    'GET',
    '/v2/core/events',
    z.strictObject({
      limit: integer.refine((value) => value >= 1 && value <= 100, 'must be between 1 and 100').default(20),
      object_id: text.optional(),
      page: text.optional(),
      types: z.array(text).max(20).optional(),
    }),
    (world, { input }) => {
      const events = world.store
        .newest('v2_event')
        .filter(
          ({ type, body }) =>
            (input.types === undefined || input.types.includes(type)) &&
            (input.object_id === undefined ||
              (body['related_object'] as { id: string } | undefined)?.id === input.object_id),
        )
      const start = input.page === undefined ? 0 : Number(input.page)
      if (!Number.isInteger(start)) throw invalid('Invalid page token.', 'page')
      const end = start + input.limit
      return {
        data: events.slice(start, end).map(({ body }) => body),
        next_page_url: end < events.length ? `/v2/core/events?limit=${input.limit}&page=${end}` : null,
        previous_page_url: null,
      }
    },
  ),
]
