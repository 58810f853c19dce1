/** PayPal's response to a call. */
export interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}

/** Tools that a step of the scenario uses. */
export interface Stage {
  /** Business time at which the scenario began. */
  readonly begun: Date
  readonly call: (
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>
  /** ID that an earlier step stored. */
  readonly id: (name: string) => string
  /** Keeps an id for later steps. */
  readonly keep: (name: string, id: unknown) => void
  /** Acts as a person, a bank or the clock. Only the sandbox supports it. */
  readonly control: (method: 'GET' | 'POST', path: string, body?: object) => Promise<Answer>
}

/** One call of the scenario and its response. */
export interface Step {
  /** Unique description of the step. */
  readonly name: string
  /**
   * True if the step needs the sandbox's control or the result of a user's action. Such steps run against the sandbox
   * only.
   */
  readonly sandboxOnly: boolean
  readonly run: (stage: Stage) => Promise<Answer>
}

/** A step that any PayPal can play. */
export const step = (name: string, run: Step['run']): Step => ({ name, sandboxOnly: false, run })

/** Step that requires an action of a user or a bank. */
export const sandboxStep = (name: string, run: Step['run']): Step => ({ name, sandboxOnly: true, run })
