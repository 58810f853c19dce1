import { allDeclared } from '#modules/all-declarations.js'
import { createHash } from 'node:crypto'
import { entitlementService, grantTestCredits, newAccount } from '#test/support/entitlements.js'
import { startReplica } from '#test/support/in-process-replica.js'
import { mutationText, variablesOf } from '#test/support/mutations.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { openTcpProxy, type TcpProxy } from '#test/support/tcp-proxy.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { createVirtualTimers, type VirtualTimers } from '#test/support/virtual-timers.js'
import { platformCatalog } from '#proof/server/platform-catalog.js'
import { StatementScheduler } from '#proof/interleavings/statement-scheduler.js'

export interface InterleavingRun {
  readonly statements: number
  /** SHA-256 of the schedule and the answers. */
  readonly digest: string
  readonly schedule: readonly string[]
  readonly faults: readonly string[]
}

interface Replica {
  readonly url: string
  readonly timers: VirtualTimers
  readonly proxy: TcpProxy
  readonly port: number
  close(): Promise<void>
}

interface Response {
  readonly data?: {
    readonly answer: {
      readonly consumption?: { readonly id: string } | null
      readonly denial: { readonly code: string } | null
    }
  }
  readonly errors?: unknown
}

interface Answer {
  readonly code: string | null
  readonly id: string | null
}

const CLIENTS = 3
const ENV = { CATALOG: platformCatalog(), LOG_LEVEL: 'silent' }

/** Three servers on one database, whose operations on one account the seeds interleave. */
export class Interleavings {
  private readonly server: TestServer
  private readonly key: string

  private constructor(server: TestServer, key: string) {
    this.server = server
    this.key = key
  }

  static async open(): Promise<Interleavings> {
    const server = await startTestServer({ env: ENV })
    const { key } = await entitlementService(server)
    return new Interleavings(server, key)
  }

  close(): Promise<void> {
    return this.server.close()
  }

  /** Interleaves the statements of one race. The same seed makes the same schedule. */
  async run(seed: number): Promise<InterleavingRun> {
    const random = createSeededRandom(seed)
    const race = RACES[seed % RACES.length]!
    const accountId = await newAccount(this.server, `race-${seed}-${Math.floor(performance.now())}@example.com`)
    await race.prepare?.(this, accountId)
    // New servers, because a server remembers conflicts and chooses its statements by them.
    const replicas: Replica[] = []
    try {
      for (let index = 0; index < CLIENTS; index++) replicas.push(await openReplica(this.server, index))
      return await this.race(race, accountId, replicas, random)
    } finally {
      for (const replica of replicas) await replica.close()
    }
  }

  private async race(
    race: Race,
    accountId: string,
    replicas: readonly Replica[],
    random: ReturnType<typeof createSeededRandom>,
  ): Promise<InterleavingRun> {
    // The first call of a server loads what later ones find in its memory.
    for (const replica of replicas)
      await replica.timers.until(
        this.call(replica, `{ check(accountId: "${accountId}", feature: "credits") { allowed } }`),
      )
    const scheduler = new StatementScheduler({
      clients: replicas,
      choose: () => random.next(),
      blockedOf: async (ids) =>
        (
          await this.server.query<{ pid: number }>(
            `select pid from unnest($1::int[]) pid where cardinality(pg_blocking_pids(pid)) > 0`,
            [ids],
          )
        ).map(({ pid }) => pid),
    })
    const answers = await scheduler.run(
      replicas.map((replica, client) => () => this.operate(replica, race.operations(accountId, client))),
    )
    const faults = (await race.faults(this, accountId, answers)).map((fault) => `${race.name}: ${fault}`)
    const { database, catalog } = this.server.app.context
    for (const { name, ok, counterexample } of await allDeclared.invariants.check(database, catalog.current()))
      if (!ok) faults.push(`${race.name}: invariant '${name}' is broken: ${JSON.stringify(counterexample)}`)
    const { schedule } = scheduler
    const digest = createHash('sha256')
      .update(JSON.stringify([schedule, answers.map(({ code }) => code)]))
      .digest('hex')
    return { statements: schedule.length, digest, schedule, faults }
  }

  private async operate(replica: Replica, { mutation, input }: Operation): Promise<Answer> {
    const selection = `${mutation === 'consume' ? 'consumption { id }' : ''} denial { code }`
    const text = mutationText(mutation, selection, 'answer')
    const { data, errors } = await this.call(replica, text, variablesOf(mutation, input))
    if (!data) throw new Error(`${mutation}: ${JSON.stringify(errors)}`)
    return { code: data.answer.denial?.code ?? null, id: data.answer.consumption?.id ?? null }
  }

