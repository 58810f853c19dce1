import type { SearchRules } from './search-rules.js'

/** Accounts and users. */
export const operationsSearch: SearchRules = {
  ACCOUNT: [
    'select id from account where id = :text',
    'select id from account where kind = :kind and external_id = :externalId',
    'select id from account where lower(external_id) like :prefix',
    `select id from account where to_tsvector('simple', name) @@ to_tsquery('simple', :words)`,
  ],
  USER: ['select id from app_user where id = :text', 'select id from app_user where lower(email) like :prefix'],
}
