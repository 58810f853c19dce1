import { randomUUID } from 'node:crypto'
import { Buyer } from '../support/buyer.js'
import { entitlementService, grantTestCredits, newAccount } from '../support/entitlements.js'
import { expectInvariants } from '../support/invariants.js'
import { cleanRun, reconcileMoney, untilQuiet } from '../support/money-runs.js'
import { ArchivedPostgres, fetchBackupPrograms, type BackupPrograms } from '../support/pgbackrest.js'
import { describeUnless } from '../support/skip.js'
import { startTestServer, type TestServer } from '../support/test-server.js'
import { USAGE_FEATURE, usageCatalog } from '../support/usage-catalog.js'

const programs = fetchBackupPrograms()

describeUnless(typeof programs === 'string' ? programs : null)(
  'Recovery to a point in time (deploy/pgbackrest.conf)',
  () => {
    let postgres: ArchivedPostgres
    let server: TestServer
    beforeAll(async () => {
      postgres = await ArchivedPostgres.start(programs as BackupPrograms)
      server = await startTestServer({ env: { CATALOG: usageCatalog() }, databaseThrough: () => postgres.url })
    })
    afterAll(async () => {
      await server.close()
      await postgres.stop()
    })

    const plans = async (buyer: Buyer) => {
      const { plan, purchases } = await buyer.account()
      return [plan.plan.code, purchases.nodes.map(({ status }) => status)]
    }
    const PAID_PLAN = ['plus', ['PAID']]
    const keysOf = async (keys: readonly string[]) => {
      const rows = await server.query<{ key: string }>(`select key from ledger_entry where key = any($1)`, [keys])
      return rows.map(({ key }) => key).toSorted()
    }

    it('recovers what was committed before a wrong statement, and receives later purchases from the provider', async () => {
      const service = await entitlementService(server)
      const accountId = await newAccount(server)
      await grantTestCredits(server, accountId, USAGE_FEATURE, 1_000)
      const consume = (key: string) => service.consume({ accountId, feature: USAGE_FEATURE, amount: 1, key })
      const use = async (count: number) => {
        const keys = Array.from({ length: count }, () => randomUUID())
        for (const key of keys) await consume(key)
        return keys.toSorted()
      }
      const [first, second, third, fourth] = (await Promise.all(
        ['first', 'second', 'third', 'fourth'].map((name) => Buyer.named(server, `${name}@example.com`)),
      )) as [Buyer, Buyer, Buyer, Buyer]
      await first.buy('startSubscription', { plan: 'plus' })
      await use(20)
      postgres.backup()

      // After the backup: only the log has it.
      await second.buy('startSubscription', { plan: 'plus' })
      const kept = await use(20)
      const begun = await third.start('startSubscription', { plan: 'plus' })
      await fourth.account()
      const [moment] = await postgres.query<{ time: string }>('select clock_timestamp()::text as time')

      // Paid after the moment: one checkout began before it and one after it.
      await third.pay(begun.providerReference)
      await third.confirm(begun.providerReference)
      await fourth.buy('startSubscription', { plan: 'plus' })
      const lost = await use(5)
      await server.query('truncate purchase, ledger_entry cascade')
      await server.whileStopped(() => postgres.recover(moment!.time))

      expect(await keysOf(kept)).toEqual(kept)
      expect(await keysOf(lost)).toEqual([])
      expect(await Promise.all([first, second].map(plans))).toEqual([PAID_PLAN, PAID_PLAN])
      await expectInvariants(server)
      const operator = await server.token('operator@example.com', { roles: ['admin'] })
      await reconcileMoney(server, operator, { heal: true })
      await untilQuiet(server)
      await third.buyerWhen(({ purchases }) => purchases.nodes.length > 0)
      await fourth.buyerWhen(({ purchases }) => purchases.nodes.length > 0)
      expect(await Promise.all([third, fourth].map(plans))).toEqual([PAID_PLAN, PAID_PLAN])
      await cleanRun(server, operator)
      // Clients repeat calls whose results they have not stored.
      for (const key of [...kept, ...lost]) await consume(key)
      expect(await keysOf([...kept, ...lost])).toEqual([...kept, ...lost].toSorted())
      await expectInvariants(server)
    })
  },
)
