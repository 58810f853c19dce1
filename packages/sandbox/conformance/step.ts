import type { Stripe } from 'stripe'

/** What a step of the scenario works with. */
export interface Stage {
  readonly stripe: Stripe
  /** When the scenario began (seconds). */
  readonly begun: number
  /** The id that an earlier step kept. */
  id: (name: string) => string
  /** Keeps the id of an object for later steps, and answers the object. */
  keep: <T extends { id: string }>(name: string, object: Promise<T>) => Promise<T>
  /** What a person or a bank does; only the sandbox can be asked for it. */
  readonly control: (method: 'GET' | 'POST', path: string, body?: object) => Promise<Record<string, unknown>>
}

/** One call of the scenario and what it answers. */
export interface Step {
  /** What happens, in words; unique. */
  name: string
  /** True if it needs the sandbox's control: played there alone. */
  sandboxOnly: boolean
  run: (stage: Stage) => Promise<unknown>
}

/** A step that any Stripe can play. */
export function step(name: string, run: Step['run']): Step {
  return { name, sandboxOnly: false, run }
}

/** A step for which somebody must click, or a bank must act. */
export function sandboxStep(name: string, run: Step['run']): Step {
  return { name, sandboxOnly: true, run }
}
