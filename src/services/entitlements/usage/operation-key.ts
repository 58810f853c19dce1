import { AppError } from '#services/kernel/errors/app-error.js'
import { idempotencyOwner, type Caller } from '#services/identity/caller.js'
import type { OperationKey } from '../persist/account-change.js'

const KEY = /^[\x21-\x7e]{1,255}$/
const MAX_REFERENCE = 500

/** Idempotency key and input of a call: the same key with other input is an error. */
export function operationKey(
  caller: Caller,
  mutation: string,
  key: string,
  request: readonly (string | number | null)[],
): OperationKey {
  if (!KEY.test(key))
    throw new AppError('BAD_USER_INPUT', 'idempotencyKey must be 1 to 255 printable ASCII characters.', {
      details: { field: 'idempotencyKey' },
    })
  return { principal: idempotencyOwner(caller), mutation, key, request: JSON.stringify(request) }
}

/** The caller's own word for what units are for; absent and null are the same. */
export function referenceOf(reference: string | null | undefined): string | null {
  const text = reference ?? null
  if (text !== null && (text.length > MAX_REFERENCE || text.includes('\u0000') || !text.isWellFormed()))
    throw new AppError('BAD_USER_INPUT', `reference must be at most ${MAX_REFERENCE} characters long.`, {
      details: { field: 'reference' },
    })
  return text
}
