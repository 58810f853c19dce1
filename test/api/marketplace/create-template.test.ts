import { startTestServer, type TestServer } from '#test/support/test-server.js'
import {
  MarketplaceClient,
  marketplaceCallers,
  publishTemplate,
  VALID_COMPOSE_FILE,
  type MarketplaceCallers,
} from '#test/support/marketplace-client.js'

describe('createTemplate', () => {
  let server: TestServer
  let market: MarketplaceCallers
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    market = await marketplaceCallers(server)
  })
  afterAll(() => server.close())

  it('denies a taken slug with its message, also under concurrency, and a malformed one', async () => {
    const { slug } = await market.vendor.create()
    expect(await market.other.create({ slug })).toMatchObject({
      __typename: 'Denial',
      code: 'SLUG_TAKEN',
      issues: [{ path: ['slug'] }],
      message: expect.stringContaining('slug already exists'),
    })
    const both = await Promise.all([
      market.vendor.create({ slug: 'at-once' }),
      market.other.create({ slug: 'at-once' }),
    ])
    expect(both.map((one) => one.code ?? one.__typename).toSorted()).toEqual(['SLUG_TAKEN', 'Template'])
    for (const bad of ['Upper', 'two words', '-dash', 'a', 'a--b', 'ümlaut', 'x'.repeat(61), ''])
      expect([bad, await market.vendor.create({ slug: bad })]).toMatchObject([
        bad,
        { code: 'INVALID_PARAMETERS', issues: [{ path: ['slug'] }] },
      ])
  })

  it('reports bad input by field and writes nothing', async () => {
    const count = async () =>
      (
        await server.query<{ n: number }>(
          `select (select count(*) from template)::int + (select count(*) from outbox_event)::int as n`,
        )
      )[0]!.n
    const before = await count()
    const cases: [Record<string, unknown>, string, string][] = [
      [{ definition: {} }, 'INVALID_DEFINITION', 'definition.services'],
      [
        { definition: { services: { db: { image: 'a', environment: { DB_PASSWORD: 'x1' } } } } },
        'INVALID_DEFINITION',
        'definition.services.db.environment.DB_PASSWORD',
      ],
      [
        { infrastructureRequirements: { memory_mb: 'much' } },
        'INVALID_DEFINITION',
        'infrastructureRequirements.memory_mb',
      ],
      [{ name: '  ' }, 'INVALID_PARAMETERS', 'name'],
      [{ category: 'nowhere' }, 'INVALID_PARAMETERS', 'category'],
      [{ requiredPlan: 'platinum' }, 'INVALID_PLAN', 'requiredPlan'],
      [{ tags: ['a', ''] }, 'INVALID_PARAMETERS', 'tags.1'],
      [{ techStack: 'PHP' }, 'INVALID_PARAMETERS', 'techStack'],
      [{ stack: 'Two Words' }, 'INVALID_PARAMETERS', 'stack'],
    ]
    for (const [input, code, field] of cases)
      expect([field, await market.vendor.create(input)]).toMatchObject([
        field,
        { __typename: 'Denial', code, issues: [{ path: field.split('.') }] },
      ])
    const priced = await server.graphql(
      `mutation { createTemplate(input: { slug: "p", name: "P", definition: {}, price: 100 }, key: "p") { denial { code } } }`,
      {},
      market.tokens['vera'],
    )
    expect(priced.errors?.[0]?.message).toContain('"price"')
    expect(await count()).toBe(before)
  })

  it('returns all problems of an input at once, with their paths', async () => {
    const denied = await market.vendor.create({
      slug: 'Not A Slug',
      name: '',
      tags: ['ok', 'two\nlines'],
      category: 'nowhere',
      requiredPlan: 'platinum',
      definition: { services: { web: { ports: ['eighty'] } } },
    })
    expect(denied).toMatchObject({ __typename: 'Denial', code: 'INVALID_PARAMETERS' })
    expect(denied.issues.map(({ path, code }) => [path.join('/'), code])).toEqual([
      ['slug', 'INVALID_PARAMETERS'],
      ['name', 'INVALID_PARAMETERS'],
      ['tags/1', 'INVALID_PARAMETERS'],
      ['category', 'INVALID_PARAMETERS'],
      ['requiredPlan', 'INVALID_PLAN'],
      ['definition/services/web/image', 'INVALID_DEFINITION'],
      ['definition/services/web/ports/0', 'INVALID_DEFINITION'],
    ])
  })

  it('returns the first result for a repeated key and denies another input under it', async () => {
    const input = { slug: 'once-only', name: 'Once', definition: VALID_COMPOSE_FILE, idempotencyKey: 'once-only' }
    const [first, again] = [await market.vendor.create(input), await market.vendor.create(input)]
    expect(again.id).toBe(first.id)
    expect(await market.vendor.create({ ...input, name: 'Twice' })).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' })
  })

  it('lets developers create, vendors edit their own, and operators edit all; hides drafts from others', async () => {
    const draft = await market.vendor.create()
    expect(await market.user.create()).toMatchObject({ code: 'FORBIDDEN' })
    expect(await market.other.update(draft.id, { name: 'Mine' })).toMatchObject({ code: 'NOT_FOUND' })
    expect(await market.other.submit(draft.id)).toMatchObject({ code: 'NOT_FOUND' })
    expect(await market.admin.update(draft.id, { name: 'Better' })).toMatchObject({ name: 'Better' })
    expect(await market.vendor.submit(draft.id)).toMatchObject({ status: 'SUBMITTED' })
    expect(await market.vendor.startReview(draft.id)).toMatchObject({ code: 'FORBIDDEN' })
    const developed = await market.developer.create()
    expect(developed).toMatchObject({ __typename: 'Template', status: 'DRAFT' })
    expect(await market.developer.update(developed.id, { name: 'Changed' })).toMatchObject({ code: 'FORBIDDEN' })
    const { id } = await publishTemplate(market.vendor, market.admin)
    expect(await market.other.update(id, { name: 'Mine' })).toMatchObject({ code: 'FORBIDDEN' })
    expect(await market.other.price(id, 100)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await market.other.deprecate(id)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await new MarketplaceClient(server, null).create()).toMatchObject({ code: 'UNAUTHENTICATED' })
  })
})
