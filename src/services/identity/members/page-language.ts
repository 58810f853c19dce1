import type { AccountRow } from '#entities/identity/account.entity.js'
import type { Language } from '#entities/kernel/language.js'
import { languageOf } from '#services/kernel/mail/mail-texts.js'
import type { IdentityContext } from '../model/caller.js'

/** Language of a page that a provider shows to the caller: the one that the person chose, or that of the account. Null: that of the browser. */
export async function pageLanguage(
  { database, caller }: IdentityContext,
  { language }: Pick<AccountRow, 'language'>,
): Promise<Language | null> {
  const person =
    caller.kind === 'user' &&
    (await database.query.selectFrom('app_user').select('language').where('id', '=', caller.userId).executeTakeFirst())
  return (person && person.language) || (language === null ? null : languageOf(language))
}
