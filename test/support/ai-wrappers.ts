import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { stringify } from 'yaml'
import type { Random } from '#services/kernel/random/random.js'
import { planOf, startAiProvider, type AiPlan, type AiProvider, type AiTokens } from './ai-provider.js'
import { childEnvironment } from './child-environment.js'
import { AI_SDKS } from './documented-examples.js'
import { grantTestCredits, newAccount } from './entitlements.js'
import { figures, type FigureValue } from './analytics.js'
import { installTools } from './install-tools.js'
import { startTestServer, type TestServer } from './test-server.js'
import { compiledClient } from './usage-kills.js'

const FEATURE = 'ai_credits'
/** Units of a token. */
const PRICES = { input_tokens: 4, cached_tokens: 1, output_tokens: 10, reasoning_tokens: 12 }
const ACCOUNTS = 8

/** Path of a catalog whose rate card prices tokens in whole units, so that prices do not depend on the order of calls. */
export function tokenCatalog(overage = 'overflow', models = ['large']): string {
  const path = join(mkdtempSync(join(tmpdir(), 'stackgate-tokens-')), 'catalog.yaml')
  const lines = Object.entries(PRICES).map(([quantity, price]) => ({ quantity, price }))
  const catalog = {
    business: 'tokens',
    currency: 'USD',
    features: { [FEATURE]: { name: 'AI credits', kind: 'credit', unit: 'credit', properties: ['tool'] } },
    rate_cards: { [FEATURE]: { dimensions: { model: models }, overage, versions: [{ from: '2026-01-01', lines }] } },
    packages: {
      more: {
        name: 'More credits',
        type: 'credit_pack',
        price: '5.00',
        grants: { [FEATURE]: 10_000 },
        valid_for: '365d',
      },
    },
    plans: { free: { name: 'Free', rank: 0, features: { [FEATURE]: 1000 } } },
  }
  writeFileSync(path, stringify(catalog))
  return path
}

export const unitsOf = ({ input, cachedInput, output, reasoning }: AiTokens): number =>
  (input - cachedInput) * PRICES.input_tokens +
  cachedInput * PRICES.cached_tokens +
  (output - reasoning) * PRICES.output_tokens +
  reasoning * PRICES.reasoning_tokens

export interface AiRun {
  readonly seed: number
  readonly calls: number
  readonly parallel: number
  readonly streamsOnly: boolean
  /** Times at which the application is killed and started again with the calls that it has not begun. */
  readonly kills: number
  readonly onKill?: (done: number) => void
  /** The SDK counts tokens that the provider does not report. */
  readonly countsTokens?: boolean
}

/** Outcome of many calls, compared with the ledger and with what the provider reported. */
export interface AiResult {
  /** Differences, as sentences. */
  readonly errors: readonly string[]
  readonly kills: number
  readonly requests: number
  /** Charges of the provider for the calls of the ledger that have its cost, in US dollars. */
  readonly bill: string
  readonly outcomes: Readonly<Record<string, number>>
  /** Units of the ledger: of reports, and of estimates, which are flagged. */
  readonly reportedUnits: number
  readonly estimatedUnits: number
  readonly durationMs: number
}

interface Line {
  readonly word: string
  readonly key: string
  readonly outcome?: string
  readonly error?: string
  readonly usage?: AiTokens
  readonly units?: number
  readonly cpuMs?: number
}

/** Parts of a run: a server, a provider, the compiled client, and accounts with credits. */
export interface AiWorld {
  readonly server: TestServer
  readonly provider: AiProvider
  /** Addresses, key and accounts for an application. */
  readonly settings: object
  readonly start: (options: object, onLine: (line: Line) => void) => ChildProcess
  close(): Promise<void>
}

export async function startAiWorld(): Promise<AiWorld> {
  const server = await startTestServer({ env: { CATALOG: tokenCatalog() } })
  const provider = await startAiProvider()
  const sdks = await installTools(AI_SDKS)
  // Within the project, so that the dependencies are found.
  const cache = join(process.cwd(), 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const compiled = mkdtempSync(join(cache, 'ai-wrappers-'))
  const modules = await compiledClient(compiled)
  const key = await server.serviceKey(['entitlements:write'])
  const accounts: string[] = []
  for (let index = 0; index < ACCOUNTS; index++) {
    const account = await newAccount(server)
    await grantTestCredits(server, account, FEATURE, 1_000_000_000)
    accounts.push(account)
  }
  const settings = { modules, provider: provider.url, url: server.url, key, accounts, timeoutMs: 1_500 }
  return {
    server,
    provider,
    settings,
    start(options, onLine) {
      const text = JSON.stringify({ ...settings, ...options })
      const child = spawn(process.execPath, [join(sdks, 'application.mjs'), text], {
        env: childEnvironment,
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      readLines(child.stdout, onLine)
      return child
    },
    async close() {
      provider.close()
      await server.close()
      rmSync(compiled, { recursive: true, force: true })
    },
  }
}

function readLines(output: Readable, onLine: (line: Line) => void): void {
  let text = ''
  output.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    const lines = text.split('\n')
    text = lines.pop()!
    for (const line of lines) onLine(JSON.parse(line) as Line)
  })
}

export const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => child.once('close', () => resolve()))

