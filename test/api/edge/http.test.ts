import { request } from 'node:http'
import { connect } from 'node:net'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { post, startTransportFixture, type TransportFixture } from '#test/support/transport-fixture.js'

let tiny: TransportFixture

beforeAll(async () => {
  tiny = await startTransportFixture({
    publicUrl: new URL('https://shop.example.com/stacker/'),
    limits: { headersMilliseconds: 300, requestMilliseconds: 600 },
  })
})
afterAll(() => tiny.edge.drain(1_000))

describe('a request id', () => {
  it('is taken from the client if valid, otherwise created, and always returned', async () => {
    const given = await fetch(`${tiny.url}/api/v1/thing`, { headers: { 'x-request-id': 'order-7.a:b_c' } })
    expect(given.headers.get('x-request-id')).toBe('order-7.a:b_c')
    expect(await given.json()).toMatchObject({ requestId: 'order-7.a:b_c' })
    for (const wrong of ['two words', 'x'.repeat(129), 'a"b']) {
      const made = await fetch(`${tiny.url}/api/v1/thing`, { headers: { 'x-request-id': wrong } })
      expect(made.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/)
    }
  })
})

describe('An offer of another protocol', () => {
  it.each(['h2c', 'TLS/1.2', 'h2c, websocket'])('does not change the answer: %s', async (upgrade) => {
    const headers = { connection: 'Upgrade, HTTP2-Settings', upgrade, 'http2-settings': 'AAMAAABkAAQAAP__' }
    const answered = await new Promise<[number | undefined, string]>((resolve, reject) => {
      const type = { 'content-type': 'application/json' }
      request(`${tiny.url}/api/v1/thing`, { method: 'POST', headers: { ...headers, ...type } }, (response) => {
        let text = ''
        response.on('data', (chunk) => (text += String(chunk)))
        response.on('end', () => resolve([response.statusCode, text]))
      })
        .on('error', reject)
        .end('"a"')
    })
    expect(answered).toEqual([200, 'a'])
  })
})

describe('REST errors', () => {
  it('have one form, regardless of their source', async () => {
    const unknown = await fetch(`${tiny.url}/api/v1/nothing?secret=1`)
    expect(unknown.status).toBe(404)
    expect(await unknown.json()).toEqual({
      error: 'Not found',
      code: 'NOT_FOUND',
      message: 'No route for GET /api/v1/nothing. Did you mean /api/v1/thing?',
      request_id: unknown.headers.get('x-request-id'),
    })
    const said = async (path: string, method = 'GET') =>
      ((await (await fetch(`${tiny.url}${path}`, { method })).json()) as { message: string }).message
    expect(await said('/api/v1/thing', 'DELETE')).toMatch(/^No route for DELETE \/api\/v1\/thing\. The path has .*POST/)
    expect(await said('/api/v1/entirely/elsewhere')).toBe('No route for GET /api/v1/entirely/elsewhere.')
    const ask = (body: string, type = 'application/json') =>
      fetch(`${tiny.url}/api/v1/thing`, { method: 'POST', headers: { 'content-type': type }, body })
    expect(await (await ask('{')).json()).toMatchObject({ code: 'BAD_REQUEST', error: 'Bad request' })
    expect(await (await ask('a', 'text/csv')).json()).toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE' })
    const latin = await ask('"a"', 'application/json; charset=latin1')
    expect([latin.status, await latin.json()]).toMatchObject([
      415,
      { code: 'UNSUPPORTED_MEDIA_TYPE', message: 'The charset of the body must be utf-8.' },
    ])
    expect(await (await ask('"a"', 'application/json; charset=utf-8')).text()).toBe('a')
    const large = await ask(`"${'x'.repeat(1_048_577)}"`)
    expect([large.status, ((await large.json()) as { code: string }).code]).toEqual([413, 'BODY_TOO_LARGE'])
  })

  it('mask unexpected errors', async () => {
    const response = await fetch(`${tiny.url}/api/v1/broken`)
    const text = await response.text()
    expect(response.status).toBe(500)
    expect(JSON.parse(text)).toMatchObject({ code: 'INTERNAL', error: 'Internal error' })
    expect(text).not.toContain('hunter2')
    expect(tiny.reported).toContainEqual(new Error('password=hunter2'))
  })

  it('use the same form for malformed HTTP', async () => {
    const text = await raw('NONSENSE\r\n\r\n')
    expect(text).toMatch(/^HTTP\/1\.1 400 /)
    expect(text).toContain('"code":"BAD_REQUEST"')
  })
})

