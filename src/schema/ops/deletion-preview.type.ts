import { objectType } from '../kernel/decorators.js'

/** Costs of the deletion of an account. Modules add them. */
@objectType('Costs of the deletion of an account, if it were requested now.')
export class AccountDeletionPreview {
  readonly __typename!: 'AccountDeletionPreview'

  /** ID of the account. */
  accountId!: string
}
