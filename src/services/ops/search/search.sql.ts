import { statement } from '#services/kernel/database/statement.js'
import { SEARCH_TYPES, type SearchType } from './search-types.js'

/** A text as each column is compared with it. */
export interface SearchText {
  readonly text: string
  /** The text in lower case, escaped, with `%` at its end. */
  readonly prefix: string
  /** Words of names, in the form of `to_tsquery`; null if there are none. */
  readonly words: string | null
  readonly kind: string | null
  readonly externalId: string | null
}

const AT_PROVIDER = `provider in ('STRIPE', 'PAYPAL')`

/** Each branch reads one index. */
const BRANCHES: Readonly<Record<SearchType, readonly string[]>> = {
  ACCOUNT: [
    'select id from account where id = :text',
    'select id from account where kind = :kind and external_id = :externalId',
    'select id from account where lower(external_id) like :prefix',
    `select id from account where to_tsvector('simple', name) @@ to_tsquery('simple', :words)`,
    `select account_id from billing_customer where ${AT_PROVIDER} and customer_id = :text`,
  ],
  USER: ['select id from app_user where id = :text', 'select id from app_user where lower(email) like :prefix'],
  DEPLOYMENT: [
    'select id from deployment where id = :text',
    'select id from deployment where hash = :text',
    'select deployment_id from agent where id = :text',
  ],
  SUBSCRIPTION: [
    'select id from billing_subscription where id = :text',
    `select id from billing_subscription where ${AT_PROVIDER} and external_id = :text`,
  ],
  INVOICE: [
    'select id from invoice where id = :text',
    'select id from invoice where number = :text',
    `select id from invoice where ${AT_PROVIDER} and external_id = :text`,
  ],
  PURCHASE: [
    'select id from purchase where id = :text',
    `select id from purchase where ${AT_PROVIDER} and payment_id = :text`,
    `select id from purchase where ${AT_PROVIDER} and invoice_id = :text`,
  ],
  REFUND: [
    'select id from refund where id = :text',
    `select id from refund where ${AT_PROVIDER} and external_id = :text`,
  ],
  DISPUTE: [
    'select id from dispute where id = :text',
    `select id from dispute where ${AT_PROVIDER} and external_id = :text`,
  ],
  CHECKOUT: [
    'select id from checkout where id = :text',
    `select id from checkout where ${AT_PROVIDER} and session_id = :text`,
  ],
  TEMPLATE: ['select id from template where id = :text', 'select id from template where slug = lower(:text)'],
  VENDOR: ['select id from vendor where id = :text', 'select id from vendor where name = :text'],
}

const branch = (type: SearchType, position: number): string => `
  (select ${position} as position, id from (${BRANCHES[type].join('\n    union ')}) as found(id)
  where '${type}' = any(:types::text[]) order by id desc limit :limit)`

/** IDs of the objects that match, by type, the newest first. */
export const findObjects = statement<
  SearchText & { readonly types: readonly SearchType[]; readonly limit: number },
  { id: string }
>(`
  select id from (${SEARCH_TYPES.map(branch).join('\n  union all')}) as found
  order by position, id desc limit :limit
`)
