import { statementForm } from '#services/kernel/database/forms.js'
import { findFreeAccounts, lockAccounts } from './engine.sql.js'

export const engineForms = [
  statementForm(findFreeAccounts, { each: ['accountIds'] }),
  statementForm(lockAccounts, { each: ['accountIds'] }),
]
