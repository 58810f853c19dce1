import { post, startTransportFixture, type TransportFixture } from '#test/support/transport-fixture.js'

describe('a document with deeply nested values', () => {
  let fixture: TransportFixture
  beforeAll(async () => {
    fixture = await startTransportFixture()
  })
  afterAll(() => fixture.edge.drain(1_000))

  it.each([100, 1_000, 2_400])('is rejected with a code at %d levels', async (levels) => {
    const query = `{ echo(text: ${'['.repeat(levels)}${']'.repeat(levels)}) }`
    const { code, body } = await post(fixture.url, { query })
    expect(body.data).toBeUndefined()
    expect(['GRAPHQL_VALIDATION_FAILED', 'QUERY_TOO_DEEP']).toContain(code)
    expect(fixture.reported).toEqual([])
  })
})
