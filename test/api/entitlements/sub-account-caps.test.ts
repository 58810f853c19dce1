import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { poolApi, poolOf, POOL } from '#test/support/pools.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

describe('caps of sub-accounts', () => {
  let server: TestServer
  let service: EntitlementService
  let api: ReturnType<typeof poolApi>
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    service = await entitlementService(server)
    api = poolApi(server)
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  it('denies in the same decision as the pool, and explains the denial', async () => {
    const { parent, subAccounts } = await poolOf(server, 'acme', 2)
    const [limited, free] = subAccounts.map(({ accountId }) => accountId) as [string, string]
    const terms = { subAccountId: limited, feature: POOL, period: 'DAY', limit: { units: 100 } }
    const { id } = await api.setLimit(parent.token, terms)
    const calls = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        index % 2 === 0
          ? service.consume({ accountId: limited, feature: POOL, amount: 7 })
          : service.reserve({ accountId: limited, feature: POOL, amount: 7 }),
      ),
    )
    expect(calls.filter(({ code }) => code === undefined)).toHaveLength(14)
    const denied = await service.consume({ accountId: limited, feature: POOL, amount: 3 })
    expect(denied).toMatchObject({
      code: 'SPEND_CAP_REACHED',
      remedies: [{ kind: 'WAIT' }, { kind: 'ASK_PARENT' }],
    })
    expect(denied.message).toMatch(
      /^The limit of this account in the pool of 100 AI credits units per day allows 2 more/,
    )
    expect(await service.consume({ accountId: free, feature: POOL, amount: 500 })).toMatchObject({ amount: 500 })
    const [own] = await api.subAccountOf(subAccounts[0]!).then((one) => one!.limits)
    expect(own!.used.units + own!.reserved.units).toBe(98)
    expect(own!.id).toBe(id)
    const node = async (token: string) =>
      (await server.graphql<{ node: object | null }>('query ($id: ID!) { node(id: $id) { id } }', { id: id! }, token))
        .data.node
    expect(await node(subAccounts[0]!.token)).toEqual({ id })
    expect(await node(subAccounts[1]!.token)).toBeNull()
    expect(await api.removeLimit(subAccounts[0]!.token, id!)).toEqual({ code: 'NOT_FOUND' })
    expect(await api.removeLimit(parent.token, id!)).toEqual({ id: parent.accountId })
    expect(await service.consume({ accountId: limited, feature: POOL, amount: 3 })).toMatchObject({ amount: 3 })
  })

  it('is corrected by an amendment', async () => {
    const { parent, subAccounts, operator } = await poolOf(server, 'amended', 1)
    const [{ accountId }] = subAccounts as [(typeof subAccounts)[0]]
    await api.setLimit(parent.token, { subAccountId: accountId, feature: POOL, period: 'MONTH', limit: { units: 100 } })
    const { id } = await service.consume({ accountId, feature: POOL, amount: 80 })
    await server.graphql(
      `mutation ($id: ID!) { amendUsage(id: $id, amount: 30, reason: "test", key: "a") { denial { code } } }`,
      { id },
      operator,
    )
    expect(await api.subAccountsOf(parent)).toMatchObject([
      { limits: [{ used: { units: 30 }, remaining: { units: 70 } }], usage: [{ used: 30 }] },
    ])
  })

  it('requires an owner or admin of the parent, a sub-account and a pool', async () => {
    const { parent, subAccounts } = await poolOf(server, 'rights', 1)
    const [child] = subAccounts
    const terms = {
      accountId: parent.accountId,
      subAccountId: child!.accountId,
      feature: POOL,
      period: 'DAY',
      limit: { units: 1 },
    }
    expect(await api.setLimit(child!.token, terms)).toEqual({ code: 'NOT_FOUND' })
    expect(await api.setLimit(parent.token, { ...terms, subAccountId: parent.accountId })).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['subAccountId'] }],
    })
    const money = { amountMinor: 1, currency: 'USD' }
    expect(await api.setLimit(parent.token, { ...terms, limit: { money } })).toMatchObject({
      issues: [{ path: ['limit'] }],
    })
    expect(await api.setLimit(parent.token, { ...terms, userId: parent.userId })).toMatchObject({
      issues: [{ path: ['subAccountId'] }],
    })
    expect(await api.setLimit(parent.token, { ...terms, feature: 'api_keys' })).toMatchObject({
      issues: [{ path: ['feature'] }],
    })
    expect(await api.setLimit(parent.token, { ...terms, limit: { units: -1 } })).toMatchObject({
      code: 'INVALID_AMOUNT',
    })
  })

  it('is the same over REST, as are the list and the parent', async () => {
    const { parent, subAccounts, operator } = await poolOf(server, 'rest', 1)
    const [child] = subAccounts
    const post = async (verb: string, body: object, token = parent.token) => {
      const answer = await server.rest('POST', `/api/v1/entitlements/${verb}`, { token, body })
      return { status: answer.status, body: answer.body as { account_id: string } }
    }
    await service.consume({ accountId: child!.accountId, feature: POOL, amount: 30 })
    const terms = {
      account_id: parent.accountId,
      sub_account_id: child!.accountId,
      feature: POOL,
      period: 'month',
      limit: { units: 100 },
    }
    const set = (more: object = {}, token = parent.token) =>
      post('set-spend-cap', { ...terms, idempotency_key: randomUUID(), ...more }, token)
    const units = (amount: number) => ({ units: amount, money: null })
    const limit = {
      id: expect.stringMatching(/^cap_/) as string,
      feature: POOL,
      period: 'month',
      limit: units(100),
      used: units(30),
      reserved: units(0),
      remaining: units(70),
      resets_at: '2026-04-01T00:00:00.000Z',
      member: null,
      set_by_operator: false,
      alert_percents: [],
    }
    const view = {
      account_id: child!.accountId,
      parent_id: parent.accountId,
      starts_at: '2026-03-05T09:00:00.000Z',
      limits: [limit],
      usage: [{ feature: POOL, used: 30, from: expect.any(String) as string }],
    }
    const ofParent = { status: 200, body: { account_id: parent.accountId, sub_account: null, sub_accounts: [view] } }
    const made = await set()
    expect(made).toEqual({ status: 200, body: limit })
    expect(await post('sub-accounts', { account_id: parent.accountId })).toEqual(ofParent)
    const ofChild = { status: 200, body: { account_id: child!.accountId, sub_account: view, sub_accounts: [] } }
    expect(await post('sub-accounts', {}, child!.token)).toEqual(ofChild)
    const { id } = made.body as unknown as { id: string }
    expect(await post('remove-spend-cap', { id, idempotency_key: 'r' })).toMatchObject({ status: 200 })
    expect(await post('sub-accounts', { account_id: parent.accountId })).toMatchObject({
      body: { sub_accounts: [{ limits: [] }] },
    })
    expect(await set({ sub_account_id: parent.accountId })).toMatchObject({
      status: 422,
      body: { code: 'INVALID_PARAMETERS', field: 'sub_account_id' },
    })
    expect(await set({}, child!.token)).toMatchObject({ status: 404 })
    // The owner of the parent removes a sub-account of others, and only an operator adds one.
    const move = { account_id: child!.accountId, parent_id: parent.accountId }
    const removed = { status: 200, body: { account_id: child!.accountId, sub_account: null } }
    for (let call = 0; call < 2; call++) {
      const answer = await post('set-parent', { ...move, parent_id: null })
      expect(answer).toMatchObject(call === 0 ? removed : { status: 404 })
    }
    expect(await post('set-parent', move)).toMatchObject({ status: 404 })
    expect(await post('set-parent', move, operator)).toEqual({
      status: 200,
      body: { account_id: child!.accountId, sub_account: { parent_id: parent.accountId } },
    })
    expect(await post('set-parent', { account_id: child!.accountId }, operator)).toEqual(removed)
  })
})

