import { verifyToken } from '@clerk/backend'
import { serve } from '@hono/node-server'
import { Stackgate, stackgateHandler } from '@stackgate/client/server' // gate
import { gate } from '@stackgate/client/server/hono' // gate
import { verifyWebhook } from '@stackgate/client/webhooks' // webhook
import { Hono, type Context } from 'hono'

const { CLERK_JWT_KEY = '', PORT = '3000', STACKGATE_WEBHOOK_SECRET = '' } = process.env
const app = new Hono()

/** The customer of a request: the user of its session token. Null without a valid one. */
const customerOf = async ({ headers }: Request) => {
  // sign-in
  const token = headers.get('authorization')?.replace('Bearer ', '') ?? '' // sign-in
  const session = await verifyToken(token, { jwtKey: CLERK_JWT_KEY }).catch(() => null) // sign-in
  return session && { customer: session.sub } // sign-in
} // sign-in

const stackgate = new Stackgate() // gate
const requires = gate({ stackgate, identify: ({ req }: Context) => customerOf(req.raw) }) // gate
const handler = stackgateHandler({ stackgate, identify: customerOf }) // handler

app.get('/exports', requires('exports'), (context) => context.text('channel,conversions\nsearch,42\n')) // gate
app.all('/api/stackgate', (context) => handler(context.req.raw)) // handler

app.post('/upgrade', async ({ req, json }) => {
  const user = await customerOf(req.raw)
  if (!user) return json({ message: 'Sign in first.' }, 401)
  const started = await stackgate.checkout({ ...user, plan: 'scale', provider: 'STRIPE', email: 'a@example.com' }) // sale
  return started.ok ? json(started.value) : json(started.denial, 402)
})

app.post('/webhooks/stackgate', async ({ req, body, json }) => {
  try {
    const event = verifyWebhook(await req.text(), req.header(), STACKGATE_WEBHOOK_SECRET) // webhook
    // Deliveries can be repeated: store `event.id`, and handle each event once.
    console.log('event', event.id, event.type)
    return body(null, 204)
  } catch (error) {
    return json({ message: String(error) }, 400)
  }
})

serve({ fetch: app.fetch, port: Number(PORT), hostname: '127.0.0.1' }, () => console.log(`http://127.0.0.1:${PORT}`))
