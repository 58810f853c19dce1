import { TEMPLATE_SEARCH_TEXT } from './template-search-text.js'
import { sqlIndex } from '../sql-index.js'

const SHOWN = `where status = 'APPROVED'`

/** Indexes for listed templates only: every sort order, overall and per category; words; tags. */
export const templateIndexes = [
  sqlIndex('template_search', `on "template" using gin ((${TEMPLATE_SEARCH_TEXT})) ${SHOWN}`),
  sqlIndex('template_tags', `on "template" using gin ("tags") ${SHOWN}`),
  sqlIndex('template_recent', `on "template" ("approved_at", "id") ${SHOWN}`),
  sqlIndex('template_popular', `on "template" ("install_count", "id") ${SHOWN}`),
  sqlIndex('template_rated', `on "template" (coalesce(rating, 0), "id") ${SHOWN}`),
  sqlIndex('template_sold', `on "template" ("sale_count", "id") ${SHOWN}`),
  sqlIndex('template_updated', `on "template" (coalesce(updated_at, approved_at), "id") ${SHOWN}`),
  sqlIndex('template_named', `on "template" (lower(name), "id") ${SHOWN}`),
  sqlIndex('template_category_recent', `on "template" ("category_id", "approved_at", "id") ${SHOWN}`),
  sqlIndex('template_category_popular', `on "template" ("category_id", "install_count", "id") ${SHOWN}`),
  sqlIndex('template_category_rated', `on "template" ("category_id", coalesce(rating, 0), "id") ${SHOWN}`),
  sqlIndex('template_category_named', `on "template" ("category_id", lower(name), "id") ${SHOWN}`),
]
