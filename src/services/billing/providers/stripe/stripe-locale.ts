import type { Language } from '#entities/kernel/language.js'

/** The parameter of a page's language. Without it Stripe takes that of the browser. */
export const localeOf = (language: Language | null): { readonly locale?: Lowercase<Language> } =>
  language === null ? {} : { locale: language.toLowerCase() as Lowercase<Language> }
