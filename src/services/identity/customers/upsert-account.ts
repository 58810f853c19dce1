import { z } from 'zod'
import type { UpsertAccountArgs } from '#schema/identity/customer.type.js'
import type { AccountRow } from '#entities/identity/account.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import { refused, refusedInput, type InputIssue } from '#services/kernel/denials/denial.js'
import { denied } from '#services/kernel/result/denied.js'
import { inputIssues } from '#services/kernel/validation/input-issues.js'
import { lineIssues } from '#services/kernel/validation/line-issues.js'
import { releaseName } from '../accounts/account-directory.js'
import { findAccount } from '../accounts/account-reference.js'
import { CUSTOMER_PREFIX } from '../model/customer-prefix.js'
import { MAX_ACCOUNT_NAME_LENGTH } from '../accounts/account-name.js'
import { lockAccount, recordAccountEvent } from '../accounts/account-version.js'
import type { AccountOutcome } from '../model/account-outcome.js'
import type { IdentityContext } from '../model/caller.js'
import { accountNotFound } from '../model/guard.js'
import { createCustomer, customerId, deletedName } from './create-customers.js'

const MAX_METADATA_KEYS = 50
const TOO_MANY_KEYS = `metadata can have at most ${MAX_METADATA_KEYS} keys.`

/** Values to set. A member of the metadata that is null is removed. */
const validProfile = z.object({
  billingEmail: z.email('The email address is not valid.').max(320, 'The email address is not valid.').nullish(),
  language: z.string().refine(isLanguage, 'language must be a tag of BCP 47, for example de or pt-BR.').nullish(),
  timeZone: z.string().refine(isTimeZone, 'timeZone must be an IANA name, for example Europe/Berlin.').nullish(),
  metadata: z
    .record(
      z.string().regex(/^[\w.-]{1,40}$/, 'A key of metadata must have 1 to 40 letters, digits, _, . or -.'),
      z
        .string('A value of metadata must be a text, or null.')
        .max(500, 'A value of metadata must have at most 500 characters.')
        .refine((text) => text.isWellFormed() && !text.includes('\0'), 'A value of metadata must be printable.')
        .nullable(),
    )
    // Also checked before the account is created: a denied call must not create it.
    .refine((members) => countKeys(members) <= MAX_METADATA_KEYS, TOO_MANY_KEYS)
    .nullish(),
})

const countKeys = (members: Readonly<Record<string, string | null>>): number =>
  Object.values(members).filter((value) => value !== null).length

/** A currency in which nothing is sold would only be denied later, at the first purchase. */
function unsoldCurrency(sold: readonly string[], currency: string | null | undefined): InputIssue[] {
  if (!currency || sold.includes(currency)) return []
  const message = `The catalog sells nothing in ${currency.slice(0, 10)}. Use ${sold.join(' or ')}, or leave out currency.`
  return [{ path: ['currency'], code: 'INVALID_PARAMETERS', message }]
}

/** A context in which the time zone of an account changes. */
export interface CustomersContext extends IdentityContext {
  /**
   * Writes what rolled over from windows of quotas that have ended, under the lock of the account, before they would end at other times.
   * Entitlements belong to a higher domain, so the composition root provides this port.
   */
  readonly writeRollovers: (transaction: Transaction, accountId: string, at: Date) => Promise<void>
  /** Currencies in which the catalog sells, its default first. The catalog is a higher domain as well. */
  readonly soldCurrencies: () => readonly string[]
}

