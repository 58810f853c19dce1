import { Stackgate } from '@stackgate/client/server' // gate
import { expressHandler, gate } from '@stackgate/client/server/express' // gate
import { verifyWebhook, WebhookError } from '@stackgate/client/webhooks' // webhook
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express'

const { PORT = '3000', STACKGATE_WEBHOOK_SECRET = '' } = process.env
const app = express()

/** The customer of a request. Replace it by your sign-in: this header proves nothing. */
const customerOf = (request: Request) => ({ customer: request.get('x-user') ?? 'visitor' }) // sign-in

const stackgate = new Stackgate() // gate
const requires = gate({ stackgate, identify: customerOf }) // gate

// The signature covers the bytes as they were sent. Do not parse them before `verifyWebhook`.
app.post('/webhooks/stackgate', express.raw({ type: '*/*' }), (request, response) => {
  const event = verifyWebhook(request.body as Buffer, request.headers, STACKGATE_WEBHOOK_SECRET) // webhook
  // Deliveries can be repeated: store `event.id`, and handle each event once.
  console.log('event', event.id, event.type)
  response.sendStatus(204)
})

app.use(express.json())

app.all('/api/stackgate', expressHandler({ stackgate, identify: customerOf })) // handler

const writeExports: RequestHandler = (_request, response) => {
  response.type('text/csv').send('channel,conversions\nsearch,42\n')
}
app.get('/exports', requires('exports'), writeExports) // gate

app.post('/upgrade', async (request, response) => {
  const email = request.get('x-user') ?? ''
  const started = await stackgate.checkout({ ...customerOf(request), plan: 'scale', provider: 'STRIPE', email }) // sale
  response.status(started.ok ? 200 : 402).json(started.ok ? started.value : started.denial)
})

// The caller makes the key, and sends it again after an interruption: the run counts once.
app.post('/runs', async (request, response) => {
  const key = request.get('idempotency-key')
  if (!key) return void response.status(400).json({ message: 'Send an Idempotency-Key.' })
  const result = await stackgate.consume({ ...customerOf(request), feature: 'attribution_runs', key }) // use
  if (result.ok) return void response.status(201).json({ remaining: result.consumption.entitlement.remaining })
  if (result.denial) return void response.status(402).json(result.denial)
  // No answer arrived. The same request with the same key is safe.
  response.status(503).json({ message: result.error.message })
})

app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
  if (error instanceof WebhookError) response.status(400).json({ reason: error.reason, message: error.message })
  else next(error)
})

app.listen(Number(PORT), '127.0.0.1', () => console.log(`http://127.0.0.1:${PORT}`))
