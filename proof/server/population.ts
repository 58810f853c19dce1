import { allDeclared } from '#modules/all-declarations.js'
import { createHash } from 'node:crypto'
import { differencesIn, look, type Look } from '#test/scenarios/money-by-change/compare.js'
import { writeCatalog } from '#test/scenarios/money-by-change/catalog.js'
import { Person } from '#test/scenarios/money-by-change/person.js'
import { TABLE_PROVIDERS, type ProviderName } from '#test/scenarios/money-by-change/providers.js'
import { BEGINNINGS, STEPS, type Beginning, type Situation, type Step } from '#test/scenarios/money-by-change/steps.js'
import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { recordCalls, withWebhooks } from '#proof/server/recorded-calls.js'

/** Size of one run of the whole server: one seed. */
export interface PopulationSize {
  readonly accounts: number
  readonly months: number
}

export interface PopulationRun {
  readonly steps: number
  readonly months: number
  readonly digest: string
  readonly log: readonly string[]
  readonly faults: readonly { readonly step: number; readonly message: string }[]
  /** Calls of the public API: mutations by name, routes by method and path. */
  readonly calls: ReadonlySet<string>
}

interface Inhabitant {
  readonly name: string
  readonly person: Person
  readonly provider: ProviderName
  situation: Situation
  /** Steps that are left. The model is proven for so many. */
  left: number
}

const START = '2026-01-15T10:00:00Z'
/** The driver moves time itself. */
const OF_TIME = new Set(['renewal', 'renewal unpaid', 'grace over', 'renewal while away'])
const UNPAID = 'the renewal is going to fail'
/** Number of comparisons until a difference counts, and the pause between them: effects of a step can be in progress. */
const LOOKS = 20
const PAUSE_MS = 250

/**
 * A population lives account-months on the real server with its database and the payment sandbox. One step at a time; after each
 * month, time passes for all. The log has what accounts, provider, ledger and streams show, in this order, without IDs and machine times.
 */
export async function livePopulation(seed: number, size: PopulationSize): Promise<PopulationRun> {
  const server = await startTestServer({ start: START, env: { CATALOG: writeCatalog(), LOG_LEVEL: 'error' } })
  const recorded = recordCalls(server.url)
  try {
    const population = new Population(server, seed, size)
    await population.live()
    return { ...population.result(), calls: await withWebhooks(server, recorded.calls) }
  } finally {
    recorded.stop()
    await server.close()
  }
}

class Population {
  private readonly random: ReturnType<typeof createSeededRandom>
  private readonly living: Inhabitant[] = []
  private readonly log: string[] = []
  private readonly faults: { step: number; message: string }[] = []
  private readonly hash = createHash('sha256')
  private born = 0
  private steps = 0
  private months = 0
  private service!: EntitlementService

  private readonly server: TestServer
  private readonly seed: number
  private readonly size: PopulationSize

  constructor(server: TestServer, seed: number, size: PopulationSize) {
    this.server = server
    this.seed = seed
    this.size = size
    this.random = createSeededRandom(seed)
  }

  result(): Omit<PopulationRun, 'calls'> {
    return {
      steps: this.steps,
      months: this.months,
      digest: this.hash.digest('hex'),
      log: this.log,
      faults: this.faults,
    }
  }

