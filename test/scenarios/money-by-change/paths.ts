import { seededRandom } from '@stackgate/sandbox/faults/random.js'
import type { ProviderName } from './providers.js'
import { BEGINNINGS, STEPS, type Beginning, type Situation, type Step } from './steps.js'

/** A beginning and the steps that follow it. */
export interface Path {
  readonly provider: ProviderName
  readonly beginning: Beginning
  readonly steps: readonly Step[]
}

/** Name of a path, as `pathNamed` parses it. */
export const nameOf = ({ provider, beginning, steps }: Path): string =>
  [provider, ...[beginning, ...steps].map(({ name }) => name)].join(' > ')

const PROVIDERS: readonly ProviderName[] = ['STRIPE', 'PAYPAL']

/** Every path of as many steps, in every order in which they make sense, at both providers where it can. */
export function allPaths(length: number): Path[] {
  return PROVIDERS.flatMap((provider) =>
    BEGINNINGS.filter((one) => isAt(provider, one)).flatMap((beginning) =>
      following(provider, beginning.situation, length).map((steps): Path => ({ provider, beginning, steps })),
    ),
  )
}

const isAt = (provider: ProviderName, { only }: { readonly only?: ProviderName }): boolean =>
  (only ?? provider) === provider

function following(provider: ProviderName, situation: Situation, length: number): Step[][] {
  if (length === 0) return [[]]
  return STEPS.filter((step) => isAt(provider, step) && step.when(situation)).flatMap((step) =>
    following(provider, { ...situation, ...step.leadsTo(situation) }, length - 1).map((rest) => [step, ...rest]),
  )
}

/** Everything that a path can be made of, at each provider. */
const EVERY = PROVIDERS.flatMap((provider) =>
  [...BEGINNINGS, ...STEPS].filter((one) => isAt(provider, one)).map(({ name }) => `${provider} ${name}`),
)

const namesOf = ({ provider, beginning, steps }: Path): string[] =>
  [beginning, ...steps].map(({ name }) => `${provider} ${name}`)

/** Sorts paths at random. The same seed sorts them the same. */
export function shuffledPaths(paths: readonly Path[], seed: string): Path[] {
  const random = seededRandom(seed)
  return paths
    .map((path) => ({ path, at: random() }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ path }) => path)
}

/**
 * Some of the given paths with steps that the other paths lack: always the one that adds the most, while it adds at least `least` beginnings and
 * steps, which count for each provider.
 */
function byGain(paths: readonly Path[], others: readonly Path[], least: number): Path[] {
  const missing = new Set(EVERY)
  for (const name of others.flatMap(namesOf)) missing.delete(name)
  const candidates = paths.map((path) => ({ path, names: [...new Set(namesOf(path))] }))
  const chosen: Path[] = []
  for (;;) {
    let best = { path: candidates[0]!.path, gain: 0 }
    for (const { path, names } of candidates) {
      let gain = 0
      for (const name of names) if (missing.has(name)) gain++
      if (gain > best.gain) best = { path, gain }
    }
    if (best.gain < least) return chosen
    chosen.push(best.path)
    for (const name of namesOf(best.path)) missing.delete(name)
  }
}

/** A few of the paths with most of their steps. */
export const samplePaths = (paths: readonly Path[]): Path[] => byGain(paths, [], 2)

/** Few random paths of two and three steps with every beginning and step that the others lack. The same seed chooses the same. */
export const completingPaths = (others: readonly Path[], seed: string): Path[] =>
  byGain(shuffledPaths([...allPaths(2), ...allPaths(3)], seed), others, 1)

/** The path that a name says. */
export function pathNamed(name: string): Path {
  const [provider, first, ...rest] = name.split(' > ')
  const beginning = BEGINNINGS.find((one) => one.name === first)
  const steps = rest.map((step) => STEPS.find((one) => one.name === step))
  if (!PROVIDERS.includes(provider as ProviderName) || !beginning || steps.some((step) => !step))
    throw new Error(`There is no path '${name}'.`)
  return { provider: provider as ProviderName, beginning, steps: steps as Step[] }
}
