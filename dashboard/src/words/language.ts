import type { Language as Known } from '@stackgate/client'
import type { Translations } from './translated.js'

/** The languages of mails, which a person chooses together with that of the pages. */
export type Language = Lowercase<Known>

/** Languages of the pages for customers, each by its own name. */
export const LANGUAGES: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch', es: 'Español' }

/** The browser keeps the chosen language in this entry. */
const STORED = 'stackgate-language'

const TRANSLATIONS: Readonly<Record<Exclude<Language, 'en'>, () => Promise<Translations>>> = {
  de: () => import('./de.js'),
  es: () => import('./es.js'),
}

const isLanguage = (code: string | null | undefined): code is Language => code != null && Object.hasOwn(LANGUAGES, code)

/** The language of a tag, for example `de` of `de-AT`. */
const languageOf = (tag: string): string => tag.split('-', 1)[0]!.toLowerCase()

/** The chosen language, otherwise the first one of the browser in which there are texts. */
function wantedLanguage(): Language {
  const stored = localStorage.getItem(STORED)
  return isLanguage(stored) ? stored : (navigator.languages.map(languageOf).find(isLanguage) ?? 'en')
}

const wanted = wantedLanguage()

/** Texts in the language of the page. Null for English, whose texts are in the files of their pages, and if the texts could not be loaded. */
export const translations: Translations | null = wanted === 'en' ? null : await TRANSLATIONS[wanted]().catch(() => null)

/** The language of this page. */
export const language: Language = translations ? wanted : 'en'

/** The language with the region of the reader: numbers, dates and money are written as there. */
export const locale: string = navigator.languages.find((tag) => languageOf(tag) === language) ?? language

document.documentElement.lang = language

/** Shows this and later pages in another language. Texts are read once: the page is loaded again. */
export function chooseLanguage(chosen: Language): void {
  localStorage.setItem(STORED, chosen)
  location.reload()
}

/** Shows the pages in the language of a person, if it is another one with texts. */
export function followLanguage(ofPerson: string | undefined): void {
  if (isLanguage(ofPerson) && ofPerson !== wanted) chooseLanguage(ofPerson)
}
