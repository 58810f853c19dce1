import { startTestServer, type TestServer } from '#test/support/test-server.js'
import {
  marketplaceCallers,
  publishTemplate,
  type MarketplaceCallers,
  listedTemplate,
  templateOutbox,
} from '#test/support/marketplace-client.js'

describe('updateTemplate', () => {
  let server: TestServer
  let market: MarketplaceCallers
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    market = await marketplaceCallers(server)
  })
  afterAll(() => server.close())

  it('keeps the published version during the next review, and replaces it at its approval [MK23]', async () => {
    const { id, slug } = await publishTemplate(market.vendor, market.admin, { name: 'First face' })
    expect(await market.vendor.update(id, { name: 'Second face' })).toMatchObject({
      status: 'APPROVED',
      name: 'First face',
      version: 1,
      nextVersion: { number: 2, status: 'DRAFT', name: 'Second face' },
    })
    await market.vendor.submit(id)
    expect(await listedTemplate(server, slug)).toMatchObject({ name: 'First face', version: 1 })
    await market.admin.startReview(id)
    await market.admin.reject(id, 'Not this one.')
    expect(await listedTemplate(server, slug)).toMatchObject({ name: 'First face', version: 1 })
    const rejected = (await templateOutbox(server, id)).at(-1)!
    expect(rejected).toMatchObject({ type: 'template.rejected', payload: { listed: true, reason: 'Not this one.' } })
    await market.vendor.update(id, { name: 'Third face' })
    await market.vendor.submit(id)
    await market.admin.startReview(id)
    expect(await market.admin.approve(id)).toMatchObject({ name: 'Third face', version: 2, status: 'APPROVED' })
    expect(await listedTemplate(server, slug)).toMatchObject({ name: 'Third face', version: 2 })
    expect((await templateOutbox(server, id)).at(-1)).toMatchObject({
      type: 'template.updated',
      payload: { version: 2, listed: true },
    })
  })
})
