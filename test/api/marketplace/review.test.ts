import { startTestServer, type TestServer } from '#test/support/test-server.js'
import {
  MarketplaceClient,
  publishTemplate,
  VALID_COMPOSE_FILE,
  type TemplateMutationResult,
} from '#test/support/marketplace-client.js'

describe('Template review', () => {
  let server: TestServer
  let vendor: MarketplaceClient
  let other: MarketplaceClient
  let developer: MarketplaceClient
  let admin: MarketplaceClient
  let root: MarketplaceClient
  let user: MarketplaceClient
  const tokens: Record<string, string> = {}
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    for (const [name, roles] of [
      ['vera', ['vendor']],
      ['otto', ['vendor']],
      ['dora', ['developer']],
      ['admin', ['admin']],
      ['root', ['root']],
      ['ulla', ['user']],
    ] as const)
      tokens[name] = await server.token(`${name}@example.com`, { roles: [...roles] })
    const as = (name: string) => new MarketplaceClient(server, tokens[name]!)
    ;[vendor, other, developer, admin, root, user] = ['vera', 'otto', 'dora', 'admin', 'root', 'ulla'].map(as) as [
      MarketplaceClient,
      MarketplaceClient,
      MarketplaceClient,
      MarketplaceClient,
      MarketplaceClient,
      MarketplaceClient,
    ]
  })
  afterAll(() => server.close())

  const SEEN = `query ($slug: String) { template(slug: $slug) { id status version name definition vendor { name verified } nextVersion { number status } reviews { action reason checklist { noSecrets noMaliciousCode } } } }`
  const see = async (slug: string, token: string | null) =>
    (
      await server.graphql<{
        template:
          | null
          | (TemplateMutationResult & { reviews: { action: string; reason: string | null }[]; definition: unknown })
      }>(SEEN, { slug }, token)
    ).data.template
  const listed = async (slug: string) => {
    const { data } = await server.graphql<{ templates: { nodes: { slug: string; name: string; version: number }[] } }>(
      `{ templates(first: 100) { nodes { slug name version } } }`,
    )
    return data.templates.nodes.find((one) => one.slug === slug) ?? null
  }
  const outbox = (id: string) =>
    server.query<{ type: string; payload: Record<string, unknown> }>(
      `select type, payload from outbox_event where payload->>'templateId' = $1 order by id`,
      [id],
    )

  it('publishes each step: drafted, submitted, changed, approved; each only from its allowed statuses [MK10] [MK11]', async () => {
    const draft = await vendor.create({
      slug: 'blog-stack',
      name: 'Blog',
      category: 'cms',
      tags: ['Blog', 'blog', ' web '],
    })
    expect(draft).toMatchObject({
      __typename: 'Template',
      status: 'DRAFT',
      version: 1,
      nextVersion: { status: 'DRAFT' },
    })
    const { id } = draft
    expect(await see('blog-stack', null)).toBeNull()
    expect(await see('blog-stack', tokens['otto']!)).toBeNull()
    expect(await see('blog-stack', tokens['vera']!)).toMatchObject({ status: 'DRAFT' })
    expect(await listed('blog-stack')).toBeNull()

    for (const move of [admin.startReview(id), admin.approve(id), admin.reject(id, 'no'), vendor.deprecate(id)])
      expect(await move).toMatchObject({ __typename: 'Refused', code: 'INVALID_TRANSITION' })
    expect(await vendor.submit(id)).toMatchObject({ status: 'SUBMITTED' })
    expect(await vendor.submit(id)).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(await vendor.update(id, { name: 'Late' })).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(await admin.approve(id)).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(await admin.startReview(id)).toMatchObject({ status: 'UNDER_REVIEW' })
    expect(await admin.requestChanges(id, ' ')).toMatchObject({ code: 'INVALID_PARAMETERS', field: 'reason' })
    expect(await admin.requestChanges(id, 'Pin the image.')).toMatchObject({
      status: 'NEEDS_CHANGES',
      nextVersion: { reviewComment: 'Pin the image.' },
    })
    expect(await vendor.update(id, { name: 'Blog Stack' })).toMatchObject({
      name: 'Blog Stack',
      status: 'NEEDS_CHANGES',
    })
    await vendor.submit(id)
    await admin.startReview(id)
    expect(await admin.approve(id, { noSecrets: true, noMaliciousCode: false })).toMatchObject({
      code: 'INVALID_TRANSITION',
      field: 'checklist.noMaliciousCode',
    })
    expect(await admin.approve(id, { noMaliciousCode: true })).toMatchObject({
      status: 'APPROVED',
      version: 1,
      nextVersion: null,
    })
    expect(await admin.approve(id)).toMatchObject({ code: 'INVALID_TRANSITION' })

    expect(await see('blog-stack', null)).toMatchObject({
      status: 'APPROVED',
      name: 'Blog Stack',
      nextVersion: null,
      reviews: [],
      definition: null,
    })
    const own = await see('blog-stack', tokens['vera']!)
    expect(own!.reviews.map(({ action, reason }) => [action, reason])).toEqual([
      ['STARTED', null],
      ['NEEDS_CHANGES', 'Pin the image.'],
      ['STARTED', null],
      ['APPROVED', null],
    ])
    expect((await outbox(id)).map(({ type }) => type)).toEqual([
      'template.created',
      'template.submitted',
      'template.review_started',
      'template.changes_requested',
      'template.edited',
      'template.submitted',
      'template.review_started',
      'template.approved',
    ])
    const approved = (await outbox(id)).at(-1)!
    expect(approved.payload).toMatchObject({
      externalId: id,
      slug: 'blog-stack',
      category: 'cms',
      tags: ['blog', 'web'],
      listed: true,
      vendorUserId: 'vera@example.com',
      vendorName: 'vera',
      prices: [],
      productId: null,
    })
  })

  it("publishes the reason on the account's stream and records the reviewer in the audit log", async () => {
    const { data } = await server.graphql<{
      account: { events: { nodes: { type: string; summary: string; subject: { id: string } }[] } }
    }>(`{ account { events(first: 50) { nodes { type summary subject { id } } } } }`, {}, tokens['vera'])
    const reason = data.account.events.nodes.find(({ type }) => type === 'template.changes_requested')
    expect(reason).toMatchObject({
      summary: 'Version 1 of Blog needs changes: Pin the image.',
      subject: { id: expect.stringMatching(/^tpl_/) },
    })
    const audit = await server.query<{ action: string; actor: string }>(
      `select action, actor from audit_entry where object = $1 order by id`,
      [reason!.subject.id],
    )
    const actors = new Map(audit.map(({ action, actor }) => [action, actor]))
    expect(actors.get('template.approved')).not.toBe(actors.get('template.submitted'))
    expect([...actors.keys()]).toEqual(
      expect.arrayContaining(['template.created', 'template.approved', 'template.changes_requested']),
    )
  })

  it('keeps the published version during the next review, and replaces it at its approval [MK23]', async () => {
    const { id, slug } = await publishTemplate(vendor, admin, { name: 'First face' })
    expect(await vendor.update(id, { name: 'Second face' })).toMatchObject({
      status: 'APPROVED',
      name: 'First face',
      version: 1,
      nextVersion: { number: 2, status: 'DRAFT', name: 'Second face' },
    })
    await vendor.submit(id)
    expect(await listed(slug)).toMatchObject({ name: 'First face', version: 1 })
    await admin.startReview(id)
    await admin.reject(id, 'Not this one.')
    expect(await listed(slug)).toMatchObject({ name: 'First face', version: 1 })
    const rejected = (await outbox(id)).at(-1)!
    expect(rejected).toMatchObject({ type: 'template.rejected', payload: { listed: true, reason: 'Not this one.' } })
    await vendor.update(id, { name: 'Third face' })
    await vendor.submit(id)
    await admin.startReview(id)
    expect(await admin.approve(id)).toMatchObject({ name: 'Third face', version: 2, status: 'APPROVED' })
    expect(await listed(slug)).toMatchObject({ name: 'Third face', version: 2 })
    expect((await outbox(id)).at(-1)).toMatchObject({ type: 'template.updated', payload: { version: 2, listed: true } })
  })

  it('denies a taken slug with its message, also under concurrency, and a malformed one [MK12]', async () => {
    const { slug } = await vendor.create()
    expect(await other.create({ slug })).toMatchObject({
      __typename: 'Refused',
      code: 'SLUG_TAKEN',
      field: 'slug',
      message: expect.stringContaining('slug already exists'),
    })
    const both = await Promise.all([vendor.create({ slug: 'at-once' }), other.create({ slug: 'at-once' })])
    expect(both.map((one) => one.code ?? one.__typename).toSorted()).toEqual(['SLUG_TAKEN', 'Template'])
    for (const bad of ['Upper', 'two words', '-dash', 'a', 'a--b', 'ümlaut', 'x'.repeat(61), ''])
      expect([bad, await vendor.create({ slug: bad })]).toMatchObject([
        bad,
        { code: 'INVALID_PARAMETERS', field: 'slug' },
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
      [{ requiredPlanName: 'platinum' }, 'INVALID_PLAN', 'requiredPlanName'],
      [{ tags: ['a', ''] }, 'INVALID_PARAMETERS', 'tags[1]'],
      [{ techStack: 'PHP' }, 'INVALID_PARAMETERS', 'techStack'],
      [{ stack: 'Two Words' }, 'INVALID_PARAMETERS', 'stack'],
    ]
    for (const [input, code, field] of cases)
      expect([field, await vendor.create(input)]).toMatchObject([field, { __typename: 'Refused', code, field }])
    const priced = await server.graphql(
      `mutation { createTemplate(input: { slug: "p", name: "P", definition: {}, price: 100, idempotencyKey: "p" }) { __typename } }`,
      {},
      tokens['vera'],
    )
    expect(priced.errors?.[0]?.message).toContain('"price"')
    expect(await count()).toBe(before)
  })

  it('returns the first result for a repeated key and denies another input under it', async () => {
    const input = { slug: 'once-only', name: 'Once', definition: VALID_COMPOSE_FILE, idempotencyKey: 'once-only' }
    const [first, again] = [await vendor.create(input), await vendor.create(input)]
    expect(again.id).toBe(first.id)
    expect(await vendor.create({ ...input, name: 'Twice' })).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' })
  })

  it('lets developers create, vendors edit their own, and operators edit all; hides drafts from others [AC1]', async () => {
    const draft = await vendor.create()
    expect(await user.create()).toMatchObject({ code: 'FORBIDDEN' })
    expect(await other.update(draft.id, { name: 'Mine' })).toMatchObject({ code: 'NOT_FOUND' })
    expect(await other.submit(draft.id)).toMatchObject({ code: 'NOT_FOUND' })
    expect(await admin.update(draft.id, { name: 'Better' })).toMatchObject({ name: 'Better' })
    expect(await vendor.submit(draft.id)).toMatchObject({ status: 'SUBMITTED' })
    expect(await vendor.startReview(draft.id)).toMatchObject({ code: 'FORBIDDEN' })
    const developed = await developer.create()
    expect(developed).toMatchObject({ __typename: 'Template', status: 'DRAFT' })
    expect(await developer.update(developed.id, { name: 'Changed' })).toMatchObject({ code: 'FORBIDDEN' })
    const { id } = await publishTemplate(vendor, admin)
    expect(await other.update(id, { name: 'Mine' })).toMatchObject({ code: 'FORBIDDEN' })
    expect(await other.price(id, 100)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await other.deprecate(id)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await new MarketplaceClient(server, null).create()).toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('lists submissions to reviewers, longest wait first', async () => {
    const drafts = [await vendor.create(), await other.create()]
    for (const { id } of drafts)
      await vendor.server.graphql('{ __typename }').then(() => (id === drafts[0]!.id ? vendor : other).submit(id))
    const queue = async (token: string) =>
      server.graphql<{
        reviewQueue: {
          totalCount: number
          nodes: { id: string; nextVersion: { status: string; warnings: string[] } }[]
        }
      }>(`{ reviewQueue(first: 50) { totalCount nodes { id nextVersion { status warnings definition } } } }`, {}, token)
    const { data } = await queue(tokens['admin']!)
    const waiting = data.reviewQueue.nodes.map(({ id }) => id).filter((id) => drafts.some((draft) => draft.id === id))
    expect(waiting).toEqual(drafts.map(({ id }) => id))
    expect(data.reviewQueue.totalCount).toBe(data.reviewQueue.nodes.length)
    expect((await queue(tokens['vera']!)).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    await admin.startReview(drafts[0]!.id)
    await admin.reject(drafts[0]!.id, 'No.')
    const after = (await queue(tokens['admin']!)).data.reviewQueue.nodes.map(({ id }) => id)
    expect(after).not.toContain(drafts[0]!.id)
    expect(after).toContain(drafts[1]!.id)
  })

  it('denies pricing a template that is free forever, marking a sold one as free, and a price of zero [MK18]', async () => {
    const free = await publishTemplate(vendor, admin, { freeForever: true })
    expect(await vendor.price(free.id, 500)).toMatchObject({
      __typename: 'Refused',
      code: 'NOT_FOR_SALE',
      field: 'templateId',
    })
    const sold = await publishTemplate(vendor, admin)
    expect(await vendor.price(sold.id, 0)).toMatchObject({ code: 'INVALID_AMOUNT', field: 'amountMinor' })
    expect(await vendor.price(sold.id, 500)).toMatchObject({ __typename: 'Template' })
    expect(await vendor.update(sold.id, { freeForever: true })).toMatchObject({
      code: 'INVALID_PARAMETERS',
      field: 'freeForever',
    })
    const before = (await outbox(sold.id)).length
    await vendor.price(sold.id, 500)
    expect(await outbox(sold.id)).toHaveLength(before)
    expect((await outbox(sold.id)).at(-1)).toMatchObject({
      type: 'template.price_changed',
      payload: { prices: [{ amountMinor: 500, currency: 'USD', interval: 'ONE_TIME' }], productActive: true },
    })
  })

  it('lets root delete, not an admin, and frees the slug of a template without owners [MK24]', async () => {
    const draft = await vendor.create()
    expect(await admin.remove(draft.id)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await vendor.remove(draft.id)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await root.remove(draft.id)).toMatchObject({ __typename: 'Template' })
    expect(await vendor.create({ slug: draft.slug })).toMatchObject({ __typename: 'Template', slug: draft.slug })
    const shown = await publishTemplate(vendor, admin)
    await root.remove(shown.id)
    expect(await see(shown.slug, null)).toBeNull()
    expect(await listed(shown.slug)).toBeNull()
    expect(await other.create({ slug: shown.slug })).toMatchObject({ code: 'SLUG_TAKEN' })
    expect(await root.remove(shown.id)).toMatchObject({ code: 'INVALID_TRANSITION' })
  })

  it('hides the definition of a sold template from other users', async () => {
    const paid = await publishTemplate(vendor, admin)
    expect((await see(paid.slug, tokens['ulla']!))!.definition).toMatchObject({ services: {} })
    await vendor.price(paid.id, 500)
    expect((await see(paid.slug, tokens['ulla']!))!.definition).toBeNull()
    expect((await see(paid.slug, tokens['vera']!))!.definition).not.toBeNull()
    expect((await see(paid.slug, tokens['admin']!))!.definition).not.toBeNull()
  })
})
