import fastify from 'fastify'
import { openPool, readPlans } from './read-plans.js'

// Peer with the minimum work to send the same data: a route that serializes the snapshot for each request.
const pool = openPool()
const plans = await readPlans(pool)
const app = fastify()
app.get('/plans', (_request, reply) => {
  reply.header('content-type', 'application/json; charset=utf-8')
  return reply.send(JSON.stringify({ data: { plans } }))
})
const url = await app.listen({ host: '127.0.0.1', port: 0 })
process.send!({ url: `${url}/plans` })
