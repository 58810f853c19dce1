import fc from 'fast-check'
import {
  entitlementService,
  grantTestCredits,
  newAccount,
  type EntitlementService,
} from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { batchClient, rejectRows, skipToLastAttempt, type BatchClient } from '#test/support/usage-batches.js'

const FEATURE = 'ai_credits'

interface GeneratedLine {
  readonly account: number
  readonly use: number | { readonly tokens: number; readonly model: string }
  readonly key: number
}

const generatedLine: fc.Arbitrary<GeneratedLine> = fc.record({
  account: fc.nat(2),
  use: fc.oneof(
    fc.integer({ min: 1, max: 700 }),
    fc.record({ tokens: fc.integer({ min: 1, max: 3_000_000 }), model: fc.constantFrom('small', 'large') }),
  ),
  key: fc.nat(20),
})

describe('revertUsageBatch', () => {
  let server: TestServer
  let service: EntitlementService
  let batches: BatchClient
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    service = await entitlementService(server)
    batches = batchClient(server, service.key)
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const line = (accountId: string, key: string, amount: number) => ({ accountId, feature: FEATURE, amount, key })
  const closed = async (lines: readonly object[]) => {
    const id = await batches.with(lines)
    await batches.close(id)
    await batches.ended(id, 'CLOSED')
    return id
  }
  const reverted = async (id: string) => {
    await batches.revert(id)
    return batches.ended(id, 'REVERTED')
  }

  it('returns all units, so that sums of the ledger and balances are as before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(generatedLine, { minLength: 1, maxLength: 25 }), async (lines) => {
        const accounts = await Promise.all([newAccount(server), newAccount(server), newAccount(server)])
        await grantTestCredits(server, accounts[0], FEATURE, 900)
        await service.consume({ accountId: accounts[1], feature: FEATURE, amount: 400 })
        const sums = () =>
          server.query(
            `select a.id,
               (select coalesce(sum(amount), 0)::int from ledger_entry l where l.account_id = a.id) as ledger,
               (select coalesce(sum(used), 0)::int from quota_usage q where q.account_id = a.id) as of_plan,
               (select coalesce(sum(used), 0)::int from credit_grant g where g.account_id = a.id) as of_grants,
               (select coalesce(sum(amount), 0)::int from credit_debt d where d.account_id = a.id) as debt
             from account a where a.id = any($1) order by a.id`,
            [accounts],
          )
        const before = await sums()
        const { id } = await batches.open()
        const added = await batches.add(
          id,
          lines.map(({ account, use, key }) => ({
            accountId: accounts[account]!,
            feature: FEATURE,
            key: `key-${key}`,
            ...(typeof use === 'number'
              ? { amount: use }
              : {
                  work: {
                    quantities: [{ name: 'input_tokens', amount: use.tokens }],
                    dimensions: [{ name: 'model', value: use.model }],
                  },
                }),
          })),
        )
        expect(added.acceptedCount + added.duplicateCount + added.rejected.length).toBe(lines.length)
        const { deniedCount, effects } = await batches.preview(id)
        await batches.close(id)
        const closed = await batches.ended(id, 'CLOSED')
        expect(closed).toMatchObject({
          lineCount: added.acceptedCount,
          deniedCount,
          appliedCount: added.acceptedCount - deniedCount,
        })
        const units = await server.query<{ sum: number }>(
          `select coalesce(sum(operation_total), 0)::int as sum from ledger_entry where reference = $1`,
          [`batch ${id}`],
        )
        expect(units).toEqual([{ sum: effects.nodes.reduce((sum, effect) => sum + effect.units, 0) }])
        const end = await reverted(id)
        expect(end).toMatchObject({ revertedCount: closed.appliedCount, notRevertedCount: 0 })
        expect(await sums()).toEqual(before)
      }),
      { numRuns: 12 },
    )
  })

  it('returns units once, and states who reverted the batch and why', async () => {
    const ann = await newAccount(server)
    const id = await closed([line(ann, 'a', 100), line(ann, 'b', 50), line(ann, 'c', 5_000)])
    const [answer] = await Promise.all([batches.revert(id, 'Wrong month'), batches.revert(id, 'Again')])
    expect(['REVERTING', 'REVERTED']).toContain(answer.status)
    const end = await batches.ended(id, 'REVERTED')
    expect(end.lines.nodes).toMatchObject([
      { key: 'a', status: 'REVERTED', units: 100, returnedUnits: 100, lostUnits: 0 },
      { key: 'b', status: 'REVERTED', returnedUnits: 50 },
      { key: 'c', status: 'DENIED', returnedUnits: null },
    ])
    expect(await batches.revert(id)).toMatchObject({ status: 'REVERTED' })
    const amendments = await server.query<{ amount: number; reason: string; by: string }>(
      `select amount::int, reason, amended_by as by from usage_amendment where account_id = $1 order by version`,
      [ann],
    )
    const { revertedBy, revertReason } = end as unknown as { revertedBy: { label: string }; revertReason: string }
    expect(amendments).toEqual([50, 100].map((amount) => ({ amount, reason: revertReason, by: revertedBy.label })))
    const audit = await server.query(
      `select 1 from audit_entry where account_id = $1 and action = 'usage.amended' and actor = $2`,
      [ann, revertedBy.label],
    )
    expect(audit).toHaveLength(2)
  })

  it('returns what others have not returned before', async () => {
    const ann = await newAccount(server)
    const id = await closed([line(ann, 'a', 100), line(ann, 'b', 100)])
    const { nodes } = (await batches.read(id)).lines
    for (const [index, amount] of [30, 0].entries())
      await server.graphql(
        `mutation ($amount: SafeInt!, $id: ID!, $key: String!, $reason: String!) { amendUsage(amount: $amount, id: $id, key: $key, reason: $reason) { usageAmendment { id } } }`,
        { id: nodes[index]!.consumption!.id, amount, reason: 'x', key: `x${index}` },
        service.key,
      )
    expect((await reverted(id)).lines.nodes).toMatchObject([
      { status: 'REVERTED', returnedUnits: 30 },
      { status: 'REVERTED', returnedUnits: 0 },
    ])
  })

  it('discards the lines of an open batch', async () => {
    const ann = await newAccount(server)
    const id = await batches.with([line(ann, 'a', 100)])
    expect(await batches.revert(id)).toMatchObject({ status: 'REVERTED', discardedCount: 1 })
    expect(await batches.close(id)).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(await batches.revert(id, ' ')).toMatchObject({ code: 'INVALID_PARAMETERS' })
  })

  it('states which units could not be returned and why', async () => {
    const [ann, ben] = [await newAccount(server), await newAccount(server)]
    await grantTestCredits(server, ben, FEATURE, 500)
    await service.consume({ accountId: ben, feature: FEATURE, amount: 1000 })
    const id = await closed([line(ann, 'of-the-window', 100), line(ben, 'of-the-pack', 200)])
    await server.advanceTo('2026-04-07T09:00:00Z')
    const end = await reverted(id)
    expect(end).toMatchObject({ revertedCount: 1, notRevertedCount: 1 })
    expect(end.lines.nodes).toMatchObject([
      {
        status: 'NOT_REVERTED',
        units: 100,
        returnedUnits: null,
        denialCode: 'INVALID_TRANSITION',
        denialMessage: 'The period of AI credits in which the units were used has ended.',
      },
      { status: 'REVERTED', returnedUnits: 200 },
    ])
  })

  it('ends although the reversal of a line fails in each attempt', async () => {
    const ann = await newAccount(server)
    const id = await closed([line(ann, 'first', 10), line(ann, 'broken', 13), line(ann, 'last', 20)])
    const accept = await rejectRows(server, 'usage_amendment', 'new.amount = 13')
    await batches.revert(id)
    await skipToLastAttempt(server, id)
    const end = await batches.ended(id, 'REVERTED')
    await accept()
    expect(end.lines.nodes).toMatchObject([
      { key: 'first', status: 'REVERTED', returnedUnits: 10 },
      { key: 'broken', status: 'NOT_REVERTED', units: 13, returnedUnits: null, denialCode: 'LINE_FAILED' },
      { key: 'last', status: 'REVERTED', returnedUnits: 20 },
    ])
    const [used] = await server.query(`select used::int from quota_usage where account_id = $1`, [ann])
    expect(used).toEqual({ used: 13 })
  })
})
