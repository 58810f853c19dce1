import type { Denial } from '../denials/denial.js'

/** A denial as operations return it. */
export interface Denied {
  readonly kind: 'denied'
  readonly denial: Denial
}

export const denied = (denial: Denial): Denied => ({ kind: 'denied', denial })

export const isDenied = (outcome: unknown): outcome is Denied =>
  (outcome as { kind?: unknown } | null)?.kind === 'denied'
