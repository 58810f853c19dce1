import { sql } from 'kysely'
import type { AccountKind } from '#entities/identity/account.entity.js'
import type { MemberRole } from '#entities/identity/member.entity.js'
import type { Database, Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { TokenClaims, TokenOrganization } from '../tokens/token-claims.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { lockAccount, recordAccountEvent } from './account-version.js'
import { accountName, claimName } from './account-directory.js'
import { splitReference } from '../model/reference.js'
import { recordMemberCount } from './record-member-count.js'

export interface ResolvedUser {
  readonly userId: string
  /** Roles of the installation in addition to those of the token. */
  readonly roles: readonly string[]
  readonly personAccountId: string
  /**
   * Null without an organization in the token, or when it is a community that is not known here and the user is not its admin.
   */
  readonly organizationAccountId: string | null
  /** Account of the customer that the user owns. Null if the token names none, or if it has no account. */
  readonly customerAccountId: string | null
}

/**
 * Creates user and personal account with the first valid token, an organization's account with the first token of a member, and
 * a community's with the first one of its admin. `at` is business time.
 */
export async function ensureUser(database: Database, claims: TokenClaims, at: Date): Promise<ResolvedUser> {
  return database.transaction(async (transaction) => {
    const { id: userId, roles } = await transaction.query
      .insertInto('app_user')
      .values({ id: transaction.newId('usr'), subject: claims.subject, email: claims.email, name: claims.name })
      .onConflict((conflict) =>
        conflict.constraint('user_subject_unique').doUpdateSet({
          email: sql`coalesce(nullif(excluded.email, ''), app_user.email)`,
          name: sql`coalesce(excluded.name, app_user.name)`,
        }),
      )
      .returning(['id', 'roles'])
      .executeTakeFirstOrThrow()
    const personAccountId = await ensureAccount(transaction, {
      kind: 'PERSON',
      externalId: claims.subject,
      name: claims.name ?? (claims.email || claims.subject),
      at,
    })
    await ensureMember(transaction, { accountId: personAccountId, userId, role: 'OWNER', roleFrom: 'DATABASE', at })
    const organizationAccountId = await ensureOrganization(transaction, claims.organization, at)
    if (organizationAccountId && claims.organization)
      await ensureMember(transaction, {
        accountId: organizationAccountId,
        userId,
        role: claims.organization.role,
        roleFrom: claims.organization.kind === 'TEAM' ? 'TOKEN' : 'TOKEN_UNLESS_OWNER',
        at,
      })
    const customerAccountId = await ensureCustomerOwner(transaction, claims, userId, at)
    return { userId, roles, personAccountId, organizationAccountId, customerAccountId }
  })
}

async function ensureOrganization(
  database: Sql,
  organization: TokenOrganization | null,
  at: Date,
): Promise<string | null> {
  if (!organization) return null
  const { kind, externalId, role } = organization
  if (kind === 'COMMUNITY' && role === 'MEMBER') return findAccountId(database, kind, externalId)
  const name = organization.name ?? (kind === 'COMMUNITY' ? `Community ${externalId}` : externalId)
  return ensureAccount(database, { kind, externalId, name, at })
}

/** The account of the customer that the token names, which the user then owns. A customer that another user owns is refused. */
async function ensureCustomerOwner(
  transaction: Transaction,
  { customerId }: TokenClaims,
  userId: string,
  at: Date,
): Promise<string | null> {
  const accountId = customerId && (await findAccountId(transaction, 'CUSTOMER', customerId))
  if (!accountId) return null
  if ((await claimCustomer(transaction, { accountId, userId, at })) === 'taken')
    throw new AppError('FORBIDDEN', `The account of the customer ${customerId} belongs to another user.`)
  return accountId
}

interface NewAccount {
  readonly kind: AccountKind
  readonly externalId: string
  readonly name: string
  /** Business time: since then the account has its free plan. */
  readonly at: Date
}

async function ensureAccount(database: Sql, { kind, externalId, name, at }: NewAccount): Promise<string> {
  const id = database.newId('acc')
  const known = await claimName(database, accountName(kind, externalId), id)
  if (known === id)
    await database.query.insertInto('account').values({ id, kind, externalId, name, createdAt: at }).execute()
  return known
}

/** Creates the account of a reference such as `person:<sub>` before its user signs in. An account that exists is returned. */
export async function createNamedAccount(
  transaction: Transaction,
  { reference, name, at }: { readonly reference: string; readonly name: string; readonly at: Date },
): Promise<string> {
  const named = splitReference(reference)
  if (!named) throw new Error(`${reference} names no account`)
  return ensureAccount(transaction, { ...named, name, at })
}

async function findAccountId(database: Sql, kind: AccountKind, externalId: string): Promise<string | null> {
  const account = await database.query
    .selectFrom('account')
    .select('id')
    .where('kind', '=', kind)
    .where('externalId', '=', externalId)
    .executeTakeFirst()
  return account?.id ?? null
}

/** Result of the claim of a user to own the account of a customer. */
export type CustomerClaim = 'joined' | 'known' | 'taken'

/** Makes a user the owner of the account of a customer. An account that another user owns is not taken from them. */
export async function claimCustomer(
  transaction: Transaction,
  { accountId, userId, at }: { readonly accountId: string; readonly userId: string; readonly at: Date },
): Promise<CustomerClaim> {
  await lockAccount(transaction, accountId)
  const owners = await transaction.query
    .selectFrom('member')
    .select('userId')
    .where('accountId', '=', accountId)
    .where('role', '=', 'OWNER')
    .execute()
  if (owners.some((owner) => owner.userId === userId)) return 'known'
  if (owners.length > 0) return 'taken'
  await ensureMember(transaction, { accountId, userId, role: 'OWNER', roleFrom: 'DATABASE', at })
  return 'joined'
}

interface Membership {
  readonly accountId: string
  readonly userId: string
  readonly role: MemberRole
  /** Where the role of a member is decided: in a community by the token, but an owner stays an owner. */
  readonly roleFrom: 'DATABASE' | 'TOKEN' | 'TOKEN_UNLESS_OWNER'
  readonly at: Date
}

/** Adds a member, or gives a known one the role of the token. New members are counted, because features can be granted per seat. */
async function ensureMember(
  transaction: Transaction,
  { accountId, userId, role, roleFrom, at }: Membership,
): Promise<void> {
  const known = await transaction.query
    .selectFrom('member')
    .select('role')
    .where('accountId', '=', accountId)
    .where('userId', '=', userId)
    .executeTakeFirst()
  if (known) {
    const follows = roleFrom === 'TOKEN' || (roleFrom === 'TOKEN_UNLESS_OWNER' && known.role !== 'OWNER')
    if (follows && known.role !== role)
      await transaction.query
        .updateTable('member')
        .set({ role })
        .where('accountId', '=', accountId)
        .where('userId', '=', userId)
        .execute()
    return
  }
  await lockAccount(transaction, accountId)
  const joined = await transaction.query
    .insertInto('member')
    .values({ id: transaction.newId('mbr'), accountId, userId, role, since: at })
    .onConflict((conflict) => conflict.columns(['accountId', 'userId']).doNothing())
    .returning('userId')
    .executeTakeFirst()
  if (!joined) return
  await recordMemberCount(transaction, accountId, at)
  const others = await transaction.query
    .selectFrom('member')
    .select('userId')
    .where('accountId', '=', accountId)
    .where('userId', '<>', userId)
    .limit(1)
    .executeTakeFirst()
  // No process can have cached an account before its first member.
  if (!others) return
  await recordAccountEvent(transaction, accountId, at, {
    type: 'member.joined',
    outbox: true,
    summary: 'A member joined.',
    changesEntitlements: true,
    data: { userId, role },
  })
}
