/** What PayPal answered to a call. */
export interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}

/** What a step of the scenario works with. */
export interface Stage {
  /** Business time at which the scenario began. */
  readonly begun: Date
  readonly call: (
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>
  /** The id that an earlier step kept. */
  readonly id: (name: string) => string
  /** Keeps an id for later steps. */
  readonly keep: (name: string, id: unknown) => void
  /** What a person or a bank does, and the clock; only the sandbox can be asked for it. */
  readonly control: (method: 'GET' | 'POST', path: string, body?: object) => Promise<Answer>
}

/** One call of the scenario and what it answers. */
export interface Step {
  /** What happens, in words; unique. */
  readonly name: string
  /** True if it needs the sandbox's control, or what a person did: played there alone. */
  readonly sandboxOnly: boolean
  readonly run: (stage: Stage) => Promise<Answer>
}

/** A step that any PayPal can play. */
export const step = (name: string, run: Step['run']): Step => ({ name, sandboxOnly: false, run })

/** A step for which somebody must have clicked, or a bank must have acted. */
export const sandboxStep = (name: string, run: Step['run']): Step => ({ name, sandboxOnly: true, run })
