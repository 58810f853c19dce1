import type { AccountRow } from '#entities/identity/account.entity.js'
import type { UserRow } from '#entities/identity/user.entity.js'
import type { Account } from '#schema/identity/account.type.js'
import { encodeCursor } from '#services/kernel/events/cursor.js'
import type { User } from '#schema/identity/user.type.js'

export const toAccount = (row: AccountRow): Account => ({
  __typename: 'Account',
  id: row.id,
  kind: row.kind,
  externalId: row.externalId,
  name: row.name,
  createdAt: row.createdAt,
  billingEmail: row.billingEmail,
  storedMetadata: row.metadata,
  currency: row.currency,
  language: row.language,
  timeZone: row.timeZone,
  revision: row.version,
  cursor: encodeCursor(row.id, row.version),
})

export const toUser = (row: UserRow): User => ({
  __typename: 'User',
  id: row.id,
  email: row.email,
  name: row.name ?? (row.email || row.subject),
})
