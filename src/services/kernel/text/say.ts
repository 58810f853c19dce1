import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { IntlMessageFormat } from 'intl-messageformat'
import { LANGUAGES, type Language } from '#entities/kernel/language.js'
import { projectFolder } from '../project-folder.js'

const FOLDER = 'src/services/kernel/words'

/** Messages of a language, in the format of ICU: one file a language, with the same names and arguments. A test compares the files. */
type Messages = typeof import('../words/en.json', { with: { type: 'json' } })

/** Name of a message of mails and receipts. */
export type MessageName = keyof Messages

/** Arguments of a message. Dates, numbers and money are already written. */
export type Arguments = Readonly<Record<string, string | number | boolean>>

/** Writes a message. */
export type Say = (name: MessageName, values?: Arguments) => string

const files = new Map<Language, Messages>()

/** The messages of a language. Its file is read once, with the first message. */
export function messagesOf(language: Language): Messages {
  const known = files.get(language)
  if (known) return known
  const file = join(projectFolder(), FOLDER, `${language.toLowerCase()}.json`)
  const messages = JSON.parse(readFileSync(file, 'utf8')) as Messages
  files.set(language, messages)
  return messages
}

export const isMessage = (name: string): name is MessageName => name in messagesOf('EN')

/** The language of a tag, for example `DE` of `de-AT`. Null: there are no messages in it. */
export function languageOf(tag: string): Language | null {
  const found = tag.split('-', 1)[0]!.toUpperCase()
  return LANGUAGES.find((language) => language === found) ?? null
}

/** Messages of a locale, in its language, otherwise in English. @param locale BCP 47 tag */
export function sayIn(locale: string): Say {
  const language = languageOf(locale) ?? 'EN'
  const formats = new Map<MessageName, IntlMessageFormat>()
  return (name, values) => {
    const format =
      formats.get(name) ?? new IntlMessageFormat(messagesOf(language)[name], locale, undefined, { ignoreTag: true })
    formats.set(name, format)
    return String(format.format(values))
  }
}
