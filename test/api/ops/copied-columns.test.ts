import { COPIED_COLUMNS, NOT_COMPARED, type CopiedTable } from '#services/billing/book/copied-columns.js'
import { expectInvariants } from '#test/support/invariants.js'
import { OTHER } from '#test/support/money-columns.js'
import { cleanRun, moneyOf, postToStripe, reconcileMoney, untilCounted, untilQuiet } from '#test/support/money-runs.js'
import { withoutReconciliation } from '#test/support/reconciliation-runs.js'
import { subscribe } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

/** Values of columns that a check limits. */
const LIMITED: Readonly<Record<string, string>> = {
  'invoice.status': `'VOID'`,
  'refund.status': `'FAILED'`,
  'dispute.status': `'WON'`,
  'purchase.currency': `'EUR'`,
  'invoice.currency': `'EUR'`,
}

const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

describe('Columns that copy the object of a provider', () => {
  let server: TestServer
  let operator: string
  /** Row and object of a difference of each table. */
  const planted = new Map<CopiedTable, { readonly id: string; readonly object: string }>()

  beforeAll(async () => {
    server = await startTestServer()
    await withoutReconciliation(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    const refunded = await subscribe(server, 'refunded@example.com', { plan: 'plus' })
    const disputed = await subscribe(server, 'disputed@example.com', { plan: 'plus' })
    await subscribe(server, 'paid@example.com', { plan: 'plus' })
    await untilQuiet(server)
    const paymentOf = async ({ accountId }: { readonly accountId: string }) =>
      (
        await server.query<{ id: string }>(`select payment_id as id from purchase where account_id = $1`, [accountId])
      )[0]!.id
    await postToStripe(server, 'refunds', { payment_intent: await paymentOf(refunded), amount: '500' })
    await server.sandboxControl('POST', 'disputes', { payment: await paymentOf(disputed), status: 'needs_response' })
    for (const [table, object] of [
      ['refund', `'refund:' || external_id`],
      ['dispute', `'dispute:' || external_id`],
      ['invoice', `'invoice:' || external_id`],
      ['purchase', `'payment:' || payment_id`],
    ] as const) {
      const rows = await eventually(
        () =>
          server.query<{ id: string; object: string }>(`select id, ${object} as object from ${table} order by id desc`),
        (found) => found.length > 0,
      )
      planted.set(table, rows[0]!)
    }
    await untilQuiet(server)
    await untilCounted(server)
    expect((await cleanRun(server, operator)).drift).toEqual([])
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  /** Copied columns of a table by the type of the database, without those that are not compared. */
  async function columnsOf(table: CopiedTable): Promise<{ name: string; column: string; type: string }[]> {
    const types = await server.query<{ column: string; type: string }>(
      `select column_name as column, data_type as type from information_schema.columns
       where table_schema = current_schema() and table_name = $1`,
      [table],
    )
    const { total, ...invoice } = { total: { amountMinor: 1, currency: 'USD' } }
    return Object.keys(COPIED_COLUMNS[table]({ ...invoice, total } as never))
      .filter((name) => !NOT_COMPARED.has(name))
      .map((name) => ({ name, ...types.find(({ column }) => column === snakeCase(name))! }))
  }

  const rowOf = async (table: CopiedTable): Promise<unknown> =>
    (
      await server.query<{ row: object }>(`select to_jsonb(t) - 'fence' as row from ${table} t where id = $1`, [
        planted.get(table)!.id,
      ])
    )[0]!.row

  const change = (table: CopiedTable, columns: readonly { column: string; type: string }[]) =>
    server.query(
      `update ${table} set ${columns
        .map(({ column, type }) => `${column} = ${LIMITED[`${table}.${column}`] ?? OTHER[type]!(column)}`)
        .join(', ')} where id = $1`,
      [planted.get(table)!.id],
    )

  const found = async (heal: boolean) => moneyOf(await reconcileMoney(server, operator, { heal }))

  it('are each compared, and healed, in an invoice', async () => {
    const before = await rowOf('invoice')
    const columns = await columnsOf('invoice')
    expect(columns.length).toBeGreaterThan(10)
    await change('invoice', columns)
    const { object } = planted.get('invoice')!
    const [drift] = (await found(false)).filter((one) => one.object === object)
    expect(drift!.description.split(': ')[1]).toBe(`${columns.map(({ name }) => name).join(', ')}.`)
    await found(true)
    expect(await rowOf('invoice')).toEqual(before)
    expect(await found(false)).toEqual([])
  })

  it.each(['refund', 'dispute', 'purchase'] as const)('are each compared in a %s', async (table) => {
    const before = await rowOf(table)
    const { id, object } = planted.get(table)!
    const missed: string[] = []
    for (const one of await columnsOf(table)) {
      await change(table, [one])
      if (!(await found(false)).some((drift) => drift.object === object)) missed.push(one.name)
      // A difference of the amount of a purchase is corrected by an operator alone.
      if (table === 'purchase')
        await server.query(`update purchase set amount_minor = $2, currency = $3 where id = $1`, [
          id,
          (before as { amount_minor: number }).amount_minor,
          (before as { currency: string }).currency,
        ])
      else await found(true)
      expect(await rowOf(table)).toEqual(before)
    }
    expect(missed).toEqual([])
    expect(await found(false)).toEqual([])
  })
})
