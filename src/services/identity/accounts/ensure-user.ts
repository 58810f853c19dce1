import { sql } from 'kysely'
import type { AccountKind } from '#entities/identity/account.entity.js'
import type { MemberRole } from '#entities/identity/member.entity.js'
import type { Database, Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { TokenClaims } from '../tokens/token-verifier.js'
import { lockAccount, recordAccountEvent } from './account-version.js'
import { accountName, claimName } from './account-directory.js'
import { splitReference } from './account-reference.js'
import { recordMemberCount } from './record-member-count.js'

export interface ResolvedUser {
  readonly userId: string
  readonly personAccountId: string
  /** Null without a community in the token, or when it is not known here and the user is not its admin. */
  readonly communityAccountId: string | null
}

/**
 * Creates user and personal account with the first valid token, and a community's account with the first token of its
 * admin. `at` is business time.
 */
export async function ensureUser(database: Database, claims: TokenClaims, at: Date): Promise<ResolvedUser> {
  return database.transaction(async (transaction) => {
    const { id: userId } = await transaction.query
      .insertInto('app_user')
      .values({ id: transaction.newId('usr'), subject: claims.subject, email: claims.email, name: claims.name })
      .onConflict((conflict) =>
        conflict.constraint('user_subject_unique').doUpdateSet({
          email: (eb) => eb.ref('excluded.email'),
          name: sql`coalesce(excluded.name, app_user.name)`,
        }),
      )
      .returning('id')
      .executeTakeFirstOrThrow()
    const personAccountId = await ensureAccount(transaction, {
      kind: 'PERSON',
      externalId: claims.subject,
      name: claims.name ?? claims.email,
      at,
    })
    await ensureMember(transaction, { accountId: personAccountId, userId, role: 'OWNER', isRoleFromToken: false, at })
    const communityAccountId = await ensureCommunity(transaction, claims, at)
    if (communityAccountId)
      await ensureMember(transaction, {
        accountId: communityAccountId,
        userId,
        role: claims.communityRole === 'admin' ? 'ADMIN' : 'MEMBER',
        isRoleFromToken: true,
        at,
      })
    return { userId, personAccountId, communityAccountId }
  })
}

async function ensureCommunity(database: Sql, claims: TokenClaims, at: Date): Promise<string | null> {
  if (!claims.communityId) return null
  if (claims.communityRole === 'admin')
    return ensureAccount(database, {
      kind: 'COMMUNITY',
      externalId: claims.communityId,
      name: `Community ${claims.communityId}`,
      at,
    })
  return findAccountId(database, 'COMMUNITY', claims.communityId)
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
  await ensureMember(transaction, { accountId, userId, role: 'OWNER', isRoleFromToken: false, at })
  return 'joined'
}

interface Membership {
  readonly accountId: string
  readonly userId: string
  readonly role: MemberRole
  /** True if the token decides the role each time, as in a community. */
  readonly isRoleFromToken: boolean
  readonly at: Date
}

/**
 * The token decides the role in a community, but an owner stays an owner. New members are counted, because features can
 * be granted per seat.
 */
async function ensureMember(
  transaction: Transaction,
  { accountId, userId, role, isRoleFromToken, at }: Membership,
): Promise<void> {
  const known = await transaction.query
    .selectFrom('member')
    .select('role')
    .where('accountId', '=', accountId)
    .where('userId', '=', userId)
    .executeTakeFirst()
  if (known) {
    // Only community roles come from tokens; the ownership of a personal account can be transferred.
    if (isRoleFromToken && known.role !== role && known.role !== 'OWNER')
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
