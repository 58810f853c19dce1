import type { UserRow } from '#entities/identity/user.entity.js'
import type { SetLanguageArgs } from '#schema/identity/viewer.type.js'
import type { IdentityContext } from '../model/caller.js'
import { requireUser } from './load-membership.js'

/** Sets the language of mails and pages of the user who calls. */
export function setLanguage(context: IdentityContext, { language = null }: SetLanguageArgs): Promise<UserRow> {
  const { userId } = requireUser(context)
  return context.database.query
    .updateTable('app_user')
    .set({ language })
    .where('id', '=', userId)
    .returningAll()
    .executeTakeFirstOrThrow()
}
