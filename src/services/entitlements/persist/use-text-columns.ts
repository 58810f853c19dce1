import { forEachUseText, USE_TEXT_NAMES, type UseTexts } from '#entities/entitlements/use-texts.js'
import type { CteColumns } from './statement-cte.js'

/** Columns of the texts of a use. */
export const USE_TEXT_COLUMNS: CteColumns<UseTexts> = forEachUseText((name): CteColumns<UseTexts>[string] => [
  'text',
  (row) => row[name],
])

/** The columns as a list of SQL. */
export const useTextColumns = (prefix = ''): string => USE_TEXT_NAMES.map((name) => `${prefix}${name}`).join(', ')
