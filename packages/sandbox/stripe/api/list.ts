import { invalid, missing } from './stripe-error.js'

/** The paging and time parameters of a list call. */
export interface Page {
  limit: number
  starting_after?: string | undefined
  ending_before?: string | undefined
}

type CreatedFilter = number | Partial<Record<'gt' | 'gte' | 'lt' | 'lte', number | undefined>> | undefined

/** One page of Stripe's list object. `items` are newest first; cursors are ids. */
export function listPage(items: readonly { id: string }[], url: string, page: Page): object {
  if (page.starting_after !== undefined && page.ending_before !== undefined) {
    throw invalid('You cannot parametrize with both `starting_after` and `ending_before`.')
  }
  if (page.ending_before !== undefined) {
    const end = position(items, page.ending_before, 'ending_before')
    const start = Math.max(0, end - page.limit)
    return { object: 'list', data: items.slice(start, end), has_more: start > 0, url }
  }
  const start = page.starting_after === undefined ? 0 : position(items, page.starting_after, 'starting_after') + 1
  const data = items.slice(start, start + page.limit)
  return { object: 'list', data, has_more: start + data.length < items.length, url }
}

/** A whole list inside another object. */
export function wholeList<T>(data: T[], url: string) {
  return { object: 'list' as const, data, has_more: false, url }
}

/** True if an object's creation time passes a `created` filter. */
export function wasCreated(object: { created: number }, filter: CreatedFilter): boolean {
  if (filter === undefined) return true
  if (typeof filter === 'number') return object.created === filter
  const { gt, gte, lt, lte } = filter
  return (
    (gt === undefined || object.created > gt) &&
    (gte === undefined || object.created >= gte) &&
    (lt === undefined || object.created < lt) &&
    (lte === undefined || object.created <= lte)
  )
}

function position(items: readonly { id: string }[], cursor: string, param: string): number {
  const index = items.findIndex((item) => item.id === cursor)
  if (index < 0) throw missing('object', cursor, param, 400)
  return index
}
