import { createPublicKey, verify } from 'node:crypto'
import { crc32 } from 'node:zlib'
import fastify from 'fastify'
import pg from 'pg'

// A peer: the least that acknowledges PayPal's events durably. The key is known; the signature over the raw bytes, one row, 200.
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL']!, max: 16 })
await pool.query(`create table if not exists peer_paypal_inbox (
  event_id text primary key, type text not null, payload jsonb not null, received_at timestamptz not null default now())`)
const webhookId = process.env['WEBHOOK_ID']!
const key = createPublicKey(process.env['CERTIFICATE']!)
const app = fastify()
app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
app.post('/webhook', async (request, reply) => {
  const body = request.body as Buffer
  const header = (name: string) => request.headers[name] as string
  const text = `${header('paypal-transmission-id')}|${header('paypal-transmission-time')}|${webhookId}|${crc32(body)}`
  const signature = Buffer.from(header('paypal-transmission-sig'), 'base64')
  if (!verify('RSA-SHA256', Buffer.from(text), key, signature)) return reply.code(400).send({ received: false })
  const event = JSON.parse(body.toString()) as { id: string; event_type: string }
  await pool.query({
    name: 'insert',
    text: `insert into peer_paypal_inbox (event_id, type, payload) values ($1, $2, $3) on conflict do nothing`,
    values: [event.id, event.event_type, JSON.stringify(event)],
  })
  return reply.send({ received: true })
})
const url = await app.listen({ host: '127.0.0.1', port: 0 })
process.send!({ url: `${url}/webhook` })
