import { recordChange } from '../../kernel/audit/audit.js'
import { toPostgresSafe } from '../../kernel/database/postgres-safe-json.js'
import { AppError } from '../../kernel/errors/app-error.js'
import { findAccount } from '../../identity/accounts/account-reference.js'
import type { IdentityContext } from '../../identity/caller.js'
import { hasAuditedObjects, auditedObjectOf, type Named } from './audited-objects.js'
import { redactValue } from '../../deployments/redaction/redact-value.js'

/** A mutation as it was called, and what came of it. */
export interface MutationRecord {
  readonly mutation: string
  readonly args: Readonly<Record<string, unknown>>
  readonly answer: unknown
  readonly error: unknown
  /** What `readBefore` answered. */
  readonly before: Before | null
}

/** What a mutation is about, as it was before it ran. */
export interface Before {
  readonly named: Named
  readonly thing: Record<string, unknown> | null
}

/** What uses an account's rights a thousand times a second: the ledger tells who, what and when, for ever. */
const RECORDED_IN_LEDGER = new Set([
  'consume',
  'reserve',
  'commitReservation',
  'releaseReservation',
  'allocate',
  'deallocate',
  'recordUsage',
])

const MAX_TEXT_LENGTH = 500
const MAX_ITEMS = 50
/** What a caller says beside the point, and what opens something to whoever reads it. */
const LEFT_OUT = /^idempotencyKey$|token|secret|password|^environment$|url$/i

/**
 * What a mutation is about, before it runs. It is read beside the mutation and not in its transaction: of two changes in the same
 * moment both may say the same before. What must be exact (a role, an override, a key) is written by the change itself as well.
 */
export async function readBefore(
  context: IdentityContext,
  { mutation, args }: Pick<MutationRecord, 'mutation' | 'args'>,
): Promise<Before | null> {
  if (context.caller.kind === 'anonymous' || !hasAuditedObjects(mutation)) return null
  try {
    const given = flat(args)
    const named = { given, accountId: await accountOf(context, given) }
    return { named, thing: await auditedObjectOf(context.database, mutation, named) }
  } catch (error) {
    context.log.warn({ err: error, mutation }, 'reading the audited object before a mutation failed')
    return null
  }
}

/** Writes down who called which mutation, with what, and what came of it. A call that was not allowed is one as well. */
export async function auditMutation(context: IdentityContext, done: MutationRecord): Promise<void> {
  const { caller, database, log, requestId } = context
  if (caller.kind === 'anonymous' || RECORDED_IN_LEDGER.has(done.mutation)) return
  // What was asked for with characters that the database cannot hold was refused; the entry shows them replaced.
  const given = toPostgresSafe(inputOf(done.args))
  const answer = toPostgresSafe(scalarsOf(done.answer))
  const object = [
    answer['id'],
    given['id'],
    given['purchaseId'],
    given['templateId'],
    given['userId'],
    given['accountId'],
  ]
  try {
    await recordChange(database, {
      accountId: await accountOf(context, given),
      actor: caller.principal,
      action: `mutation.${done.mutation}`,
      object: (object.find((id) => typeof id === 'string' && id !== '') as string | undefined) ?? done.mutation,
      details: { input: given, ...(await outcomeOf(context, done, answer)), requestId },
    })
  } catch (error) {
    // What is done is done: the books say less, and the log says so.
    log.error({ err: error, mutation: done.mutation, requestId }, 'audit entry not written')
  }
}

async function outcomeOf(
  { database }: IdentityContext,
  { error, before, mutation }: MutationRecord,
  answer: Record<string, unknown>,
): Promise<object> {
  if (error) return { error: error instanceof AppError ? error.code : 'INTERNAL' }
  if (!before) return { after: answer }
  const after = await auditedObjectOf(database, mutation, before.named)
  return { before: shown(before.thing), after: { ...answer, ...(shown(after) as object | null) } }
}

const shown = (thing: Record<string, unknown> | null): unknown => thing && redactValue(inJson(thing))

/** As it will stand in the entry: moments as text, what nobody said left out. */
const inJson = (thing: Record<string, unknown>): unknown => JSON.parse(JSON.stringify(thing)) as unknown

/** The arguments as one object. */
function flat({ input, ...rest }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { ...rest, ...(typeof input === 'object' ? input : {}) }
}

/** The same, without what must not be kept. */
const inputOf = (args: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  redactValue(kept(flat(args))) as Record<string, unknown>

/** What an answer says of itself: its kind, its id, its plain fields. */
function scalarsOf(answer: unknown): Record<string, unknown> {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return {}
  const plain = Object.entries(answer).filter(
    ([, value]) => value === null || ['string', 'number', 'boolean'].includes(typeof value) || value instanceof Date,
  )
  return redactValue(kept(Object.fromEntries(plain))) as Record<string, unknown>
}

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

/** The account that a call named, else the caller's current one; null for what concerns none. */
async function accountOf(context: IdentityContext, given: Record<string, unknown>): Promise<string | null> {
  const { caller } = context
  const named = given['accountId']
  if (typeof named === 'string') return (await findAccount(context.database, named))?.id ?? null
  if (caller.kind === 'service') return caller.accountId
  return caller.kind === 'user' ? caller.currentAccountId : null
}
