import type { AccountRow } from '#entities/identity/account.entity.js'
import type { IdentityContext } from '../model/caller.js'
import { requireAccount, visibleAccount } from '../model/guard.js'

/** The requested account, by default the caller's current one. Null if the caller cannot read it. */
export const account = (context: IdentityContext, reference: string | null): Promise<AccountRow | null> =>
  visibleAccount(context, reference, 'account:read')

/** The same, or an error that states why the caller cannot read it. */
export const requireReadableAccount = (context: IdentityContext, reference: string | null): Promise<AccountRow> =>
  requireAccount(context, reference, 'account:read')
