import { accountWithName } from '#services/identity/accounts/account-directory.js'
import { functionForm } from '#services/kernel/database/forms.js'
import { accountOfHash } from './deployment-queries.js'

/** A read that names the account goes to one machine instead of to each. */
export const deploymentQueryForms = [
  functionForm(accountOfHash, (database, hash) => accountWithName(database, { kind: 'DEPLOYMENT', name: hash })),
]
