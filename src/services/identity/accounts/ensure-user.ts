import type { AccountKind } from '#entities/identity/account.entity.js'
import type { MemberRole } from '#entities/identity/member.entity.js'
import type { Database, Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { newId } from '#services/kernel/ids/ids.js'
import type { TokenClaims } from '../tokens/token-verifier.js'
import { lockAccount, recordAccountEvent } from './account-version.js'
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
    const user = await transaction.row<{ id: string }>(
      `insert into app_user (id, subject, email, name) values ($1, $2, $3, $4)
       on conflict on constraint user_subject_unique do update set email = excluded.email, name = coalesce(excluded.name, app_user.name)
       returning id`,
      [newId('usr'), claims.subject, claims.email, claims.name],
    )
    const userId = user!.id
    const personAccountId = await ensureAccount(transaction, {
      kind: 'PERSON',
      externalId: claims.subject,
      name: claims.name ?? claims.email,
      at,
    })
    await ensureMember(transaction, { accountId: personAccountId, userId, role: 'OWNER', isTokenRole: false, at })
    const communityAccountId = await ensureCommunity(transaction, claims, at)
    if (communityAccountId)
      await ensureMember(transaction, {
        accountId: communityAccountId,
        userId,
        role: claims.communityRole === 'admin' ? 'ADMIN' : 'MEMBER',
        isTokenRole: true,
        at,
      })
    return { userId, personAccountId, communityAccountId }
  })
}

async function ensureCommunity(sql: Sql, claims: TokenClaims, at: Date): Promise<string | null> {
  if (!claims.communityId) return null
  if (claims.communityRole === 'admin')
    return ensureAccount(sql, {
      kind: 'COMMUNITY',
      externalId: claims.communityId,
      name: `Community ${claims.communityId}`,
      at,
    })
  const known = await sql.row<{ id: string }>(`select id from account where kind = 'COMMUNITY' and external_id = $1`, [
    claims.communityId,
  ])
  return known?.id ?? null
}

interface NewAccount {
  readonly kind: AccountKind
  readonly externalId: string
  readonly name: string
  /** Business time: since then the account has its free plan. */
  readonly at: Date
}

async function ensureAccount(sql: Sql, { kind, externalId, name, at }: NewAccount): Promise<string> {
  const inserted = await sql.row<{ id: string }>(
    `insert into account (id, kind, external_id, name, created_at) values ($1, $2, $3, $4, $5) on conflict on constraint account_external do nothing returning id`,
    [newId('acc'), kind, externalId, name, at],
  )
  if (inserted) return inserted.id
  return (await sql.row<{ id: string }>(`select id from account where kind = $1 and external_id = $2`, [
    kind,
    externalId,
  ]))!.id
}

interface Membership {
  readonly accountId: string
  readonly userId: string
  readonly role: MemberRole
  /** True if the token decides the role each time, as in a community. */
  readonly isTokenRole: boolean
  readonly at: Date
}

/**
 * The token decides the role in a community, but an owner stays an owner. New members are counted, because features can
 * be granted per seat.
 */
async function ensureMember(
  transaction: Transaction,
  { accountId, userId, role, isTokenRole, at }: Membership,
): Promise<void> {
  const known = await transaction.row<{ role: MemberRole }>(
    `select role from member where account_id = $1 and user_id = $2`,
    [accountId, userId],
  )
  if (known) {
    // Only community roles come from tokens; the ownership of a personal account can be transferred.
    if (isTokenRole && known.role !== role && known.role !== 'OWNER')
      await transaction.run(`update member set role = $3 where account_id = $1 and user_id = $2`, [
        accountId,
        userId,
        role,
      ])
    return
  }
  await lockAccount(transaction, accountId)
  const joined = await transaction.run(
    `insert into member (account_id, user_id, role) values ($1, $2, $3) on conflict (account_id, user_id) do nothing`,
    [accountId, userId, role],
  )
  if (!joined) return
  await recordMemberCount(transaction, accountId, at)
  const others = await transaction.row(`select 1 from member where account_id = $1 and user_id <> $2 limit 1`, [
    accountId,
    userId,
  ])
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
