import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createPayPalClient, type PayPalClient } from '#services/billing/providers/paypal/paypal-client.js'
import { callPayPal } from '#services/billing/providers/paypal/paypal-errors.js'
import { searchTransactions } from '#services/billing/providers/paypal/paypal-transactions.js'
import { createMetrics } from '#services/kernel/metrics/metrics.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'
import { systemRandom } from '#services/kernel/random/system-random.js'

const HOUR = 3_600_000

/** PayPal with one payment an hour, which rejects more than 100 in one range. */
describe('PayPal transaction search', () => {
  let server: Server
  let client: PayPalClient
  let ranges: number[]
  beforeAll(async () => {
    server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://127.0.0.1')
      const reply = (status: number, body: object) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      if (pathname === '/v1/oauth2/token')
        return reply(200, { access_token: 'A', token_type: 'Bearer', expires_in: 32_400 })
      const [since, until] = [Date.parse(searchParams.get('start_date')!), Date.parse(searchParams.get('end_date')!)]
      ranges.push((until - since) / HOUR)
      const hours: number[] = []
      for (let hour = Math.ceil(since / HOUR); hour * HOUR <= until; hour++) hours.push(hour)
      if (hours.length > 100) return reply(400, { name: 'RESULTSET_TOO_LARGE', message: 'Too many.' })
      const [size, page] = [40, Number(searchParams.get('page'))]
      const shown = hours.slice((page - 1) * size, page * size)
      const transaction_details = shown.map((hour) => ({ transaction_info: { transaction_id: `T${hour}` } }))
      return reply(200, { transaction_details, page, total_pages: Math.ceil(hours.length / size) })
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    client = createPayPalClient({
      clientId: 'client',
      clientSecret: 'secret',
      apiUrl: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
      mode: 'sandbox',
      timers: systemTimers,
    })
  })
  beforeEach(() => {
    ranges = []
  })
  afterAll(async () => {
    await client.dispatcher.close()
    await new Promise<void>((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    })
  })

  const search = async (since: string, until: string): Promise<string[]> => {
    const call = callPayPal({ metrics: createMetrics(), timers: systemTimers, random: systemRandom }, () =>
      client.evictToken(),
    )
    const found: string[] = []
    const period = { since: new Date(since), until: new Date(until) }
    for await (const { transactionId } of searchTransactions(client, call, period, 'T0006')) found.push(transactionId!)
    return found
  }

  it('lists every transaction of a long period once, in ranges of at most 31 days that are halved if too large', async () => {
    const found = await search('2026-01-01T00:00:00Z', '2026-03-06T23:59:59Z')
    expect(found.length).toBe(65 * 24)
    expect(new Set(found).size).toBe(found.length)
    expect(Math.max(...ranges)).toBe(31 * 24)
  })

  it('lists one second, and nothing for a period that ends before its start', async () => {
    expect(await search('2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')).toHaveLength(1)
    expect(await search('2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z')).toEqual([])
    expect(ranges).toEqual([0])
  })
})
