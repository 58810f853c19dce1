import type { AccountRow } from '#entities/identity/account.entity.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { readVisible, visibleObject } from '#services/identity/model/read-visible.js'

/** A grant, consumption, reservation or ledger entry. Null if the caller cannot see the entitlements of its account. */
export const visibleEntitlementObject = <Row extends { readonly accountId: string }>(
  context: IdentityContext,
  row: Row | null | undefined,
): Promise<Row | null> => visibleObject(context, row, 'entitlements:read')

/** Reads entitlements, credits or usage of an account. Null if the caller cannot see them. */
export const readEntitlements = <Value>(
  context: IdentityContext,
  accountId: string | null,
  read: (accountId: string) => Promise<Value>,
): Promise<Value | null> => readVisible(context, accountId, 'entitlements:read', ({ id }) => read(id))

/** The same, for fields of an account: throws if the caller cannot read its entitlements. */
export async function requireEntitlements<Value>(
  context: IdentityContext,
  accountId: string,
  read: (accountId: string) => Promise<Value>,
): Promise<Value> {
  await requireAccount(context, accountId, 'entitlements:read')
  return read(accountId)
}

/** The account of a request, otherwise the current one. Throws if the caller cannot read its entitlements. */
export const entitlementAccount = (
  context: IdentityContext,
  reference: string | null | undefined,
): Promise<AccountRow> => requireAccount(context, reference, 'entitlements:read')
