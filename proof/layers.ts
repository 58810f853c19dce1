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
    default:
      throw new Error(`There is no layer '${layer as string}'.`)
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

export function processorSeconds(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000_000
}
