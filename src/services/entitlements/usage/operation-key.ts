import { refusedInput, type InputIssue, type Refused } from '#services/kernel/denials/denial.js'
import { idempotencyOwner, type Caller } from '#services/identity/model/caller.js'
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
  return { principal: idempotencyOwner(caller), mutation, key, request: JSON.stringify(request) }
}

/** Denial of an invalid idempotency key and of a reference that is too long or cannot be stored. Null if both are valid. */
export function invalidUse(key: string, reference: string | null = null, keyField = 'idempotencyKey'): Refused | null {
  if (KEY.test(key) && (reference === null || isReference(reference))) return null
  const [first, ...rest] = [
    ...(KEY.test(key) ? [] : [issue(keyField, '1 to 255 printable ASCII characters without spaces')]),
    ...(reference === null || isReference(reference)
      ? []
      : [issue('reference', `at most ${MAX_REFERENCE} characters long`)]),
  ]
  return first ? refusedInput([first, ...rest]) : null
}

const isReference = (text: string): boolean =>
  text.length <= MAX_REFERENCE && !text.includes('\u0000') && text.isWellFormed()

const issue = (field: string, rule: string): InputIssue => ({
  path: [field],
  code: 'INVALID_PARAMETERS',
  message: `${field} must be ${rule}.`,
})
