import { Stripe } from 'stripe'
import { Normalizer } from './normalize.js'
import type { Stage, Step } from './step.js'

/** Result of a step in a comparable form. */
export interface StepResult {
  step: string
  outcome: unknown
}

/** API that the scenario is played against. */
export interface ScenarioTarget {
  stripe: Stripe
  /** The present business time in seconds. */
  now: number
  /** Control interface of the sandbox. Null for Stripe, which has none. */
  control: Stage['control'] | null
}

/** Plays all steps in order. An error response is a valid result; only a step that throws is an error. */
export async function runScenario(
  steps: readonly Step[],
  { stripe, now, control }: ScenarioTarget,
): Promise<StepResult[]> {
  const ids = new Map<string, string>()
  const normalizer = new Normalizer(now)
  const stage: Stage = {
    stripe,
    begun: now,
    id: (name) => {
      const id = ids.get(name)
      if (id === undefined) throw new Error(`no step kept ${name}`)
      return id
    },
    keep: async (name, object) => {
      const kept = await object
      ids.set(name, kept.id)
      normalizer.recognize(kept.id, name)
      return kept
    },
    control: (...call) => {
      if (control === null) throw new Error('only the sandbox can be controlled')
      return control(...call)
    },
  }
  const played: StepResult[] = []
  for (const step of steps) {
    if (step.sandboxOnly && control === null) continue
    played.push({ step: step.name, outcome: normalizer.normalize(await outcomeOf(step, stage)) })
  }
  return played
}

async function outcomeOf(step: Step, stage: Stage): Promise<unknown> {
  try {
    return await step.run(stage)
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) {
      throw new Error(`${step.name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    }
    const { type, code, param, statusCode } = error
    return { refused: { type, code, param, status: statusCode } }
  }
}
