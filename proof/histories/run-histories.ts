import { allDeclared } from '#modules/all-declarations.js'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '#proof/root.js'
import { checkHistory } from '#proof/histories/check-history.js'
import type { OwnDatabase } from '#proof/histories/own-database.js'
import type { Call, ConsumeCall, History, LedgerOperation, ReadCall } from '#proof/histories/history.js'
import { entitlementService, grantTestCredits } from '#test/support/entitlements.js'
import { startSecondServer, type SecondServer } from '#test/support/second-server-process.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { positionOf } from '#services/kernel/ids/ids.js'

const FEATURE = 'ai_stories'
const CATALOG = { CATALOG: 'agileforge' }
/** Units that the free plan of the catalog grants each month. */
const OF_PLAN = 25
const CLIENTS = 8
const ACCOUNTS = 3
/** The clock of the second server is right until a signal moves it by forty days, and again after the next. */
const MOVABLE_CLOCK = {
  NODE_OPTIONS: `--import ${pathToFileURL(join(root, 'test/support/shifted-clock.mjs')).href}`,
  CLOCK_SHIFT_MS: String(40 * 86_400_000),
  CLOCK_SHIFTED_AT_START: 'false',
}
/** Wait of a client until it repeats a call without an answer. */
const ANSWER_MS = 4_000
/** Attempts of one call. More mean that the servers do not recover. */
const ATTEMPTS = 60

/** Faults of a round, chosen by the seed. */
const FAULTS = [
  'kill -9 of a server',
  'SIGSTOP of a server',
  'cut of all connections to the database',
  'clock step of a server',
] as const
/** Faults of a database of its own, one in each round. */
const DATABASE_FAULTS = ['full disk of the database', 'failover of the database'] as const
type Fault = (typeof FAULTS)[number] | (typeof DATABASE_FAULTS)[number]

export interface HistoryRun {
  readonly calls: number
  readonly unknown: number
  readonly denied: number
  readonly faults: Readonly<Record<Fault, number>>
  readonly contradictions: readonly string[]
}

export interface HistoryOptions {
  readonly callsPerClient: number
  readonly rounds: number
  /** Most killed servers in one round. A start takes seconds, on a busy machine a minute. */
  readonly kills: number
  /** A database whose disk becomes full in the first round, and that fails over in the second. */
  readonly database?: OwnDatabase
}

/**
 * Two servers on one database: concurrent clients consume and read while the second one is killed, stopped and started, its clock
 * moves by forty days and back, and the database ends all connections. The checker then decides whether an order explains all answers.
 */
export async function runHistory(seed: number, options: HistoryOptions): Promise<HistoryRun> {
  const { database } = options
  const own: Record<string, string> = database ? { DATABASE_URL: database.url } : {}
  const server = await startTestServer({
    env: { ...CATALOG, LOG_LEVEL: 'silent', ...own },
    ...(database ? { databaseThrough: () => database.url } : {}),
  })
  const second = await startSecond(server, database)
  const run = new FaultyRun(server, second, seed, options)
  try {
    return await run.run()
  } finally {
    await run.end()
    await server.close()
  }
}

const startSecond = (server: TestServer, database: OwnDatabase | undefined): Promise<SecondServer> =>
  startSecondServer(
    server,
    { ...CATALOG, ...(database ? { DATABASE_URL: database.url } : {}) },
    { ...MOVABLE_CLOCK, ...(database ? { DATABASE: database.url } : {}) },
  )

interface Account {
  readonly id: string
  readonly units: number
  readonly version: number
}

class FaultyRun {
  private readonly server: TestServer
  private second: SecondServer
  private readonly options: HistoryOptions
  private readonly random: ReturnType<typeof createSeededRandom>
  private readonly calls: Call[] = []
  private readonly faults: Record<Fault, number> = {
    'kill -9 of a server': 0,
    'SIGSTOP of a server': 0,
    'cut of all connections to the database': 0,
    'clock step of a server': 0,
    'full disk of the database': 0,
    'failover of the database': 0,
  }
  private key = ''
  private isOver = false

  constructor(server: TestServer, second: SecondServer, seed: number, options: HistoryOptions) {
    this.server = server
    this.second = second
    this.options = options
    this.random = createSeededRandom(seed)
  }

  async run(): Promise<HistoryRun> {
    this.key = (await entitlementService(this.server)).key
    const contradictions: string[] = []
    for (let round = 0; round < this.options.rounds && contradictions.length === 0; round++)
      contradictions.push(...(await this.round(round)))
    const { database, catalog } = this.server.app.context
    for (const { name, ok, counterexample } of await allDeclared.invariants.check(database, catalog.current()))
      if (!ok) contradictions.push(`invariant '${name}' is broken: ${JSON.stringify(counterexample)}`)
    const consumes = this.calls.filter((call) => call.kind === 'consume')
    return {
      calls: this.calls.length,
      unknown: this.calls.filter(({ answer }) => answer.kind === 'unknown').length,
      denied: consumes.filter(({ answer }) => answer.kind === 'denied').length,
      faults: this.faults,
      contradictions,
    }
  }

