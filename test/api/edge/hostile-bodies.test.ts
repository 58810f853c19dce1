import { jsonExcess } from '#services/kernel/text/json-excess.js'
import { cheapest } from '#test/support/cost.js'
import { post, startTransportFixture, type TransportFixture } from '#test/support/transport-fixture.js'

const LEVELS = 20_000
const deepJson = `${'['.repeat(LEVELS)}1${']'.repeat(LEVELS)}`

describe('hostile bodies', () => {
  let tiny: TransportFixture
  beforeAll(async () => {
    tiny = await startTransportFixture()
  })
  afterAll(() => tiny.edge.drain(1_000))

  const send = async (path: string, body: string) => {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${tiny.url}${path}`, { method: 'POST', headers, body })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }

  it.each([
    ['JSON of 20,000 levels', deepJson, 'nested more than 4000 levels deep', 4_000],
    ['objects of 20,000 levels', `${'{"a":'.repeat(LEVELS)}1${'}'.repeat(LEVELS)}`, 'nested more than', 4_000],
    ['60,000 members', `{${Array.from({ length: 60_000 }, (_, n) => `"${n}":1`).join(',')}}`, '50000 values', 50_000],
    ['60,000 items', `[${'1,'.repeat(60_000)}1]`, '50000 values', 50_000],
  ])('rejects %s with a code and the limit, over REST and GraphQL', async (_what, json, message, limit) => {
    const rest = await send('/api/v1/thing', json)
    expect(rest).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST', limit } })
    expect(rest.body['message']).toContain(message)
    const graphql = await post(tiny.url, `{"query":"{ me }","variables":{"a":${json}}}`)
    expect([graphql.status, graphql.code]).toEqual([400, 'BAD_REQUEST'])
    expect(graphql.body.errors![0]!.extensions).toMatchObject({ limit })
    expect((await post(tiny.url, { query: '{ me }' })).code).toBeUndefined()
  })

  it('rejects a document of 20,000 levels with its code, closed or not', async () => {
    const open = await post(tiny.url, { query: `{ item ${'{ a '.repeat(LEVELS)}` })
    expect(open.code).toBe('QUERY_TOO_DEEP')
    const closed = await post(tiny.url, { query: `{item${'{a'.repeat(LEVELS)}${'}'.repeat(LEVELS + 1)}` })
    expect(closed.code).toMatch(/^QUERY_TOO_(DEEP|LONG)$/)
  })

  it('ignores braces in strings and parses a large body within the limits', async () => {
    const text = `${'["\\'.repeat(50_000)}${'{,'.repeat(50_000)}`
    const body = { text, list: Array.from({ length: 40_000 }, (_, index) => index), deep: JSON.parse('[[[{"a":1}]]]') }
    expect(await send('/api/v1/thing', JSON.stringify(body))).toEqual({ status: 200, body })
    expect((await send('/api/v1/thing', `{"text":"${'x'.repeat(100_000)}`)).body).toMatchObject({ code: 'BAD_REQUEST' })
    expect(jsonExcess('"\\"')).toBeUndefined()
  })

  it('counts levels faster than parsing would take', async () => {
    const members = `{${Array.from({ length: 70_000 }, (_, n) => `"k${n}":${n}`).join(',')}}`
    const parsing = await cheapest(() => JSON.parse(members) as unknown, 10)
    expect(await cheapest(() => expect(jsonExcess(members)).toBeDefined(), 10)).toBeLessThan(parsing)
  })

  it('costs no more for thousands of wrong IDs than for as many right ones', async () => {
    const refuse = async (id: unknown, expected: string) => {
      const query = `query ${expected} ($ids: [ID!]!) { byIds(ids: $ids) { name } }`
      const { body, code } = await post(tiny.url, {
        query,
        variables: { ids: Array.from({ length: 40_000 }, () => id) },
      })
      expect(code).toBe(expected)
      expect(body.errors!.length).toBeLessThan(60)
    }
    const right = await cheapest(() => refuse('a', 'QUERY_TOO_COMPLEX'), 5)
    expect(await cheapest(() => refuse({}, 'BAD_USER_INPUT'), 5)).toBeLessThan(4 * right)
  })
})
