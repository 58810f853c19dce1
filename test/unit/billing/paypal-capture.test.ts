import { createServer, type Server } from 'node:http'
import { payPalCheckouts } from '#services/billing/providers/paypal/paypal-checkouts.js'
import { createPayPalClient } from '#services/billing/providers/paypal/paypal-client.js'
import { callPayPal } from '#services/billing/providers/paypal/paypal-errors.js'
import { payPalPlans } from '#services/billing/providers/paypal/paypal-plans.js'
import { ProviderUnavailable } from '#services/billing/providers/provider-errors.js'
import { createMetrics } from '#services/kernel/metrics/metrics.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'
import { systemRandom } from '#services/kernel/random/system-random.js'

describe('Capture of an approved order', () => {
  let server: Server
  let url: URL
  /** PayPal's response to the next capture. */
  let answer: { status: number; body: object }
  const requestIds: unknown[] = []
  beforeAll(async () => {
    server = createServer((request, response) => {
      const isToken = request.url!.endsWith('/oauth2/token')
      if (!isToken) requestIds.push(request.headers['paypal-request-id'])
      const { status, body } = isToken
        ? { status: 200, body: { access_token: 'A', token_type: 'Bearer', expires_in: 3600 } }
        : answer
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    url = new URL(`http://127.0.0.1:${(server.address() as { port: number }).port}/paypal`)
  })
  afterAll(async () => {
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  })

  const collect = async (approval = 'first') => {
    const client = createPayPalClient({
      clientId: 'sandbox-client-x',
      clientSecret: 'x',
      apiUrl: url,
      mode: 'sandbox',
      timers: systemTimers,
    })
    const call = callPayPal({ metrics: createMetrics(), timers: systemTimers, random: systemRandom }, () =>
      client.evictToken(),
    )
    const checkouts = payPalCheckouts(client, call, payPalPlans(client, call), new URL('http://localhost/'))
    try {
      await checkouts.collectCheckout({ sessionId: '5O190127TN364715T', checkoutId: 'chk_1', approval })
    } finally {
      await client.dispatcher.close()
    }
  }
  const refusedFor = (issue: string) => ({
    status: 422,
    body: { name: 'UNPROCESSABLE_ENTITY', message: 'no', debug_id: 'd', details: [{ issue, description: 'why' }] },
  })

  it.each(['INSTRUMENT_DECLINED', 'ORDER_ALREADY_CAPTURED', 'PAYER_CANNOT_PAY', 'PAYEE_BLOCKED_TRANSACTION'])(
    '%s reads the order: the buyer can pay differently, or a concurrent call has captured it',
    async (issue) => {
      answer = refusedFor(issue)
      await expect(collect()).resolves.toBeUndefined()
    },
  )

  it.each([
    'PAYEE_ACCOUNT_RESTRICTED',
    'PAYEE_ACCOUNT_LOCKED_OR_CLOSED',
    'COMPLIANCE_VIOLATION',
    'TRANSACTION_RECEIVING_LIMIT_EXCEEDED',
  ])('%s is an error of the seller and is reported to operators', async (issue) => {
    answer = refusedFor(issue)
    await expect(collect()).rejects.toThrow(ProviderUnavailable)
    await expect(collect()).rejects.toMatchObject({ internal: expect.stringContaining(issue) as string })
  })

  it('uses one request ID per approval, and another for the next', async () => {
    answer = { status: 201, body: { id: '5O190127TN364715T', status: 'COMPLETED' } }
    requestIds.length = 0
    for (const approval of ['first', 'first', 'second']) await collect(approval)
    expect(requestIds[0]).toBe(requestIds[1])
    expect(new Set(requestIds).size).toBe(2)
  })
})
