import type { CatalogContext } from '../catalog/catalog-context.js'
import type { SandboxClock } from './advance-clock/sandbox-clock.js'
import type { OperationLimits } from '../catalog/installation/operation-limits.js'

/** A context that can operate the installation. */
export interface OpsContext extends CatalogContext {
  /** Null without a sandbox, or when its control interface is not ours to use. */
  readonly sandboxClock: SandboxClock | null
  /** Limits of GraphQL operations. */
  readonly operationLimits: OperationLimits
}