/** Creates a customer, also a deleted one, and sets what is given. Existing accounts of other kinds are changed. */
export async function upsertAccount(
  context: CustomersContext,
  { accountId: reference, input }: UpsertAccountArgs,
): Promise<AccountOutcome> {
  const name = input.name?.trim()
  const [issue, ...issues] = [
    ...(name === undefined ? [] : lineIssues(['name'], name, MAX_ACCOUNT_NAME_LENGTH)),
    ...inputIssues(validProfile, input, { billingEmail: 'INVALID_EMAIL' }),
    ...unsoldCurrency(context.soldCurrencies(), input.currency),
  ]
  if (issue) return denied(refusedInput([issue, ...issues]))
  const at = context.clock.now()
  const actor = context.caller.principal
  return context.database.transaction<AccountOutcome>(async (transaction) => {
    const id = reference.startsWith(CUSTOMER_PREFIX)
      ? await createCustomer(transaction, { externalId: customerId(reference), at, actor })
      : (await findAccount(transaction, reference))?.id
    if (!id) throw accountNotFound()
    if (reference.startsWith(CUSTOMER_PREFIX)) await releaseName(transaction, deletedName(customerId(reference)))
    await lockAccount(transaction, id)
    const accounts = transaction.query.selectFrom('account').selectAll().where('id', '=', id)
    const before = await accounts.executeTakeFirstOrThrow()
    if (name && before.kind !== 'CUSTOMER' && before.kind !== 'TEAM')
      return denied(
        refused('INVALID_TRANSITION', 'The name of this account comes from the tokens of its members.', {
          field: 'name',
        }),
      )
    const metadata = mergeMetadata(before.metadata, input.metadata)
    if (countKeys(metadata) > MAX_METADATA_KEYS)
      return denied(refused('INVALID_PARAMETERS', TOO_MANY_KEYS, { field: 'metadata' }))
    const profile = {
      name: name ?? before.name,
      billingEmail: input.billingEmail === undefined ? before.billingEmail : input.billingEmail,
      currency: input.currency === undefined ? before.currency : input.currency,
      language: input.language
        ? Intl.getCanonicalLocales(input.language)[0]!
        : input.language === null
          ? null
          : before.language,
      timeZone: input.timeZone === undefined ? before.timeZone : input.timeZone,
      metadata,
    }
    const changed = changes(before, profile)
    if (changed.length === 0) return { kind: 'changed', account: before }
    if (changed.includes('timeZone')) await context.writeRollovers(transaction, id, at)
    await transaction.query
      .updateTable('account')
      .set({ ...profile, metadata: jsonb(metadata) })
      .where('id', '=', id)
      .execute()
    await recordChange(transaction, {
      accountId: id,
      actor,
      action: 'account.updated',
      object: id,
      details: { before: pick(before, changed), after: pick(profile, changed) },
    })
    if (changed.includes('name'))
      await recordAccountEvent(transaction, id, at, {
        type: 'account.renamed',
        outbox: true,
        summary: `The account was renamed to ${profile.name}.`,
        data: { from: before.name, to: profile.name, by: actor },
      })
    if (changed.includes('timeZone'))
      await recordAccountEvent(transaction, id, at, {
        type: 'account.time_zone_changed',
        outbox: true,
        summary: `The time zone of the account is ${profile.timeZone ?? 'UTC'}.`,
        data: { from: before.timeZone, to: profile.timeZone, by: actor },
      })
    return { kind: 'changed', account: await accounts.executeTakeFirstOrThrow() }
  })
}

type Profile = Pick<AccountRow, 'name' | 'billingEmail' | 'currency' | 'language' | 'timeZone' | 'metadata'>

const changes = (before: Profile, after: Profile): (keyof Profile)[] =>
  (Object.keys(after) as (keyof Profile)[]).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))

const pick = (profile: Profile, keys: readonly (keyof Profile)[]): object =>
  Object.fromEntries(keys.map((key) => [key, profile[key]]))

/** Sets the given keys and removes those that are null, in the order of their names. */
function mergeMetadata(
  present: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string | null>> | null | undefined,
): Record<string, string> {
  if (given === null) return {}
  const merged = Object.entries({ ...present, ...given }).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  )
  return Object.fromEntries(merged.toSorted(([one], [other]) => (one < other ? -1 : 1)))
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1
  } catch {
    return false
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
