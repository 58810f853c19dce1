import { post, startTransportFixture, type TransportFixture } from '#test/support/transport-fixture.js'

const standard = { accept: 'application/graphql-response+json' }
const MEBIBYTE = 1_048_576
const ids = (count: number) => Array.from({ length: count }, (_, index) => `"${index}"`).join(' ')
const aliased = (count: number, field: string) =>
  Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(' ')

describe('operation cost multiplies selections before execution', () => {
  let tiny: TransportFixture
  beforeAll(async () => {
    tiny = await startTransportFixture()
  })
  afterAll(() => tiny.edge.drain(1_000))

  it('counts the selection once for each ID of a list', async () => {
    const list = (aliases: number) => `{ ${aliased(aliases, `byIds(ids: [${ids(100)}]) { name }`)} }`
    expect((await post(tiny.url, { query: list(24) })).body.errors).toBeUndefined()
    const refused = await post(tiny.url, { query: list(30) }, standard)
    expect([refused.status, refused.code]).toEqual([400, 'QUERY_TOO_COMPLEX'])
  })

  it('counts a list in a variable or an object the same', async () => {
    const query = (aliases: number) =>
      `query ($ids: [ID!]!, $picked: Picked) { ${aliased(aliases, 'byIds(ids: $ids) { name }')} picked(picked: $picked) { name } }`
    const listed = Array.from({ length: 100 }, (_, index) => String(index))
    const send = (aliases: number, each: string[]) =>
      post(tiny.url, { query: query(aliases), variables: { ids: each, picked: { ids: each } } })
    for (let round = 0; round < 4; round += 1) {
      expect((await send(28, listed)).code).toBe('QUERY_TOO_COMPLEX')
      expect((await send(28, ['1'])).body.errors).toBeUndefined()
    }
    const one = 'query ($picked: Picked) { picked(picked: $picked) { name } }'
    const many = { ids: Array.from({ length: 3_000 }, () => '1') }
    expect((await post(tiny.url, { query: one, variables: { picked: many } })).code).toBe('QUERY_TOO_COMPLEX')
  })
})

describe('response limits during execution', () => {
  let tiny: TransportFixture
  beforeAll(async () => {
    tiny = await startTransportFixture({ limits: { responseItems: 10_000, responseBytes: MEBIBYTE } })
  })
  afterAll(() => tiny.edge.drain(1_000))

  it.each([
    ['too many items', aliased(20, 'many(length: 3000) { name }'), 5],
    ['too many characters in few fields', 'many(length: 2000, characters: 1000) { name }', 1],
    ['too much in values of any size', aliased(20, 'anything(bytes: 300000)'), 5],
  ])('%s: is rejected, and nothing more is resolved', async (_what, fields, maxResolved) => {
    for (let round = 0; round < 2; round += 1) {
      tiny.calls.resolved = 0
      const refused = await post(tiny.url, { query: `{ ${fields} }` }, standard)
      expect([refused.status, refused.code, refused.body.data]).toEqual([422, 'RESPONSE_TOO_LARGE', undefined])
      expect(tiny.calls.resolved).toBeLessThanOrEqual(maxResolved)
    }
  })

  it('shares the limit among the operations of a batch', async () => {
    const query = '{ many(length: 3000) { name } }'
    const batch = await fetch(`${tiny.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(Array.from({ length: 10 }, () => ({ query }))),
    })
    const answers = (await batch.json()) as { data?: unknown; errors?: { extensions: { code: string } }[] }[]
    const refused = answers.filter(({ errors }) => errors?.[0]?.extensions.code === 'RESPONSE_TOO_LARGE')
    expect(refused.length).toBeGreaterThanOrEqual(7)
  })

  it('stops synchronous work at the time limit', async () => {
    const hurried = await startTransportFixture({ limits: { operationMilliseconds: 1 } })
    const answer = await post(hurried.url, { query: `{ ${aliased(7, 'many(length: 3000) { name }')} }` }, standard)
    await hurried.edge.drain(1_000)
    expect([answer.status, answer.code]).toEqual([503, 'TIMEOUT'])
  })
})
