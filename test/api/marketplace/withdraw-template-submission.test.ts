import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { marketplaceCallers, type MarketplaceCallers } from '#test/support/marketplace-client.js'

describe('withdrawTemplateSubmission', () => {
  let server: TestServer
  let market: MarketplaceCallers
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    market = await marketplaceCallers(server)
  })
  afterAll(() => server.close())

  const waiting = async (): Promise<string[]> => {
    const { data } = await server.graphql<{ reviewQueue: { nodes: { id: string }[] } }>(
      '{ reviewQueue(first: 100) { nodes { id } } }',
      {},
      market.admin.token,
    )
    return data.reviewQueue.nodes.map(({ id }) => id)
  }

  it('makes a waiting version a draft that can be changed and submitted again', async () => {
    const { id } = await market.vendor.create()
    await market.vendor.submit(id)
    expect(await waiting()).toContain(id)
    expect(await market.vendor.withdrawSubmission(id)).toMatchObject({
      status: 'DRAFT',
      nextVersion: { status: 'DRAFT' },
    })
    expect(await waiting()).not.toContain(id)
    expect(await market.vendor.update(id, { name: 'Second thoughts' })).toMatchObject({ status: 'DRAFT' })
    expect(await market.vendor.submit(id)).toMatchObject({ status: 'SUBMITTED' })
    const audited = await server.query(
      `select action, sum(occurrences)::int as times from audit_entry
       where object = $1 and action like 'template.sub%' group by action order by action`,
      [id],
    )
    expect(audited).toEqual([
      { action: 'template.submission_withdrawn', times: 1 },
      { action: 'template.submitted', times: 2 },
    ])
  })

  it('takes a version from its reviewer, who cannot publish it then, and leaves the published one', async () => {
    const { id } = await market.vendor.create()
    await market.vendor.submit(id)
    await market.admin.startReview(id)
    await market.admin.approve(id)
    await market.vendor.update(id, { name: 'Next version' })
    await market.vendor.submit(id)
    await market.admin.startReview(id)
    expect(await market.vendor.withdrawSubmission(id)).toMatchObject({
      status: 'APPROVED',
      nextVersion: { status: 'DRAFT' },
    })
    expect(await market.admin.approve(id)).toMatchObject({ code: 'INVALID_TRANSITION' })
  })

  it('is denied after the decision, and says what can be done instead', async () => {
    const { id } = await market.vendor.create()
    await market.vendor.submit(id)
    await market.admin.startReview(id)
    await market.admin.reject(id, 'The image does not exist.')
    expect(await market.vendor.withdrawSubmission(id)).toMatchObject({
      code: 'INVALID_TRANSITION',
      message: 'Version 1 is REJECTED. Change it with updateTemplate.',
    })
    await market.vendor.submit(id)
    await market.admin.startReview(id)
    await market.admin.approve(id)
    expect(await market.vendor.withdrawSubmission(id)).toMatchObject({
      code: 'INVALID_TRANSITION',
      message: expect.stringContaining('has no open version. Edit it, then submit it.'),
    })
  })

  it('is not found for other vendors and for an unknown template', async () => {
    const { id } = await market.vendor.create()
    await market.vendor.submit(id)
    expect(await market.other.withdrawSubmission(id)).toMatchObject({ code: 'NOT_FOUND' })
    expect(await market.vendor.withdrawSubmission('tpl_none')).toMatchObject({ code: 'NOT_FOUND' })
    expect(await waiting()).toContain(id)
  })
})
