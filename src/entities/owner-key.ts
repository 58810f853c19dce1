import { p } from '@mikro-orm/postgresql'
import { AccountSchema } from './identity/account.entity.js'

/**
 * The account that owns a row. It is part of every key of its table, so that all rows of one account can be stored on
 * one machine (decision 0220).
 */
export const ownerKey = () =>
  p.manyToOne(AccountSchema).mapToPk().fieldName('account_id').primary().updateRule('no action').deleteRule('no action')
