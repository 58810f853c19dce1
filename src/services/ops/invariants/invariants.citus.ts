import { functionForm } from '#services/kernel/database/forms.js'
import { outcomesByStatement } from './invariants.js'

/** Each rule is planned only by itself. */
export const invariantForms = [functionForm(outcomesByStatement, () => Promise.resolve(new Map()))]
