import { familyProcessorSeconds } from '../bench/harness/process-table.ts'
import { calledOperations, coverageFigures } from '#proof/api-coverage/called.js'
import { runDecisions } from '#proof/decisions/run-decisions.js'
import type { LayerName, LayerOutcome, ProofFailure } from '#proof/report/result.js'

/** First seed of each layer, so that a seed alone names its layer. */
export const FIRST_SEED: Readonly<Record<LayerName, number>> = {
  decisions: 0,
  server: 1_000_000_000,
  histories: 2_000_000_000,
  interleavings: 3_000_000_000,
}

/** Names of the layers in the order of their seeds. */
export const LAYER_NAMES = Object.keys(FIRST_SEED) as readonly LayerName[]

export const layerOfSeed = (seed: number): LayerName => LAYER_NAMES.findLast((name) => seed >= FIRST_SEED[name])!

export interface LayerRun {
  /** First seed, counted within the layer. */
  readonly seed: number
  readonly seconds: number
  readonly shrinks?: boolean
  readonly say: (line: string) => void
}

export const replayOf = (seed: number, step: number): string => `npm run prove -- --seed ${seed} --step ${step}`

/** Runs one layer for a time, or until it fails. */
export async function runLayer(layer: LayerName, run: LayerRun): Promise<LayerOutcome> {
  return layer === 'decisions' ? runDecisionLayer(run) : runSeeds(layer, run)
}

function runDecisionLayer({ seed, seconds, shrinks, say }: LayerRun): LayerOutcome {
  const before = process.cpuUsage()
  const { failure, ...result } = runDecisions({
    seed,
    maxSeeds: Infinity,
    seconds,
    ...(shrinks === undefined ? {} : { shrinks }),
    progress: ({ seeds, steps, years }) =>
      say(
        `decisions: ${seeds} seeds, ${steps.toLocaleString('en-US')} steps, ${Math.round(years).toLocaleString('en-US')} account-years`,
      ),
  })
  return {
    layer: 'decisions',
    ...result,
    processorSeconds: ownProcessorSeconds(before),
    failures: failure ? [failureOf('decisions', failure.seed, failure)] : [],
    figures: {},
  }
}

/** What one seed of a layer with servers did. */
interface SeedRun {
  readonly steps: number
  readonly years: number
  readonly faults: readonly { readonly step: number; readonly message: string }[]
  readonly figures: Readonly<Record<string, number>>
  /** Calls of the public API, for the coverage table. */
  readonly calls?: ReadonlySet<string>
}

/** A run of the whole server has as many accounts and months. */
const POPULATION = { accounts: 10, months: 12 }
/** Acts of all accounts in a month. */
const ACTS = 40
const HISTORY = { callsPerClient: 60, rounds: 3, kills: 2 }

/** One seed of each layer with servers. Its modules use the build, so they are loaded with the database of the test servers. */
const SEEDS: Readonly<Record<Exclude<LayerName, 'decisions'>, (seed: number) => Promise<SeedRun>>> = {
  async server(seed) {
    // Customers who buy and change plans, and tenants who use, deploy and run commands, in turn.
    const { livePopulation } = await import('#proof/server/population.js')
    const { livePlatform } = await import('#proof/server/platform.js')
    const { steps, months, faults, calls } =
      seed % 2 === 0 ? await livePopulation(seed, POPULATION) : await livePlatform(seed, { ...POPULATION, acts: ACTS })
    return { steps, years: months / 12, faults, figures: {}, calls }
  },
  async interleavings(seed) {
    const { interleave } = await import('#proof/interleavings/run-interleavings.js')
    const { statements, faults } = await interleave(seed)
    return { steps: statements, years: 0, faults: faults.map((message) => ({ step: 0, message })), figures: {} }
  },
  async histories(seed) {
    const { runHistory } = await import('#proof/histories/run-histories.js')
    const { noOwnDatabase, OwnDatabase } = await import('#proof/histories/own-database.js')
    const database = noOwnDatabase() === null ? await OwnDatabase.start() : null
    try {
      const options = { ...HISTORY, ...(database ? { database } : {}) }
      const { calls, unknown, denied, faults, contradictions } = await runHistory(seed, options)
      return {
        steps: calls,
        years: 0,
        faults: contradictions.map((message) => ({ step: 0, message })),
        figures: { 'calls without an answer': unknown, 'denied calls': denied, ...faults },
      }
    } finally {
      await database?.close()
    }
  },
}

/** Runs the seeds of a layer with servers one after the other until the time is over or one fails. */
async function runSeeds(layer: keyof typeof SEEDS, { seed: firstSeed, seconds, say }: LayerRun): Promise<LayerOutcome> {
  const { openTestWorld } = await import('#proof/server/test-world.js')
  const world = await openTestWorld()
  const [before, begin] = [familyProcessorSeconds(process.pid), performance.now()]
  let processorSeconds = 0
  const failures: ProofFailure[] = []
  const figures: Record<string, number | string> = {}
  const calls = new Set<string>()
  let [seeds, steps, years] = [0, 0, 0]
  try {
    do {
      const seed = firstSeed + seeds++
      const run = await SEEDS[layer](seed).catch((error: unknown): SeedRun => {
        const message = error instanceof Error ? error.message : String(error)
        return { steps: 0, years: 0, faults: [{ step: 0, message }], figures: {} }
      })
      steps += run.steps
      years += run.years
      for (const [name, count] of Object.entries(run.figures)) figures[name] = Number(figures[name] ?? 0) + count
      for (const call of run.calls ?? []) calls.add(call)
      failures.push(...run.faults.map((fault) => failureOf(layer, seed, fault)))
      say(`${layer}: seed ${seed}, ${steps.toLocaleString('en-US')} steps, ${years.toFixed(1)} account-years`)
    } while (failures.length === 0 && performance.now() - begin < seconds * 1000)
    // With PostgreSQL and the servers, which are children of this process.
    processorSeconds = familyProcessorSeconds(process.pid) - before
  } finally {
    if (layer === 'interleavings') await (await import('#proof/interleavings/run-interleavings.js')).endInterleavings()
    await world.close()
  }
  if (layer === 'histories') Object.assign(figures, await skippedFaults())
  const called = calledOperations(calls)
  if (layer === 'server') Object.assign(figures, coverageFigures(called))
  return {
    layer,
    firstSeed,
    seeds,
    steps,
    years,
    seconds: (performance.now() - begin) / 1000,
    processorSeconds,
    failures,
    figures,
    called,
  }
}

async function skippedFaults(): Promise<Record<string, string>> {
  const reason = (await import('#proof/histories/own-database.js')).noOwnDatabase()
  return reason === null ? {} : { 'full disk and failover': `skipped, ${reason}` }
}

const failureOf = (
  layer: LayerName,
  seed: number,
  {
    step,
    message,
    needed = [],
  }: { readonly step: number; readonly message: string; readonly needed?: readonly unknown[] },
): ProofFailure => ({ layer, seed, step, message, replay: replayOf(seed, step), needed })

function ownProcessorSeconds(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000_000
}
