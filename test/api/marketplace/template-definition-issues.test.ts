import { TemplateDefinitionIssues } from '@stackgate/client/documents'
import { MarketplaceClient, VALID_COMPOSE_FILE } from '#test/support/marketplace-client.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('templateDefinitionIssues', () => {
  let server: TestServer
  let vendor: string
  beforeAll(async () => {
    server = await startTestServer()
    vendor = await server.token('vera@example.com', { roles: ['vendor'] })
  })
  afterAll(() => server.close())

  const issuesOf = async (definition: unknown, token: string | null = vendor, includeWarnings?: boolean) => {
    const { data, errors } = await server.graphql(TemplateDefinitionIssues, { definition, includeWarnings }, token)
    return { issues: data.templateDefinitionIssues, codes: errors?.map(({ extensions }) => extensions?.['code']) }
  }

  it('is empty for a file that can be saved, as text and parsed', async () => {
    expect(await issuesOf(VALID_COMPOSE_FILE)).toEqual({ issues: [], codes: undefined })
    expect(await issuesOf({ services: { web: { image: 'nginx:1.27' } } })).toEqual({ issues: [], codes: undefined })
  })

  it('has the issues of a refused template, and stores nothing', async () => {
    const wrong = VALID_COMPOSE_FILE.replace('${ADMIN_PASSWORD}', 'correct-horse-9').replace('[database]', '[cache]')
    const count = async () => (await server.query<{ count: string }>(`select count(*) from template`))[0]!.count
    const before = await count()
    const { issues } = await issuesOf(wrong)
    expect(issues!.map(({ path }) => path.join('.'))).toEqual(
      expect.arrayContaining([
        'definition.services.web.environment.ADMIN_PASSWORD',
        'definition.services.web.depends_on.0',
      ]),
    )
    const refused = await new MarketplaceClient(server, vendor).create({ definition: wrong })
    expect(issues!.map(({ path, message }) => ({ path, message }))).toEqual(
      refused.issues.map(({ path, message }) => ({ path, message })),
    )
    expect(await count()).toBe(before)
  })

  it('names texts that are no file, and at most 50 issues', async () => {
    expect(await issuesOf('services: [')).toMatchObject({ issues: [{ path: ['definition'] }] })
    expect(await issuesOf([])).toMatchObject({ issues: [{ path: ['definition'] }] })
    expect(await issuesOf('x'.repeat(300_000))).toMatchObject({
      issues: [{ message: 'definition must not be larger than 256 KiB.' }],
    })
    const services = Object.fromEntries(Array.from({ length: 90 }, (_, n) => [`service${n}`, { imagee: 'x' }]))
    const { issues } = await issuesOf({ services })
    expect(issues).toHaveLength(50)
    expect(issues!.at(-1)).toMatchObject({ path: ['definition'], message: '131 more problems are not listed.' })
  })

  it('has lines of a text, and warnings only if they are requested', async () => {
    const text = 'services:\n  web:\n    image: nginx:1\n    privileged: true\n'
    expect(await issuesOf(text)).toEqual({ issues: [], codes: undefined })
    expect((await issuesOf(text, vendor, true)).issues).toMatchObject([
      { path: ['definition', 'services', 'web', 'privileged'], severity: 'WARNING', line: 4 },
    ])
    expect((await issuesOf(text.replace('image', 'imagee'), vendor, true)).issues).toMatchObject([
      { severity: 'ERROR', line: 2 },
      { severity: 'ERROR', line: 3 },
      { severity: 'WARNING', line: 4 },
    ])
    expect((await issuesOf({ services: { web: {} } })).issues).toMatchObject([{ severity: 'ERROR', line: null }])
  })

  it('is refused to who is not signed in', async () => {
    expect(await issuesOf(VALID_COMPOSE_FILE, null)).toEqual({ issues: null, codes: ['UNAUTHENTICATED'] })
  })
})
