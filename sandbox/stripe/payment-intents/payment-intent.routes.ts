import { z } from 'zod'
import { text, unsupported } from '../api/fields.js'
import { route } from '../api/route.js'
import { missing } from '../api/stripe-error.js'

/** Payment intents: retrieve. */
export const paymentIntentRoutes = [
  route(
    'GET',
    '/v1/payment_intents/:intent',
    z.strictObject({ client_secret: text.optional(), include: unsupported }),
    (world, { path }) => {
      const intent = world.store.get('payment_intent', path['intent'] ?? '')
      if (intent === undefined) throw missing('payment_intent', path['intent'] ?? '', 'intent')
      return intent
    },
  ),
]
