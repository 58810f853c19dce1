import { Stackgate } from '@stackgate/client/server'
import { expressHandler, gate } from '@stackgate/client/server/express'
import { verifyWebhook, WebhookError } from '@stackgate/client/webhooks'
import express, { type NextFunction, type Request, type Response } from 'express'

const { PORT = '3000', STACKGATE_WEBHOOK_SECRET = '' } = process.env
const stackgate = new Stackgate() // with STACKGATE_SECRET_KEY and STACKGATE_URL
// Your sign-in: the customer of a request. This header proves nothing.
const identify = (request: Request) => ({ customer: request.get('x-user') ?? 'visitor' })
const requires = gate({ stackgate, identify })
const app = express()

// Webhook: before any parser, because the signature covers the bytes. Store `event.id`: deliveries can repeat.
app.post('/webhooks/stackgate', express.raw({ type: '*/*' }), (request, response) => {
  const event = verifyWebhook(request.body as Buffer, request.headers, STACKGATE_WEBHOOK_SECRET)
  console.log('event', event.id, event.type)
  response.sendStatus(204)
})
app.use(express.json())
// Browser: the React components call this address, without a token.
app.all('/api/stackgate', expressHandler({ stackgate, identify }))
// Gate: customers without the feature receive 402 with the plans that include it.
app.get('/exports', requires('exports'), (_request, response) => void response.type('csv').send('channel\nsearch\n'))

// Sale: the customer pays at `url`, and the gate opens by itself.
app.post('/upgrade', async (request, response) => {
  const sale = await stackgate.checkout({
    ...identify(request),
    plan: 'scale',
    provider: 'stripe',
    email: request.get('x-user'),
  })
  response.status(sale.ok ? 200 : 402).json(sale.ok ? sale.value : sale.denial)
})

// Count: a request that is sent again with its key counts once.
app.post('/runs', async (request, response) => {
  const key = request.get('idempotency-key')
  if (!key) return void response.status(400).json({ message: 'Send an Idempotency-Key.' })
  const run = await stackgate.consume({ ...identify(request), feature: 'attribution_runs', key })
  if (run.ok) response.status(201).json({ remaining: run.consumption.entitlement.remaining })
  else if (run.denial) response.status(402).json(run.denial)
  else response.status(503).json({ message: run.error.message }) // no answer: the same key can be sent again
})

app.use((error: unknown, _request: Request, response: Response, next: NextFunction) =>
  error instanceof WebhookError ? response.status(400).json({ message: error.message }) : next(error),
)
app.listen(Number(PORT), '127.0.0.1', () => console.log(`http://127.0.0.1:${PORT}`))
