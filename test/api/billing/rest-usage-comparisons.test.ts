import { randomUUID } from 'node:crypto'
import { newAccount } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { comparisonClient, type ComparisonClient } from '#test/support/usage-comparisons.js'

const FEATURE = 'ai_credits'

interface Body {
  readonly id: string
  readonly usage_batch_id: string | null
  readonly differences: readonly { readonly key: string }[]
  readonly next_after: string | null
}

describe('Comparisons over REST', () => {
  let server: TestServer
  let operator: string
  let service: string
  let graphql: ComparisonClient
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    service = await server.serviceKey(['entitlements:write'])
    graphql = comparisonClient(server, operator)
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const post = async (verb: string, body: object, token = operator) => {
    const answer = await server.rest('POST', `/api/v1/usage-comparisons/${verb}`, { token, body })
    return { status: answer.status, body: answer.body as unknown as Body }
  }
  const terms = (accounts: readonly string[]) => ({
    name: 'Switch',
    reason: 'Check plans',
    account_ids: accounts,
    idempotency_key: randomUUID(),
  })
  const started = async () => {
    const accountId = await newAccount(server)
    return { accountId, id: (await post('start', terms([accountId]))).body.id }
  }
  const use = (accountId: string, key: string, more: object = {}) => ({
    account_id: accountId,
    feature: FEATURE,
    amount: 10,
    key,
    allowed: true,
    ...more,
  })

  it('starts once per key, and denies an account that is compared', async () => {
    const accountId = await newAccount(server)
    const input = terms([accountId, accountId])
    const comparison = {
      id: expect.stringMatching(/^ucp_/) as string,
      name: 'Switch',
      reason: 'Check plans',
      started_by: expect.objectContaining({ kind: 'user', label: 'ops@example.com' }) as object,
      started_at: expect.any(String) as string,
      ended_by: null,
      end_reason: null,
      ended_at: null,
      usage_batch_id: null,
      account_count: 1,
      totals: [],
    }
    const first = await post('start', input)
    expect(first).toEqual({ status: 200, body: comparison })
    expect(await post('start', input)).toEqual(first)
    // The key belongs to the operation, over GraphQL as well.
    expect(await graphql.start([accountId], { key: input.idempotency_key })).toMatchObject({
      id: first.body.id,
    })
    expect(await post('start', { ...input, name: 'Other' })).toMatchObject({
      status: 409,
      body: { code: 'IDEMPOTENCY_MISMATCH' },
    })
    expect(await post('start', terms([accountId]))).toMatchObject({
      status: 409,
      body: { code: 'INVALID_TRANSITION', field: 'account_ids' },
    })
    expect(await post('start', { ...terms([accountId]), name: ' ' })).toMatchObject({
      status: 422,
      body: { code: 'INVALID_PARAMETERS', field: 'name' },
    })
    expect(await post('start', terms(['person:nobody']))).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
    expect((await post('list', { first: 1 })).body).toMatchObject({ comparisons: [first.body] })
  })

  it('compares each use once, and rejects others with their code', async () => {
    const { accountId, id } = await started()
    const uses = [
      use(accountId, 'equal', { units: 10, remaining: 990, resets_at: '2026-04-05T09:00:00Z' }),
      use(accountId, 'units', { units: 12, cost: { amount: '0.50', currency: 'USD' } }),
      use(accountId, 'invalid', { amount: 0 }),
      use(accountId, 'work', {
        amount: null,
        work: { quantities: { input_tokens: 20_000 }, dimensions: { model: 'small', mode: 'interactive' } },
        units: 999,
      }),
    ]
    expect(await post('compare', { uses }, service)).toEqual({
      status: 200,
      body: {
        accepted: 3,
        duplicates: 0,
        difference_count: 2,
        rejected: [{ index: 2, code: 'INVALID_AMOUNT', message: expect.any(String) as string }],
      },
    })
    expect(await post('compare', { uses }, service)).toMatchObject({ body: { accepted: 0, duplicates: 3 } })
    expect(await post('compare', { uses: [use(accountId, 'equal', { amount: 11 })] }, service)).toMatchObject({
      body: { rejected: [{ index: 0, code: 'IDEMPOTENCY_MISMATCH' }] },
    })
    expect(await post('compare', { uses: Array(201).fill(uses[0]) }, service)).toMatchObject({
      status: 422,
      body: { code: 'INVALID_PARAMETERS', field: 'uses' },
    })
    for (const wrong of [{ remaining: 0.5 }, { cost: { amount: '0.001', currency: 'USD' } }, { allowed: null }])
      expect(await post('compare', { uses: [use(accountId, 'wrong', wrong)] }, service)).toMatchObject({ status: 400 })
    expect((await post('read', { usage_comparison_id: id })).body).toMatchObject({
      totals: [
        {
          feature: FEATURE,
          compared: 3,
          equal: 1,
          uncovered_units: 0,
          units_count: 2,
          cost_count: 1,
        },
      ],
    })
  })

  it('reads differences by kind, feature and account, page by page', async () => {
    const [ann, bob] = [await newAccount(server), await newAccount(server)]
    const { id } = (await post('start', terms([ann, bob]))).body
    await post(
      'compare',
      {
        uses: [
          use(ann, 'equal'),
          use(ann, 'denied', { allowed: false }),
          use(ann, 'remaining', { remaining: 7 }),
          use(bob, 'cost', { cost: { amount: '0.50', currency: 'USD' } }),
          use(bob, 'beyond', { amount: 5_000, at: '2026-03-05T09:00:00Z' }),
        ],
      },
      service,
    )
    const read = async (filter: object) => (await post('differences', { usage_comparison_id: id, ...filter })).body
    const keys = async (filter: object) => (await read(filter)).differences.map(({ key }) => key)
    const { differences, next_after: end } = await read({})
    expect(end).toBeNull()
    const none = { units: null, cost: null, remaining: null, resets_at: null, denial: null }
    expect(differences[0]).toEqual({
      id: expect.any(String) as string,
      key: 'beyond',
      account_id: bob,
      feature: FEATURE,
      at: '2026-03-05T09:00:00.000Z',
      kinds: ['allowed_there'],
      theirs: { ...none, allowed: true },
      ours: {
        ...none,
        allowed: false,
        remaining: 0,
        resets_at: '2026-04-05T09:00:00.000Z',
        denial: { code: 'QUOTA_EXCEEDED', message: expect.any(String) as string },
      },
      uncovered_units: 4_010,
    })
    expect(differences[1]).toMatchObject({
      kinds: ['cost'],
      theirs: { cost: { amount: '0.50', currency: 'USD' } },
      ours: { cost: null },
    })
    const shown = await graphql.read(id)
    expect(differences.map(({ key }) => key)).toEqual(shown.differences.nodes.map(({ key }) => key))
    expect(await keys({ kinds: ['denied_there', 'remaining'] })).toEqual(['remaining', 'denied'])
    expect(await keys({ account_id: bob, feature: FEATURE })).toEqual(['beyond', 'cost'])
    expect(await keys({ feature: 'other' })).toEqual([])
    const { next_after: after, ...page } = await read({ first: 3 })
    expect(page.differences).toHaveLength(3)
    expect(await keys({ first: 3, after })).toEqual(['denied'])
    expect(await post('differences', { usage_comparison_id: id, after: 'no cursor' })).toMatchObject({
      status: 422,
      body: { code: 'INVALID_CURSOR' },
    })
    expect(await post('differences', { usage_comparison_id: id, kinds: ['other'] })).toMatchObject({ status: 400 })
  })

  it('ends with a batch or without, and a repetition changes nothing', async () => {
    const { accountId, id } = await started()
    await post('compare', { uses: [use(accountId, 'one'), use(accountId, 'two')] }, service)
    const end = { usage_comparison_id: id, reason: 'The engines agree', balances: 'continue' }
    expect(await post('end', { ...end, reason: '' })).toMatchObject({
      status: 422,
      body: { code: 'INVALID_PARAMETERS', field: 'reason' },
    })
    const preview = await post('preview-end', { usage_comparison_id: id })
    expect(preview).toEqual({
      status: 200,
      body: {
        line_count: 1,
        denied_count: 0,
        effects: [
          {
            account_id: accountId,
            feature: FEATURE,
            requested_units: 20,
            units: 20,
            remaining_before: 1_000,
            remaining_after: 980,
            taken: [expect.objectContaining({ kind: 'plan', amount: 20 })],
            overage: null,
            invoice_effect: 'none',
            denied: [],
          },
        ],
        next_after: null,
      },
    })
    const ended = await post('end', end)
    expect(await post('preview-end', { usage_comparison_id: id })).toMatchObject({
      status: 409,
      body: { code: 'INVALID_TRANSITION', field: 'usage_comparison_id' },
    })
    expect(ended).toMatchObject({
      status: 200,
      body: { end_reason: 'The engines agree', usage_batch_id: expect.stringMatching(/^ubt_/) as string },
    })
    expect(await post('end', { ...end, balances: 'discard' })).toEqual(ended)
    const lines = await server.query('select account_id, amount from usage_batch_line where batch_id = $1', [
      ended.body.usage_batch_id,
    ])
    expect(lines).toEqual([{ account_id: accountId, amount: 20 }])
    const other = await started()
    await post('compare', { uses: [use(other.accountId, 'one')] }, service)
    expect(await post('end', { ...end, usage_comparison_id: other.id, balances: 'discard' })).toMatchObject({
      body: { usage_batch_id: null },
    })
  })

  it('requires an operator, and does not find accounts of others', async () => {
    const { accountId, id } = await started()
    const user = await server.token('user@example.com')
    const unknown = use('person:nobody', 'other')
    expect(await post('compare', { uses: [use(accountId, 'known'), unknown] }, service)).toMatchObject({
      status: 200,
      body: { accepted: 1, rejected: [{ index: 1, code: 'NOT_FOUND', message: 'Account not found.' }] },
    })
    expect(await post('compare', { uses: [unknown] }, service)).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND' },
    })
    const calls = {
      start: terms([accountId]),
      end: { usage_comparison_id: id, reason: 'r', balances: 'discard' },
      'preview-end': { usage_comparison_id: id },
      read: { usage_comparison_id: id },
      differences: { usage_comparison_id: id },
      list: {},
    }
    for (const [verb, body] of Object.entries(calls))
      for (const token of [user, service])
        expect([verb, await post(verb, body, token)]).toMatchObject([
          verb,
          { status: 403, body: { code: 'FORBIDDEN' } },
        ])
    for (const verb of ['end', 'read', 'differences'] as const) {
      const unknown = { ...calls[verb], usage_comparison_id: 'ucp_unknown' }
      expect([verb, await post(verb, unknown)]).toMatchObject([
        verb,
        { status: 404, body: { code: 'NOT_FOUND', field: 'usage_comparison_id' } },
      ])
    }
    const uses = [use(accountId, 'one')]
    expect(await post('compare', { uses }, user)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
    const reader = await server.serviceKey(['entitlements:read'])
    expect(await post('compare', { uses }, reader)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
    const nul = { ...calls.differences, feature: '\0', account_id: '\0' }
    expect(await post('differences', nul)).toMatchObject({ status: 400 })
  })
})
