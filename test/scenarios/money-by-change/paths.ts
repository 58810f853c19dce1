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

/** Everything that a path can be made of. */
const EVERY = PROVIDERS.flatMap((provider) => [...BEGINNINGS, ...STEPS].filter((one) => isAt(provider, one)))

/** Sorts paths at random. The same seed sorts them the same. */
export function shuffledPaths(paths: readonly Path[], seed: string): Path[] {
  const random = seededRandom(seed)
  return paths
    .map((path) => ({ path, at: random() }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ path }) => path)
}

/** Some paths of two and three steps: the same seed chooses the same. Every beginning and every step occurs, if there are enough of them. */
export function samplePaths(seed: string, count: number): Path[] {
  const shuffled = shuffledPaths([...allPaths(2), ...allPaths(3)], seed)
  const seen = new Set<string>()
  const chosen: Path[] = []
  for (const path of [...shuffled, ...shuffled]) {
    if (chosen.length === count) break
    const names = [path.beginning, ...path.steps].map(({ name }) => `${path.provider} ${name}`)
    const fresh = names.filter((name) => !seen.has(name)).length
    if (chosen.includes(path) || (fresh === 0 && seen.size < EVERY.length)) continue
    for (const name of names) seen.add(name)
    chosen.push(path)
  }
  return chosen
}

/** The path that a name says. */
export function pathNamed(name: string): Path {
  const [provider, first, ...rest] = name.split(' > ')
  const beginning = BEGINNINGS.find((one) => one.name === first)
  const steps = rest.map((step) => STEPS.find((one) => one.name === step))
  if (!PROVIDERS.includes(provider as ProviderName) || !beginning || steps.some((step) => !step))
    throw new Error(`There is no path '${name}'.`)
  return { provider: provider as ProviderName, beginning, steps: steps as Step[] }
}
