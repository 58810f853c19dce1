import { LANGUAGES, type Language } from '#entities/kernel/language.js'
import { writerIn, type Writer } from '../text/readable.js'
import { renderMail, type MailContent, type MailLinks, type MailText } from './mail-template.js'

/** The words of a kind of mail, with its values. A language that lacks them is an error of types. */
export type MailTexts<Values> = Readonly<Record<Language, (values: Values, write: Writer) => MailContent>>

/** The label of buttons to the page of payments. */
export const BILLING_PAGE = {
  EN: 'Your billing page',
  DE: 'Zur Abrechnung',
  ES: 'Ver la facturación',
} as const satisfies Record<Language, string>

/** The label of buttons to the dashboard. */
export const DASHBOARD = {
  EN: 'Open the dashboard',
  DE: 'Dashboard öffnen',
  ES: 'Abrir el panel',
} as const satisfies Record<Language, string>

/** Pure: a mail in the language of its reader, with dates, numbers and money as in the locale. */
export function writeMail<Values>(
  texts: MailTexts<Values>,
  values: Values,
  { locale, ...links }: MailOptions,
): MailText {
  const language = languageOf(locale) ?? 'EN'
  return renderMail(language, texts[language](values, writerIn(locale)), links)
}

export interface MailOptions extends MailLinks {
  /** BCP 47 tag of the reader. */
  readonly locale: string
}

/**
 * Pure: the locale of a mail. The language that the person chose comes before that of the account, which is a tag of BCP 47; a region of the account
 * applies to both.
 */
export function mailLocale(chosen: Language | null, ofAccount: string | null): string {
  const language = ofAccount === null ? null : languageOf(ofAccount)
  if (language !== null && (chosen === null || chosen === language)) return ofAccount!
  return chosen === null || chosen === 'EN' ? 'en-US' : chosen.toLowerCase()
}

/** The language of a tag, for example `DE` of `de-AT`. Null: there are no texts in it. */
export function languageOf(tag: string): Language | null {
  const found = tag.split('-', 1)[0]!.toUpperCase()
  return LANGUAGES.find((language) => language === found) ?? null
}
