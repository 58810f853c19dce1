import { randomUUID } from 'node:crypto'
import { newAccount } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { comparisonClient, type ComparisonClient } from '#test/support/usage-comparisons.js'

describe('startUsageComparison', () => {
  let server: TestServer
  let operator: ComparisonClient
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'agileforge' } })
    operator = comparisonClient(server, await server.token('op@example.com', { roles: ['admin'] }))
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  it('starts once per key, and once per account while it runs', async () => {
    const [ann, bob] = [await newAccount(server), await newAccount(server)]
    const key = { key: randomUUID() }
    const { id } = await operator.start([ann, ann, bob], key)
    expect(await operator.start([ann, bob], key)).toMatchObject({ id, accountCount: 2, totals: [] })
    const starts = await Promise.all([operator.start([ann]), operator.start([await newAccount(server), bob])])
    expect(starts).toMatchObject(
      [ann, bob].map((accountId) => ({
        code: 'INVALID_TRANSITION',
        message: `Account ${accountId} is in a running comparison. End that comparison first.`,
      })),
    )
    expect(await operator.start([ann, bob])).toMatchObject({
      message: expect.stringContaining('is in a running comparison, as 1 more of the accounts.') as string,
    })
    await operator.end(id, 'DISCARD')
    expect(await operator.start([ann])).toMatchObject({ accountCount: 1, endedAt: null })
  })

  it('requires an operator, a name, a reason and known accounts', async () => {
    const ann = await newAccount(server)
    expect(await operator.start([ann], { name: ' ' })).toMatchObject({ code: 'INVALID_PARAMETERS' })
    expect(await operator.start([ann], { reason: '' })).toMatchObject({ code: 'INVALID_PARAMETERS' })
    expect(await operator.start([])).toMatchObject({ code: 'INVALID_PARAMETERS' })
    expect(await operator.start(['person:nobody'])).toEqual({ code: 'NOT_FOUND' })
    const user = comparisonClient(server, await server.token('user@example.com'))
    expect(await user.start([ann])).toEqual({ code: 'FORBIDDEN' })
  })
})
