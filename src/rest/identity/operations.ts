import { below, type RestOperation } from '../rest-operation.js'

const accounts = below('/api/v1/accounts', 'Accounts')

/** Operations of identity with the same behavior over GraphQL and REST. */
export const identityOperations: readonly RestOperation[] = [
  accounts(
    'rename-api-key',
    'renameApiKey',
    'RenameApiKey',
    { api_key_id: 'key_1', name: 'Billing page', idempotency_key: 'rename-1' },
    { errors: ['INVALID_PARAMETERS'], names: { id: 'api_key_id' } },
  ),
  accounts(
    'upsert',
    'upsertAccount',
    'UpsertAccount',
    { account_id: 'customer:42', name: 'Acme', billing_email: 'billing@acme.example', metadata: { tier: 'gold' } },
    { errors: ['INVALID_PARAMETERS', 'INVALID_EMAIL', 'INVALID_TRANSITION'] },
  ),
  accounts(
    'link',
    'linkAccount',
    'LinkAccount',
    { account_id: 'customer:42', user_id: 'usr_1' },
    { errors: ['INVALID_TRANSITION'] },
  ),
  accounts(
    'create-session',
    'createAccountSession',
    'CreateAccountSession',
    { account_id: 'customer:42', permissions: ['entitlements_read'], ttl_seconds: 900 },
    { errors: ['INVALID_PARAMETERS'] },
  ),
  accounts(
    'sessions',
    'listAccountSessions',
    'AccountSessions',
    { account_id: 'customer:42' },
    { names: { 'Account.accountSessions': 'sessions' } },
  ),
  accounts('revoke-sessions', 'revokeAccountSessions', 'RevokeAccountSessions', { account_id: 'customer:42' }),
]
