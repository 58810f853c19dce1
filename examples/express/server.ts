import { createEntitlements, StackgateError } from '@stackgate/client/entitlements'
import { verifyWebhook, WebhookError } from '@stackgate/client/webhooks'
import express, { type NextFunction, type Request, type Response } from 'express'

const { STACKGATE_URL = 'http://127.0.0.1:4000', STACKGATE_KEY = '', STACKGATE_WEBHOOK_SECRET = '' } = process.env
const { PORT = '3000' } = process.env

const entitlements = createEntitlements({ url: STACKGATE_URL, key: STACKGATE_KEY })
const app = express()

/** Account of the caller. Replace it by that of your sign-in: this header proves nothing. */
const accountOf = (request: Request): string => `person:${request.get('x-user') ?? 'anonymous@example.com'}`

/** Lets requests pass whose account has the feature. Others are answered with 402 and the ways to get it. */
const requireFeature = (feature: string) => async (request: Request, response: Response, next: NextFunction) => {
  const { allowed, denial } = await entitlements.check({ accountId: accountOf(request), feature })
  if (allowed) next()
  else response.status(402).json(denial)
}

// The signature covers the bytes as they were sent. Do not parse them before `verifyWebhook`.
app.post('/webhooks/stackgate', express.raw({ type: '*/*' }), (request, response) => {
  const event = verifyWebhook(request.body as Buffer, request.headers, STACKGATE_WEBHOOK_SECRET)
  // Deliveries can be repeated: store `event.id`, and handle each event once.
  console.log('event', event.id, event.type)
  response.sendStatus(204)
})

app.use(express.json())

app.get('/exports', requireFeature('exports'), (_request, response) => {
  response.type('text/csv').send('channel,conversions\nsearch,42\n')
})

// The caller makes the key, and sends it again after an interruption: the run counts once.
app.post('/runs', async (request, response) => {
  const key = request.get('idempotency-key')
  if (!key) return void response.status(400).json({ message: 'Send an Idempotency-Key.' })
  const accountId = accountOf(request)
  const result = await entitlements.consume({ accountId, feature: 'attribution_runs', key })
  if (result.ok) return void response.status(201).json({ remaining: result.consumption.entitlement.remaining })
  if (result.denial) return void response.status(402).json(result.denial)
  // No answer arrived. The same request with the same key is safe.
  response.status(503).json({ message: result.error.message })
})

app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
  if (error instanceof WebhookError) response.status(400).json({ reason: error.reason, message: error.message })
  // An account exists from the first sign-in of its person on.
  else if (error instanceof StackgateError && error.code === 'NOT_FOUND')
    response.status(404).json({ code: error.code, message: 'This account is unknown: its person must sign in once.' })
  else next(error)
})

app.listen(Number(PORT), '127.0.0.1', () => console.log(`http://127.0.0.1:${PORT}`))
