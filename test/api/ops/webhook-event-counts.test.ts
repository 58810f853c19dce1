import { WebhookEventCounts } from '@stackgate/client/documents'
import { startTestServer, eventually, type TestServer } from '#test/support/test-server.js'
import { subscribe } from '#test/support/subscribers.js'
import { listEvents } from '#test/support/webhook-events.js'

describe('webhookEventCounts', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer()
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  const counts = async (filter: object) => {
    const { data, errors } = await server.graphql(WebhookEventCounts, { filter }, operator)
    expect(errors).toBeUndefined()
    return Object.fromEntries(data.webhookEventCounts!.map(({ status, count }) => [status, count]))
  }

  it('counts by state, account, object, time and text, as the list does', async () => {
    const who = await subscribe(server, 'counted@example.com', { plan: 'plus' })
    await subscribe(server, 'other@example.com', { plan: 'plus' })
    await eventually(
      () => server.query(`select 1 from inbox_object where pending`),
      (pending) => pending.length === 0,
    )
    const [known] = await server.query<{ external_id: string }>(
      `select external_id from billing_subscription where account_id = $1`,
      [who.accountId],
    )
    const ofAccount = { account: 'person:counted@example.com' }
    const { nodes } = await listEvents(server, operator, { filter: ofAccount, first: 100 })
    expect(nodes.length).toBeGreaterThan(0)
    const all = await counts({})
    const own = await counts(ofAccount)
    const sum = (found: Record<string, number>) => Object.values(found).reduce((one, other) => one + other, 0)
    expect(sum(own)).toBe(nodes.length)
    expect(sum(own)).toBeLessThan(sum(all))
    expect(sum(await counts({ object: known!.external_id }))).toBeGreaterThan(0)
    expect(sum(await counts({ ...ofAccount, object: 'sub_of_another' }))).toBe(0)
    expect(sum(await counts({ search: nodes[0]!.eventId }))).toBe(1)
    expect(sum(await counts({ to: '2020-01-01T00:00:00Z' }))).toBe(0)
    expect(all).toMatchObject({ DEAD: 0, QUARANTINED: 0 })
  })
})
