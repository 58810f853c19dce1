import { statementsOf } from '#test/support/statements.js'
import { subscribe } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Offer {
  action: string
  amountNow: { decimal: string } | null
  effectiveAt: string | null
  denial: { code: string } | null
}

describe('Price page', () => {
  let server: TestServer
  const seen: string[] = []
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text) => void seen.push(text) } })
  })
  afterAll(() => server.close())

  const offers = async (token: string | null, args = '') => {
    const { data, errors } = await server.graphql<{ plans: { code: string; offer: Offer | null }[] }>(
      `{ plans { code offer${args} { action amountNow { decimal } effectiveAt denial { code } } } }`,
      {},
      token,
    )
    return { errors, ...Object.fromEntries(data.plans.map(({ code, offer }) => [code, offer])) }
  }

  it('has a row per feature, the texts of each plan, and IDs that `node` loads', async () => {
    const { data } = await server.graphql<{
      features: { id: string; code: string }[]
      plans: { bullets: string[]; currentVersion: { id: string } }[]
    }>(`{ features { id code name kind } plans { bullets currentVersion { id } } }`)
    const codes = [...server.app.context.catalog.current().features.keys()]
    expect(data.features.map(({ code }) => code)).toEqual(codes)
    const { plans } = server.app.context.catalog.current()
    expect(data.plans.map(({ bullets }) => bullets)).toEqual(plans.map(({ bullets }) => bullets))
    const ids = [...data.features.map(({ id }) => id), ...data.plans.map(({ currentVersion }) => currentVersion.id)]
    const nodes = await server.graphql<{ nodes: { id: string }[] }>(
      `query ($ids: [ID!]!) { nodes(ids: $ids) { id } }`,
      { ids },
    )
    expect(nodes.data.nodes.map(({ id }) => id)).toEqual(ids)
  })

  it('tells a visitor nothing, a free account what to buy, and a subscriber what changes', async () => {
    expect(await offers(null)).toMatchObject({ errors: undefined, free: null, plus: null })
    expect(await offers(await server.token('free@example.com'))).toMatchObject({
      free: { action: 'CURRENT', amountNow: null, effectiveAt: null },
      plus: { action: 'SUBSCRIBE', amountNow: { decimal: '20.00' }, denial: null },
    })
    const ann = await subscribe(server, 'ann@example.com', { plan: 'basic' })
    expect(await offers(ann.token)).toMatchObject({
      free: { action: 'NONE' },
      basic: { action: 'CURRENT' },
      plus: { action: 'UPGRADE', amountNow: { decimal: expect.stringMatching(/^\d+\.\d\d$/) }, denial: null },
    })
    const bob = await subscribe(server, 'bob@example.com', { plan: 'plus' })
    expect(await offers(bob.token)).toMatchObject({
      basic: { action: 'DOWNGRADE', amountNow: { decimal: '0.00' }, effectiveAt: '2026-02-15T10:00:00.000Z' },
    })
    expect(await offers(bob.token, '(interval: { unit: YEAR })')).toMatchObject({ plus: { action: 'UPGRADE' } })
  })

  it('reads the account once for all plans', async () => {
    const token = await server.token('once@example.com')
    const read = (text: string) => statementsOf(seen, () => server.graphql(text, {}, token))
    const one = await read('{ plan(code: "plus") { offer { action } } }')
    const all = await read('{ plans { offer { action } } }')
    expect(all.length).toBeLessThanOrEqual(one.length + 4)
  })
})
