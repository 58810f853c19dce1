import { variablesOf } from '#test/support/mutations.js'
import { Account } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import { endPlan } from '#services/entitlements/plans/assign-plan.js'
import { assignTestPlan } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import { accountIdOf } from '#test/support/accounts.js'

interface Right {
  limit: number | null
  unlimited: boolean
  granted: boolean
  sources: { kind: string; code: string; amount: number | null; expiresAt: string | null }[]
}

const RIGHT = `granted limit unlimited sources { kind code reason amount expiresAt }`
const OVERRIDE = `mutation ($input: SetTermsInput!, $feature: String!, $key: String!) {
  setTerms(input: $input, key: $key) { account { __typename usage { entitlement(feature: $feature) { ${RIGHT} } } } denial { __typename code issues { path } message } }
}`

describe('setTerms', () => {
  let server: TestServer
  let admin: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    admin = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  const customer = async (name: string) => {
    const token = await server.token(`${name}@example.com`)
    return { token, accountId: await accountIdOf(server, token) }
  }
  const override = async (input: { feature?: string; [name: string]: unknown }, as = admin) =>
    server.graphql<{
      setTerms: {
        __typename: string
        code?: string
        issues?: { path: string[] }[]
        usage?: { entitlement: Right }
      }
    }>(
      OVERRIDE,
      {
        ...(variablesOf('setTerms', {
          reason: 'Enterprise contract 17',
          key: randomUUID(),
          ...input,
        }) as object),
        feature: input.feature ?? 'projects',
      },
      as,
    )
  const right = async (token: string, feature: string) =>
    (
      await server.graphql<{ account: { usage: { entitlement: Right } } }>(
        `query ($feature: String!) { account { usage { entitlement(feature: $feature) { ${RIGHT} } } } }`,
        { feature },
        token,
      )
    ).data.account.usage.entitlement

  it("adds to the plan's amount until its end, with its source", async () => {
    const { token, accountId } = await customer('acme')
    const { data } = await override({ accountId, feature: 'projects', amount: 20, endsAt: '2026-03-01T00:00:00Z' })
    expect(data.setTerms).toMatchObject({
      __typename: 'Account',
      usage: {
        entitlement: {
          limit: 25,
          sources: [
            { kind: 'PLAN', code: 'starter', amount: 5 },
            {
              kind: 'OVERRIDE',
              code: null,
              reason: 'Enterprise contract 17',
              amount: 20,
              expiresAt: '2026-03-01T00:00:00.000Z',
            },
          ],
        },
      },
    })
    const { data: published } = await server.graphql<{
      account: { revision: number; billing: { events: { nodes: object[] } } }
    }>(`{ account { revision billing { events { nodes { type sequence summary data } } } } }`, {}, token)
    expect(published.account.billing.events.nodes[0]).toMatchObject({
      type: 'override.set',
      sequence: published.account.revision,
      summary: 'An operator granted 20 Projects: Enterprise contract 17',
      data: { feature: 'projects', amount: 20, by: expect.stringMatching(/^usr_/) },
    })
    await server.advanceTo('2026-02-28T23:59:59Z')
    expect((await right(token, 'projects')).limit).toBe(25)
    await server.advanceTo('2026-03-01T00:00:00Z')
    expect((await right(token, 'projects')).limit).toBe(5)
    await expectInvariants(server)
  })

  it('replaces the earlier override', async () => {
    const { token, accountId } = await customer('globex')
    await override({ accountId, feature: 'projects', amount: 20 })
    // Values that are the default say nothing about the other subject.
    await override({ accountId, feature: 'projects', unlimited: true, quantity: 1 })
    expect(await right(token, 'projects')).toMatchObject({ limit: null, unlimited: true })
    await expectInvariants(server)
  })

  it('happens once per key, and reports every problem of the input', async () => {
    const { token, accountId } = await customer('once')
    const input = { accountId, feature: 'projects', amount: 20, idempotencyKey: 'once' }
    for (let call = 0; call < 2; call++) expect((await override(input)).data.setTerms.code).toBeUndefined()
    expect((await override({ ...input, amount: 21 })).data.setTerms.code).toBe('IDEMPOTENCY_MISMATCH')
    const { data } = await server.graphql<{ account: { billing: { events: { nodes: object[] } } } }>(
      `{ account { billing { events(types: ["override.set"]) { nodes { id } } } } }`,
      {},
      token,
    )
    expect(data.account.billing.events.nodes).toHaveLength(1)
    const wrong = await override({
      accountId,
      feature: 'projects',
      amount: 0,
      endsAt: '2026-01-01T00:00:00Z',
      reason: '',
    })
    expect(wrong.data.setTerms.issues?.map(({ path }) => path.join('.'))).toEqual(['amount', 'endsAt', 'reason'])
  })

  it('enables a boolean feature', async () => {
    const { token, accountId } = await customer('initech')
    expect((await right(token, 'sso')).granted).toBe(false)
    await override({ accountId, feature: 'sso' })
    expect(await right(token, 'sso')).toMatchObject({ granted: true, limit: null })
  })

  it.each([
    ['nothing at all', { feature: 'projects' }, 'INVALID_AMOUNT'],
    ['an amount of zero', { feature: 'projects', amount: 0 }, 'INVALID_AMOUNT'],
    ['less than nothing', { feature: 'projects', amount: -5 }, 'INVALID_AMOUNT'],
    ['more than any amount', { feature: 'projects', amount: 1_000_000_000_001 }, 'INVALID_AMOUNT'],
    ['as much as a number holds', { feature: 'ai_stories', amount: Number.MAX_SAFE_INTEGER }, 'INVALID_AMOUNT'],
    ['an amount and unlimited', { feature: 'projects', amount: 5, unlimited: true }, 'INVALID_AMOUNT'],
    ['an amount of what is on or off', { feature: 'sso', amount: 1 }, 'INVALID_AMOUNT'],
    ['an end in the past', { feature: 'projects', amount: 1, endsAt: '2026-01-01T00:00:00Z' }, 'INVALID_PARAMETERS'],
    ['no reason', { feature: 'projects', amount: 1, reason: '  ' }, 'INVALID_PARAMETERS'],
    ['neither a plan nor a feature', { amount: 1 }, 'INVALID_PARAMETERS'],
    ['a plan and a feature', { plan: 'business', feature: 'projects', amount: 1 }, 'INVALID_PARAMETERS'],
    ['a quantity of a feature', { feature: 'projects', amount: 1, quantity: 2 }, 'INVALID_PARAMETERS'],
    ['an amount of a plan', { plan: 'business', endsAt: '2031-01-01T00:00:00Z', amount: 1 }, 'INVALID_PARAMETERS'],
    ['a plan without an end', { plan: 'business' }, 'INVALID_PARAMETERS'],
    ['a feature that nobody knows', { feature: 'teleport', amount: 1 }, 'NOT_FOUND'],
  ])('denies %s and changes nothing', async (_what, input, code) => {
    const { token, accountId } = await customer('hooli')
    const { data } = await override({ accountId, ...input })
    expect(data.setTerms).toMatchObject({ __typename: 'Denial', code })
    expect((await right(token, 'projects')).limit).toBe(5)
  })

  it('requires an operator', async () => {
    const { token, accountId } = await customer('umbrella')
    for (const as of [token, await server.serviceKey(['entitlements:write'])]) {
      const { errors } = await override({ accountId, feature: 'projects', amount: 5 }, as)
      expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    }
    const { data } = await override(
      { accountId, feature: 'projects', amount: 5 },
      await server.serviceKey(['ops:write']),
    )
    expect(data.setTerms.__typename).toBe('Account')
  })

  it('reports the plan of a free account since its creation on the business clock', async () => {
    const { token } = await customer('latecomer')
    const { data } = await server.graphql(Account, {}, token)
    expect(data.account!.plan.startsAt).toBe('2026-03-01T00:00:00.000Z')
  })

  it('reports the default plan since the paid one ended, expired or was revoked', async () => {
    const { token, accountId } = await customer('returner')
    const plan = async () => {
      const { data } = await server.graphql(Account, {}, token)
      return [data.account!.plan.plan.code, data.account!.plan.startsAt]
    }
    await server.advanceTo('2026-03-02T08:00:00Z')
    await assignTestPlan(server, accountId, 'professional', { periodEnd: new Date('2026-03-10T08:00:00Z') })
    expect(await plan()).toEqual(['professional', '2026-03-02T08:00:00.000Z'])
    await server.advanceTo('2026-03-20T00:00:00Z')
    expect(await plan()).toEqual(['starter', '2026-03-11T00:00:00.000Z'])
    await assignTestPlan(server, accountId, 'business', { sourceId: 'sub_again' })
    await server.advanceTo('2026-03-25T09:00:00Z')
    const { database, clock } = server.app.context
    await database.transaction((transaction) =>
      endPlan(transaction, { accountId, sourceType: 'subscription', sourceId: 'sub_again' }, clock.now()),
    )
    expect(await plan()).toEqual(['starter', '2026-03-25T09:00:00.000Z'])
  })
})
