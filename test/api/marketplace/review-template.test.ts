import { startTestServer, type TestServer } from '#test/support/test-server.js'
import {
  marketplaceCallers,
  type MarketplaceCallers,
  seeTemplate,
  listedTemplate,
  templateOutbox,
} from '#test/support/marketplace-client.js'

describe('reviewTemplate as APPROVED', () => {
  let server: TestServer
  let market: MarketplaceCallers
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    market = await marketplaceCallers(server)
  })
  afterAll(() => server.close())

  it('publishes each step: drafted, submitted, changed, approved; each only from its allowed statuses', async () => {
    const draft = await market.vendor.create({
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
    expect(await seeTemplate(server, 'blog-stack', null)).toBeNull()
    expect(await seeTemplate(server, 'blog-stack', market.tokens['otto']!)).toBeNull()
    expect(await seeTemplate(server, 'blog-stack', market.tokens['vera']!)).toMatchObject({ status: 'DRAFT' })
    expect(await listedTemplate(server, 'blog-stack')).toBeNull()

    for (const move of [
      market.admin.startReview(id),
      market.admin.approve(id),
      market.admin.reject(id, 'no'),
      market.vendor.deprecate(id),
    ])
      expect(await move).toMatchObject({ __typename: 'Denial', code: 'INVALID_TRANSITION' })
    expect(await market.vendor.submit(id)).toMatchObject({ status: 'SUBMITTED' })
    expect(await market.vendor.submit(id)).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(await market.vendor.update(id, { name: 'Late' })).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(await market.admin.approve(id)).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(await market.admin.startReview(id)).toMatchObject({ status: 'UNDER_REVIEW' })
    expect(await market.admin.requestChanges(id, ' ')).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['reason'] }],
    })
    expect(await market.admin.requestChanges(id, 'Pin the image.')).toMatchObject({
      status: 'NEEDS_CHANGES',
      nextVersion: { reviewComment: 'Pin the image.' },
    })
    expect(await market.vendor.update(id, { name: 'Blog Stack' })).toMatchObject({
      name: 'Blog Stack',
      status: 'NEEDS_CHANGES',
    })
    await market.vendor.submit(id)
    await market.admin.startReview(id)
    expect(await market.admin.approve(id, { noSecrets: true, noMaliciousCode: false })).toMatchObject({
      code: 'INVALID_TRANSITION',
      issues: [{ path: ['checklist', 'noMaliciousCode'] }],
    })
    expect(await market.admin.approve(id, { noMaliciousCode: true })).toMatchObject({
      status: 'APPROVED',
      version: 1,
      nextVersion: null,
    })
    expect(await market.admin.approve(id)).toMatchObject({ code: 'INVALID_TRANSITION' })

    expect(await seeTemplate(server, 'blog-stack', null)).toMatchObject({
      status: 'APPROVED',
      name: 'Blog Stack',
      nextVersion: null,
      reviews: { nodes: [] },
      definition: null,
    })
    const own = await seeTemplate(server, 'blog-stack', market.tokens['vera']!)
    expect(own!.reviews.nodes.map(({ action, reason }) => [action, reason])).toEqual([
      ['STARTED', null],
      ['NEEDS_CHANGES', 'Pin the image.'],
      ['STARTED', null],
      ['APPROVED', null],
    ])
    expect((await templateOutbox(server, id)).map(({ type }) => type)).toEqual([
      'template.created',
      'template.submitted',
      'template.review_started',
      'template.changes_requested',
      'template.edited',
      'template.submitted',
      'template.review_started',
      'template.approved',
    ])
    const approved = (await templateOutbox(server, id)).at(-1)!
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
      account: { billing: { events: { nodes: { type: string; summary: string; subject: { id: string } }[] } } }
    }>(
      `{ account { billing { events(first: 50) { nodes { type summary subject { id } } } } } }`,
      {},
      market.tokens['vera'],
    )
    const reason = data.account.billing.events.nodes.find(({ type }) => type === 'template.changes_requested')
    expect(reason).toMatchObject({
      summary: 'Version 1 of Blog needs changes: Pin the image.',
      subject: { id: expect.stringMatching(/^tpl_/) },
    })
    const mails = await server.query(
      `select subject, body from mail_message where recipient = 'vera@example.com' order by id`,
    )
    expect(mails).toMatchObject([
      { subject: 'Blog needs changes', body: expect.stringContaining('\n> Pin the image.\n') },
      { subject: 'Blog Stack is approved' },
    ])
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
})
