import { isPassing } from '#services/kernel/errors/connection-failure.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { EntitlementsContext } from '../entitlements-context.js'
import { databaseUnavailable } from './database-unavailable.js'
import { membersOf } from './usage.sql.js'

/** A user that a call names, and whether it is a member of the account. */
export interface UsageMember {
  readonly userId: string | null
  readonly isMember: boolean
}

interface NamedUser {
  readonly accountId: string
  readonly userId?: string | null
}

const NO_USER: UsageMember = { userId: null, isMember: false }

/** Reads with one statement which users are members of their accounts, in the order of the list. A list without users reads nothing. */
export async function usageMembers(sql: Sql, users: readonly NamedUser[]): Promise<readonly UsageMember[]> {
  const named = users.flatMap(({ accountId, userId }) => (userId ? [{ accountId, userId }] : []))
  if (named.length === 0) return users.map(() => NO_USER)
  const rows = await sql
    .rows(membersOf, {
      accountIds: named.map(({ accountId }) => accountId),
      userIds: named.map(({ userId }) => userId),
    })
    .catch((error: unknown) => {
      throw isPassing(error) ? databaseUnavailable('CLOSED', error) : error
    })
  const members = new Set(rows.map(({ accountId, userId }) => `${accountId} ${userId}`))
  return users.map(({ accountId, userId }) =>
    userId ? { userId, isMember: members.has(`${accountId} ${userId}`) } : NO_USER,
  )
}

/** Like `usageMembers` for one call. */
export async function usageMember(
  context: EntitlementsContext,
  accountId: string,
  userId: string | null | undefined,
): Promise<UsageMember> {
  if (!userId) return NO_USER
  const [member] = await usageMembers(context.database, [{ accountId, userId }])
  return member!
}

/** The user as a part of the input that an idempotency key belongs to. Calls without one keep their input. */
export const memberOfKey = (userId: string | null | undefined): readonly string[] => (userId ? [`user ${userId}`] : [])
