import { PreviewUsageAmendment } from '@stackgate/client/documents'
import { entitlementService, grantTestCredits, newAccount } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('previewUsageAmendment', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
  })
  afterAll(() => server.close())

  it('shows the effect and changes nothing', async () => {
    const service = await entitlementService(server)
    const accountId = await newAccount(server, 'ann@example.com')
    await grantTestCredits(server, accountId, 'ai_credits', 100)
    const { id } = await service.consume({ accountId, feature: 'ai_credits', amount: 1100 })
    const preview = (amount: number, as = service.key) =>
      server.graphql(PreviewUsageAmendment, { consumptionId: id, amount }, as)
    const shown = {
      allowed: true,
      amount: 150,
      returned: [
        { amount: 100, source: { kind: 'PACKAGE' } },
        { amount: 50, source: { kind: 'PLAN' } },
      ],
      lostUnits: 0,
      debtReduced: 0,
      invoiceEffect: 'NONE',
      denial: null,
    }
    for (let call = 0; call < 2; call++) expect((await preview(950)).data.previewUsageAmendment).toMatchObject(shown)
    expect((await preview(1100)).data.previewUsageAmendment).toMatchObject({
      allowed: false,
      amount: 0,
      invoiceEffect: null,
      denial: { code: 'INVALID_AMOUNT' },
    })
    const ann = await preview(950, await server.token('ann@example.com'))
    expect(ann.data.previewUsageAmendment).toBeNull()
    expect(ann.errors![0]!.extensions.code).toBe('FORBIDDEN')
  })
})
