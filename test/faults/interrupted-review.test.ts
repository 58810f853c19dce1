import pg from 'pg'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'
import { marketplaceCallers, templateOutbox, type MarketplaceCallers } from '../support/marketplace-client.js'

describe('approval of a template whose connection ends', () => {
  let server: TestServer
  let market: MarketplaceCallers
  beforeAll(async () => {
    // No jobs, so that only the approval waits for the outbox.
    server = await startTestServer({ env: { ROLE: 'api', DATABASE_URL: 'postgres://localhost/unused' } })
    market = await marketplaceCallers(server)
  })
  afterAll(() => server.close())

  const stored = async (id: string) => {
    const [template] = await server.query<{ status: string }>(`select status from template where id = $1`, [id])
    const events = await templateOutbox(server, id)
    return [template!.status, events.filter(({ type }) => type === 'template.approved').length]
  }

  it('stores neither status nor event if it ends between them, and both when it is repeated', async () => {
    const { id } = await market.vendor.create()
    await market.vendor.submit(id)
    await market.admin.startReview(id)
    const input = { templateId: id, action: 'APPROVED', key: 'approval' }
    const lock = new pg.Client(server.databaseUrl)
    await lock.connect()
    await lock.query('begin; lock table outbox_event in exclusive mode')
    const lost = market.admin.change('reviewTemplate', input)
    const waiting = `pid in (select pid from pg_locks where relation = 'outbox_event'::regclass and not granted)`
    const [changed] = await eventually(
      () =>
        server.query<{ xid: string | null }>(`select backend_xid::text as xid from pg_stat_activity where ${waiting}`),
      (rows) => rows.length === 1,
    )
    // A transaction with an ID has changed rows: the status is written and its event is not.
    expect(changed!.xid).not.toBeNull()
    await server.query(`select pg_terminate_backend(pid) from pg_stat_activity where ${waiting}`)
    await lock.query('rollback')
    await lock.end()
    expect(await lost).toMatchObject({ __typename: 'Denial', code: 'UNAVAILABLE' })
    expect(await stored(id)).toEqual(['UNDER_REVIEW', 0])

    for (let call = 0; call < 2; call++)
      expect(await market.admin.change('reviewTemplate', input)).toMatchObject({ status: 'APPROVED' })
    expect(await stored(id)).toEqual(['APPROVED', 1])
  })
})
