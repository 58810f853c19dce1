import { cheapest } from '#test/support/cost.js'
import { getIntrospectionQuery } from 'graphql'
import { post, startTransportFixture, type TransportFixture } from '#test/support/transport-fixture.js'

const standard = { accept: 'application/graphql-response+json' }
const deep = (levels: number): string => `{ item ${'{ children '.repeat(levels - 2)}{ name ${'}'.repeat(levels)}`
let tiny: TransportFixture

beforeAll(async () => {
  tiny = await startTransportFixture()
})
afterAll(() => tiny.edge.drain(1_000))

describe('limits for untrusted requests', () => {
  it('allow twelve levels', async () => {
    expect((await post(tiny.url, { query: deep(12) })).code).not.toBe('QUERY_TOO_DEEP')
    const refused = await post(tiny.url, { query: deep(13) }, standard)
    expect([refused.status, refused.code]).toEqual([400, 'QUERY_TOO_DEEP'])
  })

  it('allow thirty aliases, with fragments expanded', async () => {
    const aliases = (count: number, prefix = 'a') =>
      Array.from({ length: count }, (_, index) => `${prefix}${index}: me`).join(' ')
    expect((await post(tiny.url, { query: `{ ${aliases(30)} }` })).body.errors).toBeUndefined()
    expect((await post(tiny.url, { query: `{ ${aliases(31)} }` })).code).toBe('TOO_MANY_ALIASES')
    const spread = `{ ...A ...B } fragment A on Query { ${aliases(16)} } fragment B on Query { ...A ${aliases(15, 'b')} }`
    expect((await post(tiny.url, { query: spread })).code).toBe('TOO_MANY_ALIASES')
    const nested = `{ item { ...A } again: item { ...A } } fragment A on Item { ${aliases(15).replaceAll('me', 'name')} }`
    expect((await post(tiny.url, { query: nested })).code).toBe('TOO_MANY_ALIASES')
  })

  it('count an alias once if several selections are merged into it', async () => {
    const aliases = Array.from({ length: 16 }, (_, index) => `a${index}: me`).join(' ')
    const fragments = ['A', 'B'].map((name) => `fragment ${name} on Query { ${aliases} }`).join(' ')
    for (const selection of ['...A ...A', '...A ...B', '...A ... { ...B } ...A', `...A ...B ${aliases}`]) {
      const unused = selection.includes('B') ? '' : ' ...B @skip(if: true)'
      expect((await post(tiny.url, { query: `{ ${selection}${unused} } ${fragments}` })).body.errors).toBeUndefined()
    }
  })

  it('allow a cost of five thousand, counting pages from literals, variables and defaults', async () => {
    const literal = (first: number) => `{ items(first: ${first}) { children(first: 50) { name } } }`
    expect((await post(tiny.url, { query: literal(90) })).body.errors).toBeUndefined()
    const refused = await post(tiny.url, { query: literal(100) }, standard)
    expect([refused.status, refused.code, refused.body.errors?.[0]?.extensions?.['limit']]).toEqual([
      400,
      'QUERY_TOO_COMPLEX',
      5_000,
    ])
    const query = 'query Q($first: Int) { items(first: $first) { children(first: 50) { name } } }'
    for (let round = 0; round < 4; round += 1) {
      expect((await post(tiny.url, { query, variables: { first: 1 } })).body.errors).toBeUndefined()
      expect((await post(tiny.url, { query, variables: { first: 100 } })).code).toBe('QUERY_TOO_COMPLEX')
    }
    const byDefault = '{ items { children { children { name } } } }'
    expect((await post(tiny.url, { query: byDefault })).code).toBe('QUERY_TOO_COMPLEX')
  })

  it('allow five thousand tokens, independent of nested fragments', async () => {
    const long = await post(tiny.url, { query: `{ ${'me '.repeat(5_000)} }` }, standard)
    expect([long.status, long.code]).toEqual([400, 'QUERY_TOO_LONG'])
    const doubling = Array.from(
      { length: 200 },
      (_, index) => `fragment F${index} on Query { ...F${index + 1} ...F${index + 1} }`,
    )
    const bomb = `{ ...F0 } ${doubling.join(' ')} fragment F200 on Query { me }`
    expect((await post(tiny.url, { query: bomb })).code).toBe('QUERY_TOO_COMPLEX')
  })

  it('stop within the time limit', async () => {
    const hurried = await startTransportFixture({ limits: { operationMilliseconds: 200 } })
    // An hour: a test that waited for the resolver would not end.
    const late = await post(hurried.url, { query: '{ slow(milliseconds: 3600000) }' }, standard)
    expect([late.status, late.code]).toEqual([503, 'TIMEOUT'])
    await hurried.edge.drain(1_000)
    expect((await post(tiny.url, { query: '{ slow(milliseconds: 10) }' })).body.data).toEqual({ slow: 'done' })
  })

  it('allow introspection of any depth', async () => {
    const answer = await post(tiny.url, { query: getIntrospectionQuery() })
    expect(answer.body.errors).toBeUndefined()
    expect(answer.body.data).toHaveProperty('__schema')
  })

  it('deny introspection if it is off', async () => {
    const closed = await startTransportFixture({ introspection: false })
    const answer = await post(closed.url, { query: '{ __schema { types { name } } }' })
    expect(answer.code).toBe('GRAPHQL_VALIDATION_FAILED')
    expect((await post(closed.url, { query: '{ __typename }' })).body.data).toEqual({ __typename: 'Query' })
    await closed.edge.drain(1_000)
  })
})

