import { z } from 'zod'
import type { SandboxState } from '#sandbox-state.js'
import { created, paging, text, unsupported } from '../api/fields.js'
import { listPage, wasCreated } from '../api/list.js'
import { route } from '../api/route.js'
import { invalid, missing } from '../api/stripe-error.js'
import { checkoutSessionInput } from './checkout-session.input.js'
import { createCheckoutSession } from './create-checkout-session.js'
import { expireCheckoutSession } from './expire-checkout-session.js'

/** Checkout sessions: create, retrieve, list, expire; their line items. */
export const checkoutSessionRoutes = [
  route('POST', '/v1/checkout/sessions', checkoutSessionInput, (world, { input }) =>
    createCheckoutSession(world, input),
  ),
  route('GET', '/v1/checkout/sessions/:session', z.strictObject({}), (world, { path }) =>
    requireSession(world, path['session'] ?? ''),
  ),
  route(
    'GET',
    '/v1/checkout/sessions',
    z.strictObject({
      ...paging,
      created,
      customer: text.optional(),
      subscription: text.optional(),
      payment_intent: text.optional(),
      status: z.enum(['complete', 'expired', 'open']).optional(),
      customer_details: z.strictObject({ email: text }).optional(),
      customer_account: unsupported,
      payment_link: unsupported,
    }),
    (world, { input, url }) => {
      const sessions = world.store
        .newest('checkout.session')
        .filter(
          (one) =>
            (input.customer === undefined || one.customer === input.customer) &&
            (input.subscription === undefined || one.subscription === input.subscription) &&
            (input.payment_intent === undefined || one.payment_intent === input.payment_intent) &&
            (input.status === undefined || one.status === input.status) &&
            (input.customer_details === undefined || one.customer_details?.email === input.customer_details.email) &&
            wasCreated(one, input.created),
        )
      return listPage(sessions, url, input)
    },
  ),
  route('POST', '/v1/checkout/sessions/:session/expire', z.strictObject({}), (world, { path }) => {
    const session = requireSession(world, path['session'] ?? '')
    const expired = expireCheckoutSession(world, session.id)
    if (expired === null) {
      throw invalid(
        `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${session.status}\`.`,
      )
    }
    return expired
  }),
  route('GET', '/v1/checkout/sessions/:session/line_items', z.strictObject(paging), (world, { path, input, url }) =>
    listPage(world.store.need('session_detail', requireSession(world, path['session'] ?? '').id).lineItems, url, input),
  ),
]

function requireSession(world: SandboxState, id: string) {
  const session = world.store.get('checkout.session', id)
  if (session === undefined) throw missing('checkout.session', id)
  return session
}
