import { setTimeout as pause } from 'node:timers/promises'
import { startApiProcess, type ApiProcess } from '../support/api-processes.js'
import { Buyer } from '../support/buyer.js'
import { deploymentWithAgent, type DeploymentWithAgent } from '../support/deployments.js'
import { entitlementService, grantTestCredits, newAccount } from '../support/entitlements.js'
import { compareWithDatabase, countOf, type Differences } from '../support/failover-check.js'
import { startFailoverLoad, type Acknowledged, type FailoverLoad } from '../support/failover-load.js'
import { expectInvariants } from '../support/invariants.js'
import { cleanRun, untilQuiet } from '../support/money-runs.js'
import { startPatroniCluster, type Extent, type PatroniCluster } from '../support/patroni-cluster.js'
import { fetchPatroniPrograms, type PatroniPrograms } from '../support/patroni-programs.js'
import { describeUnless } from '../support/skip.js'
import { startTestServer, type TestServer } from '../support/test-server.js'
import { USAGE_FEATURE, usageCatalog } from '../support/usage-catalog.js'

/** Number of kills. The requirement is 20. */
const KILLS = Number(process.env['FAILOVER_KILLS'] ?? 20)
const ASYNCHRONOUS_KILLS = 2
const SUSPENSIONS = 2
/** Time before some kills in which no change reaches a replica. */
const STALL_MS = 700
const STEADY_MS = 1_500
const CREDITS = 10_000_000
const CATALOG = usageCatalog()

interface Failover {
  readonly extent: Extent | 'suspended'
  readonly isStalled: boolean
  /** Milliseconds from the failure until another machine was the primary. */
  readonly promotedMs: number
  /** Milliseconds from the failure until a consumption that was sent afterwards was acknowledged. */
  readonly servedMs: number
}

const programs = fetchPatroniPrograms()
/** Figures of a run, for `bench/results/high-availability.md`. */
const report = (line: string) => process.stderr.write(`${line}\n`)

/** A server on a cluster, its built processes, and what the clients need. */
class Installation {
  private constructor(
    readonly cluster: PatroniCluster,
    readonly server: TestServer,
    readonly processes: readonly ApiProcess[],
    private readonly serviceKey: string,
    private readonly accountIds: readonly string[],
    private readonly deployments: readonly DeploymentWithAgent[],
  ) {}

  static async start(synchronous: boolean): Promise<Installation> {
    const cluster = await startPatroniCluster(programs as PatroniPrograms, { synchronous })
    // This one migrates, receives the sandbox's events and lets the test look inside. The built processes serve the load.
    const server = await startTestServer({
      env: { CATALOG, ROLE: 'api', DATABASE_URL: cluster.url },
      databaseThrough: () => cluster.url,
    })
    await server.token('first@example.com')
    const env = { CATALOG, DATABASE_URL: cluster.url }
    const processes = [
      await startApiProcess(server, 'api-1', { ...env, ROLE: 'all' }),
      await startApiProcess(server, 'api-2', env),
    ]
    const key = (await entitlementService(server)).key
    const accountIds = await Promise.all(Array.from({ length: 3 }, () => newAccount(server)))
    for (const accountId of accountIds) await grantTestCredits(server, accountId, USAGE_FEATURE, CREDITS)
    const deployments: DeploymentWithAgent[] = []
    for (let count = 0; count < 3; count++) deployments.push(await deploymentWithAgent(server))
    return new Installation(cluster, server, processes, key, accountIds, deployments)
  }

  load(): FailoverLoad {
    const { server, serviceKey, accountIds, deployments } = this
    const urls = this.processes.map(({ url }) => url)
    return startFailoverLoad({ urls, serviceKey, accountIds, deployments, webhookSecret: server.webhookSecret })
  }