describe('hostile requests are rejected within 50 ms by both media types, without resolving', () => {
  const frames = (count: number) =>
    Array.from(
      { length: count },
      (_, index) => `fragment F${index} on Item { name children { ...F${index + 1} } }`,
    ).join(' ')
  const fragments = (count: number, fields: string) => {
    const names = Array.from({ length: count }, (_, index) => `F${index}`)
    const spreads = names.map((name) => `...${name}`).join(' ')
    return `{ ${spreads} } ${names.map((name) => `fragment ${name} on Query { ${fields} }`).join(' ')}`
  }
  /** Ten fragments, each of which spreads the next one twice. */
  const doubled = (fragment: (name: string, next: string) => string) => {
    const names = Array.from({ length: 10 }, (_, index) => `F${index}`)
    return `{ item { ...F0 } } ${names.map((name, index) => fragment(name, index === 9 ? 'name' : `...F${index + 1}`)).join(' ')}`
  }
  const levels = Array.from({ length: 30 }, (_, index) => `L${index}`)
  const every = levels.map((name) => `...${name}`).join(' ')
  const manyFields = 'me address transport echo(text: "a") item { name children { name } } items { name }'
  const cases: [string, unknown, string][] = [
    ['1 MB of query', { query: `{ item { name } } #${'x'.repeat(1_000_000)}` }, 'QUERY_TOO_LONG'],
    ['1 MB of fields', { query: `{ ${'item{name} '.repeat(90_000)} }` }, 'QUERY_TOO_LONG'],
    [
      '1,000 aliases',
      { query: `{ ${Array.from({ length: 1_000 }, (_, i) => `a${i}: me`).join(' ')} }` },
      'TOO_MANY_ALIASES',
    ],
    ['depth 50', { query: deep(50) }, 'QUERY_TOO_DEEP'],
    ['depth 1,200', { query: deep(1_200) }, 'QUERY_TOO_DEEP'],
    [
      'a list nested 2,400 times',
      { query: `{ echo(text: ${'['.repeat(2_400)}${']'.repeat(2_400)}) }` },
      'QUERY_TOO_DEEP',
    ],
    [
      'a fragment cycle',
      { query: '{ item { ...A } } fragment A on Item { ...B } fragment B on Item { ...A }' },
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a fragment cycle with fields',
      { query: '{ item { ...A } } fragment A on Item { children { ...A } }' },
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'depth hidden in a fragment named __schema',
      {
        query: `{ item { ...__schema } } fragment __schema on Item ${'{ children '.repeat(20)}{ name ${'}'.repeat(21)}`,
      },
      'QUERY_TOO_DEEP',
    ],
    [
      'depth hidden in a chain of fragments',
      { query: `{ item { ...F0 } } ${frames(50)} fragment F50 on Item { name }` },
      'QUERY_TOO_DEEP',
    ],
    ['a field 4,900 times', { query: `{ ${'me '.repeat(4_900)} }` }, 'QUERY_TOO_COMPLEX'],
    ['a field 1,200 times, each wrapped', { query: `{ ${'... { me } '.repeat(1_200)} }` }, 'QUERY_TOO_COMPLEX'],
    ['a field 100 times', { query: `{ ${'item { name } '.repeat(100)} }` }, 'none'],

    ['300 fragments', { query: fragments(300, 'me') }, 'QUERY_TOO_COMPLEX'],
    ['60 fragments of 40 fields', { query: fragments(60, manyFields) }, 'none'],
    [
      'nested fragments that are spread twice under two names',
      {
        query: doubled(
          (name, next) => `fragment ${name} on Item { a: children(first: 1) { ${next} } children { ${next} } }`,
        ),
      },
      'TOO_MANY_ALIASES',
    ],
    [
      'nested fragments that are spread twice under one name',
      {
        query: doubled(
          (name, next) => `fragment ${name} on Item { children(first: 1) { ${next} ${next.replace('name', '')} } }`,
        ),
      },
      'none',
    ],
    [
      'fragments of every level in every level',
      {
        query: `{ item { ${'children { '.repeat(9)} ${every} ${'} '.repeat(9)} } } ${levels
          .map((name) => `fragment ${name} on Item { name children(first: 1) { ${every.replace(`...${name}`, '')} } }`)
          .join(' ')}`,
      },
      'QUERY_TOO_DEEP',
    ],
    [
      'unknown fields',
      { query: `{ ${Array.from({ length: 1_500 }, (_, i) => `item${i}`).join(' ')} }` },
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'unknown variables',
      { query: `{ ${Array.from({ length: 30 }, (_, i) => `a${i}: echo(text: $v${i})`).join(' ')} }` },
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a deep walk of introspection',
      { query: `{ __schema { types ${'{ fields { type '.repeat(30)}{ name ${'} }'.repeat(30)} } } }` },
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['a batch of 100', Array.from({ length: 100 }, () => ({ query: '{ me }' })), 'BATCH_TOO_LARGE'],
  ]

  it.each(cases)('%s', async (_what, body, code) => {
    const text = JSON.stringify(body)
    const before = tiny.calls.resolved
    // The padding makes it a document never seen before.
    let padding = ' '
    const refused = await cheapest(async () => {
      padding += ' '
      const plain = await post(tiny.url, text.replaceAll('"{ ', `"{ ${padding}`))
      expect(plain.status).toBe(200)
      expect(plain.code ?? 'none').toBe(code)
    }, 10)
    // The same number of bytes without content: the cost of reading and responding in any rejection.
    const empty = { query: `{ me } #${' '.repeat(text.length)}` }
    const control = await cheapest(async () => {
      empty.query += ' '
      await post(tiny.url, empty)
    }, 10)
    const proper = await post(tiny.url, text, standard)
    expect(proper.status).toBe(code === 'none' ? 200 : 400)
    if (code !== 'none') expect(tiny.calls.resolved).toBe(before)
    expect(refused).toBeLessThan(100 * control)
  })
})
