import type { IdempotencyScope } from '../kernel/idempotency/idempotency.js'
import { idempotencyOwner, type Caller } from './model/caller.js'

/** Under which a caller's key counts: two callers, accounts or mutations may use the same key; services of one account count as one caller. */
export const idempotencyScope = (
  caller: Caller,
  accountId: string,
  mutation: string,
  key: string,
): IdempotencyScope => ({
  principal: idempotencyOwner(caller),
  accountId,
  mutation,
  key,
})
