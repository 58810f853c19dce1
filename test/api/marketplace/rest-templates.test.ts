import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { MarketplaceClient, publishTemplate, VALID_COMPOSE_FILE } from '#test/support/marketplace-client.js'

interface Item {
  id: string
  slug: string
  status: string
  name: string
  code?: string
  field?: string
  error?: string
  is_paid: boolean
  price: string | null
  definition?: unknown
  next_version?: { status: string } | null
}

/**
 * The eleven given policies, a vendor's own, and the results of the others. `own` and `other` are drafts; `open` is
 * published by another vendor.
 */
const MATRIX: Record<string, Record<string, number>> = {
  'POST /templates': { root: 201, admin: 201, developer: 201, vendor: 201, user: 403, anonymous: 401 },
  'GET /templates': { root: 200, admin: 200, developer: 200, vendor: 200, user: 200, anonymous: 200 },
  'GET /templates/open': { root: 200, admin: 200, developer: 200, vendor: 200, user: 200, anonymous: 200 },
  'GET /templates/other': { root: 200, admin: 200, developer: 404, vendor: 404, user: 404, anonymous: 404 },
  'PUT /templates/own': { developer: 403, vendor: 200 },
  'PUT /templates/other': { root: 200, admin: 200, developer: 404, vendor: 404, user: 404, anonymous: 401 },
  'PUT /templates/open': { root: 200, admin: 200, developer: 403, vendor: 403, user: 403, anonymous: 401 },
  'DELETE /templates/own': { developer: 403, vendor: 403 },
  'DELETE /templates/other': { admin: 403, developer: 404, vendor: 404, user: 404, anonymous: 401 },
}

