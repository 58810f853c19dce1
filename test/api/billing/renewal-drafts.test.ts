import { subscribe, type Subscriber } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

interface InvoiceView {
  readonly status: string
  readonly number: string | null
  readonly dueAt: string | null
  readonly total: { readonly decimal: string }
  readonly timeline: { readonly kind: string; readonly at: string; readonly planned: boolean }[]
}

describe('The draft of a renewal', () => {
  let server: TestServer
  let buyer: Subscriber
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    buyer = await subscribe(server, 'ann@example.com', { plan: 'pro' })
  })
  afterAll(() => server.close())

  const invoices = async () =>
    (
      await server.graphql<{ account: { billing: { invoices: { nodes: InvoiceView[] } } } }>(
        `{ account { billing { invoices { nodes { status number dueAt total { decimal } timeline { kind at planned } } } } } }`,
        {},
        buyer.token,
      )
    ).data.account.billing.invoices.nodes

  it('is an invoice with the time at which it becomes final, and is paid an hour later', async () => {
    const [row] = await server.query<{ end: Date }>('select current_period_end as end from billing_subscription')
    const after = (minutes: number) => new Date(row!.end.getTime() + minutes * 60_000).toISOString()
    await server.advanceTo(after(1))
    const drafted = await eventually(invoices, (found) => found.length === 2)
    expect(drafted[0]).toMatchObject({ status: 'DRAFT', number: null, total: { decimal: '20.00' } })
    expect(Math.abs(Date.parse(drafted[0]!.dueAt!) - Date.parse(after(60)))).toBeLessThanOrEqual(60_000)
    expect(drafted[0]!.timeline.at(-1)).toEqual({ kind: 'NEXT_ATTEMPT', at: drafted[0]!.dueAt, planned: true })
    await server.advanceTo(after(120))
    const paid = await eventually(invoices, ([newest]) => newest?.status === 'PAID')
    expect(paid).toHaveLength(2)
    expect(paid[0]!.dueAt).toBeNull()
  })
})
