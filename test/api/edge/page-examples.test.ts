import { readFileSync } from 'node:fs'
import { buyPlan } from '#test/support/buy-plan.js'
import { person } from '#test/support/members.js'
import { commandsOf, differencesOf, examplesOf, readersOf } from '#test/support/page-examples.js'
import { MarketplaceClient } from '#test/support/marketplace-client.js'
import { runCommand } from '#test/support/run-command.js'
import { EXAMPLE_PAGES } from '#test/support/sample-runs.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { sellTemplate } from '#test/support/vendor-earnings.js'

const pages = EXAMPLE_PAGES.map(([page, catalog, before]) => ({ page, catalog, before }))

describe.each(pages)('Examples of $page', ({ page, catalog, before }) => {
  let server: TestServer
  const tokens: Record<string, string | null> = { anonymous: null }
  const earlier: Record<string, unknown> = {}
  beforeAll(async () => {
    server = await startTestServer({
      env: { CATALOG: catalog, TRUSTED_DOCUMENTS: 'examples/trusted-documents.json', VENDOR_PAYOUTS: 'stripe' },
    })
    const user = await person(server, 'ann@example.com')
    tokens['user'] = user.token
    earlier['account'] = { id: user.accountId }
    if (before?.plan !== undefined) {
      tokens['subscriber'] = (await person(server, 'sue@example.com')).token
      await buyPlan(server, tokens['subscriber'], before.plan)
    }
    tokens['vendor'] = await server.token('vera@example.com', { roles: ['vendor'] })
    tokens['service'] = await server.serviceKey(['entitlements:write', 'credits:write'])
    tokens['operator'] = await server.token('operator@example.com', { roles: ['admin'] })
    if (before?.sale) await sellTemplate(server, new MarketplaceClient(server, tokens['operator']))
  })
  afterAll(() => server.close())

  it.each(examplesOf(readFileSync(page, 'utf8')).map((example) => [example.line, example] as const))(
    'return what the page shows at line %d',
    async (_line, example) => {
      expect(Object.keys(tokens)).toContain(example.caller)
      expect(await differencesOf(server, tokens[example.caller]!, example, earlier)).toEqual([])
    },
  )
})

describe('Pages', () => {
  it.each(EXAMPLE_PAGES.map(([page]) => page))(
    '%s has examples for the readers whom its first sentence names',
    (path) => {
      const page = readFileSync(path, 'utf8')
      const readers = readersOf(page)
      expect(examplesOf(page).filter(({ caller }) => !readers.has(caller))).toEqual([])
    },
  )

  it('name their readers in their first sentence', () => {
    expect([...readersOf('# A page\n\nFor on-call operators, and vendors. Owners read it too.\n')]).toEqual([
      'operator',
      'vendor',
    ])
    expect([...readersOf('# A page\n\nIt describes the API.\n')]).toEqual([])
  })
})

describe('Commands of docs/graphql-clients.md', () => {
  const commands = commandsOf(readFileSync('docs/graphql-clients.md', 'utf8'))

  it('print what the page shows', async () => {
    expect(commands).toHaveLength(2)
    const printed = await Promise.all(
      commands.map(async ({ line, command }) => {
        const [, args] = /^npm run schema -- (.+)$/.exec(command)!
        const { code, stdout } = await runCommand('print-schema', args!.split(' '), {})
        return { line, code, output: stdout }
      }),
    )
    expect(printed).toEqual(commands.map(({ line, output }) => ({ line, code: 0, output })))
  })
})

describe('Blocks of a page', () => {
  it('are compared with the response', async () => {
    const server = await startTestServer()
    const [wrong] = examplesOf(
      '```http as=anonymous\nGET /health/live\nX-A: 1\n```\n```http response\nHTTP/1.1 201\nX-Request-Id: none\n\n{ "a": [1] }\n```',
    )
    expect(await differencesOf(server, null, wrong!)).toEqual([
      'status 200 instead of 201',
      expect.stringMatching(/^x-request-id: .+ instead of none$/),
      'body.a: undefined instead of [1]',
    ])
    const [invalid] = examplesOf('```graphql as=anonymous\nsubscription { nothing }\n```')
    expect(await differencesOf(server, null, invalid!)).toEqual([
      expect.stringContaining('Cannot query field "nothing"'),
    ])
    const [, refused] = examplesOf(
      '```graphql as=anonymous\n{ plans { id } }\n{ webhookDeliveries { totalCount } }\n```',
    )
    expect(await differencesOf(server, null, refused!)).toEqual([expect.stringMatching(/^UNAUTHENTICATED: /)])
    await server.close()
  })

  it('use values of earlier responses', async () => {
    const server = await startTestServer()
    const [first, second] = examplesOf(
      '```graphql as=anonymous\n{ plans { id } }\n```\n' +
        '```graphql as=anonymous\nquery ($id: ID!) { node(id: $id) { id } }\n```\n```json variables\n{ "id": "{plans.0.id}" }\n```',
    )
    const earlier = {}
    expect(await differencesOf(server, null, first!, earlier)).toEqual([])
    expect(await differencesOf(server, null, second!, earlier)).toEqual([])
    await expect(differencesOf(server, null, second!)).rejects.toThrow('No earlier response has plans.0.id')
    await server.close()
  })

  it('need a caller, so that none is left out', () => {
    expect(() => examplesOf('```graphql\n{ plans { code } }\n```')).toThrow('line 1 names no caller')
    expect(examplesOf('```sh\nls\n```\n```json\n{}\n```')).toEqual([])
  })
})
