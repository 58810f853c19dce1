import { AppError } from '#services/kernel/errors/app-error.js'
import type { Caller } from './caller.js'
import { remedyFor, serviceMay } from './guard.js'

/** True unless the caller is a key for all accounts without a scope for personal data. Other callers read all fields of what they see. */
export const readsPersonalData = (caller: Caller): boolean =>
  caller.kind !== 'service' || caller.accountId !== null || serviceMay(caller, '', 'members:read')

/** Requires a scope for personal data from a key for all accounts. */
export function requirePersonalData(caller: Caller): void {
  if (readsPersonalData(caller)) return
  throw new AppError(
    'FORBIDDEN',
    `A key for all accounts requires a scope for personal data.${remedyFor(caller, 'members:read')}`,
  )
}
