import { Difference, live, type Lived, type LiveOptions } from '#proof/decisions/live.js'
import { liveMoney } from '#proof/decisions/money.js'
import { shrink } from '#proof/decisions/shrink.js'
import { lifeOf, type Life } from '#proof/decisions/steps.js'

/** Steps of one life. */
export const LENGTH = 250
const YEAR_MS = 365.25 * 86_400_000
/** Every fourth seed is a customer's money, the others are an account's entitlements. */
export const isMoney = (seed: number): boolean => seed % 4 === 3

export interface DecisionFailure {
  readonly layer: 'decisions'
  readonly seed: number
  readonly step: number
  readonly message: string
  /** The needed steps that were found to fail. Empty for money, whose steps depend on each other. */
  readonly needed: readonly unknown[]
  readonly start: string
}

export interface DecisionResult {
  readonly seeds: number
  readonly firstSeed: number
  readonly steps: number
  readonly years: number
  readonly seconds: number
  readonly failure: DecisionFailure | null
}

/** Lives one seed. Throws a Difference if the product and the model differ. */
export function liveSeed(seed: number, options: LiveOptions = {}): Lived {
  return isMoney(seed) ? liveMoney(seed, LENGTH, options) : live(lifeOf(seed, LENGTH), options)
}

/** The first difference of a seed, shrunk. Null if there is none. */
export function failureOf(seed: number, options: { readonly shrinks?: boolean } = {}): DecisionFailure | null {
  const found = differenceOf(() => liveSeed(seed))
  if (!found) return null
  const { step, message } = found
  if (isMoney(seed)) return { layer: 'decisions', seed, step, message, needed: [], start: '' }
  const life = lifeOf(seed, LENGTH)
  const fails = (steps: Life['steps']): boolean => differenceOf(() => live({ ...life, steps })) !== null
  const steps = life.steps.slice(0, step + 1)
  const needed = options.shrinks === false ? steps : shrink(steps, fails)
  return { layer: 'decisions', seed, step, message, needed, start: new Date(life.start).toISOString() }
}

function differenceOf(run: () => unknown): Difference | null {
  try {
    run()
    return null
  } catch (error) {
    if (error instanceof Difference) return error
    throw error
  }
}

export interface DecisionOptions {
  readonly seed: number
  /** Ends after this number of seeds, or when the time is over. */
  readonly maxSeeds: number
  readonly seconds: number
  readonly shrinks?: boolean
  readonly progress?: (result: Omit<DecisionResult, 'failure'>) => void
}

/** Lives one seed after the other until the time is over or one fails. */
export function runDecisions({
  seed: firstSeed,
  maxSeeds,
  seconds,
  shrinks,
  progress,
}: DecisionOptions): DecisionResult {
  const begin = performance.now()
  let [seeds, steps, milliseconds, shown] = [0, 0, 0, begin]
  const result = () => ({
    firstSeed,
    seeds,
    steps,
    years: milliseconds / YEAR_MS,
    seconds: (performance.now() - begin) / 1000,
  })
  while (seeds < maxSeeds && performance.now() - begin < seconds * 1000) {
    const seed = firstSeed + seeds
    try {
      const lived = liveSeed(seed)
      steps += lived.operations
      milliseconds += lived.milliseconds
      seeds++
    } catch (error) {
      if (!(error instanceof Difference)) throw error
      return { ...result(), failure: failureOf(seed, shrinks === undefined ? {} : { shrinks }) }
    }
    if (progress && performance.now() - shown > 5000) {
      shown = performance.now()
      progress(result())
    }
  }
  return { ...result(), failure: null }
}
