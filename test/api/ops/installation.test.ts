import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Installation {
  readonly business: string
  readonly mode: string
  readonly currency: string
  readonly currencies: readonly string[]
  readonly providers: readonly string[]
  readonly providerConfiguration: object
  readonly parentOrigin: string | null
  readonly clock: { readonly now: string; readonly sandbox: boolean }
  readonly features: readonly { readonly code: string; readonly kind: string; readonly description: string | null }[]
  readonly commandTypes: readonly {
    readonly type: string
    readonly supported: boolean
    readonly parametersSchema: { readonly type?: string; readonly properties?: Record<string, object> } | null
  }[]
  readonly eventTypes: readonly { readonly type: string; readonly schema: { readonly properties: object } }[]
  readonly apiKeyScopes: readonly string[]
}

const INSTALLATION = `{ installation { business mode currency currencies providers providerConfiguration parentOrigin clock { now sandbox }
  features { code kind description } commandTypes { type supported parametersSchema } eventTypes { type schema } apiKeyScopes } }`

describe('installation', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({
      env: {
        STRIPE_PUBLISHABLE_KEY: 'pk_test_sandbox',
        PARENT_APP_URL: 'https://parent.example.com/plugins/stackgate',
      },
    })
  })
  afterAll(() => server.close())

  const readInstallation = async (): Promise<Installation> => {
    const { data, errors } = await server.graphql<{ installation: Installation }>(INSTALLATION, {}, null)
    expect(errors).toBeUndefined()
    return data.installation
  }

  it('shows an anonymous caller what a page needs before sign-in', async () => {
    const found = await readInstallation()
    expect(found).toMatchObject({
      business: 'try-direct',
      mode: 'SANDBOX',
      currency: 'USD',
      providerConfiguration: { STRIPE: { publishableKey: 'pk_test_sandbox' } },
      parentOrigin: 'https://parent.example.com',
      clock: { now: '2026-01-15T10:00:00.000Z', sandbox: true },
    })
    expect(found.currencies[0]).toBe('USD')
    expect(found.providers.toSorted()).toEqual(['PAYPAL', 'STRIPE'])
    expect(found.features.map(({ code }) => code)).toContain('deployments')
    const schemaOf = (type: string) => found.eventTypes.find((each) => each.type === type)?.schema
    expect(schemaOf('subscription.activated')).toMatchObject({
      type: 'object',
      properties: {
        plan: { type: 'string' },
        currentPeriodEnd: { anyOf: [{ format: 'date-time' }, { type: 'null' }] },
      },
      required: expect.arrayContaining(['subscriptionId', 'plan']),
    })
    expect(Object.keys(schemaOf('command.queued')!.properties)).toContain('previousStatus')
    expect(found.eventTypes.filter(({ schema }) => typeof schema.properties !== 'object')).toEqual([])
    expect(found.apiKeyScopes).toEqual(expect.arrayContaining(['billing:read', 'ops:*']))
  })

  it('has the limits of operations, those of requests by caller, and the version for callers with a token', async () => {
    const read = async (token: string | null) =>
      (
        await server.graphql<{ installation: { version: string | null; limits: Record<string, number> } }>(
          `{ installation { version limits { maxDepth maxAliases maxCost maxFragments maxDocumentCharacters maxDocumentTokens maxBatchSize
             maxPageSize maxBodyBytes maxOperationSeconds maxResponseItems maxResponseBytes maxSocketOperations maxSocketMessageBytes
             requestsPerMinute } } }`,
          {},
          token,
        )
      ).data.installation
    const anonymous = await read(null)
    expect(anonymous).toMatchObject({
      version: null,
      limits: { maxCost: 5_000, maxDepth: 12, maxPageSize: 100, maxOperationSeconds: 180, requestsPerMinute: 30_000 },
    })
    const user = await read(await server.token('ann@example.com'))
    expect(user.version).toMatch(/^\d+\.\d+\.\d+/)
    expect(user.limits).toEqual({ ...anonymous.limits, requestsPerMinute: 12_000 })
    const { errors } = await server.graphql(
      `{ templates(first: ${anonymous.limits['maxPageSize']! + 1}) { nodes { id } } }`,
      {},
      null,
    )
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
  })

  it('shows each caller what it may do to the installation', async () => {
    const viewerCan = async (token: string | null) =>
      (await server.graphql<{ installation: { viewerCan: string[] } }>('{ installation { viewerCan } }', {}, token))
        .data.installation.viewerCan
    const as = async (role: 'user' | 'admin' | 'root') =>
      viewerCan(await server.token(`${role}@example.com`, { roles: [role] }))
    expect([await viewerCan(null), await as('user')]).toEqual([[], []])
    const operator = ['ACCOUNTS_WRITE', 'OPS_READ', 'OPS_WRITE', 'POLICIES_READ', 'TEMPLATES_REVIEW']
    expect((await as('admin')).toSorted()).toEqual(expect.arrayContaining(['OPS_READ', 'TEMPLATES_REVIEW']))
    expect((await as('root')).toSorted()).toEqual([...operator, 'POLICIES_WRITE', 'TEMPLATES_DELETE'].toSorted())
    expect(await viewerCan(await server.serviceKey(['ops:read']))).toEqual(['OPS_READ'])
  })

  it('describes the parameters of each command that agents document', async () => {
    const { commandTypes } = await readInstallation()
    const logs = commandTypes.find(({ type }) => type === 'logs')
    expect(logs).toMatchObject({ supported: true, parametersSchema: { type: 'object' } })
    expect(Object.keys(logs!.parametersSchema!.properties!)).toContain('limit')
  })

  it('contains no secret of the configuration', async () => {
    const text = JSON.stringify(await readInstallation())
    expect(text).not.toContain(server.webhookSecret)
    expect(text).not.toMatch(/sk_|whsec_|postgres/)
  })

  it('follows the business clock', async () => {
    await server.advanceTo('2026-02-01T00:00:00Z')
    expect((await readInstallation()).clock.now).toBe('2026-02-01T00:00:00.000Z')
  })
})
