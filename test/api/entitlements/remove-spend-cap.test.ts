import { flat } from '#test/support/account-groups.js'
import { variablesOf } from '#test/support/mutations.js'
import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { entitlementService, grantTestCredits } from '#test/support/entitlements.js'
import { ratedCatalog } from '#test/support/rated-catalog.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { accountIdOf } from '#test/support/accounts.js'

const SET = `mutation ($input: SetSpendCapInput!, $key: String!) { changed: setSpendCap(input: $input, key: $key) { spendCap { id } denial { code } } }`
const REMOVE = `mutation ($id: ID!, $key: String!) {
  changed: removeSpendCap(id: $id, key: $key) { account { usage { spendCaps { nodes { id setByOperator limit { units } } } } } denial { code } }
}`

interface Changed {
  readonly id?: string
  readonly usage?: object
  readonly code?: string
}

describe('removeSpendCap', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-01-15T10:00:00Z', env: { CATALOG: ratedCatalog() } })
  })
  afterAll(() => server.close())

  it('lifts the cap, once; a cap of an operator stays', async () => {
    const token = await server.token('ann@example.com')
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const accountId = await accountIdOf(server, token)
    await grantTestCredits(server, accountId, 'plain_credits', 1000)
    const service = await entitlementService(server)
    const call = async (as: string, document: string, variables: Record<string, unknown>) => {
      const { data } = await server.graphql<{ changed: Changed | null }>(document, variables, as)
      return data.changed && flat(data.changed)
    }
    const set = async (as: string, units: number) =>
      (await call(as, SET, {
        input: { accountId, feature: 'plain_credits', period: 'BILLING_PERIOD', limit: { units } },
        key: randomUUID(),
      }))!.id!
    const remove = (as: string, id: string, key: string = randomUUID()) => call(as, REMOVE, { id, key })
    const own = await set(token, 5)
    const above = await set(operator, 50)
    const left = { spendCaps: { nodes: [{ id: above, setByOperator: true, limit: { units: 50 } }] } }
    expect(await remove(operator, own)).toBeNull()
    expect(await remove(token, own, 'r')).toEqual(left)
    expect(await remove(token, own, 'r')).toEqual(left)
    expect(await remove(token, own)).toEqual({ code: 'INVALID_TRANSITION' })
    expect(await remove(token, above)).toBeNull()
    const node = async (id: string) =>
      (await server.graphql<{ node: object | null }>('query ($id: ID!) { node(id: $id) { id } }', { id }, token)).data
        .node
    expect([await node(own), await node(above)]).toEqual([null, { id: above }])
    const use = (amount: number) => service.consume({ accountId, feature: 'plain_credits', amount })
    expect(await use(51)).toMatchObject({ code: 'SPEND_CAP_REACHED' })
    expect(await remove(operator, above)).toEqual({ spendCaps: { nodes: [] } })
    expect(await use(51)).toMatchObject({ amount: 51 })
  })
})

describe('a cap of a feature that left `spend_caps` of the catalog', () => {
  it('is not enforced, stays in the list, and is removed', async () => {
    const catalog = ratedCatalog()
    const server = await startTestServer({ start: '2026-01-15T10:00:00Z', env: { CATALOG: catalog } })
    try {
      const email = 'ann@example.com'
      const accountId = await accountIdOf(server, await server.token(email))
      await grantTestCredits(server, accountId, 'plain_credits', 1000)
      const call = async <Result>(document: string, variables: object) =>
        (await server.graphql<Result>(document, { ...variables }, await server.token(email))).data
      const terms = { accountId, feature: 'plain_credits', period: 'DAY', limit: { units: 5 } }
      const { changed } = await call<{ changed: { id: string } }>(
        SET,
        variablesOf('setSpendCap', { ...terms, key: 'set' }),
      )
      await server.whileStopped(() => {
        writeFileSync(catalog, readFileSync(catalog, 'utf8').replace(/^ {2}- plain_credits\n/m, ''))
        return Promise.resolve()
      })
      const service = await entitlementService(server)
      expect(await service.consume({ accountId, feature: 'plain_credits', amount: 6 })).toMatchObject({ amount: 6 })
      const caps = `query ($accountId: ID) { account(id: $accountId) { usage { spendCaps { nodes { id feature { cappable } } } } } }`
      expect(await call(caps, { accountId })).toEqual({
        account: { usage: { spendCaps: { nodes: [{ id: changed.id, feature: { cappable: false } }] } } },
      })
      expect(await call(REMOVE, { id: changed.id, key: 'remove' })).toEqual({
        changed: { usage: { spendCaps: { nodes: [] } } },
      })
    } finally {
      await server.close()
    }
  })
})
