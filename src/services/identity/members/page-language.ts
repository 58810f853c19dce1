import type { AccountRow } from '#entities/identity/account.entity.js'
import type { Language } from '#entities/kernel/language.js'
import { mailLocale } from '#services/kernel/mail/mail-texts.js'
import { languageOf } from '#services/kernel/text/say.js'
import type { IdentityContext } from '../model/caller.js'

/** Language of a page that a provider shows to the caller: the one that the person chose, or that of the account. Null: that of the browser. */
export async function pageLanguage(
  context: IdentityContext,
  { language }: Pick<AccountRow, 'language'>,
): Promise<Language | null> {
  return (await chosenLanguage(context)) ?? (language === null ? null : languageOf(language))
}

/** Locale of a file of an account for the caller, as that of a mail. */
export async function callerLocale(
  context: IdentityContext,
  { language }: Pick<AccountRow, 'language'>,
): Promise<string> {
  return mailLocale(await chosenLanguage(context), language)
}

async function chosenLanguage({ database, caller }: IdentityContext): Promise<Language | null> {
  if (caller.kind !== 'user') return null
  const users = database.query.selectFrom('app_user').select('language').where('id', '=', caller.userId)
  return (await users.executeTakeFirst())?.language ?? null
}
