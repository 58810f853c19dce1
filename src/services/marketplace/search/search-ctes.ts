import type { SearchRules } from '#services/ops/search/search-rules.js'

/** Templates and vendors. */
export const marketplaceSearch: SearchRules = {
  TEMPLATE: ['select id from template where id = :text', 'select id from template where slug = lower(:text)'],
  VENDOR: ['select id from vendor where id = :text', 'select id from vendor where name = :text'],
}
