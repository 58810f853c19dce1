import type { EntitlementsContext } from '../services/entitlements/entitlements-context.js'
import type { HealthContext } from '../services/kernel/health/readiness.js'
import type { CustomersContext } from '../services/identity/customers/upsert-account.js'
import type { MembersContext } from '../services/identity/members/member-slots.js'
import type { Before, CalledMutation, MutationRecord } from '../services/identity/audit/audit-mutation.js'
import type { Permission } from '../schema/identity/permission.js'
import type { Loaders } from './loaders.js'
import type { Nodes } from './nodes.js'
import type { WithRemedyRules } from '../services/entitlements/remedies/remedy-rules.js'

/**
 * Context of a request: all dependencies of the services, and the loaders of the request. Each module above the core adds its own by a
 * declaration of this interface.
 */
export interface RequestContext
  extends EntitlementsContext, MembersContext, CustomersContext, HealthContext, WithRemedyRules<RequestContext> {
  readonly loaders: Loaders
  readonly nodes: Nodes
  /** Reads the object of a mutation before it runs, for the audit log. */
  beforeMutation(called: CalledMutation): Promise<Before | null>
  /**
   * Clears the loaders, so that the next field of the same response sees the mutation's effects, and writes the audit
   * entry.
   */
  afterMutation(done: MutationRecord): Promise<void>
  /** Clears the loaders alone. */
  clearLoaded(): void
  /** Throws if the caller does not have a permission on an account, or on the installation. */
  requirePermission(permission: Permission, accountId: string | null): Promise<void>
  /** True unless the caller is a key for all accounts without a scope for personal data. */
  readsPersonalData(): boolean
  /** Throws if the caller is a key for all accounts without a scope for personal data. */
  requirePersonalData(): void
}
