import type { SandboxState } from '#sandbox-state.js'
import { apiLink } from './links.js'
import type { Link } from './paypal-error.js'

const PAGE_SIZE = 10

/** One page of a list, with links to the others. The numbers were checked against PayPal's schema. */
export function pageOf<T>(
  world: SandboxState,
  all: readonly T[],
  path: string,
  query: Record<string, string>,
): { items: T[]; total_items?: number; total_pages?: number; links: Link[] } {
  const size = Number(query['page_size'] ?? PAGE_SIZE)
  const page = Number(query['page'] ?? 1)
  const last = Math.max(1, Math.ceil(all.length / size))
  const link = (rel: string, number: number) => {
    const parameters = new URLSearchParams({ ...query, page_size: String(size), page: String(number) })
    return apiLink(world, rel, `${path}?${parameters.toString()}`)
  }
  return {
    items: all.slice((page - 1) * size, page * size),
    ...(query['total_required'] === 'true' ? { total_items: all.length, total_pages: last } : {}),
    links: [
      link('self', page),
      link('first', 1),
      ...(page > 1 ? [link('prev', page - 1)] : []),
      ...(page < last ? [link('next', page + 1)] : []),
      link('last', last),
    ],
  }
}
