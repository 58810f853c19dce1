import { randomUUID } from 'node:crypto'
import { untilCounted, untilQuiet } from '#test/support/money-runs.js'
import { withoutReconciliation } from '#test/support/reconciliation-runs.js'
import { subscribe } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

interface Run {
  readonly healed: number
  readonly error: string | null
  readonly drift: {
    readonly kind: string
    readonly object: string
    readonly healed: boolean
    readonly unhealedReason: string | null
  }[]
}

/** A column of each kind of object whose values are compared, with a wrong value. */
const PLANTED = [
  ['billing_subscription', 'quantity', '7'],
  ['invoice', 'total_minor', '1'],
  ['dispute', 'amount_minor', '1'],
  ['dispute', 'status', `'WON'`],
] as const

describe('Repair of a difference', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer()
    await withoutReconciliation(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    await subscribe(server, 'ann@example.com', { plan: 'plus' })
    const [{ payment_id: payment }] = (await server.query(`select payment_id from purchase`)) as [
      { payment_id: string },
    ]
    await server.sandboxControl('POST', 'disputes', { payment, status: 'needs_response' })
    await eventually(
      () => server.query(`select id from dispute`),
      (rows) => rows.length === 1,
    )
    await untilQuiet(server)
    await untilCounted(server)
  })
  afterAll(() => server.close())

  const heal = async () => {
    const { data, errors } = await server.graphql<{ reconcile: Run }>(
      `mutation ($key: String!) { reconcile(input: { heal: true, idempotencyKey: $key }) {
         ... on ReconciliationRun { healed error drift { kind object healed unhealedReason } } } }`,
      { key: randomUUID() },
      operator,
    )
    expect(errors).toBeUndefined()
    expect(data.reconcile.error).toBeNull()
    return data.reconcile
  }

  const healTwice = async () => [await heal(), await heal()] as const

  it.each(PLANTED)('counts only if the next run no longer finds it: %s.%s', async (table, column, value) => {
    expect((await heal()).drift).toEqual([])
    await server.query(`update ${table} set ${column} = ${value}`)
    // Whatever a repair writes, the value stays.
    await server.query(
      `create or replace function keep_value() returns trigger language plpgsql as $$ begin new.${column} := old.${column}; return new; end $$`,
    )
    await server.query(`create trigger keep_value before update on ${table} for each row execute function keep_value()`)
    const [first, second] = await healTwice()
    await server.query(`drop trigger keep_value on ${table}`)
    expect(first.drift.filter(({ unhealedReason }) => unhealedReason)).not.toEqual([])
    for (const { healed, kind, object, unhealedReason } of first.drift.filter((drift) => drift.healed)) {
      expect([healed, unhealedReason]).toEqual([true, null])
      expect(second.drift).not.toContainEqual(expect.objectContaining({ kind, object }))
    }
    // The consequences of an object are repaired by the next run.
    const runs = [await heal(), await heal(), await heal()]
    expect(runs[0]!.healed).toBeGreaterThan(0)
    expect(runs[2]!.drift).toEqual([])
  })
})