  private async call({ url }: Replica, query: string, variables: object = {}): Promise<Response> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.key}` },
      body: JSON.stringify({ query, variables }),
    })
    return (await response.json()) as Response
  }

  grant(accountId: string, amount: number): Promise<string> {
    return grantTestCredits(this.server, accountId, 'credits', amount)
  }

  async remaining(accountId: string): Promise<number> {
    const [row] = await this.server.query<{ left: string }>(
      `select coalesce(sum(amount - used - reserved - expired - revoked), 0) as left from credit_grant
       where account_id = $1 and feature = 'credits'`,
      [accountId],
    )
    return Number(row!.left)
  }

  async entries(accountId: string): Promise<number> {
    const [row] = await this.server.query<{ count: number }>(
      `select count(*)::int as count from ledger_entry where account_id = $1 and kind = 'CONSUME'`,
      [accountId],
    )
    return row!.count
  }

  async slots(accountId: string): Promise<number> {
    const [row] = await this.server.query<{ count: number }>(
      `select count(*)::int as count from allocation where account_id = $1 and feature = 'slots' and released_at is null`,
      [accountId],
    )
    return row!.count
  }
}

let opened: Promise<Interleavings> | null = null

/** Interleaves one race on a server that all seeds of the process share. */
export async function interleave(seed: number): Promise<InterleavingRun> {
  opened ??= Interleavings.open()
  return (await opened).run(seed)
}

/** Ends the shared server. */
export async function endInterleavings(): Promise<void> {
  await (await opened?.catch(() => null))?.close()
  opened = null
}

async function openReplica(server: TestServer, index: number): Promise<Replica> {
  const { hostname, port } = new URL(server.databaseUrl)
  const proxy = await openTcpProxy({ host: hostname, port: Number(port || 5432) })
  const timers = createVirtualTimers(Date.now())
  const through = Object.create(server, { databaseUrl: { value: proxy.through(server.databaseUrl) } }) as TestServer
  const replica = await timers.until(startReplica(through, { timers, random: createSeededRandom(index) }, ENV))
  return {
    url: replica.url,
    timers,
    proxy,
    port: Number(new URL(proxy.through(server.databaseUrl)).port),
    close: async () => {
      await timers.until(replica.close())
      await proxy.close()
    },
  }
}

interface Operation {
  readonly mutation: string
  readonly input: Readonly<Record<string, unknown>>
}

interface Race {
  readonly name: string
  readonly prepare?: (on: Interleavings, accountId: string) => Promise<unknown>
  readonly operations: (accountId: string, client: number) => Operation
  readonly faults: (on: Interleavings, accountId: string, answers: readonly Answer[]) => Promise<string[]>
}

const consume = (accountId: string, amount: number, idempotencyKey: string): Operation => ({
  mutation: 'consume',
  input: { accountId, feature: 'credits', amount, idempotencyKey },
})
const allowed = (answers: readonly Answer[]): number => answers.filter(({ code }) => code === null).length
const expectThat = (what: string, actual: number, expected: number): string[] =>
  actual === expected ? [] : [`${what}: ${actual} instead of ${expected}`]

const RACES: readonly Race[] = [
  {
    name: 'three servers use the last two units',
    prepare: (on, accountId) => on.grant(accountId, 2),
    operations: (accountId, client) => consume(accountId, 1, `race-${client}`),
    faults: async (on, accountId, answers) => [
      ...expectThat('allowed', allowed(answers), 2),
      ...expectThat('remaining', await on.remaining(accountId), 0),
      ...expectThat('entries', await on.entries(accountId), 2),
    ],
  },
  {
    name: 'three servers receive one key',
    prepare: (on, accountId) => on.grant(accountId, 5),
    operations: (accountId) => consume(accountId, 2, 'race'),
    faults: async (on, accountId, answers) => [
      ...expectThat('allowed', allowed(answers), 3),
      ...expectThat('results', new Set(answers.map(({ id }) => id)).size, 1),
      ...expectThat('remaining', await on.remaining(accountId), 3),
      ...expectThat('entries', await on.entries(accountId), 1),
    ],
  },
  {
    name: 'three servers allocate the last two of three slots',
    operations: (accountId, client) => ({
      mutation: 'allocate',
      // Two of them name the same resource, which counts once.
      input: { accountId, feature: 'slots', resourceId: `slot-${client % 2}` },
    }),
    faults: async (on, accountId, answers) => [
      ...expectThat('allowed', allowed(answers), 3),
      ...expectThat('allocated', await on.slots(accountId), 2),
    ],
  },
  {
    name: 'unequal amounts compete',
    prepare: (on, accountId) => on.grant(accountId, 4),
    operations: (accountId, client) => consume(accountId, client + 1, `race-${client}`),
    faults: async (on, accountId, answers) => {
      const used = answers.reduce((sum, { code }, client) => sum + (code === null ? client + 1 : 0), 0)
      return [
        ...(used > 4 ? [`${used} of 4 units were allowed`] : []),
        ...(allowed(answers) < 2 ? ['too many were denied'] : []),
        ...expectThat('remaining', await on.remaining(accountId), 4 - used),
      ]
    },
  },
]