describe('Templates over REST', () => {
  let server: TestServer
  const tokens: Record<string, string | null> = { anonymous: null }
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    for (const role of ['root', 'admin', 'developer', 'vendor', 'user'] as const)
      tokens[role] = await server.token(`${role}@example.com`, { roles: [role] })
    tokens['other'] = await server.token('other@example.com', { roles: ['vendor'] })
  })
  afterAll(() => server.close())

  let serial = 0
  const call = async (method: string, path: string, who: string, body?: object) => {
    const answer = await server.rest(method, path, { token: tokens[who]!, ...(body ? { body } : {}) })
    return { status: answer.status, body: answer.body as Item & { templates: Item[]; next: string | null } }
  }
  const draft = () => ({ slug: `rest-${++serial}`, name: `Rest ${serial}`, stack_definition: VALID_COMPOSE_FILE })
  const list = async (who: string, query = '') =>
    (await call('GET', `/templates?limit=100${query}`, who)).body.templates.map(({ slug }) => slug)

  it('returns the status of the matrix for each role and route', async () => {
    for (const [line, expected] of Object.entries(MATRIX)) {
      const [method, path] = line.split(' ') as [string, string]
      for (const [who, status] of Object.entries(expected)) {
        const body = method === 'POST' ? draft() : method === 'PUT' ? { name: `By ${who}` } : undefined
        const target = path.split('/')[2]
        const place = target ? `/templates/${await make(target, who)}` : path
        expect([line, who, (await call(method, place, who, body)).status]).toEqual([line, who, status])
      }
    }
  })

  /** ID of a template for the call: the caller's own draft, another vendor's, or another vendor's published one. */
  async function make(kind: string, who: string): Promise<string> {
    if (kind === 'own') return (await call('POST', '/templates', who, draft())).body.id
    if (kind === 'other') return (await call('POST', '/templates', 'other', draft())).body.id
    const template = await publishTemplate(
      new MarketplaceClient(server, tokens['other']!),
      new MarketplaceClient(server, tokens['admin']!),
    )
    return template.id
  }

  it('lists own templates to developers, all to operators, and the marketplace to others', async () => {
    const own = (await call('POST', '/templates', 'developer', draft())).body
    const others = (await call('POST', '/templates', 'other', draft())).body
    const mine = await list('developer')
    expect(mine).toContain(own.slug)
    expect(mine).not.toContain(others.slug)
    expect(mine).not.toContain('static-site')
    expect(await list('admin')).toEqual(expect.arrayContaining([own.slug, others.slug, 'static-site']))
    for (const who of ['user', 'anonymous']) {
      const shown = await list(who)
      expect(shown).toContain('static-site')
      expect(shown).not.toContain(own.slug)
    }
    expect(await list('user', '&scope=all')).toEqual([])
    expect(await list('developer', '&scope=public')).toContain('static-site')
  })

  it('lets a vendor create, read and change its own templates, by slug and ID', async () => {
    const body = { ...draft(), category_code: 'cms', tags: ['Web'], infrastructure_requirements: { min_ram_mb: 512 } }
    const made = await call('POST', '/templates', 'vendor', body)
    expect(made).toMatchObject({
      status: 201,
      body: { slug: body.slug, status: 'draft', category: 'cms', tags: ['web'], is_paid: false, price: null },
    })
    const changed = await call('PUT', `/templates/${made.body.id}`, 'vendor', { description: 'Short.' })
    expect(changed).toMatchObject({
      status: 200,
      body: { short_description: 'Short.', category: 'cms', name: body.name },
    })
    const read = await call('GET', `/templates/${body.slug}`, 'vendor')
    expect(read.body).toMatchObject({
      id: made.body.id,
      definition: { services: {} },
      next_version: { status: 'draft' },
    })
  })

  it('returns the status and the path of the field for an error', async () => {
    const first = draft()
    await call('POST', '/templates', 'vendor', first)
    expect(await call('POST', '/templates', 'other', first)).toMatchObject({
      status: 409,
      body: { error: 'slug already exists', code: 'SLUG_TAKEN', field: 'slug' },
    })
    const faults: [object, number, string, string][] = [
      [{ ...draft(), slug: 'Not A Slug' }, 422, 'INVALID_PARAMETERS', 'slug'],
      [{ ...draft(), stack_definition: { services: {} } }, 422, 'INVALID_DEFINITION', 'definition.services'],
      [
        { ...draft(), definition: { services: { db: { image: 'a', environment: { DB_PASSWORD: 'x' } } } } },
        422,
        'INVALID_DEFINITION',
        'definition.services.db.environment.DB_PASSWORD',
      ],
      [
        { ...draft(), infrastructure_requirements: { memory_mb: 'x' } },
        422,
        'INVALID_DEFINITION',
        'infrastructure_requirements.memory_mb',
      ],
      [{ ...draft(), required_plan_name: 'none' }, 400, 'INVALID_PLAN', 'required_plan_name'],
      [{ ...draft(), price: 99.99 }, 400, 'BAD_REQUEST', 'price'],
      [{ name: 'No slug' }, 400, 'BAD_REQUEST', 'slug'],
      [{ ...draft(), tags: 'web' }, 400, 'BAD_REQUEST', 'tags'],
    ]
    const count = async () => (await server.query<{ n: number }>(`select count(*)::int as n from template`))[0]!.n
    const before = await count()
    for (const [body, status, code, field] of faults) {
      const answer = await call('POST', '/templates', 'vendor', body)
      expect([status, code, field]).toEqual([answer.status, answer.body.code, answer.body.field ?? ''])
    }
    expect(await count()).toBe(before)
  })

  it("shows the product's price and hides the definition of a sold template", async () => {
    const template = await publishTemplate(
      new MarketplaceClient(server, tokens['other']!),
      new MarketplaceClient(server, tokens['admin']!),
    )
    await new MarketplaceClient(server, tokens['other']!).price(template.id, 9999)
    const seen = await call('GET', `/templates/${template.id}`, 'anonymous')
    expect(seen.body).toMatchObject({
      is_from_marketplace: true,
      is_paid: true,
      price: '99.99',
      currency: 'USD',
      billing_cycle: 'one_time',
      required_plan_name: null,
    })
    expect(seen.body.definition).toBeUndefined()
  })

  it('lets root permanently delete templates without owners', async () => {
    const { id, slug } = (await call('POST', '/templates', 'vendor', draft())).body
    expect((await call('DELETE', `/templates/${id}`, 'root')).status).toBe(200)
    expect((await call('GET', `/templates/${slug}`, 'root')).status).toBe(404)
    expect((await call('DELETE', `/templates/${id}`, 'root')).status).toBe(404)
  })
})
