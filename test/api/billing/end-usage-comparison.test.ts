import { randomUUID } from 'node:crypto'
import {
  entitlementService,
  grantTestCredits,
  newAccount,
  type EntitlementService,
} from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { batchClient, type BatchClient } from '#test/support/usage-batches.js'
import { comparisonClient, type ComparisonClient } from '#test/support/usage-comparisons.js'

const FEATURE = 'ai_stories'

describe('endUsageComparison', () => {
  let server: TestServer
  let operator: ComparisonClient
  let batches: BatchClient
  let service: EntitlementService
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'agileforge' } })
    const token = await server.token('op@example.com', { roles: ['admin'] })
    operator = comparisonClient(server, token)
    batches = batchClient(server, token)
    service = await entitlementService(server)
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  /** A comparison in which an account used units: 25 of its plan, then those of a grant. */
  const used = async (amounts: readonly number[]) => {
    const accountId = await newAccount(server)
    await grantTestCredits(server, accountId, FEATURE, 10)
    const { id } = await operator.start([accountId])
    const application = comparisonClient(server, service.key)
    for (const amount of amounts)
      expect(
        await application.compare([{ accountId, feature: FEATURE, amount, key: randomUUID(), allowed: true }]),
      ).toMatchObject({ acceptedCount: 1 })
    return { accountId, id }
  }
  const remaining = async (accountId: string) =>
    (await service.consume({ accountId, feature: FEATURE, amount: 1 })).entitlement.remaining

  it('continues balances by a batch that is previewed and closed, and keeps the sums', async () => {
    const { accountId, id } = await used([20, 8, 3])
    const ended = await operator.end(id, 'CONTINUE')
    expect(ended).toMatchObject({ endReason: 'They agree', totals: [{ comparedCount: 3, equalCount: 3 }] })
    expect(await operator.end(id, 'DISCARD')).toEqual(ended)
    const batchId = ended.usageBatch!.id
    expect(await batches.preview(batchId)).toMatchObject({
      deniedCount: 0,
      effects: { nodes: [{ feature: { code: FEATURE }, units: 31 }] },
    })
    expect(
      await server.query('select from ledger_entry where account_id = $1 and kind = $2', [accountId, 'CONSUME']),
    ).toEqual([])
    await batches.close(batchId)
    expect(await batches.ended(batchId, 'CLOSED')).toMatchObject({ appliedCount: 1, deniedCount: 0 })
    expect(await remaining(accountId)).toBe(3)
  })

  it('discards counted usage, and compares nothing afterwards', async () => {
    const { accountId, id } = await used([20, 8])
    expect(await operator.end(id, 'DISCARD')).toMatchObject({ usageBatch: null })
    expect(await remaining(accountId)).toBe(34)
    const late = { accountId, feature: FEATURE, amount: 1, key: randomUUID(), allowed: true }
    expect(await comparisonClient(server, service.key).compare([late])).toMatchObject({
      acceptedCount: 0,
      rejected: [{ code: 'INVALID_TRANSITION' }],
    })
  })

  it('carries every unit that was compared before the end, with concurrent uses', async () => {
    const application = comparisonClient(server, service.key)
    for (let round = 0; round < 8; round++) {
      const { accountId, id } = await used([1])
      const sent = Array.from({ length: 10 }, () =>
        application.compare([{ accountId, feature: FEATURE, amount: 1, key: randomUUID(), allowed: true }]),
      )
      await sent[round]
      const ended = await operator.end(id, 'CONTINUE')
      const accepted = (await Promise.all(sent)).reduce((sum, answer) => sum + answer.acceptedCount, 1)
      expect(await batches.preview(ended.usageBatch!.id)).toMatchObject({ effects: { nodes: [{ units: accepted }] } })
    }
  })

  it('requires an operator and a comparison', async () => {
    expect(await operator.end('ucp_unknown', 'CONTINUE')).toEqual({ code: 'NOT_FOUND' })
    const user = comparisonClient(server, await server.token('user@example.com'))
    expect(await user.end('ucp_unknown', 'CONTINUE')).toEqual({ code: 'FORBIDDEN' })
  })
})
