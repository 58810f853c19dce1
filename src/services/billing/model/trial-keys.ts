import { createHash } from 'node:crypto'
import type { TrialMark, TrialPolicy } from '#services/catalog/definition/types.js'
import type { Caller } from '#services/identity/model/caller.js'
import type { Mode } from '#services/kernel/config/mode.js'

/** Hashes by which the user who begins a trial is recognized. */
export interface TrialKeys {
  readonly personKey: string | null
  readonly emailKey: string | null
}

/** Domains whose mailboxes ignore dots in the name, each with its canonical domain. */
const IGNORE_DOTS: Readonly<Record<string, string>> = { 'gmail.com': 'gmail.com', 'googlemail.com': 'gmail.com' }

/** Pure: the mailbox of an address, in lower case, without a tag after `+`, and without dots where the domain ignores them. */
export function normalizeEmail(email: string): string {
  const [name = '', domain = ''] = email.trim().toLowerCase().split('@')
  const untagged = name.split('+')[0] || name
  const mailbox = IGNORE_DOTS[domain]
  return mailbox ? `${untagged.replaceAll('.', '')}@${mailbox}` : `${untagged}@${domain}`
}

export const hashed = (value: string): string => createHash('sha256').update(value).digest('hex')

/** Returns the keys of a caller. An address is compared even if it was not verified. */
export const trialKeysOf = (caller: Caller): TrialKeys =>
  caller.kind === 'user'
    ? {
        personKey: hashed(`person:${caller.userId}`),
        emailKey: caller.email ? hashed(`email:${normalizeEmail(caller.email)}`) : null,
      }
    : { personKey: null, emailKey: null }

/** Pure: the marks by which a repeated trial is recognized. Buyers share test cards in sandbox mode, so the card counts only if the catalog names it. */
export const trialMarks = ({ oncePer }: TrialPolicy, mode: Mode): readonly TrialMark[] =>
  oncePer ?? (mode === 'sandbox' ? ['person', 'email'] : ['person', 'email', 'card'])
