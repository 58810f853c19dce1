import type { Caller } from './caller.js'
import { CUSTOMER_PREFIX } from './customer-prefix.js'

/** A sentence about a reference in a form that the caller cannot use. It says nothing about accounts. */
export function accountHint(caller: Caller | undefined, reference: string | null | undefined): string {
  if (caller?.kind === 'service' && caller.accountId === null && /^[\w.@-]{1,60}$/.test(reference ?? ''))
    return reference!.startsWith('acc_') ? '' : ` An ID of your own is named customer:${reference}.`
  return caller?.kind === 'user' && reference?.startsWith(CUSTOMER_PREFIX)
    ? ' References to customers need a service key for all accounts, and this token belongs to a user.'
    : ''
}