  private one<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.random.next() * values.length)]!
  }

  async live(): Promise<void> {
    this.service = await entitlementService(this.server)
    for (let month = 0; month < this.size.months && this.faults.length === 0; month++) {
      while (this.living.length < this.size.accounts && this.faults.length === 0) await this.arrive()
      for (const inhabitant of this.living) if (this.faults.length === 0) await this.act(inhabitant)
      await this.pass(month)
    }
  }

  private write(line: unknown): void {
    const text = JSON.stringify(line)
    this.hash.update(`${text}\n`)
    this.log.push(text)
  }

  /** A step, its effects, and the comparison of product, provider and model. Returns what was seen; null after a fault. */
  private async take(inhabitant: Inhabitant, what: string, act: () => Promise<unknown>): Promise<Look | null> {
    const step = this.steps++
    const { person } = inhabitant
    const before = person.log.length
    try {
      await act()
      await person.quiet()
    } catch (error) {
      this.faults.push({ step, message: `${inhabitant.name} ${what}: ${String(error)}` })
      return null
    }
    const view = await this.compare(inhabitant, step, what)
    this.write([step, inhabitant.name, what, person.log.slice(before), await this.seen(inhabitant, view)])
    return view
  }

  /** Compares the account with the provider and the model. Returns what it saw. */
  private async compare({ name, person }: Inhabitant, step: number, what: string): Promise<Look> {
    let view = await look(person)
    let found = differencesIn(person, view)
    for (let looks = 1; looks < LOOKS && found.length > 0; looks++) {
      await new Promise((wake) => setTimeout(wake, PAUSE_MS))
      await person.quiet()
      view = await look(person)
      found = differencesIn(person, view)
    }
    for (const difference of found)
      this.faults.push({ step, message: `${name} after ${what}: ${difference} (${person.log.join(' > ')})` })
    return view
  }

  /** What the account, the provider, the ledger and the stream show. */
  private async seen({ person }: Inhabitant, { held, records, purchases }: Look): Promise<unknown> {
    const entries = await this.server.query<{ text: string }>(
      `select concat_ws(' ', version, operation_no, entry_no, kind, feature, amount, balance_after) as text from ledger_entry
       where account_id = $1 order by version, operation_no, entry_no`,
      [person.accountId],
    )
    const events = await this.server.query<{ type: string; count: number }>(
      `select type, count(*)::int as count from stream_event where stream_id = $1 group by type order by type`,
      [person.accountId],
    )
    return {
      held,
      provider: [
        records.credit,
        records.payments.map(({ amount, refunded, lost, disputed }) => [amount, refunded, lost, disputed]),
        records.bills.map(({ status, due, lines }) => [
          status,
          due,
          lines.map(({ kind, code, quantity, amount }) => [kind, code, quantity, amount]),
        ]),
        records.agreements.map(({ status, endedAt, periodEnd }) => [status, endedAt, periodEnd]),
      ],
      purchases: purchases.map(({ status, amount, takenBack }) => [status, amount, takenBack]),
      ledger: entries.map(({ text }) => text),
      events: events.map(({ type, count }) => `${type} ${count}`),
    }
  }

  /** A new account buys its first plan. */
  private async arrive(): Promise<void> {
    const step = this.steps
    const provider: ProviderName = this.random.next() < 0.2 ? 'PAYPAL' : 'STRIPE'
    const beginning: Beginning = this.one(BEGINNINGS.filter(({ only }) => (only ?? provider) === provider))
    const name = `${provider.toLowerCase()}-${++this.born}`
    try {
      const person = await Person.begin(
        this.server,
        TABLE_PROVIDERS[provider],
        beginning,
        `${name}-${this.seed}@example.com`,
      )
      const inhabitant: Inhabitant = { name, person, provider, situation: beginning.situation, left: 2 }
      this.living.push(inhabitant)
      await this.take(inhabitant, `arrives: ${beginning.name}`, () => Promise.resolve())
    } catch (error) {
      this.faults.push({ step, message: `${name} arrives: ${String(error)}` })
    }
  }

  private async act(inhabitant: Inhabitant): Promise<void> {
    if (this.random.next() < 0.4) await this.use(inhabitant)
    if (inhabitant.left === 0 || this.random.next() < 0.5) return
    const { situation, provider, person } = inhabitant
    const possible: Step[] = STEPS.filter(
      (step) => !OF_TIME.has(step.name) && (step.only ?? provider) === provider && step.when(situation),
    )
    if (possible.length === 0) return
    inhabitant.left--
    if (situation.running && !situation.ending && !situation.overdue && this.random.next() < 0.15) {
      await this.take(inhabitant, UNPAID, () =>
        this.server.sandboxControl('POST', 'payments/fail-next', { customer: person.key, times: 1000 }),
      )
      inhabitant.situation = { ...situation, overdue: true, trial: false }
      return
    }
    const step = this.one(possible)
    inhabitant.situation = { ...situation, ...step.leadsTo(situation) }
    await this.take(inhabitant, step.name, () => step.act(person))
    if (step.name === 'cancel later' && this.random.next() < 0.5) await this.resume(inhabitant)
  }

  /** The customer changes their mind before the period ends. */
  private async resume(inhabitant: Inhabitant): Promise<void> {
    let isResumed = false
    await this.take(inhabitant, 'resume', async () => {
      isResumed = await inhabitant.person.change('resumeSubscription', {})
    })
    if (isResumed) inhabitant.situation = { ...inhabitant.situation, ending: false }
  }

  /** Counts servers against the limit of the plan, until one is denied, and gives one back. */
  private async use(inhabitant: Inhabitant): Promise<void> {
    const { person } = inhabitant
    const { accountId } = person
    const count = 1 + Math.floor(this.random.next() * 4)
    const step = this.steps
    const codes: (string | null)[] = []
    const view = await this.take(inhabitant, 'uses servers', async () => {
      for (let server = 0; server < count; server++) {
        const answer = await this.service.allocate({ accountId, feature: 'servers', resourceId: `server-${server}` })
        codes.push(answer.code ?? null)
      }
    })
    if (!view) return
    const { quantity, plan } = view.held
    const allowed = codes.filter((code) => code === null).length
    const expected = Math.min(count, plan === 'free' ? 1 : quantity)
    if (allowed !== expected)
      this.faults.push({
        step,
        message: `${inhabitant.name}: ${allowed} of ${count} servers were allowed with ${plan} × ${quantity}`,
      })
    await this.take(inhabitant, 'gives servers back', async () => {
      for (let server = 0; server < count; server++)
        await this.service.deallocate({ accountId, feature: 'servers', resourceId: `server-${server}` })
    })
  }

  /** A month passes for everybody; then all invariants are checked. */
  private async pass(month: number): Promise<void> {
    if (this.faults.length > 0) return
    const to = new Date(Date.UTC(2026, 0, 15, 12) + (month + 1) * 30.4375 * 86_400_000)
    await this.server.advanceTo(to.toISOString())
    await this.living[0]?.person.quiet()
    this.months += this.living.length
    const before = this.living.slice()
    for (const inhabitant of before) {
      const view = await this.compare(inhabitant, this.steps, `month ${month + 1}`)
      this.write([`month ${month + 1}`, inhabitant.name, await this.seen(inhabitant, view)])
      await this.settle(inhabitant)
    }
    await this.reconcile(month)
    const { database, catalog } = this.server.app.context
    for (const { name, ok, counterexample } of await allDeclared.invariants.check(database, catalog.current()))
      if (!ok)
        this.faults.push({
          step: this.steps,
          message: `invariant '${name}' is broken: ${JSON.stringify(counterexample)}`,
        })
  }

  /** The product compares itself with the provider: subscriptions, money and credit. */
  private async reconcile(month: number): Promise<void> {
    const { data, errors } = await this.server.graphql<{
      reconcile: { error: string | null; drift: { nodes: unknown[] } }
    }>(
      `mutation ($input: ReconcileInput!, $key: String!) {
         reconcile(input: $input, key: $key) { reconciliationRun { error drift { nodes { kind object description } } } }
       }`,
      { input: { provider: 'STRIPE' }, key: `proof-${this.seed}-${month}` },
      await this.server.token('operator@example.com', { roles: ['admin'] }),
    )
    const found = errors ?? [data.reconcile.error, ...data.reconcile.drift.nodes].filter((one) => one !== null)
    if (found.length > 0)
      this.faults.push({ step: this.steps, message: `reconciliation of month ${month + 1}: ${JSON.stringify(found)}` })
  }

  /** The situation after a month: unpaid subscriptions have ended after their grace, and those without steps leave. */
  private async settle(inhabitant: Inhabitant): Promise<void> {
    const { situation, person } = inhabitant
    const isOver = situation.ending || !situation.running || inhabitant.left === 0 || situation.overdue
    inhabitant.situation = { ...situation, trial: false, paid: true }
    if (!isOver) return
    this.living.splice(this.living.indexOf(inhabitant), 1)
    await person.leave()
  }
}