describe('caps of sub-accounts in a catalog without other caps', () => {
  it('send their alerts', async () => {
    const catalog = join(mkdtempSync(join(tmpdir(), 'stackgate-pools-')), 'catalog.yaml')
    writeFileSync(catalog, readFileSync('catalogs/ai-platform.yaml', 'utf8').replace(/^spend_caps: .*\n/m, ''))
    const server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: catalog } })
    try {
      const service = await entitlementService(server)
      const { parent, subAccounts } = await poolOf(server, 'alerted', 1)
      const { accountId: subAccountId } = subAccounts[0]!
      const terms = { subAccountId, feature: POOL, period: 'DAY', limit: { units: 100 }, alertPercents: [80] }
      expect(await poolApi(server).setLimit(parent.token, terms)).toHaveProperty('id')
      await service.consume({ accountId: subAccountId, feature: POOL, amount: 80 })
      const alerts = () =>
        server.query(`select data from stream_event where stream_id = $1 and type = 'alert.reached'`, [
          parent.accountId,
        ])
      expect(await eventually(alerts, (found) => found.length > 0)).toMatchObject([
        { data: { cap: { subAccountId }, percent: 80 } },
      ])
      const [name] = await server.query<{ name: string }>(`select name from account where id = $1`, [subAccountId])
      const mails = await server.query<{ subject: string }>(`select subject from mail_message where account_id = $1`, [
        parent.accountId,
      ])
      expect(mails.map(({ subject }) => subject)).toContain(
        `80 percent of the cap of ${name!.name} is used: AI credits`,
      )
    } finally {
      await server.close()
    }
  })
})