  /** Lets the primary fail, and waits until another one serves and the cluster is complete again. */
  async failOver(
    load: FailoverLoad,
    extent: Failover['extent'],
    isStalled: boolean,
    pay?: () => void,
  ): Promise<Failover> {
    const { cluster } = this
    const primary = await cluster.untilComplete()
    await load.servedAfter(performance.now() + STEADY_MS)
    if (isStalled) {
      await cluster.stallReplication(primary)
      await pause(STALL_MS)
    }
    pay?.()
    const failed = performance.now()
    if (extent === 'suspended') cluster.suspend(primary)
    else cluster.kill(primary, extent)
    const [promoted, served] = await Promise.all([this.promotion(primary), load.servedAfter(failed)])
    if (extent === 'suspended') cluster.kill(primary, 'machine')
    cluster.start(primary)
    await cluster.untilComplete()
    const result = {
      extent,
      isStalled,
      promotedMs: Math.round(promoted - failed),
      servedMs: Math.round(served - failed),
    }
    report(JSON.stringify(result))
    return result
  }

  private async promotion(former: string): Promise<number> {
    while ((await this.cluster.primaryExcept(former)) === null) await pause(50)
    return performance.now()
  }

  async compare(load: FailoverLoad): Promise<{ known: Acknowledged; found: Differences }> {
    const known = await load.stop()
    const found = await compareWithDatabase(this.server, known)
    const { consumptions, events, commands, reports, attempts } = known
    const counts = [consumptions, events, commands, reports].map(({ size }) => size).join(', ')
    report(`acknowledged consumptions, events, commands, reports: ${counts}; attempts without a result: ${attempts}`)
    report(`lost ${countOf(found.lost)}, doubled ${countOf(found.doubled)}`)
    return { known, found }
  }

  async close(): Promise<void> {
    await Promise.all(this.processes.map((each) => each.kill()))
    await this.server.close()
    await this.cluster.close()
  }
}

const NOTHING = {
  lost: { consumptions: [], events: [], commands: [], reports: [] },
  doubled: { consumptions: [], commands: [] },
}

describeUnless(typeof programs === 'string' ? programs : null)('PostgreSQL with Patroni (deploy/patroni)', () => {
  let installation: Installation | null = null
  afterEach(async () => {
    await installation?.close()
    installation = null
  })

  it(`loses and doubles nothing that was acknowledged when the primary is killed ${KILLS} times`, async () => {
    installation = await Installation.start(true)
    const { server } = installation
    const load = installation.load()
    const buyers: Buyer[] = []
    const failovers: Failover[] = []
    for (let kill = 0; kill < KILLS; kill++) {
      const buyer = await Buyer.named(server, `buyer-${kill}@example.com`)
      const page = await buyer.start('startSubscription', { plan: 'plus' })
      buyers.push(buyer)
      const extent = kill % 2 === 0 ? 'server' : 'machine'
      let paid: Promise<unknown> = Promise.resolve()
      // The provider's events meet a database that fails at different moments of their processing.
      const pay = () => {
        paid = pause((kill % 5) * 10).then(() => buyer.pay(page.providerReference))
      }
      failovers.push(await installation.failOver(load, extent, kill % 4 >= 2, pay))
      await paid
    }
    for (let time = 0; time < SUSPENSIONS; time++) await installation.failOver(load, 'suspended', false)
    const { known, found } = await installation.compare(load)
    expect(failovers).toHaveLength(KILLS)
    expect(found).toEqual(NOTHING)
    expect(known.unexpected).toEqual([])
    expect(known.consumptions.size).toBeGreaterThan(KILLS * 20)
    expect(known.events.size).toBeGreaterThan(KILLS)
    expect(known.reports.size).toBeGreaterThan(KILLS)

    for (const buyer of buyers) {
      const { plan, purchases } = await buyer.buyerWhen(({ purchases }) => purchases.nodes.length > 0)
      expect([plan.plan.code, purchases.nodes.map(({ status }) => status)]).toEqual(['plus', ['PAID']])
    }
    await untilQuiet(server)
    await cleanRun(server, await server.token('operator@example.com', { roles: ['admin'] }))
    await expectInvariants(server)
  })

  it('loses acknowledged operations without synchronous replication, which the same comparison finds', async () => {
    installation = await Installation.start(false)
    const load = installation.load()
    for (let kill = 0; kill < ASYNCHRONOUS_KILLS; kill++)
      await installation.failOver(load, kill % 2 === 0 ? 'server' : 'machine', true)
    const { found } = await installation.compare(load)
    expect(countOf(found.lost)).toBeGreaterThan(0)
  })
})
