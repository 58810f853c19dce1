import { isUtf8 } from 'node:buffer'
import { z } from 'zod'
import { WebhookClockSkew } from '#services/billing/providers/provider-errors.js'
import type { ProviderName } from '#services/billing/providers/provider-name.js'
import { WEBHOOK_PATHS } from '#services/billing/providers/webhook-paths.js'
import { withStorablePayload } from '#services/kernel/inbox/storable-payload.js'
import type { WebhookReceiver } from '#services/kernel/inbox/receive-webhook.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { describeRoutes, withAliases } from '../openapi/route-description.js'
import { rawBytes, retainRawBodies } from '../raw-body.js'
import { receivedEvent } from './responses/billing.js'
import type { RestHost } from '../rest-context.js'
import type { RestApp } from '../type-provider.js'

const MAX_EVENT_BYTES = 1_048_576

const ACCESS = { STRIPE: 'stripe', PAYPAL: 'payPal' } as const

const providerEvent = z
  .looseObject({ id: z.string().describe('ID of the event.') })
  .describe('An event of the provider.')

const NAMES: Readonly<Record<ProviderName, string>> = { STRIPE: 'Stripe', PAYPAL: 'PayPal' }

/** Events of payment providers: the signature over the raw bytes, then one durable row, then 200. Everything else comes later. */
export function webhookRoutes(host: RestHost, receiver: WebhookReceiver) {
  return (app: RestApp): void => {
    retainRawBodies(app)
    describeRoutes(app, { tag: 'Webhooks', access: 'anyone', errors: ['NOT_FOUND'] })
    const endpoints = Object.entries(WEBHOOK_PATHS) as [ProviderName, readonly string[]][]
    for (const { name, path, operation } of endpoints.flatMap(([name, paths]) =>
      withAliases(
        `receive${NAMES[name]}Event`,
        paths.map((path) => `/${path}`),
      ).map((one) => ({ name, ...one })),
    ))
      app.post(
        path,
        {
          bodyLimit: MAX_EVENT_BYTES,
          schema: {
            ...operation,
            summary: `Receives an event of ${NAMES[name]}.`,
            access: ACCESS[name],
            body: rawBytes,
            sentBody: providerEvent,
            response: { 200: receivedEvent },
          },
        },
        async (request, reply) => {
          const context = host.anonymousContext(request)
          const port = context.providers[name]
          if (!port) throw new AppError('NOT_FOUND', `${NAMES[name]} is not configured on this server.`)
          const { body: rawBody } = request
          refuseInexactText(rawBody)
          const event = withStorablePayload(
            await verified(context, name, port.verifyEvent(rawBody, request.headers)),
            rawBody,
          )
          const outcome = await receiver.receive(event).catch((error: unknown) => {
            throw new AppError('UNAVAILABLE', 'The event could not be stored. Send it again.', { cause: error })
          })
          if (outcome === 'crowded') {
            context.log.warn(
              { requestId: context.requestId },
              `${NAMES[name]} delivery received with too many different bodies`,
            )
            throw new AppError(
              'UNAVAILABLE',
              'This delivery was received with too many different bodies. The next reconciliation fetches the event.',
            )
          }
          if (event.state === 'DEAD')
            context.log.error(
              { requestId: context.requestId, event: event.eventId, reason: event.stateReason },
              'provider event dead-lettered',
            )
          if (event.state !== 'RECEIVED')
            context.metrics.inboxEvents.inc({ provider: event.provider, outcome: event.state.toLowerCase() })
          return reply
            .code(200)
            .send({ received: true, state: event.state.toLowerCase(), duplicate: outcome === 'duplicate' })
        },
      )
  }
}

const BYTE_ORDER_MARK = Buffer.from('\ufeff')

/**
 * Rejects bytes that a decoder would change silently (a byte order mark, invalid UTF-8): a signature over the text
 * would then match other bytes than the signed ones.
 */
function refuseInexactText(body: Buffer): void {
  if (isUtf8(body) && !body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)) return
  throw new AppError('INVALID_WEBHOOK', 'Invalid signature', {
    internal: 'the body is not UTF-8 or starts with a byte order mark',
  })
}

/** That a signature could not be checked right now is not counted as a forgery: the provider sends it again. */
async function verified<Event>(
  context: ReturnType<RestHost['anonymousContext']>,
  provider: ProviderName,
  verification: Promise<Event>,
): Promise<Event> {
  try {
    return await verification
  } catch (error) {
    const reason = rejectionReason(error)
    const { requestId } = context
    context.metrics.webhooksRefused.inc({ provider, reason })
    if (error instanceof WebhookClockSkew)
      context.log.error(
        { requestId, skewSeconds: error.skewSeconds },
        `${NAMES[provider]} webhook was signed outside the accepted time: check this machine's clock`,
      )
    else context.log.warn({ requestId }, `${NAMES[provider]} webhook signature verification failed`)
    throw error
  }
}

function rejectionReason(error: unknown): 'clock_skew' | 'unchecked' | 'signature' {
  if (error instanceof WebhookClockSkew) return 'clock_skew'
  return error instanceof AppError && error.code === 'UNAVAILABLE' ? 'unchecked' : 'signature'
}
