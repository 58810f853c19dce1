import { RevokeCredits } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import {
  assignTestPlan,
  entitlementService,
  grantTestCredits,
  newAccount,
  type EntitlementService,
} from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { batchClient, type BatchClient } from '#test/support/usage-batches.js'
import { comparisonClient, type ComparisonClient, type EndEffectAnswer } from '#test/support/usage-comparisons.js'

/** 1,000 units in the free plan; 600,000 in the plan `scale`, and further units at a price. */
const FEATURE = 'ai_credits'

// Replay a failure with SEED=<the printed seed> npm test -- api/billing/preview-usage-comparison-end
const seed = Number(process.env['SEED'] ?? 20261125)

describe('previewUsageComparisonEnd', () => {
  let server: TestServer
  let operator: ComparisonClient
  let batches: BatchClient
  let service: EntitlementService
  let application: ComparisonClient
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    const token = await server.token('op@example.com', { roles: ['admin'] })
    operator = comparisonClient(server, token)
    batches = batchClient(server, token)
    service = await entitlementService(server)
    application = comparisonClient(server, service.key)
  })
  afterAll(async () => {
    await expectInvariants(server, ['plans_have_their_subscription'])
    await server.close()
  })

  const compare = async (accountId: string, amounts: readonly number[]) => {
    const uses = amounts.map((amount) => ({ accountId, feature: FEATURE, amount, key: randomUUID(), allowed: true }))
    expect(await application.compare(uses)).toMatchObject({ acceptedCount: amounts.length })
  }
  const remaining = async (accountId: string) => {
    const { data } = await server.graphql<{ account: { usage: { entitlement: { remaining: number | null } } } }>(
      `query ($id: ID!) { account(id: $id) { usage { entitlement(feature: "${FEATURE}") { remaining } } } }`,
      { id: accountId },
      service.key,
    )
    return data.account.usage.entitlement.remaining
  }
  const stored = () =>
    server.query(
      `select (select count(*) from ledger_entry) as entries, (select count(*) from usage_batch) as batches,
        (select sum(version) from account) as versions, (select count(*) from stream_event) as events,
        (select string_agg(state::text, '' order by id) from usage_comparison_account) as counted`,
    )

  const random = fc.record({
    plan: fc.constantFrom(null, 'scale'),
    kept: fc.integer({ min: 0, max: 300 }),
    expiring: fc.integer({ min: 0, max: 300 }),
    uses: fc.array(fc.oneof(fc.integer({ min: 1, max: 400 }), fc.constant(700_000)), { maxLength: 6 }),
    /** Units that the account consumes outside the comparison. */
    consumed: fc.constantFrom(0, 0, 300, 1_000),
  })

  it('records nothing, and says what the end and its batch do, with random accounts', async () => {
    const accounts: string[] = []
    for (const { plan, kept, expiring } of fc.sample(random, { seed, numRuns: 30 })) {
      const accountId = await newAccount(server)
      accounts.push(accountId)
      if (plan) await assignTestPlan(server, accountId, plan)
      if (kept > 0) await grantTestCredits(server, accountId, FEATURE, kept)
      if (expiring > 0)
        await grantTestCredits(server, accountId, FEATURE, expiring, { expiresAt: new Date('2026-03-06T09:00:00Z') })
    }
    const { id } = await operator.start(accounts)
    for (const [index, { uses, consumed }] of fc.sample(random, { seed, numRuns: 30 }).entries()) {
      if (uses.length > 0) await compare(accounts[index]!, uses)
      if (consumed > 0) await service.consume({ accountId: accounts[index]!, feature: FEATURE, amount: consumed })
    }
    // A grant that has expired pays no carried units.
    await server.advanceTo('2026-03-06T10:00:00Z')

    const before = await stored()
    const whole = await operator.previewEnd(id, { first: 100 })
    const pages: EndEffectAnswer[] = []
    for (let after: string | undefined; ;) {
      const page = await operator.previewEnd(id, { first: 7, ...(after ? { after } : {}) })
      pages.push(...page.effects.nodes)
      if (!page.effects.pageInfo.hasNextPage) break
      after = page.effects.pageInfo.endCursor
    }
    expect(pages).toEqual(whole.effects.nodes)
    expect(await stored()).toEqual(before)
    expect(whole).toMatchObject({
      lineCount: pages.length,
      deniedCount: pages.filter((one) => one.denied.length > 0).length,
    })
    // The sample has each kind of result.
    expect(whole.deniedCount).toBeGreaterThan(2)
    expect(pages.filter(({ overageUnits }) => overageUnits > 0).length).toBeGreaterThan(2)
    expect(pages.filter(({ units, overageUnits }) => units > 0 && overageUnits === 0).length).toBeGreaterThan(2)
    for (const { account, remainingBefore } of pages) expect(await remaining(account.id)).toBe(remainingBefore)

    const usageBatchId = (await operator.end(id, 'CONTINUE')).usageBatch!.id
    await batches.close(usageBatchId)
    await batches.ended(usageBatchId, 'CLOSED')
    const lines = await server.query<{ account_id: string; units: number | null; denial_code: string | null }>(
      `select account_id, amount, units, denial_code, denial_message, consumption_id from usage_batch_line where batch_id = $1`,
      [usageBatchId],
    )
    const done = new Map(lines.map((line) => [line.account_id, line]))
    expect(done.size).toBe(pages.length)
    for (const { account, ...effect } of pages) {
      expect(done.get(account.id)).toMatchObject({
        amount: effect.requestedUnits,
        units: effect.denied[0] ? null : effect.units,
        denial_code: effect.denied[0]?.code ?? null,
        denial_message: effect.denied[0]?.message ?? null,
      })
      expect(await remaining(account.id)).toBe(effect.remainingAfter)
    }
    expect(await operator.previewEnd(id)).toMatchObject({ code: 'INVALID_TRANSITION' })
  })

  it('says the source and the cost of carried units', async () => {
    const accountId = await newAccount(server)
    await assignTestPlan(server, accountId, 'scale')
    const { id } = await operator.start([accountId])
    expect(await operator.previewEnd(id)).toMatchObject({ lineCount: 0, deniedCount: 0, effects: { nodes: [] } })
    await compare(accountId, [600_000, 251_250])
    expect((await operator.previewEnd(id)).effects.nodes).toEqual([
      {
        account: { id: accountId },
        feature: { code: FEATURE },
        lineCount: 1,
        deniedCount: 0,
        requestedUnits: 851_250,
        units: 851_250,
        remainingBefore: 600_000,
        remainingAfter: 0,
        overageUnits: 251_250,
        overageCost: { decimal: '100.50' },
        taken: [
          { amount: 600_000, source: { kind: 'PLAN', code: 'scale' } },
          { amount: 251_250, source: { kind: 'OVERAGE', code: 'scale' } },
        ],
        invoiceEffect: 'WINDOW_INVOICE',
        denied: [],
      },
    ])
  })

  it('carries no units of a grant that was revoked', async () => {
    const accountId = await newAccount(server)
    const grantId = await grantTestCredits(server, accountId, FEATURE, 200)
    const { id } = await operator.start([accountId])
    await compare(accountId, [1_150])
    expect(await operator.previewEnd(id)).toMatchObject({ effects: { nodes: [{ requestedUnits: 1_150 }] } })
    const { data } = await server.graphql(
      RevokeCredits,
      { id: grantId, reason: 'Refunded', key: randomUUID() },
      await server.token('op@example.com', { roles: ['admin'] }),
    )
    expect(data.revokeCredits.__typename).not.toBe('Denial')
    expect(await operator.previewEnd(id)).toMatchObject({
      deniedCount: 0,
      effects: { nodes: [{ requestedUnits: 1_000, remainingBefore: 1_000, remainingAfter: 0 }] },
    })
  })

  it('requires an operator and a comparison', async () => {
    expect(await operator.previewEnd('ucp_unknown')).toEqual({ code: null })
    const user = comparisonClient(server, await server.token('user@example.com'))
    expect(await user.previewEnd('ucp_unknown')).toEqual({ code: 'FORBIDDEN' })
  })
})
