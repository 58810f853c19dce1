import { randomUUID } from 'node:crypto'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { waitingStatements } from '#test/support/lock-waits.js'
import { MarketplaceClient } from '#test/support/marketplace-client.js'
import { PROFILE, startServerWith, startUserService, type TestUserService } from '#test/support/user-service.js'

interface Synced {
  readonly categories: readonly { readonly id: string; readonly code: string }[]
  readonly code?: string
}

async function syncNow(server: TestServer, token: string): Promise<Synced> {
  const { data } = await server.graphql<{ syncCategories: Synced }>(
    `mutation ($key: String!) {
      syncCategories(key: $key) { categories { id: externalId code } denial { code } }
    }`,
    { key: randomUUID() },
    token,
  )
  return data.syncCategories
}

describe('syncCategories', () => {
  let service: TestUserService
  const servers: TestServer[] = []
  beforeAll(async () => {
    service = await startUserService()
  })
  beforeEach(() => {
    service.calls.length = 0
    service.override = null
    service.profiles.clear()
    service.profiles.set('opaque-of-ann', PROFILE)
    service.profiles.set('opaque-of-bob', { user: { _id: 'b-7', email: 'bob@example.com', products: [] } })
  })
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close()
  })
  afterAll(() => service.close())

  async function open(tokenCacheMs?: number, env: Record<string, string> = {}): Promise<TestServer> {
    const server = await startServerWith(service, tokenCacheMs, env)
    servers.push(server)
    return server
  }

  it('imports its categories at start and on demand, by their numbers; repeated imports change nothing', async () => {
    const server = await open()
    const admin = await server.token('admin@example.com', { roles: ['admin'] })
    const shown = async () =>
      (
        await server.graphql<{
          categories: { id: string; code: string; title: string; priority: number; metadata: object }[]
        }>(`{ categories { id: externalId code title priority metadata } }`)
      ).data.categories
    const known = await eventually(shown, (all) => all.some(({ id }) => id === '5'))
    expect(known.filter(({ id }) => ['1', '2', '5'].includes(id))).toEqual([
      { id: '1', code: 'cms', title: 'CMS', priority: 1, metadata: { priority: 1 } },
      { id: '2', code: 'ecommerce', title: 'E-commerce', priority: 2, metadata: { priority: 2 } },
      { id: '5', code: 'ai', title: 'AI Agents', priority: 5, metadata: { priority: 5 } },
    ])
    // Templates in a category of the same name stay in it.
    const { data } = await server.graphql<{ template: { category: { id: string } } }>(
      `{ template(by: { slug: "static-site" }) { category { id: externalId } } }`,
    )
    expect(data.template.category.id).toBe('1')
    const before = await server.query(`select * from category order by id`)
    const sync = () => syncNow(server, admin)
    expect((await sync()).code).toBeUndefined()
    expect(await server.query(`select * from category order by id`)).toEqual(before)
    const old = service.categories
    service.categories = [{ _id: 5, name: 'ai', title: 'AI and agents', priority: 0, color: 'blue' }]
    expect((await sync()).categories[0]).toMatchObject({ id: '5' })
    expect((await shown())[0]).toEqual({
      id: '5',
      code: 'ai',
      title: 'AI and agents',
      priority: 0,
      metadata: { priority: 0, color: 'blue' },
    })
    service.categories = old
    service.override = () => ({ status: 500 })
    expect((await sync()).code).toBe('PROVIDER_UNAVAILABLE')
    // Response for the integrations.
    expect((await server.rest('GET', '/api/1.0/category')).body).toContainEqual({
      _id: 1,
      name: 'cms',
      title: 'CMS',
      priority: 1,
    })
  })

  it('keeps a template in a category that gets its number at the same time', async () => {
    const old = service.categories
    service.categories = []
    const server = await open()
    service.categories = old
    const admin = await server.token('admin@example.com', { roles: ['admin'] })
    const shelf = `select c.id, c.code from template t join category c on c.id = t.category_id where t.slug = $1`
    const [local] = await server.query<{ id: string }>(shelf, ['static-site'])
    expect(local!.id).toMatch(/^cat_/)
    // The sync waits at the update of the templates, because another transaction locks one of them.
    const holder = await server.app.context.database.pool.connect()
    await holder.query('begin')
    await holder.query(`select 1 from template where category_id = $1 for update`, [local!.id])
    const synced = syncNow(server, admin)
    await eventually(
      () => server.query(waitingStatements('update "template" set "category_id"')),
      (waits) => waits.length === 1,
    )
    const vendor = new MarketplaceClient(server, await server.token('vendor@example.com', { roles: ['vendor'] }))
    const made = vendor.create({ slug: 'late-comer', category: 'cms' })
    await new Promise((resolve) => setTimeout(resolve, 300))
    await holder.query('commit')
    holder.release()
    expect((await synced).code).toBeUndefined()
    expect((await made).slug).toBe('late-comer')
    expect(await server.query(shelf, ['late-comer'])).toEqual([{ id: '1', code: 'cms' }])
    expect(await server.query(shelf, ['static-site'])).toEqual([{ id: '1', code: 'cms' }])
  })

  it('keeps the templates of two categories that swap their codes', async () => {
    const server = await open()
    const admin = await server.token('admin@example.com', { roles: ['admin'] })
    const shelf = `select c.code from template t join category c on c.id = t.category_id where t.slug = 'static-site' and c.id = '1'`
    await eventually(
      () => server.query(shelf),
      (found) => found.length === 1,
    )
    const old = service.categories
    service.categories = [
      { _id: 1, name: 'ecommerce', title: 'E-commerce', priority: 2 },
      { _id: 2, name: 'cms', title: 'CMS', priority: 1 },
      { _id: 9, name: 'cms', title: 'CMS once more', priority: 1 },
    ]
    const synced = await syncNow(server, admin)
    service.categories = old
    expect(synced.categories.filter(({ code }) => ['cms', 'ecommerce'].includes(code))).toEqual([
      { id: '2', code: 'cms' },
      { id: '1', code: 'ecommerce' },
    ])
    // A template is in the category with its number, whatever the current name of the category.
    expect(await server.query(shelf)).toEqual([{ code: 'ecommerce' }])
  })

  it("shows the catalog's categories without it, and denies the import", async () => {
    service.override = () => ({ status: 500 })
    const server = await open()
    const { data } = await server.graphql<{ categories: { code: string }[] }>(`{ categories { code } }`)
    expect(data.categories.length).toBeGreaterThan(0)
    const alone = await startTestServer()
    servers.push(alone)
    const admin = await alone.token('admin@example.com', { roles: ['admin'] })
    expect((await syncNow(alone, admin)).code).toBe('PROVIDER_UNAVAILABLE')
  })
})
