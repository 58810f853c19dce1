import type { FastifyInstance } from 'fastify'
import type { WebhookReceiver } from '../services/kernel/inbox/receive-webhook.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import { keepRawBodies, rawBodyOf } from './raw-body.js'
import type { RestHost } from './rest-context.js'

const MAX_EVENT_BYTES = 1_048_576

/** The seeds' paths mean the same as ours. */
const STRIPE_PATHS = ['/webhooks/stripe', '/api/webhooks/stripe', '/webhook/stripe', '/api/packages/webhook']

/** Events of payment providers: the signature over the raw bytes, then one durable row, then 200. Everything else comes later. */
export function webhookRoutes(host: RestHost, receiver: WebhookReceiver) {
  return (app: FastifyInstance): void => {
    void app.register((scope, _options, done) => {
      keepRawBodies(scope)
      for (const path of STRIPE_PATHS)
        scope.post(path, { bodyLimit: MAX_EVENT_BYTES }, async (request, reply) => {
          const context = host.anonymousContext(request)
          const port = context.providers.STRIPE
          if (!port) throw new AppError('NOT_FOUND', 'Stripe is not configured on this server.')
          if (request.headers['content-encoding'])
            throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'Webhooks are taken uncompressed only.')
          const event = verified(context, () => port.verifyEvent(rawBodyOf(request.body), request.headers))
          const outcome = await receiver.receive(event).catch((error: unknown) => {
            throw new AppError('UNAVAILABLE', 'The event could not be stored; send it again.', { cause: error })
          })
          if (event.state !== 'RECEIVED')
            context.metrics.inboxEvents.inc({ provider: event.provider, outcome: event.state.toLowerCase() })
          return reply
            .code(200)
            .send({ received: true, state: event.state.toLowerCase(), duplicate: outcome === 'duplicate' })
        })
      done()
    })
  }
}

function verified<Event>(context: ReturnType<RestHost['anonymousContext']>, verify: () => Event): Event {
  try {
    return verify()
  } catch (error) {
    context.metrics.webhooksRefused.inc({ provider: 'STRIPE', reason: 'signature' })
    context.log.warn({ requestId: context.requestId }, 'Stripe webhook signature verification failed')
    throw error
  }
}
