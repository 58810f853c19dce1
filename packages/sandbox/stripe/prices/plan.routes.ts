import { z } from 'zod'
import { boolean, created, paging, text } from '../api/fields.js'
import { listPage, wasCreated } from '../api/list.js'
import { route } from '../api/route.js'
import { missing } from '../api/stripe-error.js'
import { buildPlan } from './price.object.js'

/** Plans: recurring prices by their old name, to be read only. */
export const planRoutes = [
  route('GET', '/v1/plans/:plan', z.strictObject({}), (world, { path }) => {
    const id = path['plan'] ?? ''
    const price = world.store.get('price', id)
    if (price?.recurring == null) throw missing('plan', id, 'plan')
    return buildPlan(price)
  }),
  route(
    'GET',
    '/v1/plans',
    z.strictObject({ ...paging, created, active: boolean.optional(), product: text.optional() }),
    (world, { input, url }) => {
      const prices = world.store
        .newest('price')
        .filter(
          (one) =>
            one.recurring !== null &&
            (input.active === undefined || one.active === input.active) &&
            (input.product === undefined || one.product === input.product) &&
            wasCreated(one, input.created),
        )
      return listPage(prices.map(buildPlan), url, input)
    },
  ),
]
