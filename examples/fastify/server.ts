import { createEntitlements, StackgateError } from '@stackgate/client/entitlements'
import { verifyWebhook, WebhookError } from '@stackgate/client/webhooks'
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify'

const { STACKGATE_URL = 'http://127.0.0.1:4000', STACKGATE_KEY = '', STACKGATE_WEBHOOK_SECRET = '' } = process.env
const { PORT = '3000' } = process.env

const entitlements = createEntitlements({ url: STACKGATE_URL, key: STACKGATE_KEY })
const app = Fastify()

// Before the plugins: they inherit it.
app.setErrorHandler((error, _request, reply) => {
  if (error instanceof WebhookError) return reply.code(400).send({ reason: error.reason, message: error.message })
  // An account exists from the first sign-in of its person on.
  if (error instanceof StackgateError && error.code === 'NOT_FOUND')
    return reply.code(404).send({ code: error.code, message: 'This account is unknown: its person must sign in once.' })
  return reply.send(error)
})

/** Account of the caller. Replace it by that of your sign-in: this header proves nothing. */
const accountOf = ({ headers }: FastifyRequest): string =>
  `person:${typeof headers['x-user'] === 'string' ? headers['x-user'] : 'anonymous@example.com'}`

/** Lets requests pass whose account has the feature. Others are answered with 402 and the ways to get it. */
const requireFeature = (feature: string) => async (request: FastifyRequest, reply: FastifyReply) => {
  const { allowed, denial } = await entitlements.check({ accountId: accountOf(request), feature })
  if (!allowed) return reply.code(402).send(denial)
}

app.get('/exports', { preHandler: requireFeature('exports') }, async (_request, reply) =>
  reply.type('text/csv').send('channel,conversions\nsearch,42\n'),
)

// The caller makes the key, and sends it again after an interruption: the run counts once.
app.post('/runs', async (request, reply) => {
  const key = request.headers['idempotency-key']
  if (typeof key !== 'string') return reply.code(400).send({ message: 'Send an Idempotency-Key.' })
  const accountId = accountOf(request)
  const result = await entitlements.consume({ accountId, feature: 'attribution_runs', key })
  if (result.ok) return reply.code(201).send({ remaining: result.consumption.entitlement.remaining })
  if (result.denial) return reply.code(402).send(result.denial)
  // No answer arrived. The same request with the same key is safe.
  return reply.code(503).send({ message: result.error.message })
})

// The signature covers the bytes as they were sent. This plugin does not parse them before `verifyWebhook`.
await app.register(async (webhooks) => {
  webhooks.removeAllContentTypeParsers()
  webhooks.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  webhooks.post('/webhooks/stackgate', async ({ body, headers }, reply) => {
    const event = verifyWebhook(body as Buffer, headers, STACKGATE_WEBHOOK_SECRET)
    // Deliveries can be repeated: store `event.id`, and handle each event once.
    console.log('event', event.id, event.type)
    return reply.code(204).send()
  })
})

await app.listen({ port: Number(PORT), host: '127.0.0.1' })
console.log(`http://127.0.0.1:${PORT}`)
