import { Stackgate } from '@stackgate/client/server' // gate
import { fastifyHandler, gate } from '@stackgate/client/server/fastify' // gate
import { verifyWebhook, WebhookError } from '@stackgate/client/webhooks' // webhook
import Fastify, { type FastifyRequest, type RouteHandler } from 'fastify'

const { PORT = '3000', STACKGATE_WEBHOOK_SECRET = '' } = process.env
const app = Fastify()

// Before the plugins: they inherit it.
app.setErrorHandler((error, _request, reply) => {
  if (error instanceof WebhookError) return reply.code(400).send({ reason: error.reason, message: error.message })
  return reply.send(error)
})

/** The customer of a request. Replace it by your sign-in: this header proves nothing. */
const customerOf = ({ headers }: FastifyRequest) => ({ customer: String(headers['x-user'] ?? 'visitor') }) // sign-in

const stackgate = new Stackgate() // gate
const requires = gate({ stackgate, identify: customerOf }) // gate

const writeExports: RouteHandler = async (_request, reply) =>
  reply.type('text/csv').send('channel,conversions\nsearch,42\n')
app.get('/exports', { preHandler: requires('exports') }, writeExports) // gate

app.all('/api/stackgate', fastifyHandler({ stackgate, identify: customerOf })) // handler

app.post('/upgrade', async (request, reply) => {
  const owner = customerOf(request)
  const sale = { ...owner, plan: 'scale', provider: 'STRIPE', email: owner.customer } as const // sale
  const started = await stackgate.checkout(sale) // sale
  return reply.code(started.ok ? 200 : 402).send(started.ok ? started.value : started.denial)
})

// The caller makes the key, and sends it again after an interruption: the run counts once.
app.post('/runs', async (request, reply) => {
  const key = request.headers['idempotency-key']
  if (typeof key !== 'string') return reply.code(400).send({ message: 'Send an Idempotency-Key.' })
  const result = await stackgate.consume({ ...customerOf(request), feature: 'attribution_runs', key }) // use
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
    const event = verifyWebhook(body as Buffer, headers, STACKGATE_WEBHOOK_SECRET) // webhook
    // Deliveries can be repeated: store `event.id`, and handle each event once.
    console.log('event', event.id, event.type)
    return reply.code(204).send()
  })
})

await app.listen({ port: Number(PORT), host: '127.0.0.1' })
console.log(`http://127.0.0.1:${PORT}`)
