import type { Stripe } from 'stripe'

/** Tools that a step of the scenario uses. */
export interface Stage {
  readonly stripe: Stripe
  /** Start of the scenario (seconds). */
  readonly begun: number
  /** ID that an earlier step stored. */
  id: (name: string) => string
  /** Stores the ID of an object for later steps and returns the object. */
  keep: <T extends { id: string }>(name: string, object: Promise<T>) => Promise<T>
  /** Acts as a person or a bank. Only the sandbox supports it. */
  readonly control: (method: 'GET' | 'POST', path: string, body?: object) => Promise<Record<string, unknown>>
}

/** One call of the scenario and its response. */
export interface Step {
  /** Unique description of the step. */
  name: string
  /** True if it needs the sandbox's control: played there alone. */
  sandboxOnly: boolean
  run: (stage: Stage) => Promise<unknown>
}

/** A step that any Stripe can play. */
export function step(name: string, run: Step['run']): Step {
  return { name, sandboxOnly: false, run }
}

/** Step that requires an action of a user or a bank. */
export function sandboxStep(name: string, run: Step['run']): Step {
  return { name, sandboxOnly: true, run }
}
