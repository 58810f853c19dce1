import type { BillingContext } from '../billing/billing-context.js'
import type { SandboxClock } from './advance-clock/sandbox-clock.js'

/** A context that can operate the installation. */
export interface OpsContext extends BillingContext {
  /** Null without a sandbox, or when its control interface is not ours to use. */
  readonly sandboxClock: SandboxClock | null
}
