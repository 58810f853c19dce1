import { randomUUID } from 'node:crypto'
import { usageFigures } from '#test/support/analytics.js'
import {
  entitlementService,
  grantTestCredits,
  newAccount,
  type EntitlementService,
} from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const FEATURE = 'ai_credits'
const AMENDMENT = `
  usageAmendment { id amount remaining lostUnits debtReduced invoiceEffect reason amendedBy { kind label user { id } apiKey { id } } at returned { amount source { kind code } } consumption { amount amendments { amount } entitlement { used remaining } } }
  denial { code message issues { path } }
`

interface Amended {
  readonly id: string
  readonly __typename: string
  readonly amount: number
  readonly amendedBy: { readonly label: string; readonly apiKey: { readonly id: string } | null }
  readonly code?: string
}

describe('amendUsage', () => {
  let server: TestServer
  let service: EntitlementService
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    service = await entitlementService(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const amend = async (consumptionId: string, amount: number, as = service.key, more: object = {}) => {
    const { data, errors } = await server.graphql<{ amendUsage: Amended } | null>(
      `mutation ($amount: SafeInt!, $id: ID!, $key: String!, $reason: String!) { amendUsage(amount: $amount, id: $id, key: $key, reason: $reason) { ${AMENDMENT} } }`,
      { id: consumptionId, amount, reason: 'Counted twice', key: randomUUID(), ...more },
      as,
    )
    return data?.amendUsage ?? ({ code: errors![0]!.extensions.code } as Amended)
  }
  /** Used units since the start. */
  const usedUnits = async (accountId: string) =>
    (await usageFigures(server, operator, { account: accountId }))
      .filter(({ groups }) => groups['FEATURE'] === FEATURE)
      .map(({ total }) => total)
  const use = (accountId: string, amount: number) => service.consume({ accountId, feature: FEATURE, amount })

  it('returns the last units to where they came from, once for a key', async () => {
    const accountId = await newAccount(server)
    await grantTestCredits(server, accountId, FEATURE, 500)
    const { id } = await use(accountId, 1200)
    const key = { key: 'once' }
    const [first, again] = await Promise.all([amend(id, 900, service.key, key), amend(id, 900, service.key, key)])
    expect(again).toEqual(first)
    expect(first).toMatchObject({
      amount: 300,
      remaining: 900,
      lostUnits: 0,
      debtReduced: 0,
      invoiceEffect: 'NONE',
      reason: 'Counted twice',
      // The pack was used last.
      returned: [
        { amount: 200, source: { kind: 'PACKAGE', code: 'a_pack' } },
        { amount: 100, source: { kind: 'PLAN', code: 'free' } },
      ],
      consumption: { amount: 1200, amendments: [{ amount: 300 }], entitlement: { used: 900, remaining: 600 } },
    })
    const [event] = await server.query<{ type: string; data: object }>(
      `select type, data from stream_event where stream_id = $1 and type = 'usage.amended'`,
      [accountId],
    )
    expect(event).toMatchObject({
      type: 'usage.amended',
      data: {
        consumptionId: id,
        amount: 300,
        remaining: 900,
        reason: 'Counted twice',
        by: expect.stringMatching(/^key_/) as string,
      },
    })
    const outbox = await server.query(`select 1 from outbox_event where account_id = $1 and type = 'usage.amended'`, [
      accountId,
    ])
    expect(outbox).toHaveLength(1)
    const { data } = await server.graphql<{ account: { usage: object } }>(
      `query ($id: ID!) { account(id: $id) {
        usage {
          credits { entries(first: 4) { nodes { kind amount reference } } }
        } } }`,
      { id: accountId },
      operator,
    )
    expect(await usedUnits(accountId)).toEqual([900])
    expect(data.account.usage).toMatchObject({
      credits: [
        {
          entries: {
            nodes: [
              { kind: 'ADJUST', amount: 100, reference: null },
              { kind: 'ADJUST', amount: 200, reference: expect.stringMatching(/^amendment uam_/) as string },
              { kind: 'CONSUME', amount: -200 },
              { kind: 'CONSUME', amount: -1000 },
            ],
          },
        },
      ],
    })
  })

  it('never returns more than was used, whatever runs concurrently', async () => {
    const accountId = await newAccount(server)
    const { id } = await use(accountId, 100)
    const outcomes = await Promise.all(
      [10, 20, 30, 40, 50, 60, 70, 80].flatMap((amount) => [amend(id, amount), use(accountId, 5)]),
    )
    expect(outcomes.filter(({ code }) => code !== undefined && code !== 'INVALID_AMOUNT')).toEqual([])
    const { data } = await server.graphql<{ node: { amendments: { amount: number; remaining: number }[] } }>(
      `query ($id: ID!) { node(id: $id) { ... on Consumption { amendments { amount remaining } } } }`,
      { id },
      service.key,
    )
    const { amendments } = data.node
    // The lowest amount is decided last or is the only one that counts.
    expect(amendments.at(-1)!.remaining).toBe(10)
    expect(amendments.reduce((sum, { amount }) => sum + amount, 0)).toBe(90)
    expect((await use(accountId, 1)).entitlement.used).toBe(10 + 8 * 5 + 1)
  })

  it('returns units of a used-up pack, loses those of an expired one, and reduces debt first', async () => {
    const accountId = await newAccount(server)
    await grantTestCredits(server, accountId, FEATURE, 50, { expiresAt: new Date('2026-03-05T10:00:00Z') })
    await grantTestCredits(server, accountId, FEATURE, 30)
    const { id } = await use(accountId, 1080)
    await server.advanceTo('2026-03-05T11:00:00Z')
    // 30 return to the pack, and 20 to a grant that has expired.
    expect(await amend(id, 1030)).toMatchObject({
      amount: 50,
      lostUnits: 20,
      consumption: { entitlement: { remaining: 30 } },
    })
    // A reservation of one credit is committed with work of 40 more than there is: the rest is debt.
    const { id: reservationId } = await service.reserve({
      accountId,
      feature: FEATURE,
      amount: 1,
      expiresInSeconds: 60,
    })
    const { id: overdrawn } = await service.commit({
      reservationId,
      work: { quantities: [{ name: 'output_tokens', amount: 7000 }], dimensions: [{ name: 'model', value: 'large' }] },
    })
    expect(await amend(overdrawn, 10)).toMatchObject({
      amount: 60,
      debtReduced: 40,
      returned: [{ amount: 20 }],
      consumption: { entitlement: { remaining: 20 } },
    })
  })

  it('is denied after the period, after the debt was repaid, and for an amount that is not smaller', async () => {
    const accountId = await newAccount(server)
    const pack = await grantTestCredits(server, accountId, FEATURE, 50)
    const { id } = await use(accountId, 1020)
    for (const amount of [-1, 1020, 2000])
      expect(await amend(id, amount)).toMatchObject({ code: 'INVALID_AMOUNT', issues: [{ path: ['amount'] }] })
    expect(await amend(id, 1, service.key, { reason: ' ' })).toMatchObject({ issues: [{ path: ['reason'] }] })
    await server.graphql(
      `mutation ($id: ID!, $key: String!, $reason: String!) { revokeCredits(id: $id, key: $key, reason: $reason) { denial { code } } }`,
      { id: pack, reason: 'Refunded', key: randomUUID() },
      operator,
    )
    // The 20 units are owed and no longer used; a later pack repays the other 15.
    expect(await amend(id, 1015)).toMatchObject({
      amount: 5,
      lostUnits: 5,
      consumption: { entitlement: { remaining: 0 } },
    })
    await grantTestCredits(server, accountId, FEATURE, 100)
    expect(await amend(id, 1000)).toMatchObject({ code: 'INVALID_TRANSITION', issues: [{ path: ['id'] }] })
    // A repayment of debt is not usage.
    expect(await usedUnits(accountId)).toEqual([1015])
    await server.advanceTo('2026-04-05T10:00:00Z')
    expect(await amend(id, 10)).toMatchObject({ code: 'INVALID_TRANSITION' })
  })

  it('requires a service of the account or an operator', async () => {
    const accountId = await newAccount(server, 'ann@example.com')
    const { id } = await use(accountId, 10)
    const ann = await server.token('ann@example.com')
    const other = await server.token('other@example.com')
    expect(await amend(id, 5, ann)).toEqual({ code: 'FORBIDDEN' })
    expect(await amend(id, 5, other)).toEqual({ code: 'NOT_FOUND' })
    expect(await amend('csm_unknown', 5)).toEqual({ code: 'NOT_FOUND' })
    expect(await amend(id, 5, operator)).toMatchObject({
      amount: 5,
      amendedBy: { kind: 'USER', user: { id: expect.stringMatching(/^usr_/) as string }, apiKey: null },
    })
  })

  it('amends a consumption at most 100 times, the last time to 0', async () => {
    const accountId = await newAccount(server)
    const { id } = await use(accountId, 150)
    for (let amount = 149; amount > 50; amount--) expect(await amend(id, amount)).toMatchObject({ remaining: amount })
    expect(await amend(id, 50)).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(await amend(id, 0)).toMatchObject({ amount: 51, remaining: 0 })
  })

  it('can be read again by ID by those who may read the consumption', async () => {
    const accountId = await newAccount(server, 'node@example.com')
    const { id } = await use(accountId, 10)
    const { id: amendmentId } = await amend(id, 4)
    const read = async (token: string | null) => {
      const { data } = await server.graphql<{ node: object | null }>(
        `query ($id: ID!) { node(id: $id) { __typename id ... on UsageAmendment { amount remaining consumption { id } } } }`,
        { id: amendmentId },
        token,
      )
      return data.node
    }
    const amendment = { __typename: 'UsageAmendment', id: amendmentId, amount: 6, remaining: 4, consumption: { id } }
    for (const token of [service.key, operator, await server.token('node@example.com')])
      expect(await read(token)).toEqual(amendment)
    for (const token of [await server.token('other@example.com'), null]) expect(await read(token)).toBeNull()
  })

  it('is the same over REST, with preview, void and the list of a consumption', async () => {
    const accountId = await newAccount(server, 'rest@example.com')
    await grantTestCredits(server, accountId, FEATURE, 50)
    const { id } = await use(accountId, 1030)
    const post = async (verb: string, body: object, token = service.key) => {
      const answer = await server.rest('POST', `/api/v1/entitlements/${verb}`, { token, body })
      return { status: answer.status, body: answer.body as object }
    }
    const consumption = { consumption_id: id }
    const effect = {
      amount: 40,
      returned: [
        { kind: 'package', code: 'a_pack', amount: 30 },
        { kind: 'plan', code: 'free', amount: 10 },
      ],
      lost_units: 0,
      debt_reduced: 0,
      invoice_effect: 'none',
    }
    expect(await post('preview-amendment', { ...consumption, amount: 990 })).toMatchObject({
      status: 200,
      body: { allowed: true, ...effect, denial: null },
    })
    expect(await post('preview-amendment', { ...consumption, amount: 1030 })).toMatchObject({
      status: 200,
      body: { allowed: false, amount: 0, returned: [], invoice_effect: null, denial: { code: 'INVALID_AMOUNT' } },
    })
    const terms = { ...consumption, amount: 990, reason: 'Counted twice', idempotency_key: 'rest-1' }
    const first = await post('amend', terms)
    expect(first).toMatchObject({
      status: 200,
      body: { ...consumption, feature: FEATURE, ...effect, remaining: 990, reason: 'Counted twice' },
    })
    expect(await post('amend', terms)).toEqual(first)
    expect(await post('amend', { ...terms, amount: 980 })).toMatchObject({
      status: 409,
      body: { code: 'IDEMPOTENCY_MISMATCH' },
    })
    const another = { ...terms, idempotency_key: 'rest-2' }
    expect(await post('amend', another)).toMatchObject({
      status: 422,
      body: { code: 'INVALID_AMOUNT', field: 'amount' },
    })
    expect(await post('amend', { ...another, amount: 1, reason: ' ' })).toMatchObject({ body: { field: 'reason' } })
    const all = { ...consumption, reason: 'A test', idempotency_key: 'rest-3' }
    expect(await post('void', all)).toMatchObject({ status: 200, body: { amount: 990, remaining: 0 } })
    expect(await post('void', { ...all, idempotency_key: 'rest-4' })).toMatchObject({
      status: 409,
      body: { code: 'INVALID_TRANSITION', field: 'consumption_id' },
    })
    // Members of the account read amendments, and make none.
    const owner = await server.token('rest@example.com')
    const listed = {
      status: 200,
      body: { ...consumption, amount: 1030, remaining: 0, amendments: [first.body, { amount: 990, remaining: 0 }] },
    }
    for (const token of [service.key, owner]) expect(await post('amendments', consumption, token)).toMatchObject(listed)
    expect(await post('amend', another, owner)).toMatchObject({ status: 403 })
    const other = await server.token('other@example.com')
    for (const verb of ['amendments', 'void'])
      expect(await post(verb, verb === 'void' ? all : consumption, other)).toMatchObject({
        status: 404,
        body: { code: 'NOT_FOUND', message: 'Consumption not found.' },
      })
    expect(await post('amendments', { consumption_id: 'csm_unknown' })).toMatchObject({ status: 404 })
  })

  it('lists the consumptions of an account with their amendments, newest first', async () => {
    const accountId = await newAccount(server, 'list@example.com')
    const ids: string[] = []
    for (const amount of [5, 6, 7]) ids.push((await use(accountId, amount)).id)
    await service.reserve({ accountId, feature: FEATURE, amount: 1 })
    await amend(ids[1]!, 2)
    const read = async (token: string, variables: object = {}) => {
      const { data } = await server.graphql<{ account: { usage: { consumptions: object } } | null }>(
        `query ($id: ID!, $features: [String!], $first: Int, $after: String) { account(id: $id) {
          usage {
            consumptions(features: $features, first: $first, after: $after) { pageInfo { hasNextPage endCursor }
              nodes { id amount feature { code } amendments { remaining reason } } }
          } } }`,
        { id: accountId, ...variables },
        token,
      )
      return data.account?.usage.consumptions as
        | { nodes: { id: string }[]; pageInfo: { endCursor: string } }
        | undefined
    }
    const owner = await server.token('list@example.com')
    const first = await read(owner, { first: 2 })
    expect(first).toMatchObject({
      nodes: [
        { id: ids[2], amount: 7, feature: { code: FEATURE }, amendments: [] },
        { id: ids[1], amount: 6, amendments: [{ remaining: 2, reason: 'Counted twice' }] },
      ],
      pageInfo: { hasNextPage: true },
    })
    expect(await read(operator, { after: first!.pageInfo.endCursor })).toMatchObject({
      nodes: [{ id: ids[0], amount: 5 }],
      pageInfo: { hasNextPage: false },
    })
    expect((await read(owner, { features: ['api_keys', 'nothing'] }))!.nodes).toEqual([])
    expect(await read(await server.token('other@example.com'))).toBeUndefined()
  })
})
