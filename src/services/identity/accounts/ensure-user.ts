import type { AccountKind } from '../../../entities/identity/account.entity.js'
import type { MemberRole } from '../../../entities/identity/member.entity.js'
import type { Database } from '../../kernel/database/database.js'
import type { Sql } from '../../kernel/database/sql.js'
import { newId } from '../../kernel/ids/ids.js'
import type { TokenClaims } from '../tokens/token-verifier.js'

export interface KnownUser {
  readonly userId: string
  readonly personAccountId: string
  /** Null without a community in the token, or when it is not known here and the user is not its admin. */
  readonly communityAccountId: string | null
}

/** The first valid token makes the user and the person's account; a community admin's makes the community's. */
export async function ensureUser(database: Database, claims: TokenClaims): Promise<KnownUser> {
  return database.transaction(async (transaction) => {
    const user = await transaction.row<{ id: string }>(
      `insert into app_user (id, subject, email, name) values ($1, $2, $3, $4)
       on conflict on constraint user_subject_unique do update set email = excluded.email, name = coalesce(excluded.name, app_user.name)
       returning id`,
      [newId('usr'), claims.subject, claims.email, claims.name],
    )
    const userId = user!.id
    const personAccountId = await ensureAccount(transaction, 'PERSON', claims.subject, claims.name ?? claims.email)
    await ensureMember(transaction, personAccountId, userId, 'OWNER')
    const communityAccountId = await ensureCommunity(transaction, claims)
    if (communityAccountId)
      await ensureMember(transaction, communityAccountId, userId, claims.communityRole === 'admin' ? 'ADMIN' : 'MEMBER')
    return { userId, personAccountId, communityAccountId }
  })
}

async function ensureCommunity(sql: Sql, claims: TokenClaims): Promise<string | null> {
  if (!claims.communityId) return null
  if (claims.communityRole === 'admin')
    return ensureAccount(sql, 'COMMUNITY', claims.communityId, `Community ${claims.communityId}`)
  const known = await sql.row<{ id: string }>(`select id from account where kind = 'COMMUNITY' and external_id = $1`, [
    claims.communityId,
  ])
  return known?.id ?? null
}

async function ensureAccount(sql: Sql, kind: AccountKind, externalId: string, name: string): Promise<string> {
  const inserted = await sql.row<{ id: string }>(
    `insert into account (id, kind, external_id, name) values ($1, $2, $3, $4) on conflict on constraint account_external do nothing returning id`,
    [newId('acc'), kind, externalId, name],
  )
  if (inserted) return inserted.id
  return (await sql.row<{ id: string }>(`select id from account where kind = $1 and external_id = $2`, [
    kind,
    externalId,
  ]))!.id
}

/** The token decides the role in a community; an owner stays one. */
async function ensureMember(sql: Sql, accountId: string, userId: string, role: MemberRole): Promise<void> {
  await sql.run(
    `insert into member (account_id, user_id, role) values ($1, $2, $3)
     on conflict (account_id, user_id) do update set role = excluded.role where member.role not in ('OWNER', excluded.role)`,
    [accountId, userId, role],
  )
}
