import { productOwnership } from '#services/catalog/products/products.js'
import type { AccountSnapshot } from '#services/entitlements/model/account-snapshot.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { readVisible } from '#services/identity/model/read-visible.js'
import { EMPTY_COUNTED_PAGE, type CountablePage, type PageRequest } from '#services/kernel/paging/page.js'
import { ownedTemplatesOfAccount, type OwnedTemplate } from './ownership-queries.js'

/** Reads what accounts own, together with other requests of the same response. */
export interface OwnershipReader {
  ownedTemplates(accountId: string): Promise<readonly OwnedTemplate[]>
  snapshot(accountId: string): Promise<AccountSnapshot | null>
}

/** Templates that an account owns, oldest ownership first. Empty for callers that cannot see the account. */
export const purchasedTemplates = async (
  context: IdentityContext,
  accountId: string,
  request: PageRequest,
): Promise<CountablePage<OwnedTemplate>> =>
  (await readVisible(context, accountId, 'account:read', ({ id }) =>
    ownedTemplatesOfAccount(context.database, id, context.clock.now(), request),
  )) ?? EMPTY_COUNTED_PAGE

/** Time since which an account has a product. Null if it does not, or if the caller cannot see the account. */
export const ownedSince = (
  context: IdentityContext,
  product: { readonly id: string; readonly type: string; readonly externalId: string | null },
  accountId: string | null,
  reader: OwnershipReader,
): Promise<Date | null> =>
  readVisible(context, accountId, 'account:read', async ({ id }) => {
    if (product.type === 'TEMPLATE')
      return (
        (await reader.ownedTemplates(id)).find(({ templateId }) => templateId === product.externalId)?.since ?? null
      )
    const snapshot = await reader.snapshot(id)
    return snapshot && productOwnership(snapshot.held, product.id)
  })
