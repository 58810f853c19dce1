import { functionForm } from '#services/kernel/database/forms.js'
import { outcomesByStatement, outcomesOfAccounts } from './invariants.js'

const none = () => Promise.resolve(new Map())

/** Each rule is planned only by itself. */
export const invariantForms = [functionForm(outcomesByStatement, none), functionForm(outcomesOfAccounts, none)]