  async end(): Promise<void> {
    this.isOver = true
    await this.second.kill()
  }

  private async round(round: number): Promise<string[]> {
    const accounts = await Promise.all(
      Array.from({ length: ACCOUNTS }, (_, index) => this.account(`${round}-${index}`)),
    )
    const from = this.calls.length
    // Every random choice is drawn before the clients start, so that the seed decides what they ask.
    const plans = Array.from({ length: CLIENTS }, (_, client) => this.planOf(client, round, accounts))
    const clients = Promise.all(plans.map((plan) => this.client(plan)))
    const faults = this.causeFaults(clients, this.options.database ? DATABASE_FAULTS[round] : undefined)
    await clients
    await faults
    const history = await this.history(accounts, this.calls.slice(from))
    return checkHistory(history)
  }

  private async account(name: string): Promise<Account> {
    const token = await this.server.token(`history-${name}@example.com`)
    const { data } = await this.server.graphql<{ account: { id: string } }>(`{ account { id } }`, {}, token)
    const granted = 20 + Math.floor(this.random.next() * 100)
    await grantTestCredits(this.server, data.account.id, FEATURE, granted)
    const [row] = await this.server.query<{ version: string }>(`select version from account where id = $1`, [
      data.account.id,
    ])
    return { id: data.account.id, units: OF_PLAN + granted, version: Number(row!.version) }
  }

  private planOf(client: number, round: number, accounts: readonly Account[]): Planned[] {
    return Array.from({ length: this.options.callsPerClient }, (_, index): Planned => {
      const account = accounts[Math.floor(this.random.next() * accounts.length)]!.id
      const isRead = this.random.next() < 0.25
      const first = this.random.next() < 0.5 ? 0 : 1
      // Some keys are shared by two clients, so that the same call arrives twice at once.
      const isShared = this.random.next() < 0.1
      const key = isShared ? `shared-${round}-${index}` : `${round}-${client}-${index}`
      const amount = isShared ? 2 : 1 + Math.floor(this.random.next() * 4)
      return isRead
        ? { kind: 'read', client, account, first }
        : { kind: 'consume', client, account: isShared ? accounts[0]!.id : account, key, amount, first }
    })
  }

  private async client(plan: readonly Planned[]): Promise<void> {
    for (const one of plan) {
      for (let attempt = 0; ; attempt++) {
        if (attempt === ATTEMPTS) throw new Error(`no server answered a call ${ATTEMPTS} times`)
        const call = await this.ask(one, attempt)
        this.calls.push(call)
        if (call.answer.kind !== 'unknown') break
        await new Promise((wake) => setTimeout(wake, 20 + attempt * 10))
      }
    }
  }

  /** One attempt. The first goes to the server that the plan names, the next ones alternate. */
  private async ask(planned: Planned, attempt: number): Promise<Call> {
    const url = (planned.first + attempt) % 2 === 0 ? this.server.url : this.second.url
    const startedAt = performance.now()
    const { client, account } = planned
    const timed = (isAnswered: boolean) => ({
      client,
      account,
      startedAt,
      endedAt: isAnswered ? performance.now() : Infinity,
    })
    if (planned.kind === 'read') {
      const query = `query ($account: ID!) { check(accountId: $account, feature: "${FEATURE}") { entitlement { remaining revision } } }`
      const data = await this.post<{ check: { entitlement: { remaining: number; revision: number } | null } }>(
        url,
        query,
        { account },
      )
      // Without the database the policy of the feature answers, and there is nothing to read.
      const entitlement = data?.check.entitlement ?? null
      const answer: ReadCall['answer'] = entitlement
        ? { kind: 'read', remaining: entitlement.remaining, version: entitlement.revision }
        : { kind: 'unknown' }
      return { kind: 'read', ...timed(entitlement !== null), answer }
    }
    const { key, amount } = planned
    const mutation = `mutation ($input: ConsumeInput!, $key: String!) { consume(input: $input, key: $key) { consumption { id } denial { code } } }`
    const input = { accountId: account, feature: FEATURE, amount }
    const data = await this.post<{ consume: ConsumePayload }>(url, mutation, { input, key })
    return { kind: 'consume', key, amount, ...timed(data !== null), answer: answerOf(data?.consume ?? null) }
  }

