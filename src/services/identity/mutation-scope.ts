import type { IdempotencyScope } from '../kernel/idempotency/idempotency.js'
import type { Caller } from './caller.js'

/** Under which a caller's key counts: two callers, accounts or mutations may use the same key. */
export const mutationScope = (caller: Caller, accountId: string, mutation: string, key: string): IdempotencyScope => ({
  principal: caller.principal,
  accountId,
  mutation,
  key,
})
