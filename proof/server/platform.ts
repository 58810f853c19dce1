import { allDeclared } from '#modules/all-declarations.js'
import { createHash } from 'node:crypto'
import { Buyer } from '#test/support/buyer.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { MarketplaceClient, publishTemplate } from '#test/support/marketplace-client.js'
import type { TestAgent } from '#test/support/test-agent.js'
import { mutationText, payloadSelection, variablesOf } from '#test/support/mutations.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { same, type Act } from '#proof/server/act.js'
import { ACTS } from '#proof/server/acts.js'
import { PACK, platformCatalog, TEMPLATE_PRICE } from '#proof/server/platform-catalog.js'
import { createPools, passDay, type Pools } from '#proof/server/pool-acts.js'
import type { PopulationRun, PopulationSize } from '#proof/server/population.js'
import { recordCalls, withWebhooks } from '#proof/server/recorded-calls.js'
import { TenantModel, type TenantDeployment } from '#proof/server/tenant.js'

/** An account with its model, its owner, and the agents of its deployments. */
export class Tenant {
  readonly model = new TenantModel()
  /** Deployments whose agent was revoked: they cannot have another one without a new token. */
  readonly revoked = new Set<string>()
  /** Last version of the ledger and last event that the log has. */
  readonly looked = { version: 0, sequence: 0 }
  /** The owner and the members, once they have joined. */
  readonly users: string[] = []
  readonly name: string
  readonly accountId: string
  readonly buyer: Buyer
  private readonly all: ReadonlyMap<string, TestAgent>

  constructor(name: string, accountId: string, buyer: Buyer, agents: ReadonlyMap<string, TestAgent>) {
    this.name = name
    this.accountId = accountId
    this.buyer = buyer
    this.all = agents
  }

  get token(): string {
    return this.buyer.token
  }

  agents(): TestAgent[] {
    return this.model.running().flatMap(({ hash }) => this.all.get(hash) ?? [])
  }

  /** Running deployments that never had an agent. */
  without(): TenantDeployment[] {
    return this.model.running().filter(({ hash }) => !this.all.has(hash) && !this.revoked.has(hash))
  }
}

export interface PlatformSize extends PopulationSize {
  /** Acts of all accounts in a month. */
  readonly acts: number
}

export interface PlatformRun extends PopulationRun {
  /** How often each act was done. */
  readonly acts: Readonly<Record<string, number>>
}

/** An account with a subscription, whose balance of credits is topped up, and what it must have. */
export interface Spender {
  readonly accountId: string
  readonly token: string
  balance: number
  topUps: number
}

/** IDs of the product and of the sandbox. */
const ID = /\b([a-z]{2,5})_[A-Za-z0-9]{10,}(?:-\d+)*\b/g
/** Secrets of agents and deployments, which nobody can predict. */
const MACHINE_DATA = /"(?:[A-Za-z0-9_-]{86}|enrol_[^"]+)"/g

const START = '2026-01-15T10:00:00Z'

/**
 * A population that uses features, buys packs and templates, deploys, runs commands and loses agents on the real server. One act at
 * a time: its answer and what the account has afterwards are compared with a model of the account.
 */
export async function livePlatform(seed: number, size: PlatformSize): Promise<PlatformRun> {
  const env = { CATALOG: platformCatalog(), LOG_LEVEL: 'error' }
  const server = await startTestServer({ start: START, env })
  const recorded = recordCalls(server.url)
  try {
    const platform = new Platform(server, seed)
    await platform.live(size)
    return { ...platform.result(), calls: await withWebhooks(server, recorded.calls) }
  } finally {
    recorded.stop()
    await server.close()
  }
}

export class Platform {
  readonly server: TestServer
  readonly random: ReturnType<typeof createSeededRandom>
  readonly agents = new Map<string, TestAgent>()
  service = ''
  paidTemplate = ''
  vendorId = ''
  vendor!: MarketplaceClient
  /** What the vendor has earned and did not receive yet, in cents. */
  payable = 0
  /** Tokens of the work that is used next. */
  tokens = 0
  private operator = ''
  private topped: Spender | null = null
  private shared: Pools | null = null
  private readonly seed: number
  private readonly tenants: Tenant[] = []
  private readonly log: string[] = []
  private readonly faults: { step: number; message: string }[] = []
  private readonly done: Record<string, number> = {}
  private readonly turns = new Map<string, number>()
  /** Answers of the act that is being done. */
  private answers: unknown[] = []
  private steps = 0
  private readonly ids = new Map<string, number>()
  private months = 0
  private keys = 0

  constructor(server: TestServer, seed: number) {
    this.server = server
    this.seed = seed
    this.random = createSeededRandom(seed)
  }

  result(): Omit<PlatformRun, 'calls'> {
    const { steps, months, log, faults, done } = this
    const digest = createHash('sha256').update(log.join('\n')).digest('hex')
    return { steps, months, log, faults, acts: done, digest }
  }

