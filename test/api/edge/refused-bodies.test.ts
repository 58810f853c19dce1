import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { startTransportFixture, type TransportFixture } from '#test/support/transport-fixture.js'

const PATHS = ['/api/v1/thing', '/api/v1/large-thing', '/graphql'] as const
/** JSON with a member at a depth, in an object or a list. */
const around = (member: string, depth: number): string[] => {
  let texts = [`{${member}}`, `{"a":1,${member},"b":2}`]
  for (let level = 0; level < depth; level++) texts = texts.flatMap((text) => [`{"x":${text}}`, `[${text}]`])
  return texts
}

describe('request bodies that are refused', () => {
  let tiny: TransportFixture
  beforeAll(async () => {
    tiny = await startTransportFixture()
  })
  afterAll(() => tiny.edge.drain(1_000))

  const send = async (path: string, body: string | Buffer, headers: Record<string, string> = {}) => {
    const response = await fetch(`${tiny.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })
    return { status: response.status, text: await response.text() }
  }

  it.each(PATHS)('name a forbidden member at %s, wherever it is, and invalid JSON otherwise', async (path) => {
    const members = ['"__proto__":{}', '"__proto__":1', '"constructor":{"prototype":{}}']
    for (const member of members)
      for (const depth of [0, 1, 2])
        for (const body of around(member, depth)) {
          const { status, text } = await send(path, body)
          expect([body, status]).toEqual([body, 400])
          expect(text).toContain('must not have a member __proto__')
          const broken = await send(path, body.slice(0, -1))
          expect([broken.status, broken.text.includes('not valid JSON')]).toEqual([400, true])
        }
    for (const harmless of ['{"proto":1}', '{"constructor":1}', '{"x":"__proto__"}'])
      expect((await send('/api/v1/thing', harmless)).status).toBe(200)
  })

  it.each(PATHS)('are compressed ones at %s, whatever the encoding', async (path) => {
    const body = '{"query":"{ me }"}'
    const encodings: [string, Buffer][] = [
      ['gzip', gzipSync(body)],
      ['GZIP', gzipSync(body)],
      ['br', brotliCompressSync(body)],
      ['deflate', deflateSync(body)],
      ['gzip', Buffer.from('{}')],
      ['x-unknown', Buffer.from('{}')],
    ]
    for (const [encoding, bytes] of encodings) {
      const { status, text } = await send(path, bytes, { 'content-encoding': encoding })
      expect([encoding, status, text.includes('UNSUPPORTED_MEDIA_TYPE')]).toEqual([encoding, 415, true])
    }
    expect((await send(path, body, { 'content-encoding': 'identity' })).status).toBe(200)
  })
})
