import fastify from 'fastify'
import pg from 'pg'
import { Stripe } from 'stripe'

// A peer: the least that acknowledges durably. The signature over the raw bytes, one row, 200.
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL']!, max: 16 })
await pool.query(`create table if not exists peer_inbox (
  event_id text primary key, type text not null, payload jsonb not null, received_at timestamptz not null default now())`)
const secret = process.env['WEBHOOK_SECRET']!
const app = fastify()
app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
app.post('/webhook', async (request, reply) => {
  const signature = request.headers['stripe-signature'] as string
  const event = Stripe.webhooks.constructEvent(request.body as Buffer, signature, secret)
  await pool.query({
    name: 'insert',
    text: `insert into peer_inbox (event_id, type, payload) values ($1, $2, $3) on conflict do nothing`,
    values: [event.id, event.type, JSON.stringify(event)],
  })
  return reply.send({ received: true })
})
const url = await app.listen({ host: '127.0.0.1', port: 0 })
process.send!({ url: `${url}/webhook` })