/** Sends bytes and returns everything until the server closes the connection. */
function raw(bytes: string): Promise<string> {
  const { port } = new URL(tiny.url)
  const socket = connect(Number(port), '127.0.0.1', () => socket.write(bytes))
  let text = ''
  socket.on('data', (data) => (text += data.toString()))
  return new Promise((resolve) => socket.once('close', () => resolve(text)))
}

describe('slow senders', () => {
  it('are disconnected, in headers and in bodies', async () => {
    const [headers, body] = await Promise.all([
      raw('POST /graphql HTTP/1.1\r\nhost: a\r\n'),
      raw('POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"quer'),
    ])
    for (const answer of [headers, body]) {
      expect(answer).toContain('408')
      const [, id] = /^x-request-id: ([\da-f-]{36})\r$/m.exec(answer)!
      expect(answer.split(id!)).toHaveLength(3)
    }
  })
})

describe('browsers', () => {
  it('are allowed by the list of origins', async () => {
    const ask = (origin: string) =>
      fetch(`${tiny.url}/graphql`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
      })
    const ours = await ask('https://app.example.com')
    expect(ours.headers.get('access-control-allow-origin')).toBe('https://app.example.com')
    expect(ours.headers.get('access-control-allow-headers')).toContain('authorization')
    const theirs = await ask('https://evil.example.com')
    expect(theirs.headers.get('access-control-allow-origin')).toBeNull()
    const response = await fetch(`${tiny.url}/health/live`, { headers: { origin: 'https://app.example.com' } })
    // Clients compare a Retry-After that is a time with the clock of the server.
    expect(response.headers.get('access-control-expose-headers')?.split(', ')).toEqual(
      expect.arrayContaining(['x-request-id', 'retry-after', 'date']),
    )
  })

  it('get the security headers for pages and responses', async () => {
    const protection = {
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-site',
      'origin-agent-cluster': '?1',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'x-dns-prefetch-control': 'off',
      'x-download-options': 'noopen',
      'x-frame-options': 'SAMEORIGIN',
      'x-permitted-cross-domain-policies': 'none',
      'x-xss-protection': '0',
    }
    for (const path of ['/api/v1/thing', '/nowhere', '/graphiql', '/graphiql/page.css']) {
      const answer = await fetch(tiny.url + path)
      expect(Object.fromEntries(answer.headers)).toMatchObject(protection)
      const policy = answer.headers.get('content-security-policy')
      if (path === '/graphiql') expect(policy).toMatch(/^default-src 'none';script-src 'self';.*frame-ancestors 'none'/)
      else expect(policy).toBe("default-src 'none';frame-ancestors 'none'")
    }
    const graphql = await post(tiny.url, { query: '{ me }' })
    expect(graphql.headers.get('x-content-type-options')).toBe('nosniff')
    expect(graphql.headers.get('cache-control')).toBe('no-store')
  })

  it('get large responses compressed and small ones uncompressed', async () => {
    const ask = async (query: string, encoding: string) => {
      const answer = await post(tiny.url, { query }, { 'accept-encoding': encoding })
      expect(answer.body.errors).toBeUndefined()
      return answer.headers.get('content-encoding')
    }
    expect(await ask('{ items(first: 50) { name } }', 'gzip')).toBe('gzip')
    expect(await ask('{ items(first: 50) { name } }', 'br, gzip')).toBe('br')
    expect(await ask('{ items(first: 50) { name } }', 'identity')).toBeNull()
    expect(await ask('{ me }', 'gzip')).toBeNull()
  })
})

