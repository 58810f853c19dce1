import { refusedInput, type Refused } from '#services/kernel/denials/denial.js'
import { idempotencyOwner, type Caller } from '#services/identity/model/caller.js'
import type { GivenUseTexts } from '#entities/entitlements/use-texts.js'
import { textIssue, textIssues } from '../model/use-texts.js'
import type { OperationKey } from '../persist/account-change.js'

const KEY = /^[\x21-\x7e]{1,255}$/

/** Idempotency key and input of a call: the same key with other input is an error. */
export function operationKey(
  caller: Caller,
  mutation: string,
  key: string,
  request: readonly (string | number | null)[],
): OperationKey {
  return {
    principal: idempotencyOwner(caller),
    mutation,
    key,
    request: JSON.stringify(request),
    apiKeyId: caller.kind === 'service' && caller.permissions === null ? caller.keyId : null,
  }
}

/** Denial of an invalid idempotency key and of texts that are too long or cannot be stored. Null if all are valid. */
export function invalidUse(key: string, texts: GivenUseTexts = {}, keyField = 'idempotencyKey'): Refused | null {
  const [first, ...rest] = [
    ...(KEY.test(key) ? [] : [textIssue(keyField, '1 to 255 printable ASCII characters without spaces')]),
    ...textIssues(texts),
  ]
  return first ? refusedInput([first, ...rest]) : null
}
