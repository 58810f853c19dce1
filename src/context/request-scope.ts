import type { AccountLoader } from '../services/identity/accounts/account-loader.js'
import type { AccountReader } from '../services/identity/accounts/account-reader.js'
import type { Caller } from '../services/identity/model/caller.js'
import { readsPersonalData, requirePersonalData } from '../services/identity/model/personal-data.js'
import {
  auditMutation,
  readBefore,
  type Before,
  type CalledMutation,
  type MutationRecord,
} from '../services/identity/audit/audit-mutation.js'
import { requirePermission } from '../services/identity/access/require-permission.js'
import type { Permission } from '../schema/identity/permission.js'
import { createAccountLoader } from './account-loader.js'
import { clearLoaded, loadersOf, type LoaderMakers, type Loaders } from './loaders.js'
import type { RequestContext } from './request-context.js'

/** Parts of the context that all requests share. */
export type SharedContext = Omit<
  RequestContext,
  | 'caller'
  | 'requestId'
  | 'onBehalfOf'
  | 'receivedAt'
  | 'accounts'
  | 'loaders'
  | 'clearLoaded'
  | 'beforeMutation'
  | 'afterMutation'
  | 'requirePermission'
  | 'readsPersonalData'
  | 'requirePersonalData'
> & { readonly accountReader: AccountReader }

/**
 * Creates request contexts. Shared services live on the prototype; loaders are created on first use. Copies of a
 * context (operations of a batch) share its loaders.
 */
export function requestScopes(
  parts: SharedContext,
  makers: LoaderMakers,
): (caller: Caller, requestId: string, onBehalfOf?: string | null) => RequestContext {
  const createLoaders = loadersOf(makers)
  class RequestScope {
    readonly loaders: Loaders
    readonly receivedAt = parts.machineClock.now()
    readonly made: { accounts?: AccountLoader } = {}

    constructor(
      readonly caller: Caller,
      readonly requestId: string,
      readonly onBehalfOf: string | null,
    ) {
      this.loaders = createLoaders(parts, () => this.accounts)
    }

    get accounts(): AccountLoader {
      return (this.made.accounts ??= createAccountLoader({ ...parts, caller: this.caller }))
    }

    clearLoaded(): void {
      this.made.accounts?.clearAll()
      clearLoaded(this.loaders)
    }

    beforeMutation(called: CalledMutation): Promise<Before | null> {
      return readBefore(this as unknown as RequestContext, called)
    }

    requirePermission(permission: Permission, accountId: string | null): Promise<void> {
      return requirePermission(this as unknown as RequestContext, permission, accountId)
    }

    readsPersonalData(): boolean {
      return readsPersonalData(this.caller)
    }

    requirePersonalData(): void {
      requirePersonalData(this.caller)
    }

    async afterMutation(done: MutationRecord): Promise<void> {
      this.clearLoaded()
      await auditMutation(this as unknown as RequestContext, done)
    }
  }
  Object.assign(RequestScope.prototype, parts)
  return (caller, requestId, onBehalfOf = null) =>
    new RequestScope(caller, requestId, onBehalfOf) as unknown as RequestContext
}

/** The same context in the name of another request. */
export const withRequestId = (context: RequestContext, requestId: string): RequestContext =>
  Object.create(context, { requestId: { value: requestId, enumerable: true } }) as RequestContext
