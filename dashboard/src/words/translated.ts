import type * as english from './english.js'
import { translations } from './language.js'

/** The texts of each group in one language. A text that a language lacks is an error of types. */
export type Translations = { readonly [Group in keyof typeof english]: (typeof english)[Group] }

/** A group of texts in the language of the page. */
export const translated = <Texts>(group: keyof Translations, texts: Texts): Texts =>
  (translations?.[group] as Texts | undefined) ?? texts