  below(limit: number): number {
    return Math.floor(this.random.next() * limit)
  }

  one<Value>(values: readonly Value[]): Value {
    return values[this.below(values.length)]!
  }

  /** The ways of doing the same thing, one after the other: 0 to `ways` - 1. */
  turn(name: string, ways: number): number {
    const turn = this.turns.get(name) ?? 0
    this.turns.set(name, (turn + 1) % ways)
    return turn
  }

  /** An idempotency key that the seed decides. */
  key(): string {
    return `proof-${this.seed}-${++this.keys}`
  }

  /** Calls a mutation, by default as an operator. @throws if it is denied */
  async mutate<Answer>(mutation: string, values: object, selection: string, token = this.operator): Promise<Answer> {
    const { code, ...answer } = await this.attempt<{ code?: string }>(mutation, values, selection, token)
    if (code !== undefined) throw new Error(`${mutation} was denied: ${code}`)
    return answer as Answer
  }

  /** Calls a mutation. Returns the selected fields, or the code of the denial. */
  async attempt<Answer>(mutation: string, values: object, selection: string, token = this.operator): Promise<Answer> {
    const { data, errors } = await this.server.graphql<Record<string, Answer>>(
      mutationText(mutation, payloadSelection(mutation, selection, 'code')),
      variablesOf(mutation, values),
      token,
    )
    if (errors) throw new Error(`${mutation}: ${JSON.stringify(errors)}`)
    const answer = data[mutation]!
    this.answers.push(answer)
    return answer
  }

  /** Waits until webhooks have arrived and were processed. */
  async quiet(): Promise<void> {
    await eventually(
      async () => {
        const { pendingDeliveries } = await this.server.sandboxControl<{ pendingDeliveries: number }>('GET', 'clock')
        const [row] = await this.server.query<{ waiting: string }>(
          `select (select count(*) from inbox_object where pending)
                + (select count(*) from outbox_event where state = 'PENDING')
                + (select count(*) from refund where status = 'CREATING') as waiting`,
        )
        return pendingDeliveries + Number(row!.waiting)
      },
      (waiting) => waiting === 0,
      60_000,
    )
  }

  async live({ accounts, months, acts }: PlatformSize): Promise<void> {
    this.operator = await this.server.token('operator@example.com', { roles: ['admin'] })
    this.service = await this.server.serviceKey(['entitlements:read', 'entitlements:write'])
    await this.sellTemplate()
    for (let index = 1; index <= accounts; index++) this.tenants.push(await this.arrive(`tenant-${index}`))
    for (let month = 0; month < months && this.faults.length === 0; month++) {
      for (let act = 0; act < acts && this.faults.length === 0; act++) await this.act(this.one(this.tenants))
      if (this.faults.length === 0) await this.pass(month)
    }
  }

  /** A vendor publishes a template that costs money. */
  private async sellTemplate(): Promise<void> {
    const vendorToken = await this.server.token('vendor@example.com', { roles: ['vendor'] })
    const vendor = new MarketplaceClient(this.server, vendorToken)
    this.vendor = vendor
    const { id } = await publishTemplate(vendor, new MarketplaceClient(this.server, this.operator), {
      name: 'Sold stack',
    })
    await vendor.price(id, TEMPLATE_PRICE)
    this.paidTemplate = id
    const [row] = await this.server.query<{ vendor: string }>(
      `select vendor_id as vendor from template where id = $1`,
      [id],
    )
    this.vendorId = row!.vendor
  }

  /** The account whose balance is topped up. It subscribes when it is needed. */
  async spender(): Promise<Spender> {
    if (this.topped) return this.topped
    const buyer = await Buyer.named(this.server, `spender-${this.seed}@example.com`)
    const { data } = await this.server.graphql<{ account: { id: string } }>(`{ account { id } }`, {}, buyer.token)
    await buyer.buy('startSubscription', { plan: 'basic' })
    await buyer.buy('purchasePackage', { package: PACK.code })
    await this.quiet()
    this.topped = { accountId: data.account.id, token: buyer.token, balance: PACK.units, topUps: 0 }
    return this.topped
  }

  /** The accounts that share units. They arrive when they are needed. */
  async pools(): Promise<Pools> {
    return (this.shared ??= await createPools(this, `pool-${this.seed}`))
  }

  /** Waits until also alerts and top-ups are done. */
  async settled(): Promise<void> {
    await eventually(
      async () => {
        const [row] = await this.server.query<{ waiting: string }>(
          `select (select count(*) from alert_crossing where handled_at is null)
                + (select count(*) from scheduled_job where kind = 'top_up.run'
                     or kind = 'entitlements.sweep' and run_at <= (select now from business_clock limit 1))
                + (select count(*) from top_up where completed_at is null) as waiting`,
        )
        return Number(row!.waiting)
      },
      (waiting) => waiting === 0,
      60_000,
    )
    await this.quiet()
  }

