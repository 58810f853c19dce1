import pg from 'pg'
import { recordStream } from '../support/graphql-stream.js'
import {
  fetchInTime,
  startTestServerBehindProxy,
  type TestServerBehindProxy,
} from '../support/test-server-behind-proxy.js'
import { eventually, type TestServer } from '../support/test-server.js'
import { stripeEvent } from '../support/signed-event.js'
import { startCheckout } from '#test/support/buy-plan.js'
import { DEFAULT_POLICIES } from '#test/support/permissions.js'

const POLICY = DEFAULT_POLICIES[0]!
const [SUBJECT, OBJECT, ACTION] = POLICY
/** Trying each of them alone, one after the other, would take longer than the limit of a request. */
const WEBHOOKS = 8

describe('silent database connections', () => {
  let opened: TestServerBehindProxy
  let server: TestServer
  let customer: string
  beforeAll(async () => {
    opened = await startTestServerBehindProxy()
    server = opened.server
    customer = await server.token('customer@example.com')
    await server.graphql(`{ account { id } }`, {}, customer)
  })
  afterAll(() => opened.close())

  const updated = () => stripeEvent('customer.subscription.updated', { object: 'subscription', id: 'sub_unknown' })
  const ready = async () => {
    const response = await fetchInTime('/health/ready', `${server.url}/health/ready`)
    return { status: response.status, body: (await response.json()) as { connections: Record<string, string> } }
  }

  it('are closed: calls end as UNAVAILABLE, readiness reports it, and everything recovers automatically', async () => {
    const events = await recordStream<{ type: string }>(
      server.url,
      customer,
      `subscription { billingEvents { __typename ... on Event { type } } }`,
    )
    expect((await ready()).status).toBe(200)
    opened.proxy.silence()

    const delivered = Promise.all(Array.from({ length: WEBHOOKS }, () => opened.deliver(updated())))
    const requested = server.graphql(`{ account { id } }`, {}, customer)
    await eventually(ready, ({ status, body }) => status === 503 && body.connections['general'] === 'down')
    for (const each of await delivered) expect(each).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } })
    expect((await requested).errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }])
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200)

    // A change over another connection is missed until then.
    const { access } = server.app.context
    expect(access.allows(SUBJECT, `${OBJECT}:${ACTION}`)).toBe(true)
    const elsewhere = new pg.Client({ connectionString: server.databaseUrl })
    await elsewhere.connect()
    await elsewhere.query('update policy set removed_at = now() where (subject, object, action) = ($1, $2, $3)', [
      ...POLICY,
    ])
    await elsewhere.end()

    await opened.proxy.mend()
    await eventually(ready, ({ status }) => status === 200)
    await eventually(
      () => access.allows(SUBJECT, `${OBJECT}:${ACTION}`),
      (isAllowed) => !isAllowed,
    )
    // Each kind of work over separate connections, without a restart.
    await eventually(
      () => opened.deliver(updated()),
      ({ status }) => status === 200,
    )
    await eventually(
      () => server.query<{ state: string }>(`select state from inbox_event where event_id like 'evt_test_%'`),
      ([row]) => row?.state === 'DEAD',
    )
    const providerReference = await startCheckout(server, customer, { plan: 'plus', idempotencyKey: 'after' })
    await server.sandboxControl('POST', `checkouts/${providerReference}/pay`, {})
    await events.until((seen) => seen.some(({ type }) => type === 'subscription.activated'))
    expect(events.errors).toEqual([])
    await events.stop()
  })

  it('are not used if they lead to a read-only server, as after a failover: UNAVAILABLE until it accepts writes', async () => {
    const { pathname } = new URL(server.databaseUrl)
    const setReadOnly = async (value: string) => {
      const admin = new pg.Client({ connectionString: server.databaseUrl })
      await admin.connect()
      await admin.query('set default_transaction_read_only = off')
      await admin.query(`alter database ${pathname.slice(1)} set default_transaction_read_only = ${value}`)
      await admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      )
      await admin.end()
    }
    await setReadOnly('on')
    await eventually(ready, ({ status }) => status === 503)
    expect(await opened.deliver(updated())).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } })
    await setReadOnly('off')
    await eventually(ready, ({ status }) => status === 200)
    expect((await opened.deliver(updated())).status).toBe(200)
  })
})
