const STORED = 'stackgate.continuation'

/** Deployment that a payment interrupted. It continues after the payment, in the same tab only. */
export interface Continuation {
  /** Page of the dashboard, for example `/market/ghost`. */
  readonly path: string
  /** Name of the template, for the button that leads back. */
  readonly name: string
  readonly account: string
  readonly templateId: string
  /** Code of the denial that the payment lifts. */
  readonly code: string
  /** True if the deployment starts when it becomes possible. */
  readonly deploys: boolean
  /** Name of the deployment. */
  readonly deploymentName: string
  /** Values of parameters that are no secrets. */
  readonly values?: Readonly<Record<string, string>>
}

export const storeContinuation = (continuation: Continuation): void =>
  sessionStorage.setItem(STORED, JSON.stringify(continuation))

export function storedContinuation(): Continuation | null {
  try {
    return JSON.parse(sessionStorage.getItem(STORED) ?? 'null') as Continuation | null
  } catch {
    return null
  }
}

export const clearContinuation = (): void => sessionStorage.removeItem(STORED)
