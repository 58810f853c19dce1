import { forEachAccount, statementForm, textOf } from '#services/kernel/database/forms.js'
import { templateInputs } from './eligibility.sql.js'

export const eligibilityForms = [
  statementForm(
    templateInputs,
    forEachAccount(textOf(templateInputs), 'requested.account_id', ['accountIds', 'templateIds']),
  ),
]
