import { Buyer } from '#test/support/buyer.js'
import { expectInvariants } from '#test/support/invariants.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { batchClient, type BatchClient } from '#test/support/usage-batches.js'
import { accountIdOf } from '#test/support/accounts.js'

const FEATURE = 'ai_credits'

describe('previewUsageBatch', () => {
  let server: TestServer
  let operator: BatchClient
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    operator = batchClient(server, await server.token('ops@example.com', { roles: ['admin'] }))
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const line = (accountId: string, key: string, amount: number, more: object = {}) => ({
    accountId,
    feature: FEATURE,
    amount,
    key,
    ...more,
  })

  it('shows the cost of units beyond the allowance and its invoice before it is closed', async () => {
    const buyer = await Buyer.named(server, 'scale@example.com')
    await buyer.buy('startSubscription', { plan: 'scale' })
    const ownAccountId = await accountIdOf(server, buyer.token)
    const id = await operator.with([line(ownAccountId, 'all', 600_000), line(ownAccountId, 'more', 251_250)])
    const { effects } = await operator.preview(id)
    expect(effects.nodes).toMatchObject([
      {
        units: 851_250,
        overageUnits: 251_250,
        overageCost: { decimal: '100.50' },
        invoiceEffect: 'WINDOW_INVOICE',
        taken: [
          { amount: 600_000, source: { kind: 'PLAN' } },
          { amount: 251_250, source: { kind: 'OVERAGE' } },
        ],
      },
    ])
  })
})
