import { untilCounted, untilQuiet } from './money-runs.js'
import { subscribe } from './subscribers.js'
import { eventually, type TestServer } from './test-server.js'

/** Sells a plan to Ann, whose payment is disputed. Ends when the sale and the dispute are recorded and counted. */
export async function disputedSale(server: TestServer): Promise<void> {
  await subscribe(server, 'ann@example.com', { plan: 'plus' })
  const [{ payment_id: payment }] = (await server.query(`select payment_id from purchase`)) as [{ payment_id: string }]
  await server.sandboxControl('POST', 'disputes', { payment, status: 'needs_response' })
  await eventually(
    () => server.query(`select id from dispute`),
    (rows) => rows.length === 1,
  )
  await untilQuiet(server)
  await untilCounted(server)
}
