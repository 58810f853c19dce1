import { StackgateError, type ErrorCode, type StackgateCode } from '@stackgate/client'
import { Plans } from '@stackgate/client/documents'
import { graphql } from '@stackgate/client/graphql'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { parse } from 'graphql'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { fakeFetch, json } from './fake-fetch.js'
import { clientOf, text } from './support.js'

const TEXT = 'query Codes($after: String) { templates(first: 1, after: $after) { nodes { slug } } }'

interface Codes {
  readonly templates: { readonly nodes: readonly { readonly slug: string }[] }
}

describe('Documents of a client', () => {
  let server: TestServer
  beforeAll(async () => {
    const manifest = '/tmp/stackgate-client-manifest.json'
    writeFileSync(
      manifest,
      JSON.stringify({ [`sha256:${createHash('sha256').update(TEXT).digest('hex')}`]: TEXT, mine: TEXT }),
    )
    server = await startTestServer({ env: { TRUSTED_DOCUMENTS: manifest } })
  })
  afterAll(() => server.close())

  it('are those of this package, of gql.tada and of code generators, with their types', async () => {
    const client = clientOf(server.url)
    // Each assignment compiles only if the document has its type.
    const plans = await client.request(Plans, {})
    const [plan] = plans.plans
    const code: string = plan!.code
    expect(code).toMatch(/^\w+$/)
    const inferred = await client.request(
      graphql('query Slugs($first: Int!) { templates(first: $first) { nodes { slug } } }'),
      { first: 1 },
    )
    const slug: string = inferred.templates!.nodes[0]!.slug
    // A syntax tree without its text, as the preset `client` writes it; a text with types; and a text with a comment.
    const tree = parse(TEXT, { noLocation: true }) as unknown as ReturnType<typeof text<Codes, { after?: string }>>
    for (const document of [
      tree,
      text<Codes, { after?: string }>(TEXT),
      text<Codes, { after?: string }>(`# mutation {}\n${TEXT}`),
    ])
      expect((await client.request(document)).templates.nodes[0]!.slug).toBe(slug)
    // @ts-expect-error A variable is missing.
    const missing = client.request(graphql('query Slugs($first: Int!) { templates(first: $first) { nodes { slug } } }'))
    await expect(missing).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
    await expect(client.request(text(' '))).rejects.toMatchObject({ code: 'CONFIGURATION' })
    for (const none of [undefined, null, '{ plans { code } }'] as unknown as (typeof Plans)[]) {
      await expect(client.request(none)).rejects.toMatchObject({ code: 'CONFIGURATION' })
      await expect(client.stream(none as never).next()).rejects.toMatchObject({ code: 'CONFIGURATION' })
    }
  })

  it('are sent as hash or ID on demand, and as text where the server does not know them', async () => {
    const seen: unknown[] = []
    const fetch = async (url: string, init: RequestInit) => {
      seen.push(...[JSON.parse(init.body as string) as unknown].flat())
      return globalThis.fetch(url, init)
    }
    const document = text<Codes>(TEXT)
    const unknown = text<Codes>(`${TEXT} # ${Math.random()}`)
    const trusted = clientOf(server.url, { fetch, persisted: 'trusted' })
    expect((await trusted.request(document)).templates.nodes).toHaveLength(1)
    expect(seen.splice(0)).toEqual([
      expect.objectContaining({ documentId: expect.stringMatching(/^sha256:/) as string }),
    ])
    const named = Object.assign(text<Codes>(TEXT), { documentId: 'mine' })
    expect((await trusted.request(named)).templates.nodes).toHaveLength(1)
    expect(seen.splice(0)).toEqual([expect.objectContaining({ documentId: 'mine' })])
    const pair = [trusted.request(unknown), trusted.request(document)]
    expect((await Promise.all(pair)).map(({ templates }) => templates.nodes.length)).toEqual([1, 1])
    expect(seen.splice(0).map((item) => 'query' in Object(item))).toEqual([false, false, true])
    const automatic = clientOf(server.url, { fetch, persisted: 'automatic' })
    for (let round = 0; round < 2; round++) await automatic.request(unknown)
    expect(seen.map((item) => 'query' in Object(item))).toEqual([false, true, false])
  })

  it('lead to the process of an account by a header of each request and stream', async () => {
    const { fetch, sent } = fakeFetch(Date.now, () => json({ data: { plans: [] } }))
    const client = clientOf('https://stackgate.example.com', { fetch, account: 'team:1', transport: 'sse' })
    await client.request(text('{ plans { code } }'))
    await client.request(text('{ plans { code } }'), {}, { account: 'team:2' })
    expect(sent.map(({ headers }) => headers['x-stackgate-account'])).toEqual(['team:1', 'team:2'])
  })

  it('fail with codes of the server, typed and with the ID of the request', async () => {
    const client = clientOf(server.url)
    const error = await client.request(text('{ plans { prize } }')).then(
      () => undefined,
      (reason: unknown) => reason as StackgateError,
    )
    expect(error).toMatchObject({ name: 'StackgateError', code: 'GRAPHQL_VALIDATION_FAILED', status: 400 })
    expect(error!.requestId).toMatch(/\S{8}/)
    expect(error!.message).toContain('prize')
    const code: StackgateCode = error!.code
    const known: ErrorCode = 'GRAPHQL_VALIDATION_FAILED'
    // @ts-expect-error No such code.
    const wrong: ErrorCode = 'NO_SUCH_CODE'
    expect([code === known, wrong]).toEqual([true, 'NO_SUCH_CODE'])
    const rejected = clientOf(server.url, { token: 'not-a-token' })
    await expect(rejected.request(text('{ viewer { user { id } } }'))).rejects.toMatchObject({
      code: 'INVALID_TOKEN',
      status: 401,
    })
  })
})