describe('behind a proxy with a path prefix', () => {
  it('serves GraphQL, REST and GraphiQL with and without the prefix, and accepts repeated slashes', async () => {
    for (const prefix of ['', '/stacker', '//stacker/', '/stacker//']) {
      const answer = await post(tiny.url, { query: '{ transport }' }, {}, `${prefix}/graphql`)
      expect(answer.body.data).toEqual({ transport: 'http' })
      expect((await fetch(`${tiny.url}${prefix}/api/v1/thing`)).status).toBe(200)
      expect((await fetch(`${tiny.url}${prefix}/graphiql`)).status).toBe(200)
    }
    expect((await fetch(`${tiny.url}/stackers/api/v1/thing`)).status).toBe(404)
    const slashes = await post(tiny.url, { query: '{ echo(text: "http://a//b") }' })
    expect(slashes.body.data).toEqual({ echo: 'http://a//b' })
  })

  it('serves WebSockets with the prefix', async () => {
    const url = tiny.socketUrl.replace('/graphql', '/stacker/graphql')
    const client = createClient({ url, webSocketImpl: WebSocket })
    const results: unknown[] = []
    for await (const result of client.iterate({ query: '{ transport }' })) results.push(result.data)
    expect(results).toEqual([{ transport: 'websocket' }])
    await client.dispose()
  })

  it('trusts the client address from the proxy on this machine', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.9' }
    expect((await post(tiny.url, { query: '{ address }' }, headers)).body.data).toEqual({ address: '203.0.113.9' })
    const socket = new WebSocket(tiny.socketUrl, 'graphql-transport-ws', { headers })
    socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init' })))
    const answer = await new Promise<string>((resolve) => {
      socket.on('message', (data: Buffer) => {
        if (data.toString().includes('ack')) {
          socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: '{ address }' } }))
        } else resolve(data.toString())
      })
    })
    socket.close()
    expect(answer).toContain('203.0.113.9')
  })
})

describe('GraphiQL', () => {
  it('opens at /graphql in a browser and keeps the prefix', async () => {
    const response = await fetch(`${tiny.url}/stacker/graphql`, {
      headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
    })
    expect(response.url).toBe(`${tiny.url}/stacker/graphiql`)
    expect(response.headers.get('content-type')).toContain('text/html')
  })

  it('loads all files from this server and allows no other scripts', async () => {
    const response = await fetch(`${tiny.url}/stacker/graphiql`)
    const html = await response.text()
    const policy = response.headers.get('content-security-policy')
    expect(policy).toContain("script-src 'self'")
    expect(policy).not.toContain('upgrade-insecure-requests')
    expect(html).not.toMatch(/https?:\/\//)
    expect(html).not.toMatch(/<script>/)
    const files = [...html.matchAll(/(?:src|href)="(graphiql\/[^"]+)"/g)].map((match) => match[1] ?? '')
    expect(files).toHaveLength(4)
    const workers = ['editorWorkerService', 'json', 'graphql'].map((name) => `graphiql/${name}.js`)
    for (const file of [...files, ...workers]) {
      const asset = await fetch(new URL(file, response.url))
      expect(asset.status).toBe(200)
      expect(asset.headers.get('content-type')).toMatch(/; charset=utf-8$/)
      expect(asset.headers.get('content-encoding')).toBe('gzip')
      expect((await asset.text()).length).toBeGreaterThan(20)
      const again = await fetch(asset.url, { headers: { 'if-none-match': asset.headers.get('etag') ?? '' } })
      expect(again.status).toBe(304)
    }
    expect((await fetch(`${tiny.url}/graphiql/other.js`)).status).toBe(404)
  })
})
