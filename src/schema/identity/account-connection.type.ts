import { countedConnection } from '../kernel/connection.js'
import { Account } from './account.type.js'

export const ACCOUNT_COUNT = 'Number of accounts that match. Counted only if it is selected.'

/** A page of accounts. */
export const AccountConnection = countedConnection('Account', 'accounts', () => Account, ACCOUNT_COUNT)
export type AccountConnection = InstanceType<typeof AccountConnection>