  private async arrive(name: string): Promise<Tenant> {
    const buyer = await Buyer.named(this.server, `${name}-${this.seed}@example.com`)
    const { data } = await this.server.graphql<{ account: { id: string } }>(`{ account { id } }`, {}, buyer.token)
    return new Tenant(name, data.account.id, buyer, this.agents)
  }

  /** One of the possible acts that were done least, so that a short run has all of them. */
  private async act(tenant: Tenant): Promise<void> {
    const step = this.steps++
    const possible = ACTS.filter((act) => act.when(tenant))
    const least = Math.min(...possible.map(({ name }) => this.done[name] ?? 0))
    // Twice, because some acts have two ways.
    const isRare = this.random.next() < 0.7 || least < 2
    const chosen: Act = this.one(isRare ? possible.filter(({ name }) => (this.done[name] ?? 0) === least) : possible)
    this.done[chosen.name] = (this.done[chosen.name] ?? 0) + 1
    this.answers = []
    try {
      await chosen.act(this, tenant)
      this.write([step, tenant.name, chosen.name, this.answers, await this.compare(tenant)])
    } catch (error) {
      const message = `${tenant.name} ${chosen.name}: ${error instanceof Error ? error.message : String(error)}`
      this.faults.push({ step, message })
    }
  }

  private async compare(tenant: Tenant): Promise<unknown> {
    const { token, model } = tenant
    const { data, errors } = await this.server.graphql<{
      account: { usage: { entitlements: { feature: { code: string }; remaining: number | null }[] } }
    }>(`{ account { usage { entitlements { feature { code } remaining } } } }`, {}, token)
    if (errors) throw new Error(JSON.stringify(errors))
    const expected = model.expected()
    const seen: Record<string, number> = Object.fromEntries(
      Object.keys(expected).map((code) => [
        code,
        data.account.usage.entitlements.find(({ feature }) => feature.code === code)?.remaining ?? 0,
      ]),
    )
    same('what remains', seen, expected)
    return [seen, ...(await this.written(tenant))]
  }

  /** Entries of the ledger and events that are new since the last look, and the payments of the account. */
  private async written({ accountId, looked }: Tenant): Promise<unknown[]> {
    const entries = await this.server.query<{ version: string; text: string }>(
      `select version, concat_ws(' ', version, operation_no, entry_no, kind, feature, grant_id, amount, balance_after) as text
       from ledger_entry where account_id = $1 and version > $2 order by version, operation_no, entry_no`,
      [accountId, looked.version],
    )
    const events = await this.server.query<{ sequence: string; text: string }>(
      `select sequence, concat_ws(' ', sequence, type, subject_id, summary) as text from stream_event
       where stream_id = $1 and sequence > $2 order by sequence`,
      [accountId, looked.sequence],
    )
    const commands = await this.server.query<{ text: string }>(
      `select concat_ws(' ', c.id, c.type, c.status, c.attempt, c.redelivery_count) as text
       from command c join deployment d on d.id = c.deployment_id where d.account_id = $1 order by c.id`,
      [accountId],
    )
    const payments = await this.server.query<{ text: string }>(
      `select concat_ws(' ', id, payment_id, status, amount_minor, reversed_minor, currency) as text from purchase
       where account_id = $1 order by id`,
      [accountId],
    )
    looked.version = Number(entries.at(-1)?.version ?? looked.version)
    looked.sequence = Number(events.at(-1)?.sequence ?? looked.sequence)
    return [entries, events, commands, payments].map((rows) => rows.map(({ text }) => text))
  }

  /** A line of the log. An ID is written as its kind and the number of its first appearance, because background work takes IDs too. */
  private write(line: unknown): void {
    const text = JSON.stringify(line)
      .replaceAll(MACHINE_DATA, '"…"')
      .replaceAll(ID, (id, kind: string) => {
        const number = this.ids.get(id) ?? this.ids.size + 1
        this.ids.set(id, number)
        return `${kind}#${number}`
      })
    this.log.push(text)
  }

  /** A month passes for everybody; then the accounts are compared and all invariants are checked. */
  private async pass(month: number): Promise<void> {
    const to = new Date(Date.UTC(2026, 0, 15, 12) + (month + 1) * 30.4375 * 86_400_000)
    await this.server.advanceTo(to.toISOString())
    await this.quiet()
    this.months += this.tenants.length
    if (this.shared) passDay(this.shared)
    const { database, catalog } = this.server.app.context
    try {
      for (const tenant of this.tenants) {
        tenant.model.pass()
        await this.compare(tenant)
      }
    } catch (error) {
      this.faults.push({ step: this.steps, message: `month ${month + 1}: ${String(error)}` })
    }
    for (const { name, ok, counterexample } of await allDeclared.invariants.check(database, catalog.current()))
      if (!ok)
        this.faults.push({
          step: this.steps,
          message: `invariant '${name}' is broken: ${JSON.stringify(counterexample)}`,
        })
  }
}
