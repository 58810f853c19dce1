import { accountIdOf } from '#test/support/accounts.js'
import { callAs } from '#test/support/operations.js'
import { simplestCalls } from '#test/support/simplest-call.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const READABLE = '{ amountMinor: 1, currency: "USD" }'
/** Members of inputs that are money. */
const MONEY = ['amount', 'cost', 'limit', 'money', 'price', 'threshold']

describe('An amount that cannot be read', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('is denied after the permission is checked', async () => {
    const owner = await server.token('ann@example.com')
    const account = await accountIdOf(server, owner)
    const callers = [null, await server.serviceKey(['marketplace:sync']), await server.token('bob@example.com')]
    const calls = simplestCalls(MONEY).flatMap(([, call]) => (call.includes(READABLE) ? [call] : []))
    expect(calls.length).toBeGreaterThan(5)
    const different: string[] = []
    for (const call of calls)
      for (const caller of callers) {
        const given = call.includes('$account') ? { account } : {}
        const [readable, unreadable] = [
          await callAs(server, caller, call, given),
          await callAs(server, caller, call.replaceAll(READABLE, '{ currency: "USD" }'), given),
        ]
        const isRefused = readable.kind === 'error' && readable.code !== 'BAD_USER_INPUT'
        if (isRefused && JSON.stringify(unreadable) !== JSON.stringify(readable))
          different.push(`${call}: ${JSON.stringify(unreadable)} instead of ${JSON.stringify(readable)}`)
      }
    expect(different).toEqual([])
  })
})
