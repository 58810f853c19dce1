import { leasedRows } from '#services/kernel/claim-loop/leased-rows.js'
import type { Database } from '#services/kernel/database/database.js'
import { claimObjects } from '#services/kernel/inbox/inbox.sql.js'
import { claimDeliveries } from '#services/kernel/outbound-webhooks/webhooks.sql.js'
import { startTestKernel, type Kernel } from '#test/support/kernel.js'
import { execute, query } from '#test/support/plain-sql.js'

describe('claims of rows', () => {
  let kernel: Kernel
  let database: Database
  beforeAll(async () => {
    kernel = await startTestKernel()
    const { database: first } = kernel.context
    const [{ name }] = (await query<{ name: string }>(first, `select current_database() as name`)) as [{ name: string }]
    // Without these the planner runs a subquery once for each row. A subquery that locks rows then returns others each time.
    for (const setting of [
      'hashjoin',
      'mergejoin',
      'hashagg',
      'sort',
      'material',
      'memoize',
      'indexscan',
      'bitmapscan',
    ])
      await execute(first, `alter database "${name}" set enable_${setting} = off`)
    ;({ database } = (await kernel.another()).context)
  })
  afterAll(() => kernel.close())

  it('are limited to the rows asked for, whatever plan PostgreSQL chooses', async () => {
    await execute(
      database,
      `insert into mail_message (id, account_id, recipient, subject, body, html, at)
      select 'mail_' || n, 'account', 'a@example.com', '', '', '', now() from generate_series(1, 5) n`,
    )
    const { claim } = leasedRows(database, 'mail', { order: ['availableAt', 'id'] })
    expect(await claim('first', 30, 2)).toHaveLength(2)

    await execute(
      database,
      `insert into inbox_object (provider, object_key) select 'STRIPE', 'sub_' || n from generate_series(1, 5) n`,
    )
    expect(
      await database.rows(claimObjects, { token: 'first', leaseSeconds: 30, limit: 2, providers: ['STRIPE'] }),
    ).toHaveLength(2)

    await execute(
      database,
      `insert into webhook_endpoint (id, url, types, secret, created_by) values ('endpoint', 'https://a.example', '{*}', '', '')`,
    )
    await execute(
      database,
      `insert into webhook_delivery (id, endpoint_id, event_id, type, body, attempt_log)
      select 'delivery_' || n, 'endpoint', 'event_' || n, 'plan.created', '', '[]' from generate_series(1, 5) n`,
    )
    const values = { token: 'first', leaseSeconds: 30, limit: 4, perEndpoint: 2, testType: 'test' }
    expect(await database.rows(claimDeliveries, values)).toHaveLength(2)
  })
})
