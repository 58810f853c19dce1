import { runDecisions } from '#proof/decisions/run-decisions.js'
import type { LayerName, LayerOutcome, ProofFailure } from '#proof/report/result.js'

/** First seed of each layer, so that a seed alone names its layer. */
export const FIRST_SEED: Readonly<Record<LayerName, number>> = {
  decisions: 0,
  server: 1_000_000_000,
  histories: 2_000_000_000,
}

export function layerOfSeed(seed: number): LayerName {
  if (seed >= FIRST_SEED.histories) return 'histories'
  return seed >= FIRST_SEED.server ? 'server' : 'decisions'
}

export interface LayerRun {
  /** First seed, counted within the layer. */
  readonly seed: number
  readonly seconds: number
  readonly shrinks?: boolean
  readonly say: (line: string) => void
}

export const replayOf = (seed: number, step: number): string => `npm run prove -- --seed ${seed} --step ${step}`

/** Runs one layer for a time, or until it fails. */
export function runLayer(layer: LayerName, run: LayerRun): Promise<LayerOutcome> {
  switch (layer) {
    case 'decisions':
      return Promise.resolve(runDecisionLayer(run))
    case 'server':
      return runServerLayer(run)
    case 'histories':
      return runHistoryLayer(run)
  }
}

function runDecisionLayer({ seed, seconds, shrinks, say }: LayerRun): LayerOutcome {
  const before = process.cpuUsage()
  const result = runDecisions({
    seed,
    maxSeeds: Infinity,
    seconds,
    ...(shrinks === undefined ? {} : { shrinks }),
    progress: ({ seeds, steps, years }) =>
      say(
        `decisions: ${seeds} seeds, ${steps.toLocaleString('en-US')} steps, ${Math.round(years).toLocaleString('en-US')} account-years`,
      ),
  })
  const { failure } = result
  const failures: ProofFailure[] = failure
    ? [
        {
          layer: 'decisions',
          seed: failure.seed,
          step: failure.step,
          message: failure.message,
          replay: replayOf(failure.seed, failure.step),
          needed: failure.needed,
        },
      ]
    : []
  return {
    layer: 'decisions',
    firstSeed: result.firstSeed,
    seeds: result.seeds,
    steps: result.steps,
    years: result.years,
    seconds: result.seconds,
    processorSeconds: processorSeconds(before),
    failures,
    figures: {},
  }
}

/** A run of the whole server has as many accounts and months. */
const POPULATION = { accounts: 10, months: 12 }

async function runServerLayer({ seed: firstSeed, seconds, say }: LayerRun): Promise<LayerOutcome> {
  const { openTestWorld } = await import('#proof/server/test-world.js')
  const world = await openTestWorld()
  const { livePopulation } = await import('#proof/server/population.js')
  const [before, begin] = [process.cpuUsage(), performance.now()]
  const failures: ProofFailure[] = []
  let [seeds, steps, months] = [0, 0, 0]
  try {
    do {
      const seed = firstSeed + seeds
      const run = await livePopulation(seed, POPULATION).catch((error: unknown) => {
        failures.push({
          layer: 'server',
          seed,
          step: 0,
          message: String(error),
          replay: replayOf(seed, 0),
          needed: [],
        })
        return null
      })
      seeds++
      if (!run) break
      steps += run.steps
      months += run.months
      for (const { step, message } of run.faults)
        failures.push({ layer: 'server', seed, step, message, replay: replayOf(seed, step), needed: [] })
      say(`server: seed ${seed}, ${steps} steps, ${(months / 12).toFixed(1)} account-years`)
    } while (failures.length === 0 && performance.now() - begin < seconds * 1000)
  } finally {
    await world.close()
  }
  return {
    layer: 'server',
    firstSeed,
    seeds,
    steps,
    years: months / 12,
    seconds: (performance.now() - begin) / 1000,
    processorSeconds: processorSeconds(before),
    failures,
    figures: {},
  }
}

const HISTORY = { callsPerClient: 60, rounds: 3 }

async function runHistoryLayer({ seed: firstSeed, seconds, say }: LayerRun): Promise<LayerOutcome> {
  const { openTestWorld } = await import('#proof/server/test-world.js')
  const world = await openTestWorld()
  const { runHistory } = await import('#proof/histories/run-histories.js')
  const [before, begin] = [process.cpuUsage(), performance.now()]
  const failures: ProofFailure[] = []
  const figures: Record<string, number> = { 'calls without an answer': 0, 'denied calls': 0 }
  let [seeds, steps] = [0, 0]
  try {
    do {
      const seed = firstSeed + seeds
      const run = await runHistory(seed, HISTORY).catch((error: unknown) => {
        failures.push({
          layer: 'histories',
          seed,
          step: 0,
          message: String(error),
          replay: replayOf(seed, 0),
          needed: [],
        })
        return null
      })
      seeds++
      if (!run) break
      steps += run.calls
      figures['calls without an answer']! += run.unknown
      figures['denied calls']! += run.denied
      for (const [fault, count] of Object.entries(run.faults)) figures[fault] = (figures[fault] ?? 0) + count
      for (const message of run.contradictions)
        failures.push({ layer: 'histories', seed, step: 0, message, replay: replayOf(seed, 0), needed: [] })
      say(`histories: seed ${seed}, ${steps} calls, ${figures['calls without an answer']} without an answer`)
    } while (failures.length === 0 && performance.now() - begin < seconds * 1000)
  } finally {
    await world.close()
  }
  return {
    layer: 'histories',
    firstSeed,
    seeds,
    steps,
    years: 0,
    seconds: (performance.now() - begin) / 1000,
    processorSeconds: processorSeconds(before),
    failures,
    figures,
  }
}

export function processorSeconds(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000_000
}
