import { randomUUID } from 'node:crypto'
import { disputedSale } from '#test/support/disputed-sale.js'
import { type Selected, withDrift, withoutReconciliation } from '#test/support/reconciliation-runs.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

interface Drift {
  readonly id: string
  readonly kind: string
  readonly object: string
  readonly action: string | null
  readonly healed: boolean
  readonly unhealedReason: string | null
}

interface Run {
  readonly healedCount: number
  readonly error: string | null
  readonly drift: readonly Drift[]
}

/** A column of each kind of object whose values are compared, with a wrong value. */
const PLANTED = [
  ['billing_subscription', 'quantity', '7'],
  ['invoice', 'total_minor', '1'],
  ['dispute', 'amount_minor', '1'],
  ['dispute', 'status', `'WON'`],
] as const

/** Columns that only an operator has corrected. */
const FOR_OPERATORS = [
  ['purchase', 'amount_minor', '1'],
  ['sales_daily', 'gross_minor', '1'],
] as const

const STILL_FOUND = 'The repair was carried out, and the comparison finds the difference again.'

describe('Repair of a difference', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer()
    await withoutReconciliation(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    await disputedSale(server)
  })
  afterAll(() => server.close())

  const reconcile = async (heals: boolean) => {
    const { data, errors } = await server.graphql<{ reconcile: Selected<Run> }>(
      `mutation ($heals: Boolean!, $key: String!) {
        reconcile(input: { provider: STRIPE, heal: $heals }, key: $key) { reconciliationRun { healedCount error drift { nodes { id kind object action healed unhealedReason } } } }
      }`,
      { heals, key: randomUUID() },
      operator,
    )
    expect(errors).toBeUndefined()
    return withDrift(data.reconcile)
  }

  const heal = async () => {
    const run = await reconcile(true)
    expect(run.error).toBeNull()
    return run
  }

  /** Repairs one difference. Returns the message of the denial; null if it is healed. */
  const healOne = async ({ id }: Drift) => {
    const { data, errors } = await server.graphql<{ healDrift: { healed?: boolean; message?: string } }>(
      `mutation ($id: ID!) { healDrift(id: $id, reason: "test") { drift { healed } denial { message } } }`,
      { id },
      operator,
    )
    expect(errors).toBeUndefined()
    return data.healDrift.healed ? null : data.healDrift.message
  }

  const unhealedReasons = async () =>
    (
      await server.query<{ drift: readonly Drift[] }>(
        `select drift from reconciliation_run order by started_at desc limit 1`,
      )
    ).flatMap((run) =>
      run.drift.flatMap(({ healed, unhealedReason }) => (healed || !unhealedReason ? [] : [unhealedReason])),
    )

  /** Runs with a trigger before each update of a table. */
  const withTrigger = async <Result>(
    { table, when, does }: { table: string; when: string; does: string },
    run: () => Promise<Result>,
  ): Promise<Result> => {
    await server.query(
      `create or replace function planted() returns trigger language plpgsql as $$ begin ${does}; return new; end $$`,
    )
    await server.query(
      `create trigger planted before update on ${table} for each row when (${when}) execute function planted()`,
    )
    try {
      return await run()
    } finally {
      await server.query(`drop trigger planted on ${table}`)
    }
  }

  const keeping = (table: string, column: string) => ({ table, when: 'true', does: `new.${column} := old.${column}` })

  const healTwice = async () => [await heal(), await heal()] as const

  it.each(PLANTED)('counts only if the next run no longer finds it: %s.%s', async (table, column, value) => {
    expect((await heal()).drift).toEqual([])
    await server.query(`update ${table} set ${column} = ${value}`)
    // Whatever a repair writes, the value stays.
    const [first, second] = await withTrigger(keeping(table, column), healTwice)
    expect(first.drift.filter(({ unhealedReason }) => unhealedReason)).not.toEqual([])
    for (const { healed, kind, object, unhealedReason } of first.drift.filter((drift) => drift.healed)) {
      expect([healed, unhealedReason]).toEqual([true, null])
      expect(second.drift).not.toContainEqual(expect.objectContaining({ kind, object }))
    }
    // The consequences of an object are repaired by the next run.
    const runs = [await heal(), await heal(), await heal()]
    expect(runs[0]!.healedCount).toBeGreaterThan(0)
    expect(runs[2]!.drift).toEqual([])
  })

  it.each([...PLANTED, ...FOR_OPERATORS])(
    'of an operator counts only if a second comparison no longer finds it: %s.%s',
    async (table, column, value) => {
      await server.query(`update ${table} set ${column} = ${value}`)
      const drift = (await reconcile(false)).drift.filter(({ action }) => action === 'APPLY')
      expect(drift).not.toEqual([])
      const reasons = await withTrigger(keeping(table, column), async () => {
        const denials = []
        for (const one of drift) denials.push(await healOne(one))
        return denials.filter((denial) => denial !== null)
      })
      expect(reasons).not.toEqual([])
      expect(await unhealedReasons()).toEqual(reasons)
      // The consequences of an object are other differences, which its repair can bring back.
      for (const one of drift) {
        expect(await healOne(one)).toBeNull()
        const { kind, object } = one
        expect((await reconcile(false)).drift).not.toContainEqual(expect.objectContaining({ kind, object }))
      }
      await eventually(heal, (run) => run.drift.length === 0)
    },
  )

  it('is not carried out twice, and a sum that stays wrong says so', async () => {
    await server.query(`update sales_daily set gross_minor = 1`)
    const [sales] = (await reconcile(false)).drift
    expect(await withTrigger(keeping('sales_daily', 'gross_minor'), () => healOne(sales!))).toBe(STILL_FOUND)
    expect([await healOne(sales!), await healOne(sales!)]).toEqual([null, null])
  })

  it.each(['a run', 'an operator'])('of %s does not count if its object cannot be compared again', async (by) => {
    await server.query(`update billing_subscription set quantity = 7`)
    const { drift } = await reconcile(false)
    expect(drift.map(({ kind }) => kind)).toContain('WRONG_QUANTITY')
    const failing = { table: 'billing_subscription', when: 'old.quantity = 1', does: `raise exception 'planted'` }
    const wrong = drift.find(({ kind }) => kind === 'WRONG_QUANTITY')!
    await withTrigger(failing, async () => {
      const expected = 'The difference could not be compared again: planted'
      if (by === 'an operator') return expect(await healOne(wrong)).toBe(expected)
      const run = await reconcile(true)
      expect(run.error).toBe(`Subscription ${wrong.object.split(':')[1]} could not be compared: planted`)
      expect(run.drift).toContainEqual(
        expect.objectContaining({ kind: 'WRONG_QUANTITY', healed: false, unhealedReason: expected }),
      )
    })
    await eventually(heal, (run) => run.drift.length === 0)
  })
})
