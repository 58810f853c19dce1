import { recordChange } from '#services/kernel/audit/audit.js'
import { toPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { findAccount } from '#services/identity/accounts/account-reference.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { auditedObjectOf, type Audited, type Named } from './audited-object.js'
import { redactValue } from '#services/kernel/redaction/redact-value.js'

/** A mutation call and its result. */
export interface MutationRecord {
  readonly mutation: string
  readonly args: Readonly<Record<string, unknown>>
  readonly audited: Audited | undefined
  readonly answer: unknown
  readonly error: unknown
  /** Result of `readBefore`. */
  readonly before: Before | null
}

/** A mutation call. */
export type CalledMutation = Pick<MutationRecord, 'mutation' | 'args' | 'audited'>

/** The object of a mutation, before it ran. */
export interface Before {
  readonly named: Named
  readonly thing: object | null
}

const MAX_TEXT_LENGTH = 500
const MAX_ITEMS = 50
/** Arguments that are irrelevant, or that would give access to a reader of the log. */
const LEFT_OUT = /token|secret|password|^environment$|url$/i

/** Arguments that name the object of a mutation, in order of preference. */
const OBJECT_ARGUMENTS = ['id', 'templateId', 'checkoutId', 'userId', 'accountId']

/**
 * Reads the object of a mutation before it runs. The read is outside of its transaction: two concurrent changes can
 * show the same previous state. Exact values (a role, an override, a key) are recorded by the change itself.
 */
export async function readBefore(
  context: IdentityContext,
  { mutation, args, audited }: CalledMutation,
): Promise<Before | null> {
  if (context.caller.kind === 'anonymous' || typeof audited !== 'function') return null
  try {
    const given = flat(args)
    const named = { given, accountId: await accountOf(context, given) }
    return { named, thing: await auditedObjectOf(context.database, audited, named) }
  } catch (error) {
    context.log.warn({ err: error, mutation }, 'reading the audited object before a mutation failed')
    return null
  }
}

/** Writes down who called which mutation, with what, and what came of it. A call that was not allowed is one as well. */
export async function auditMutation(context: IdentityContext, done: MutationRecord): Promise<void> {
  const { caller, database, log, requestId, onBehalfOf } = context
  if (caller.kind === 'anonymous' || done.audited === 'ledger') return
  // Input with characters that the database cannot store was rejected; the entry shows them replaced.
  const given = toPostgresSafe(inputOf(done.args))
  const answer = toPostgresSafe(scalarsOf(done.answer))
  const object = [answer['id'], ...OBJECT_ARGUMENTS.map((name) => given[name])]
  try {
    await recordChange(database, {
      // A call that failed can name an object of another account, whose log has nothing of it.
      accountId: (done.error ? null : ownerOf(done.before)) ?? (await accountOf(context, given)),
      actor: caller.principal,
      action: `mutation.${done.mutation}`,
      object: (object.find((id) => typeof id === 'string' && id !== '') as string | undefined) ?? done.mutation,
      details: {
        input: given,
        ...(await outcomeOf(context, done, answer)),
        ...(onBehalfOf === null ? {} : { onBehalfOf }),
        ...(caller.kind === 'user' && caller.impersonator ? { impersonator: caller.impersonator } : {}),
        requestId,
      },
    })
  } catch (error) {
    // The change is already made: the audit log is incomplete, and the process log says so.
    log.error({ err: error, mutation: done.mutation, requestId }, 'audit entry not written')
  }
}

async function outcomeOf(
  { database }: IdentityContext,
  { error, before, audited }: MutationRecord,
  answer: Record<string, unknown>,
): Promise<object> {
  if (error) return { error: error instanceof AppError ? error.code : 'INTERNAL' }
  if (!before || typeof audited !== 'function') return { after: answer }
  const after = await auditedObjectOf(database, audited, before.named)
  return { before: shown(before.thing), after: { ...answer, ...(shown(after) as object | null) } }
}

const shown = (thing: object | null): unknown => thing && redactValue(inJson(thing))

/** The object as stored in the entry: times as text, undefined fields omitted. */
const inJson = (thing: object): unknown => JSON.parse(JSON.stringify(thing)) as unknown

/** The arguments as one object, without the idempotency key. */
function flat(args: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { input, key: _, ...rest } = args
  return { ...rest, ...(typeof input === 'object' ? input : {}) }
}

/** The same, without what must not be kept. */
const inputOf = (args: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  redactValue(kept(flat(args))) as Record<string, unknown>

/** Type, ID and scalar fields of a result, of its object, or of each item. */
function scalarsOf(answer: unknown): Record<string, unknown> {
  if (Array.isArray(answer)) return { items: answer.slice(0, MAX_ITEMS).map(scalarsOf) }
  if (!isObject(answer)) return {}
  const { __typename, code, message } = answer
  if (__typename === 'Denial') return { __typename, code, message }
  const object = __typename === undefined ? Object.values(answer).find(isObject) : undefined
  const plain = Object.entries({ ...object, ...answer }).filter(
    ([, value]) => value === null || ['string', 'number', 'boolean'].includes(typeof value) || value instanceof Date,
  )
  return redactValue(kept(Object.fromEntries(plain))) as Record<string, unknown>
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

/** Plain members as they are; of what is nested (the parameters of a command, a definition) only which members it has: values may be secrets. */
function kept(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, member]) =>
      LEFT_OUT.test(name) || member === undefined ? [] : [[name, keptMember(member)]],
    ),
  )
}

function keptMember(member: unknown): unknown {
  if (typeof member === 'string') return member.slice(0, MAX_TEXT_LENGTH)
  if (member instanceof Date) return member.toISOString()
  if (Array.isArray(member)) return member.slice(0, MAX_ITEMS).map((item) => (isPlain(item) ? keptMember(item) : '…'))
  return isPlain(member) ? member : Object.keys(member as object).map((name) => `${name}: …`)
}

const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null || value instanceof Date

/** The account to which the changed object belongs: what an operator does to it is in its audit log. */
function ownerOf(before: Before | null): string | null {
  const thing = before?.thing
  return thing && 'accountId' in thing && typeof thing.accountId === 'string' ? thing.accountId : null
}

/** The account that a call named, else the caller's current one; null for what concerns none. */
async function accountOf(context: IdentityContext, given: Record<string, unknown>): Promise<string | null> {
  const { caller } = context
  const named = given['accountId']
  if (typeof named === 'string') return (await findAccount(context.database, named))?.id ?? null
  if (caller.kind === 'service') return caller.accountId
  return caller.kind === 'user' ? caller.currentAccountId : null
}
