import { readFileSync } from 'node:fs'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { startTransportFixture } from '#test/support/transport-fixture.js'

const committed = readFileSync('src/schema/schema.graphql', 'utf8')

describe('GET /graphql/schema.graphql', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { PUBLIC_URL: 'https://shop.example.com/stacker/' } })
  })
  afterAll(() => server.close())

  it.each(['/graphql/schema.graphql', '/stacker/graphql/schema.graphql'])(
    'returns the committed schema to anonymous callers at %s',
    async (path) => {
      const response = await fetch(`${server.url}${path}`)
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8'])
      expect(await response.text()).toBe(committed)
    },
  )

  it('is sent once to a client that stores it', async () => {
    const url = `${server.url}/graphql/schema.graphql`
    const first = await fetch(url)
    const etag = first.headers.get('etag')!
    expect(first.headers.get('cache-control')).toBe('public, max-age=0, must-revalidate')
    for (const known of [etag, `"other", W/${etag}`]) {
      const again = await fetch(url, { headers: { 'if-none-match': known } })
      expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, ''])
    }
    expect((await fetch(url, { headers: { 'if-none-match': '"other"' } })).status).toBe(200)
    const plain = await fetch(url, { headers: { 'accept-encoding': 'identity' } })
    expect([plain.headers.get('content-encoding'), await plain.text()]).toEqual([null, committed])
  })

  it('is served where introspection is off', async () => {
    const closed = await startTransportFixture({ introspection: false })
    const response = await fetch(`${closed.url}/graphql/schema.graphql`)
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('type Query {')])
    await closed.edge.drain(1_000)
  })
})
