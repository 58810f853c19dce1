import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { post, startTransportFixture, type TransportFixture } from '#test/support/transport-fixture.js'

describe('null for a variable with a default where null is not allowed', () => {
  let tiny: TransportFixture
  beforeAll(async () => {
    tiny = await startTransportFixture()
  })
  afterAll(() => tiny.edge.drain(1_000))

  it.each([
    ['an argument', 'query ($v: String = "a") { me echo(text: $v) }', 'text', ['echo']],
    ['a nested argument', 'query ($v: Int = 1) { me many(length: $v) { name } }', 'length', ['many']],
    ['a condition at the root', 'query ($v: Boolean = true) { me @include(if: $v) }', 'if', undefined],
    ['a condition below', 'query ($v: Boolean = false) { item { name @skip(if: $v) } }', 'if', ['item']],
    ['a fragment', 'query ($v: Boolean = true) { item { ... @include(if: $v) { name } } }', 'if', ['item']],
  ])('is an error that names the argument at each use: %s', async (_where, query, field, path) => {
    const before = tiny.reported.length
    const client = createClient({ url: tiny.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 })
    const message = `Argument "${field}" of non-null type`
    const extensions = { code: 'BAD_USER_INPUT', field, issues: [{ path: [field], code: 'BAD_USER_INPUT' }] }
    for (let use = 0; use < 4; use++) {
      const { body } = await post(tiny.url, { query, variables: { v: null } })
      expect(body.errors).toMatchObject([{ message: expect.stringContaining(message) as string, extensions }])
      expect(body.errors![0]!.path).toEqual(path)
      expect((await client.iterate({ query, variables: { v: null } }).next()).value).toEqual(body)
      expect((await post(tiny.url, { query })).body.errors).toBeUndefined()
    }
    expect(tiny.reported.slice(before)).toEqual([])
    await client.dispose()
  })
})