  private async post<Data>(url: string, query: string, variables: object): Promise<Data | null> {
    try {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.key}` },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(ANSWER_MS),
      })
      const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown }
      return errors || !data ? null : data
    } catch {
      return null
    }
  }

  /** Causes one fault after the other until the clients are done. */
  private async causeFaults(clients: Promise<unknown>, first?: Fault): Promise<void> {
    let next = first
    const state = { isOver: false }
    let kills = 0
    const end = (): void => void (state.isOver = true)
    void clients.then(end, end)
    while (!state.isOver && !this.isOver) {
      await new Promise((wake) => setTimeout(wake, 30 + this.random.next() * 150))
      if (state.isOver) return
      const chosen = next ?? FAULTS[Math.floor(this.random.next() * FAULTS.length)]!
      next = undefined
      const isKill = chosen === 'kill -9 of a server'
      const fault = isKill && ++kills > this.options.kills ? 'SIGSTOP of a server' : chosen
      this.faults[fault]++
      await this.cause(fault)
    }
  }

  private async cause(fault: Fault): Promise<void> {
    if (fault === 'cut of all connections to the database') {
      await this.server
        .query(
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
        )
        .catch(() => undefined)
    } else if (fault === 'full disk of the database') {
      await this.options.database!.fillDisk(500 + this.random.next() * 1_500)
    } else if (fault === 'failover of the database') {
      await this.options.database!.failOver()
    } else if (fault === 'clock step of a server') {
      this.second.child.kill('SIGUSR2')
    } else if (fault === 'SIGSTOP of a server') {
      this.second.child.kill('SIGSTOP')
      await new Promise((wake) => setTimeout(wake, 100 + this.random.next() * 400))
      this.second.child.kill('SIGCONT')
    } else {
      await this.second.kill()
      this.second = await startSecond(this.server, this.options.database)
    }
  }

  private async history(accounts: readonly Account[], calls: readonly Call[]): Promise<History> {
    const ids = accounts.map(({ id }) => id)
    const ledger = await this.patiently<LedgerOperation & { version: string; amount: string }>(
      `select account_id as account, version, operation_no as "operationNo", key, operation_total as amount from ledger_entry
       where account_id = any($1) and key is not null and kind = 'CONSUME'`,
      [ids],
    )
    const final = await this.patiently<{ id: string; version: string }>(
      `select id, version from account where id = any($1)`,
      [ids],
    )
    const events = await this.patiently<{ id: string; sequences: string[] }>(
      `select stream_id as id, array_agg(sequence order by sequence) as sequences from stream_event where stream_id = any($1) group by stream_id`,
      [ids],
    )
    const remaining = new Map<string, number>()
    for (const id of ids) {
      const query = `query ($account: ID!) { check(accountId: $account, feature: "${FEATURE}") { entitlement { remaining revision } } }`
      const data = await eventually(
        () => this.post<{ check: { entitlement: { remaining: number } } }>(this.server.url, query, { account: id }),
        (answer) => answer !== null,
      )
      remaining.set(id, data!.check.entitlement.remaining)
    }
    return {
      calls,
      ledger: ledger.map((row) => ({ ...row, version: Number(row.version), amount: Number(row.amount) })),
      accounts: accounts.map(({ id, units, version }) => ({
        account: id,
        units,
        version,
        finalVersion: Number(final.find((row) => row.id === id)!.version),
        finalRemaining: remaining.get(id)!,
      })),
      streams: events.map(({ id, sequences }) => ({ account: id, sequences: sequences.map(Number) })),
    }
  }

  /** Rows, also if the last cut has closed the connection. */
  private async patiently<Row>(sql: string, values: unknown[]): Promise<Row[]> {
    const rows = await eventually(
      () => this.server.query<Row>(sql, values).catch(() => null),
      (found) => found !== null,
    )
    return rows!
  }
}

type Planned =
  | { readonly kind: 'read'; readonly client: number; readonly account: string; readonly first: number }
  | {
      readonly kind: 'consume'
      readonly client: number
      readonly account: string
      readonly key: string
      readonly amount: number
      readonly first: number
    }

/** Denials for lack of units. Any other one would be a defect, and is not explained by the checker. */
interface ConsumePayload {
  readonly consumption: { readonly id: string } | null
  readonly denial: { readonly code: string } | null
}

function answerOf(payload: ConsumePayload | null): ConsumeCall['answer'] {
  if (!payload) return { kind: 'unknown' }
  const { consumption, denial } = payload
  if (consumption) {
    const [version, operationNo] = positionOf(consumption.id, 'csm', 'acc', 2)!.place as [number, number]
    return { kind: 'done', version, operationNo }
  }
  if (denial?.code === 'QUOTA_EXCEEDED' || denial?.code === 'INSUFFICIENT_CREDITS') return { kind: 'denied' }
  throw new Error(`a consumption was denied with ${denial?.code}`)
}
