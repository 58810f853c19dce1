import { refusedInput, type InputIssue, type Refused } from '#services/kernel/denials/denial.js'
import { idempotencyOwner, type Caller } from '#services/identity/model/caller.js'
import { USE_TEXT_NAMES, USE_TEXTS, type GivenUseTexts } from '#entities/entitlements/use-texts.js'
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
    ...(KEY.test(key) ? [] : [issue(keyField, '1 to 255 printable ASCII characters without spaces')]),
    ...USE_TEXT_NAMES.filter((name) => !isStorable(texts[name] ?? '', USE_TEXTS[name].maxLength)).map((name) =>
      issue(name, `at most ${USE_TEXTS[name].maxLength} characters long`),
    ),
  ]
  return first ? refusedInput([first, ...rest]) : null
}

const isStorable = (text: string, maxLength: number): boolean =>
  text.length <= maxLength && !text.includes('\u0000') && text.isWellFormed()

const issue = (field: string, rule: string): InputIssue => ({
  path: [field],
  code: 'INVALID_PARAMETERS',
  message: `${field} must be ${rule}.`,
})
