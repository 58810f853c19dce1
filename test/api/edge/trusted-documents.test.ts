import { createHash } from 'node:crypto'
import { globSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import * as exported from '@stackgate/client/documents'
import { readConfig } from '#services/kernel/config/config.js'
import { documentsOf } from '#wiring/document-manifest.js'
import { builtDashboard } from '#test/support/built-dashboard.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { post, type TinyAnswer } from '#test/support/transport-fixture.js'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

const PLANS = 'query Plans { plans { code } }'
const PLAN = 'query Plan($first: Int) { templates(first: $first) { nodes { slug } } }'
const OTHER = '{ plans { name } }'

/** Writes a manifest into a new folder. */
function manifest(content: unknown): string {
  const path = join(mkdtempSync(join(tmpdir(), 'stackgate-manifest-')), 'manifest.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const byCodegen = () => manifest({ [sha256(PLANS)]: PLANS })
const byApollo = () =>
  manifest({
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: [{ id: 'plan-1', name: 'Plan', type: 'query', body: PLAN }],
  })

describe('Trusted documents', () => {
  const servers: TestServer[] = []
  const start = async (env: Record<string, string>) => {
    const server = await startTestServer({ env })
    servers.push(server)
    return server
  }
  let open: TestServer
  let closed: TestServer
  beforeAll(async () => {
    open = await start({ TRUSTED_DOCUMENTS: `${byCodegen()},${byApollo()}` })
    closed = await start({ TRUSTED_DOCUMENTS: byCodegen(), TRUSTED_DOCUMENTS_ONLY: 'true' })
  })
  afterAll(() => Promise.all(servers.map((server) => server.close())))

  const standard = { accept: 'application/graphql-response+json' }
  const outcome = ({ status, code, body }: TinyAnswer) => [status, code ?? Object.keys(body.data ?? {})]

  it.each([
    ['sha256 of the text', { documentId: `sha256:${sha256(PLANS)}` }, 'plans'],
    ['key of the Code Generator', { documentId: sha256(PLANS) }, 'plans'],
    [
      'sha256 of an operation of Apollo',
      { documentId: `sha256:${sha256(PLAN)}`, variables: { first: 1 } },
      'templates',
    ],
    ['ID of an operation of Apollo', { documentId: 'plan-1' }, 'templates'],
    [
      'persisted query of Apollo Client',
      { extensions: { persistedQuery: { version: 1, sha256Hash: sha256(PLANS) } } },
      'plans',
    ],
  ])('are executed by the %s', async (_title, body, field) => {
    expect(outcome(await post(open.url, body, standard))).toEqual([200, [field]])
  })

  it('are executed by GET', async () => {
    const response = await fetch(`${open.url}/graphql?documentId=${encodeURIComponent(`sha256:${sha256(PLANS)}`)}`)
    expect(((await response.json()) as { data: object }).data).toHaveProperty('plans')
  })

  it('are optional by default', async () => {
    expect(outcome(await post(open.url, { query: OTHER }, standard))).toEqual([200, ['plans']])
  })

  it('are rejected if they are unknown, ambiguous or malformed', async () => {
    const unknown = { documentId: `sha256:${sha256(OTHER)}` }
    expect(outcome(await post(open.url, unknown, standard))).toEqual([400, 'DOCUMENT_NOT_FOUND'])
    const both = { documentId: `sha256:${sha256(PLANS)}`, query: PLANS }
    expect(outcome(await post(open.url, both, standard))).toEqual([400, 'BAD_REQUEST'])
    expect(outcome(await post(open.url, { documentId: 1 }, standard))).toEqual([400, 'BAD_REQUEST'])
  })

  it('are not executed instead of another query that is sent with their hash', async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: sha256(PLANS) } }
    for (const { url } of [open, closed])
      for (const query of [OTHER, PLAN, `${PLANS} `])
        expect(outcome(await post(url, { query, extensions }, standard))).toEqual([400, 'PERSISTED_QUERY_MISMATCH'])
    for (const { url } of [open, closed])
      expect(outcome(await post(url, { query: PLANS, extensions }, standard))).toEqual([200, ['plans']])
  })

  it('are missing with advice that the caller can follow', async () => {
    const messageOf = async ({ url }: TestServer) =>
      (await post(url, { documentId: `sha256:${sha256(OTHER)}` })).body.errors![0]!.message
    expect(await messageOf(open)).toBe('Document not found. Send the query instead.')
    expect(outcome(await post(open.url, { query: OTHER }, standard))).toEqual([200, ['plans']])
    expect(await messageOf(closed)).toBe(
      'Document not found. An operator must add it to a manifest of TRUSTED_DOCUMENTS.',
    )
    const added = await start({ TRUSTED_DOCUMENTS: manifest({ other: OTHER }), TRUSTED_DOCUMENTS_ONLY: 'true' })
    expect(outcome(await post(added.url, { documentId: `sha256:${sha256(OTHER)}` }, standard))).toEqual([
      200,
      ['plans'],
    ])
  })

  describe('of the served dashboard', () => {
    const documents = Object.values(exported as Record<string, unknown>).flatMap((document) =>
      typeof document === 'object' ? [(document as { loc: { source: { body: string } } }).loc.source.body] : [],
    )
    /** Operations of the client outside of its documents. */
    const others = globSync('packages/client/src/**/*.ts').flatMap((path) =>
      path.includes('generated')
        ? []
        : [...readFileSync(path, 'utf8').matchAll(/(?:query|mutation|subscription) (Stackgate\w+)/g)],
    )

    it('are accepted, with all documents of the client', async () => {
      const built = await builtDashboard()
      const server = await start({ TRUSTED_DOCUMENTS_ONLY: 'true', DASHBOARD: built })
      const known = Object.values(JSON.parse(readFileSync(join(built, 'documents.json'), 'utf8')) as object) as string[]
      expect(known.filter((text) => documents.includes(text))).toHaveLength(documents.length)
      expect(others.length).toBeGreaterThan(2)
      for (const [, name] of others) expect(known.filter((text) => text.split(/\W/).includes(name!))).toHaveLength(1)
      const rejected = []
      for (const query of known) {
        const { code } = await post(server.url, { query })
        if (code === 'DOCUMENT_NOT_TRUSTED') rejected.push(query)
      }
      expect(rejected).toEqual([])
      expect((await post(server.url, { query: OTHER })).code).toBe('DOCUMENT_NOT_TRUSTED')
    })

    it('are accepted when a build has replaced the pages, and reported if they are missing', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'stackgate-pages-'))
      writeFileSync(join(folder, 'index.html'), '<html></html>')
      const server = await start({ TRUSTED_DOCUMENTS_ONLY: 'true', DASHBOARD: folder })
      expect(server.logLines.join('')).toContain('documents of the dashboard are missing, its requests are rejected')
      expect((await post(server.url, { query: OTHER })).code).toBe('DOCUMENT_NOT_TRUSTED')
      writeFileSync(join(folder, 'documents.json'), JSON.stringify({ [sha256(OTHER)]: OTHER }))
      expect(outcome(await post(server.url, { query: OTHER }, standard))).toEqual([200, ['plans']])
      writeFileSync(join(folder, 'documents.json'), '{')
      expect((await post(server.url, { query: PLANS })).code).toBe('DOCUMENT_NOT_TRUSTED')
    })
  })

  describe('with TRUSTED_DOCUMENTS_ONLY', () => {
    it('are the only documents over HTTP', async () => {
      const allowed = [{ documentId: `sha256:${sha256(PLANS)}` }, { query: PLANS }]
      for (const body of allowed) expect(outcome(await post(closed.url, body, standard))).toEqual([200, ['plans']])
      for (const query of [OTHER, `${PLANS} `, '{ __typename }'])
        expect(outcome(await post(closed.url, { query }, standard))).toEqual([403, 'DOCUMENT_NOT_TRUSTED'])
      const batch = await post(closed.url, [{ query: OTHER }, { query: PLANS }])
      expect(JSON.parse(batch.text)).toEqual([
        { errors: [expect.objectContaining({ extensions: { code: 'DOCUMENT_NOT_TRUSTED' } })] },
        { data: { plans: expect.any(Array) } },
      ])
      const extensions = { persistedQuery: { version: 1, sha256Hash: sha256(OTHER) } }
      expect((await post(closed.url, { query: OTHER, extensions })).code).toBe('DOCUMENT_NOT_TRUSTED')
      expect((await post(closed.url, { extensions })).code).toBe('PERSISTED_QUERY_NOT_FOUND')
    })

    it('are the only documents over Server-Sent Events', async () => {
      const read = async (parameters: Record<string, string>) => {
        const response = await fetch(`${closed.url}/graphql?${new URLSearchParams(parameters).toString()}`, {
          headers: { accept: 'text/event-stream' },
        })
        return response.text()
      }
      expect(await read({ documentId: `sha256:${sha256(PLANS)}` })).toContain('{"data":{"plans":')
      expect(await read({ documentId: 'sha256:0' })).toContain('DOCUMENT_NOT_FOUND')
      expect(await read({ query: OTHER })).toContain('DOCUMENT_NOT_TRUSTED')
      expect(await read({ query: 'subscription { billingEvents { cursor } }' })).toContain('DOCUMENT_NOT_TRUSTED')
    })

    it('are the only documents over WebSocket', async () => {
      const client = createClient({
        url: `${closed.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
      })
      const run = async (payload: { query: string; extensions?: Record<string, unknown> }) => {
        try {
          const results = []
          for await (const result of client.iterate(payload)) results.push(result)
          return results
        } catch (errors) {
          return (errors as { extensions: { code: string } }[]).map(({ extensions }) => extensions.code)
        }
      }
      const done = [{ data: { plans: expect.any(Array) } }]
      expect(await run({ query: '', extensions: { documentId: `sha256:${sha256(PLANS)}` } })).toEqual(done)
      expect(await run({ query: PLANS })).toEqual(done)
      expect(await run({ query: OTHER })).toEqual(['DOCUMENT_NOT_TRUSTED'])
      expect(await run({ query: '', extensions: { documentId: 'sha256:0' } })).toEqual(['DOCUMENT_NOT_FOUND'])
      await client.dispose()
    })
  })

  it('are read from manifests of common tools only', () => {
    expect([...documentsOf([byCodegen(), byApollo()]).keys()].toSorted()).toEqual(
      [sha256(PLANS), `sha256:${sha256(PLANS)}`, 'plan-1', `sha256:${sha256(PLAN)}`].toSorted(),
    )
    const [broken, other] = [manifest('{'), manifest([1])]
    expect(() => documentsOf([broken])).toThrow(`${broken} cannot be read`)
    expect(() => documentsOf([other])).toThrow(`${other} is not a manifest of documents`)
    expect(() => readConfig({ TRUSTED_DOCUMENTS_ONLY: 'true', DASHBOARD: 'off' })).toThrow('TRUSTED_DOCUMENTS: missing')
  })
})
