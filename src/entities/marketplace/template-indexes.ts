import { TEMPLATE_SEARCH_TEXT } from './template-search-text.js'

const SHOWN = `where status = 'APPROVED'`

/** Indexes for listed templates only: every sort order, overall and per category; words; tags. */
export const templateIndexes = [
  {
    name: 'template_search',
    expression: `create index "template_search" on "template" using gin ((${TEMPLATE_SEARCH_TEXT})) ${SHOWN}`,
  },
  { name: 'template_tags', expression: `create index "template_tags" on "template" using gin ("tags") ${SHOWN}` },
  {
    name: 'template_recent',
    expression: `create index "template_recent" on "template" ("approved_at", "id") ${SHOWN}`,
  },
  {
    name: 'template_popular',
    expression: `create index "template_popular" on "template" ("install_count", "id") ${SHOWN}`,
  },
  {
    name: 'template_rated',
    expression: `create index "template_rated" on "template" (coalesce(rating, 0), "id") ${SHOWN}`,
  },
  { name: 'template_sold', expression: `create index "template_sold" on "template" ("sale_count", "id") ${SHOWN}` },
  {
    name: 'template_updated',
    expression: `create index "template_updated" on "template" (coalesce(updated_at, approved_at), "id") ${SHOWN}`,
  },
  { name: 'template_named', expression: `create index "template_named" on "template" (lower(name), "id") ${SHOWN}` },
  {
    name: 'template_category_recent',
    expression: `create index "template_category_recent" on "template" ("category_id", "approved_at", "id") ${SHOWN}`,
  },
  {
    name: 'template_category_popular',
    expression: `create index "template_category_popular" on "template" ("category_id", "install_count", "id") ${SHOWN}`,
  },
  {
    name: 'template_category_rated',
    expression: `create index "template_category_rated" on "template" ("category_id", coalesce(rating, 0), "id") ${SHOWN}`,
  },
  {
    name: 'template_category_named',
    expression: `create index "template_category_named" on "template" ("category_id", lower(name), "id") ${SHOWN}`,
  },
]
