import { defineEntity, p } from '@mikro-orm/postgresql'

/** Each kind of name is unique by itself. */
export type DirectoryKind =
  | 'ACCOUNT'
  | 'CUSTOMER'
  | 'DELETED_ACCOUNT'
  | 'DEPLOYMENT'
  | 'ENROLLMENT_TOKEN'
  | 'INVITATION'

/**
 * Names that are unique across all accounts, each with its account. Keys of account-owned tables contain the account,
 * so they cannot prove that a name is unique, and a request that has only the name finds its account here.
 */
export const AccountDirectorySchema = defineEntity({
  name: 'AccountDirectory',
  tableName: 'account_directory',
  properties: {
    kind: p.text().$type<DirectoryKind>().primary(),
    name: p.text().primary(),
    accountId: p.text(),
  },
  checks: [
    {
      name: 'account_directory_kind',
      expression: `kind in ('ACCOUNT', 'CUSTOMER', 'DELETED_ACCOUNT', 'DEPLOYMENT', 'ENROLLMENT_TOKEN', 'INVITATION')`,
    },
  ],
  indexes: [{ name: 'account_directory_account', properties: ['accountId'] }],
})
