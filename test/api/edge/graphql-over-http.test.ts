import { createHash } from 'node:crypto'
import { post, readAnswer, startTransportFixture, type TransportFixture } from '#test/support/transport-fixture.js'

const standard = { accept: 'application/graphql-response+json' }
let tiny: TransportFixture

beforeAll(async () => {
  tiny = await startTransportFixture()
})
afterAll(() => tiny.edge.drain(1_000))

const get = async (parameters: Record<string, string>, headers: Record<string, string> = {}) =>
  readAnswer(
    await fetch(`${tiny.url}/graphql?${new URLSearchParams(parameters).toString()}`, { headers, redirect: 'manual' }),
  )

describe('GraphQL over HTTP', () => {
  it('returns the same for POST and GET, at the first use and later', async () => {
    const query = 'query Echo($text: String!) { echo(text: $text) me transport }'
    for (const text of ['one', 'two', 'three', 'four', 'five']) {
      const variables = { text }
      const expected = { echo: text, me: 'ann', transport: 'http' }
      const posted = await post(tiny.url, { query, variables }, { authorization: 'Bearer ann' })
      expect(posted.body).toEqual({ data: expected })
      const got = await get({ query, variables: JSON.stringify(variables) }, { authorization: 'Bearer ann' })
      expect(got.body).toEqual({ data: expected })
    }
  })

  it('selects one of several operations by name, or returns an error', async () => {
    const query = 'query A { me } query B { transport }'
    expect((await post(tiny.url, { query, operationName: 'B' })).body).toEqual({ data: { transport: 'http' } })
    const unnamed = await post(tiny.url, { query }, standard)
    expect([unnamed.status, unnamed.code]).toEqual([400, 'OPERATION_RESOLUTION_FAILURE'])
  })

  it('returns the HTTP status defined for the requested media type', async () => {
    const faults: [unknown, string][] = [
      [{ query: '{ me' }, 'GRAPHQL_PARSE_FAILED'],
      [{ query: '{ nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
      [{ query: 'query Q($text: String!) { echo(text: $text) }' }, 'BAD_USER_INPUT'],
      [{ query: 'query Q { me }', operationName: 'R' }, 'OPERATION_RESOLUTION_FAILURE'],
    ]
    for (const [body, code] of faults) {
      const plain = await post(tiny.url, body, { accept: 'application/json' })
      expect([plain.status, plain.code, plain.headers.get('content-type')]).toEqual([
        200,
        code,
        'application/json; charset=utf-8',
      ])
      const proper = await post(tiny.url, body, standard)
      expect([proper.status, proper.code, proper.headers.get('content-type')]).toEqual([
        400,
        code,
        'application/graphql-response+json; charset=utf-8',
      ])
    }
    const refused = await post(tiny.url, { query: '{ me }' }, { accept: 'image/png' })
    expect(refused.status).toBe(406)
  })

  it('returns 200 for an operation that ran, regardless of field errors', async () => {
    const answer = await post(tiny.url, { query: '{ refused me }' }, { ...standard, authorization: 'Bearer ann' })
    expect(answer.status).toBe(200)
    expect(answer.body.data).toEqual({ refused: null, me: 'ann' })
    expect(answer.body.errors).toMatchObject([{ path: ['refused'], extensions: { code: 'NOT_FOUND' } }])
  })

  it('enforces @oneOf in variables at each use', async () => {
    const query = 'query Q($choice: Choice) { echo(text: "a", choice: $choice) }'
    for (let round = 0; round < 4; round += 1) {
      expect((await post(tiny.url, { query, variables: { choice: { left: 1 } } })).body.data).toEqual({ echo: 'a' })
      expect((await post(tiny.url, { query, variables: { choice: { left: 1, right: 2 } } })).code).toBe(
        'BAD_USER_INPUT',
      )
    }
  })

  it('runs no mutation by GET, and rejects other methods', async () => {
    const before = tiny.calls.resolved
    const mutation = await get({ query: 'mutation { count }' })
    expect([mutation.status, mutation.headers.get('allow'), mutation.code]).toEqual([405, 'POST', 'METHOD_NOT_ALLOWED'])
    const named = await get({ query: 'query Q { me } mutation M { count }', operationName: 'M' })
    expect(named.status).toBe(405)
    expect(tiny.calls.resolved).toBe(before)
    const put = await fetch(`${tiny.url}/graphql`, { method: 'PUT' })
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, POST'])
  })

  it('rejects a subscription by POST', async () => {
    const answer = await post(tiny.url, { query: 'subscription { ticks { number } }' }, standard)
    expect([answer.status, answer.code]).toEqual([400, 'BAD_REQUEST'])
  })

  it('reports malformed requests as GraphQL errors', async () => {
    const cases: [unknown, string, number, string][] = [
      ['{"query": ', 'application/json', 400, 'BAD_REQUEST'],
      ['', 'application/json', 400, 'BAD_REQUEST'],
      ['null', 'application/json', 400, 'BAD_REQUEST'],
      [{}, 'application/json', 400, 'BAD_REQUEST'],
      [{ query: 7 }, 'application/json', 400, 'BAD_REQUEST'],
      [{ query: '{ me }', variables: [] }, 'application/json', 400, 'BAD_REQUEST'],
      [{ query: '{ me }', operationName: 1 }, 'application/json', 400, 'BAD_REQUEST'],
      [{ query: '{ me }', extensions: 'no' }, 'application/json', 400, 'BAD_REQUEST'],
      ['{"query":"{ me }","__proto__":{"a":1}}', 'application/json', 400, 'BAD_REQUEST'],
      ['query=me', 'application/x-www-form-urlencoded', 415, 'UNSUPPORTED_MEDIA_TYPE'],
      ['{ me }', 'text/plain', 415, 'UNSUPPORTED_MEDIA_TYPE'],
      [{ query: '{ me }' }, 'application/json; charset=latin1', 415, 'UNSUPPORTED_MEDIA_TYPE'],
      [{ query: '{ me }' }, 'application/json;foo=1; Charset = "UTF-16"', 415, 'UNSUPPORTED_MEDIA_TYPE'],
      [{ query: 7 }, 'application/json; charset="UTF-8"', 400, 'BAD_REQUEST'],
      [{ query: 7 }, 'application/json;charset=utf8', 400, 'BAD_REQUEST'],
      [{ query: ' '.repeat(1_048_577) }, 'application/json', 413, 'BODY_TOO_LARGE'],
    ]
    for (const [body, type, status, code] of cases) {
      const answer = await post(tiny.url, body, { 'content-type': type })
      expect([answer.status, answer.code, type]).toEqual([status, code, type])
      expect(answer.text).not.toContain('node_modules')
    }
    expect((await get({ query: '{ me }', variables: '{' })).status).toBe(400)
    expect((await readAnswer(await fetch(`${tiny.url}/graphql?query=a&query=b`))).status).toBe(400)
  })

  it('runs a batch in order with one context, at most ten operations', async () => {
    const ask = (text: string) => ({ query: `{ echo(text: "${text}") me }` })
    const headers = { authorization: 'Bearer ann' }
    const answer = await post(tiny.url, [ask('a'), { query: '{ nothing }' }, ask('b')], headers)
    const items = JSON.parse(answer.text) as { data?: unknown; errors?: unknown[] }[]
    expect(answer.status).toBe(200)
    expect(items.map((item) => item.data)).toEqual([{ echo: 'a', me: 'ann' }, undefined, { echo: 'b', me: 'ann' }])
    const tooLarge = await post(
      tiny.url,
      Array.from({ length: 11 }, () => ask('a')),
      standard,
    )
    expect([tooLarge.status, tooLarge.code]).toEqual([400, 'BATCH_TOO_LARGE'])
    expect((await post(tiny.url, [])).status).toBe(400)
  })

  it('stores persisted operations by hash', async () => {
    const query = '{ transport me }'
    const sha256Hash = createHash('sha256').update(query).digest('hex')
    const extensions = { persistedQuery: { version: 1, sha256Hash } }
    expect((await post(tiny.url, { extensions })).code).toBe('PERSISTED_QUERY_NOT_FOUND')
    expect((await post(tiny.url, { query, extensions })).body.data).toEqual({ transport: 'http', me: null })
    expect((await post(tiny.url, { extensions })).body.data).toEqual({ transport: 'http', me: null })
    expect((await get({ extensions: JSON.stringify(extensions) })).body.data).toEqual({ transport: 'http', me: null })
    const wrong = await post(tiny.url, { query: '{ me }', extensions }, standard)
    expect([wrong.status, wrong.code]).toEqual([400, 'PERSISTED_QUERY_MISMATCH'])
  })

  it('rejects a bad token before execution', async () => {
    const before = tiny.calls.resolved
    const answer = await post(tiny.url, { query: '{ item { name } }' }, { authorization: 'Bearer bad' })
    expect([answer.status, answer.code]).toEqual([401, 'INVALID_TOKEN'])
    expect(tiny.calls.resolved).toBe(before)
  })

  it('masks unexpected errors with the request ID', async () => {
    for (const query of ['{ broken }', '{ brokenLater }', '{ brokenPromise }']) {
      for (let round = 0; round < 4; round += 1) {
        const answer = await post(tiny.url, { query }, { 'x-request-id': 'trace-1' })
        expect(answer.text).not.toContain('hunter2')
        expect(answer.text).not.toContain('null for non-nullable')
        expect(answer.body.errors).toMatchObject([
          { message: 'Something went wrong on our side.', extensions: { code: 'INTERNAL', requestId: 'trace-1' } },
        ])
      }
    }
    const unreachable = await post(tiny.url, { query: '{ me }' }, { authorization: 'Bearer down' })
    expect([unreachable.status, unreachable.code]).toEqual([500, 'INTERNAL'])
    expect(unreachable.text).not.toContain('10.0.0.7')
  })
})
