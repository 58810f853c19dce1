import {
  forEachUseText,
  USE_TEXT_NAMES,
  USE_TEXTS,
  type GivenUseTexts,
  type UseTexts,
} from '#entities/entitlements/use-texts.js'
import { refusedInput, type InputIssue, type Refused } from '#services/kernel/denials/denial.js'

/** The texts of a call. Null for each that it does not have. */
export const useTextsOf = (given: GivenUseTexts): UseTexts => forEachUseText((name) => given[name] ?? null)

/** Makes a value of the description of each text. */
export const fromUseTexts = <Value>(make: (description: string) => Value) =>
  forEachUseText((name) => make(USE_TEXTS[name].description))

/** Descriptions of the texts for the interfaces. */
export const USE_TEXT_DESCRIPTIONS = fromUseTexts((description) => description)

/** Pure: problems of texts that are too long or cannot be stored. */
export const textIssues = (texts: GivenUseTexts): InputIssue[] =>
  USE_TEXT_NAMES.filter((name) => !isStorable(texts[name] ?? '', USE_TEXTS[name].maxLength)).map((name) =>
    textIssue(name, `at most ${USE_TEXTS[name].maxLength} characters long`),
  )

/** Pure: denial of texts with problems. Null if all are valid. */
export function invalidTexts(texts: GivenUseTexts): Refused | null {
  const [first, ...rest] = textIssues(texts)
  return first ? refusedInput([first, ...rest]) : null
}

export const textIssue = (field: string, rule: string): InputIssue => ({
  path: [field],
  code: 'INVALID_PARAMETERS',
  message: `${field} must be ${rule}.`,
})

const isStorable = (text: string, maxLength: number): boolean =>
  text.length <= maxLength && !text.includes('\u0000') && text.isWellFormed()
