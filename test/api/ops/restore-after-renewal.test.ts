import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { createSources } from '#services/kernel/context/sources.js'
import { writeBackup } from '#services/kernel/backup/write-backup.js'
import { restore } from '#startup/backup-commands.js'
import { Buyer } from '#test/support/buyer.js'
import { expectInvariants } from '#test/support/invariants.js'
import { untilDelivered, untilQuiet } from '#test/support/money-runs.js'
import { reconcile, withoutReconciliation } from '#test/support/reconciliation-runs.js'
import { templateId } from '#test/support/deployments.js'
import { accountOf, change, subscribe, type Subscriber } from '#test/support/subscribers.js'
import { ownershipOf, setTemplatePrice } from '#test/support/template-purchases.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

/** Types of events that take something from a payer. */
const ENDS = ['plan.expired', 'package.ended', 'template.ownership_expired', 'subscription.access_ended']

// Everything is paid on 7 March by the month, but one plan on 5 March, whose renewal fails at first. The backup is of 6 April; the payments
// of 7 and 8 April follow it, and it is restored on 20 April, after the paid periods and the grace period that it knows.
describe('Backup of the day before a renewal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-renewal-'))
  const file = join(folder, 'day.stackgate')
  let server: TestServer
  let operator: string
  let template: string
  let paidLate: Subscriber
  let byCard: Subscriber
  let byPayPal: Buyer
  let withTemplate: Buyer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z' })
    await withoutReconciliation(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    template = await templateId(server, 'uptime-kuma')
    const price = { amountMinor: 500, currency: 'USD', interval: { unit: 'MONTH', count: 1 } }
    await setTemplatePrice(server, operator, template, price)
    paidLate = await subscribe(server, 'late@example.com', { plan: 'plus' })
    await server.sandboxControl('POST', 'payments/fail-next', { customer: paidLate.customerId, times: 1 })
    await server.advanceTo('2026-03-07T09:00:00Z')
    byCard = await subscribe(server, 'card@example.com', { plan: 'plus' })
    byPayPal = await Buyer.named(server, 'paypal@example.com')
    await byPayPal.buy('startSubscription', { plan: 'plus', provider: 'PAYPAL' })
    withTemplate = await Buyer.named(server, 'template@example.com')
    await withTemplate.buy('purchaseTemplate', { templateId: template })
    await server.advanceTo('2026-04-06T09:00:00Z')
    expect((await accountOf(server, paidLate)).subscription?.status).toBe('PAST_DUE')
    await untilDelivered(server)
    await untilQuiet(server)
    await writeBackup({ ...createSources(), databaseUrl: server.databaseUrl, file, keyIds: [] })
    await server.advanceTo('2026-04-20T09:00:00Z')
    await untilDelivered(server)
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function restored(): Promise<readonly unknown[]> {
    let schedule: readonly unknown[] = []
    await server.whileStopped(async () => {
      const client = new pg.Client(server.databaseUrl)
      await client.connect()
      await client.query('drop schema public cascade; create schema public')
      const { broken } = await restore(
        { DATABASE_URL: server.databaseUrl, SECRETS_KEY: 'a secrets key of the tests' },
        file,
        {},
      )
      expect(broken).toEqual([])
      schedule = (await client.query('select * from reconciliation_schedule')).rows
      await client.end()
    })
    return schedule
  }

  it('takes nothing from payers when it is restored after the renewal', async () => {
    expect(await restored()).toEqual([])
    // The clock of the server follows that of the sandbox, so that everything that became due in the meantime runs.
    await server.advanceTo('2026-04-20T09:01:00Z')
    for (const who of [paidLate, byCard, byPayPal])
      expect(await accountOf(server, who)).toMatchObject({
        plan: { plan: { code: 'plus' } },
        subscription: { status: 'ACTIVE', graceEndsAt: null },
      })
    expect(await ownershipOf(server, withTemplate.token, template)).toMatchObject({ owned: true })
    expect(await server.query(`select type from stream_event where type = any($1)`, [ENDS])).toEqual([])
    // Changes are possible before an operator has compared anything.
    for (const who of [paidLate, byCard])
      expect(await change(server, who, 'changePlan', { plan: 'individual', at: 'NOW' })).toMatchObject({
        __typename: 'PlanChangePayload',
        subscription: { plan: { code: 'individual' } },
      })
    await untilDelivered(server)
    await untilQuiet(server)
    await expectInvariants(server)
    expect(await reconcile(server, operator, true, '2026-03-01T00:00:00Z')).toMatchObject({ error: null })
    await expectInvariants(server)
  })
})