/** Runs calls of the application, which is killed at random times, and compares what is known about each. */
export async function runAiCalls(world: AiWorld, random: Random, run: AiRun): Promise<AiResult> {
  const began = performance.now()
  const begun = new Set<string>()
  const finished = new Map<string, Line>()
  const charged = new Map<string, Line>()
  const words: Record<string, (line: Line) => unknown> = {
    began: ({ key }) => begun.add(key),
    ended: (line) => finished.set(line.key, line),
    charged: (line) => charged.set(line.key, line),
    finished: () => undefined,
  }
  const { seed, calls, parallel, streamsOnly, kills, onKill } = run
  const start = () =>
    world.start({ seed, from: begun.size, to: calls, parallel, streamsOnly }, (line) => words[line.word]!(line))
  let killed = 0
  let child = start()
  let end = ended(child)
  while (killed < kills && begun.size < calls) {
    const goal = Math.ceil(((killed + 0.2 + 0.6 * random.next()) * calls) / kills)
    while (begun.size < Math.min(goal, calls) && child.exitCode === null) await pause(3)
    if (child.exitCode !== null) break
    child.kill('SIGKILL')
    await end
    for (const key of begun)
      if (isInterrupted(finished.get(key), charged.get(key))) {
        finished.delete(key)
        charged.delete(key)
      }
    killed++
    onKill?.(killed)
    child = start()
    end = ended(child)
  }
  await end
  // Other reservations end by their time.
  await world.server.advanceTo('2026-01-15T11:00:00Z')
  return {
    ...(await compare(world, run, { begun, finished, charged })),
    kills: killed,
    durationMs: Math.round(performance.now() - began),
  }
}

/** True if the application was killed before it could print how a call ended, or after an attempt that the SDK repeats. */
function isInterrupted(finished: Line | undefined, charged: Line | undefined): boolean {
  if (!finished || !charged) return true
  const [, seed, number] = /^s(\d+)-(\d+)$/.exec(charged.key)!
  const isRepeated = [true, false].some((streamsOnly) =>
    planOf(Number(seed), Number(number), streamsOnly).fault.startsWith('retry'),
  )
  return isRepeated && charged.outcome !== 'reported'
}

/** Milliseconds of processor time of the application for each call, after calls that compile it. */
export async function processorTime(
  world: AiWorld,
  options: { readonly seed: number; readonly calls: number; readonly isBare: boolean },
): Promise<number> {
  const warmUp = 1_000
  const { calls } = options
  let time = NaN
  const child = world.start(
    { ...options, from: 0, to: calls + warmUp, warmUp, parallel: 32, streamsOnly: true },
    ({ cpuMs }) => {
      if (cpuMs !== undefined) time = cpuMs / calls
    },
  )
  await ended(child)
  return time
}

