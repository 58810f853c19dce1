import { forEachUseText, USE_TEXTS, type GivenUseTexts, type UseTexts } from '#entities/entitlements/use-texts.js'

/** The texts of a call. Null for each that it does not have. */
export const useTextsOf = (given: GivenUseTexts): UseTexts => forEachUseText((name) => given[name] ?? null)

/** Makes a value of the description of each text. */
export const fromUseTexts = <Value>(make: (description: string) => Value) =>
  forEachUseText((name) => make(USE_TEXTS[name].description))

/** Descriptions of the texts for the interfaces. */
export const USE_TEXT_DESCRIPTIONS = fromUseTexts((description) => description)
