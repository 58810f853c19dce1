import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { marketplaceCallers, type MarketplaceCallers } from '#test/support/marketplace-client.js'

describe('reviewTemplate as REJECTED', () => {
  let server: TestServer
  let market: MarketplaceCallers
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    market = await marketplaceCallers(server)
  })
  afterAll(() => server.close())

  const underReview = async () => {
    const { id } = await market.vendor.create()
    await market.vendor.submit(id)
    await market.admin.startReview(id)
    return id
  }

  it('rejects the version with its reason, and the vendor can submit the next one', async () => {
    const id = await underReview()
    expect(await market.admin.reject(id, ' Contains a miner. ')).toMatchObject({ status: 'REJECTED' })
    expect(
      await server.query(`select decision, reason from template_review where template_id = $1 order by id`, [id]),
    ).toEqual([
      { decision: 'STARTED', reason: null },
      { decision: 'REJECTED', reason: 'Contains a miner.' },
    ])
    expect(await market.admin.reject(id, 'Again.')).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(await market.vendor.update(id, { name: 'Without a miner' })).toMatchObject({ __typename: 'Template' })
    expect(await market.vendor.submit(id)).toMatchObject({ status: 'SUBMITTED' })
  })

  it('requires a reason and an operator', async () => {
    const id = await underReview()
    for (const reason of ['', ' ', 'x'.repeat(2_001)])
      expect(await market.admin.reject(id, reason)).toMatchObject({
        code: 'INVALID_PARAMETERS',
        issues: [{ path: ['reason'] }],
      })
    expect(await market.vendor.reject(id, 'No.')).toMatchObject({ code: 'FORBIDDEN' })
    expect(await market.admin.reject('tpl_none', 'No.')).toMatchObject({ code: 'NOT_FOUND' })
  })
})
