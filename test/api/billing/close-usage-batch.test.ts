import { entitlementService, grantTestCredits, newAccount } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { batchClient, rejectRows, skipToLastAttempt, type BatchClient } from '#test/support/usage-batches.js'

const FEATURE = 'ai_credits'

describe('closeUsageBatch', () => {
  let server: TestServer
  let batches: BatchClient
  let operator: BatchClient
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    batches = batchClient(server, (await entitlementService(server)).key)
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

  it('applies what the preview shows, and lists each denied line with its reason', async () => {
    const [ann, ben] = [await newAccount(server), await newAccount(server)]
    await grantTestCredits(server, ann, FEATURE, 500)
    await server.advanceTo('2026-03-05T11:00:00Z')
    const work = {
      quantities: [{ name: 'input_tokens', amount: 100_000 }],
      dimensions: [{ name: 'model', value: 'small' }],
    }
    const id = await batches.with([
      line(ann, 'one', 900, { at: '2026-03-05T10:00:00Z' }),
      line(ann, 'two', 400),
      line(ann, 'too-much', 300),
      line(ann, 'before', 1, { at: '2026-01-05T08:00:00Z' }),
      { accountId: ben, feature: FEATURE, work, key: 'work' },
    ])
    const preview = await batches.preview(id)
    expect(preview).toMatchObject({ lineCount: 5, deniedCount: 2 })
    const effects = Object.fromEntries(preview.effects.nodes.map((effect) => [effect.account.id, effect]))
    expect(effects[ann]).toMatchObject({
      feature: { code: FEATURE },
      lineCount: 4,
      units: 1300,
      overageUnits: 0,
      overageCost: null,
      invoiceEffect: 'NONE',
      taken: [
        { amount: 1000, source: { kind: 'PLAN', code: 'free' } },
        { amount: 300, source: { kind: 'PACKAGE', code: 'a_pack' } },
      ],
      denied: [
        { key: 'too-much', code: 'QUOTA_EXCEEDED' },
        { key: 'before', code: 'INVALID_PARAMETERS', message: 'The time of use must be within the current period.' },
      ],
    })
    // The preview records nothing.
    expect(await batches.preview(id)).toEqual(preview)

    expect(await batches.close(id)).toMatchObject({ __typename: 'UsageBatch', lineCount: 5 })
    const closed = await batches.ended(id, 'CLOSED')
    expect(closed).toMatchObject({ pendingCount: 0, appliedCount: 3, deniedCount: 2 })
    expect(closed.lines.nodes).toMatchObject([
      { key: 'one', status: 'APPLIED', units: 900, account: { id: ann }, consumption: { amount: 900 } },
      { key: 'two', status: 'APPLIED', units: 400, consumption: { taken: [{ amount: 100 }, { amount: 300 }] } },
      { key: 'too-much', status: 'DENIED', units: null, denialCode: 'QUOTA_EXCEEDED', consumption: null },
      { key: 'before', status: 'DENIED', denialCode: 'INVALID_PARAMETERS' },
      { key: 'work', status: 'APPLIED', units: effects[ben]!.units, amount: null },
    ])
    const [entry] = await server.query<{ at: Date; reference: string }>(
      `select at, reference from ledger_entry where account_id = $1 and kind = 'CONSUME' order by version, operation_no, entry_no limit 1`,
      [ann],
    )
    expect(entry).toMatchObject({ at: new Date('2026-03-05T10:00:00Z'), reference: `batch ${id}` })
    expect(await batches.preview(id)).toMatchObject({ code: 'INVALID_TRANSITION' })
  })

  it('applies each line once, however often it is closed or added', async () => {
    const ann = await newAccount(server)
    const { id } = await batches.open()
    const lines = Array.from({ length: 40 }, (_, index) => line(ann, `line-${index}`, 10))
    const [first, again] = await Promise.all([
      batches.add(id, lines),
      batches.add(id, [...lines, line(ann, 'line-0', 11)]),
    ])
    expect(first.acceptedCount + again.acceptedCount).toBe(40)
    expect(first.duplicateCount + again.duplicateCount).toBe(40)
    expect(again.rejected).toMatchObject([{ index: 40, code: 'IDEMPOTENCY_MISMATCH' }])
    await Promise.all([batches.close(id), batches.close(id), operator.close(id)])
    await batches.ended(id, 'CLOSED')
    expect(await batches.close(id)).toMatchObject({ status: 'CLOSED' })
    const [sums] = await server.query(
      `select count(*)::int as operations, sum(operation_total)::int as units from ledger_entry where account_id = $1 and key is not null`,
      [ann],
    )
    expect(sums).toEqual({ operations: 40, units: 400 })
    expect(await batches.add(id, [line(ann, 'late', 1)])).toMatchObject({ code: 'INVALID_TRANSITION' })
    const events = await server.query<{ type: string }>(
      `select type from operator_event where data ->> 'usageBatchId' = $1 order by id`,
      [id],
    )
    expect(events.map(({ type }) => type)).toEqual(['usage_batch.opened', 'usage_batch.closing', 'usage_batch.closed'])
  })

  it('ends although a line fails in each attempt, and states which line was not recorded', async () => {
    const [ann, ben] = [await newAccount(server), await newAccount(server)]
    const id = await batches.with([
      line(ann, 'first', 10),
      line(ann, 'broken', 13),
      line(ann, 'last', 20),
      line(ben, 'other', 5),
    ])
    const accept = await rejectRows(
      server,
      'ledger_entry',
      `new.reference = 'batch ${id}' and new.operation_total = 13`,
    )
    await batches.close(id)
    await skipToLastAttempt(server, id)
    const closed = await batches.ended(id, 'CLOSED')
    await accept()
    expect(closed.lines.nodes).toMatchObject([
      { key: 'first', status: 'APPLIED', units: 10 },
      {
        key: 'broken',
        status: 'DENIED',
        units: null,
        denialCode: 'LINE_FAILED',
        denialMessage: expect.stringContaining('No units were recorded. Add the line to another batch.'),
      },
      { key: 'last', status: 'APPLIED', units: 20 },
      { key: 'other', status: 'APPLIED', units: 5 },
    ])
    const [sums] = await server.query(
      `select count(*)::int as operations, sum(operation_total)::int as units from ledger_entry where reference = $1`,
      [`batch ${id}`],
    )
    expect(sums).toEqual({ operations: 3, units: 35 })
    await batches.revert(id)
    expect(await batches.ended(id, 'REVERTED')).toMatchObject({ revertedCount: 3, deniedCount: 1 })
  })
})
