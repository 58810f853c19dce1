import type { Language } from '#entities/kernel/language.js'
import { writerIn, type Writer } from '../text/readable.js'
import { languageOf, isMessage, type Arguments, type MessageName } from '../text/say.js'
import { renderMail, type MailContent, type MailLinks, type MailText } from './mail-template.js'

/** A kind of mail: its content with values, written for a reader. */
export type MailTexts<Values> = (values: Values, write: Writer) => MailContent

type NameOf<Message> = Message extends `${infer Name}.subject` ? Name : never

/** A mail of the files of messages: its subject is `<name>.subject`, its paragraphs are `<name>.1` and the following. */
export type MailName = NameOf<MessageName>

/** Label of the button of a mail. */
type ActionName = Extract<MessageName, `action.${string}`>

/** Pure: subject, paragraphs and button of a mail. */
export function contentOf(
  { say }: Writer,
  name: MailName,
  values: Arguments,
  action: ActionName = 'action.dashboard',
): MailContent {
  const paragraphs = [1, 2, 3].map((place) => `${name}.${place}`).filter(isMessage)
  return {
    subject: say(`${name}.subject`, values),
    paragraphs: paragraphs.map((message) => say(message, values)),
    action: say(action),
  }
}

/** Pure: a mail in the language of its reader, with dates, numbers and money as in the locale. */
export function writeMail<Values>(
  texts: MailTexts<Values>,
  values: Values,
  { locale, ...links }: MailOptions,
): MailText {
  const write = writerIn(locale)
  return renderMail(languageOf(locale) ?? 'EN', write, texts(values, write), links)
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
