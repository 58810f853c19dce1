import { PreviewTrialExtension } from '@stackgate/client/documents'
import { change, subscribe } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

// AgileForge: Professional has 14 days of trial and costs 10.00 a month; Business costs 18.00 and has no trial.
describe('previewTrialExtension', () => {
  let server: TestServer
  let admin: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    admin = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  const preview = async (accountId: string, until: string, token = admin) =>
    server.graphql(PreviewTrialExtension, { accountId, trialEndsAt: until }, token)

  it('states the first charge and its date before and after, and changes nothing', async () => {
    const ann = await subscribe(server, 'ann@example.com', { plan: 'professional' })
    const trialEnd = '2026-01-29T10:00:00.000Z'
    const until = '2026-02-08T10:00:00.000Z'
    const shown = { denial: null, plan: { code: 'professional' }, trialEndsAt: trialEnd, newTrialEndsAt: until }
    for (let attempt = 0; attempt < 2; attempt++)
      expect((await preview(ann.accountId, until)).data.previewTrialExtension).toMatchObject({
        ...shown,
        firstCharge: { decimal: '10.00' },
      })
    await change(server, ann, 'changePlan', { plan: 'business', at: 'PERIOD_END' })
    expect((await preview(ann.accountId, until)).data.previewTrialExtension).toMatchObject({
      ...shown,
      firstCharge: { decimal: '18.00' },
    })
    expect((await preview(ann.accountId, trialEnd)).data.previewTrialExtension).toMatchObject({
      denial: { code: 'INVALID_PARAMETERS' },
    })
    expect((await preview(ann.accountId, until, ann.token)).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  })
})