/** Calls through LiteLLM, whose callback meters them, compared as those of the other SDKs. `python` has it and the package of the client. */
export async function runLiteLlm(world: AiWorld, python: string, seed: number, calls: number): Promise<AiResult> {
  const began = performance.now()
  const kinds = Array.from({ length: calls }, (_, number) => planOf(seed, number).kind)
  const begun = new Set<string>()
  const settings = { ...world.settings, seed, kinds }
  const child = spawn(python, ['test/support/ai-litellm.py', JSON.stringify(settings)], {
    env: { ...childEnvironment, PYTHONDONTWRITEBYTECODE: '1', LITELLM_LOCAL_MODEL_COST_MAP: 'True' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  readLines(child.stdout, ({ key }) => begun.add(key))
  await ended(child)
  if (child.exitCode !== 0) throw new Error(said)
  await world.server.advanceTo('2026-01-15T12:00:00Z')
  const run = { seed, calls, parallel: 1, streamsOnly: false, kills: 0, countsTokens: true }
  const known = { begun, finished: new Map<string, Line>(), charged: new Map<string, Line>() }
  return { ...(await compare(world, run, known)), kills: 0, durationMs: Math.round(performance.now() - began) }
}

/** Cost of all calls by the figures, in US dollars. */
export async function costOf({ server }: AiWorld): Promise<FigureValue> {
  const operator = await server.token('costs@example.com', { roles: ['admin'] })
  const [cost] = await figures(server, operator, { metrics: ['COST'], interval: 'RANGE' })
  return cost!.total
}

const pause = (milliseconds: number): Promise<void> => new Promise((wake) => setTimeout(wake, milliseconds))

interface Entry {
  readonly key: string
  readonly units: number
  readonly operations: number
  readonly estimated: boolean
  readonly cost: string | null
}

/** Units that the ledger has for each reservation, by the key of its call. */
const LEDGER = `
  select held.key, coalesce(sum(-used.amount), 0)::int as units, count(distinct (used.version, used.operation_no))::int as operations,
    coalesce(bool_or(used.price->>'basis' = 'ESTIMATE'), false) as estimated, max(used.price->>'providerCost') as cost
  from ledger_entry held
  left join ledger_entry used on used.account_id = held.account_id and used.kind = 'CONSUME'
    and used.reservation = held.version || '-' || held.operation_no
  where held.mutation = 'reserve' and held.key like $1
  group by held.account_id, held.version, held.operation_no, held.key`

interface Known {
  readonly begun: ReadonlySet<string>
  readonly finished: ReadonlyMap<string, Line>
  readonly charged: ReadonlyMap<string, Line>
}

async function compare(
  { server, provider }: AiWorld,
  { seed, calls, streamsOnly, countsTokens = false }: AiRun,
  known: Known,
) {
  // The planner would take a loop for the few rows that it knows of.
  await server.query('analyze ledger_entry')
  const rows = await server.query<Entry>(LEDGER, [`s${seed}-%`])
  const ledger = new Map(rows.map((row) => [row.key, row]))
  const errors = rows.length === ledger.size ? [] : ['A call has two reservations.']
  const outcomes: Record<string, number> = {}
  let requests = 0
  let bill = 0
  for (let number = 0; number < calls; number++) {
    const plan = planOf(seed, number, streamsOnly)
    const entry = ledger.get(plan.id)
    const end = known.charged.get(plan.id)
    // A killed application may have reached the server without a word about it.
    const outcome =
      end?.outcome ??
      (entry
        ? entry.estimated
          ? 'killed, estimated'
          : entry.units > 0
            ? 'killed, reported'
            : 'killed, released'
        : 'killed before it was reserved')
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    if (entry?.cost) bill += Math.round(plan.usage.cost * 1e9)
    requests += provider.attempts.get(plan.id) ?? 0
    if (countsTokens && plan.fault === 'noUsage') continue
    const problem = problemOf(plan, {
      entry,
      end,
      outcome,
      isReported: provider.reported.has(plan.id),
      finished: known.finished.get(plan.id),
    })
    if (problem)
      errors.push(
        `${plan.id} ${plan.kind}, ${plan.fault}, ${plan.act}, ${outcome}: ${problem} ${JSON.stringify({ entry, end, usage: plan.usage, finished: known.finished.get(plan.id) })}`,
      )
  }
  if (known.begun.size !== calls) errors.push(`${known.begun.size} of ${calls} calls began.`)
  const sum = (estimated: boolean) =>
    rows.filter((row) => row.estimated === estimated).reduce((total, { units }) => total + units, 0)
  return {
    errors,
    outcomes,
    requests,
    bill: (Math.round(bill / 1e7) / 100).toFixed(2),
    reportedUnits: sum(false),
    estimatedUnits: sum(true),
  }
}

interface CallRecord {
  readonly entry: Entry | undefined
  readonly end: Line | undefined
  readonly finished: Line | undefined
  readonly outcome: string
  readonly isReported: boolean
}

/** Problem of a call. Null if its ledger is what the provider reported, or the estimate, flagged. */
function problemOf(
  { kind, usage, fault, act }: AiPlan,
  { entry, end, finished, outcome, isReported }: CallRecord,
): string | null {
  const isEmbedding = kind.startsWith('embed')
  const reported = isEmbedding ? { ...usage, cachedInput: 0, output: 0, reasoning: 0 } : usage
  const mustReport = finished && finished.error === null && act === 'read' && fault !== 'noUsage'
  if (finished && !end) return 'the call was not charged'
  if (mustReport && outcome !== 'reported') return 'the call succeeded'
  if (!entry) return outcome === 'killed before it was reserved' ? null : 'no reservation'
  if (entry.operations > 1) return 'charged twice'
  if (outcome.endsWith('estimated')) return entry.estimated && entry.units > 0 ? null : 'an estimate without its flag'
  if (entry.estimated) return 'flagged as an estimate'
  if (outcome.endsWith('released')) return entry.units === 0 ? null : 'charged'
  if (!outcome.endsWith('reported')) return 'an outcome that must not be'
  if (!isReported) return 'the provider has reported nothing'
  if (entry.units !== unitsOf(reported)) return `charged ${entry.units} instead of ${unitsOf(reported)}`
  if (end && end.units !== entry.units) return 'another amount was returned to the application'
  if (end && kind.startsWith('chat') && end.usage?.['cost'] !== usage.cost) return 'the cost is missing'
  if (kind.startsWith('chat') && Number(entry.cost ?? NaN) !== usage.cost) return 'the ledger has another cost'
  return null
}
