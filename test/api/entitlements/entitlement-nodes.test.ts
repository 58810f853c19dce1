import { Buyer } from '#test/support/buyer.js'
import { subscribe, type Subscriber } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Found {
  readonly id: string
  readonly feature: { readonly code: string }
  readonly limit?: number | null
}

const NODE = `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id
  ... on Entitlement { feature { code } limit } ... on CreditBalance { feature { code } } } }`

describe('Entitlements and credit balances as nodes', () => {
  let server: TestServer
  let ann: Subscriber
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    ann = await subscribe(server, 'ann@example.com', { plan: 'business' })
  })
  afterAll(() => server.close())

  const nodes = async (token: string | null, ids: readonly string[]) => {
    const { data, errors } = await server.graphql<{ nodes: (Found | null)[] }>(NODE, { ids }, token)
    expect(errors).toBeUndefined()
    return data.nodes
  }
  const entitlements = async (args = '') =>
    (
      await server.graphql<{ account: { usage: { entitlements: Found[] } } }>(
        `{ account { usage { entitlements${args} { id feature { code } limit } } } }`,
        {},
        ann.token,
      )
    ).data.account.usage.entitlements

  it('have one ID per account and feature, which loads the same object', async () => {
    const all = await entitlements()
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
    expect(
      await nodes(
        ann.token,
        all.map(({ id }) => id),
      ),
    ).toEqual(all.map((one) => ({ __typename: 'Entitlement', ...one })))
    const { data } = await server.graphql<{ check: { entitlement: Found } }>(
      `query ($code: String!) { check(feature: $code) { entitlement { id feature { code } limit } } }`,
      { code: all[0]!.feature.code },
      ann.token,
    )
    expect(data.check.entitlement).toEqual(all[0])
  })

  it('have another ID at another time, so that a cache keeps both', async () => {
    const [now, before] = [await entitlements(), await entitlements('(asOf: "2026-01-01T00:00:00Z")')]
    expect(before.filter(({ id }) => now.some((one) => one.id === id))).toEqual([])
    expect(before).not.toEqual(now.map((one, index) => ({ ...one, id: before[index]!.id })))
    expect(
      await nodes(
        ann.token,
        before.map(({ id }) => id),
      ),
    ).toEqual(before.map((one) => ({ __typename: 'Entitlement', ...one })))
  })

  it('have an ID for each balance of credits', async () => {
    const buyer = await Buyer.named(server, 'buyer@example.com')
    await buyer.buy('purchasePackage', { package: 'stories_50' })
    const { data } = await server.graphql<{ account: { usage: { credits: Found[] } } }>(
      `{ account { usage { credits { id feature { code } } } } }`,
      {},
      buyer.token,
    )
    const [balance] = data.account.usage.credits
    expect(await nodes(buyer.token, [balance!.id])).toEqual([{ __typename: 'CreditBalance', ...balance }])
    expect(await nodes(ann.token, [balance!.id])).toEqual([null])
  })

  it('do not exist for others, nor under IDs that nothing has', async () => {
    const [{ id }] = (await entitlements()) as [Found]
    const stranger = await server.token('stranger@example.com')
    for (const token of [stranger, null]) expect(await nodes(token, [id])).toEqual([null])
    const wrong = [
      `${id}x`,
      `${id}@`,
      `${id}@9999999999999999`,
      `${id}@-99999999999999`,
      id.replace('ent_', 'cbl_'),
      `ent_${'0'.repeat(26)}-deployments`,
    ]
    expect(await nodes(ann.token, wrong)).toEqual(wrong.map(() => null))
  })

  it('have no ID in a preview, which nothing could load', async () => {
    const { data } = await server.graphql<{ previewPlanChange: { entitlementsAfter: { __typename: string }[] } }>(
      `{
        previewPlanChange(input: { plan: "professional" }) {
          entitlementsBefore { id }
          entitlementsAfter { __typename feature { code } limit sources { code } }
        }
      }`,
      {},
      ann.token,
    )
    expect(data.previewPlanChange.entitlementsAfter[0]).toMatchObject({
      __typename: 'EntitlementPreview',
      feature: { code: expect.any(String) },
    })
  })
})
