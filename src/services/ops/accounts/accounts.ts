import { z } from 'zod'
import type { AccountFilter } from '#schema/ops/accounts.type.js'
import type { AccountRow } from '#entities/identity/account.entity.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { defaultPlan, type CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import { toSearchText } from '../search/search-text.js'
import {
  countAccounts,
  countFoundAccounts,
  countOfStatuses,
  listAccountsByName,
  listNewestAccounts,
  listNewestOfStatuses,
  listOfStatusesByName,
  searchAccountsByName,
  searchNewestAccounts,
  type AccountConditions,
} from './accounts.sql.js'

export interface AccountsRequest {
  readonly query?: string | null
  readonly filter?: AccountFilter | null
  readonly orderBy?: 'NEWEST' | 'NAME' | null
}

/** A page of accounts, and the count of all that match. */
export interface FoundAccounts extends Page<AccountRow> {
  readonly countAll: () => Promise<number>
}

/** Accounts of the installation that match a text and a filter. Operators only. */
export async function accounts(
  context: CatalogContext,
  request: AccountsRequest,
  pages: PageRequest,
): Promise<FoundAccounts> {
  const { database } = context
  const search = toSearchText(request.filter?.search)
  const conditions = conditionsOf(context.catalog.current(), request.filter ?? {})
  const page =
    request.orderBy === 'NAME'
      ? await readPage<AccountRow>(
          pages,
          'accounts by name',
          ({ name, id }) => [name, id],
          (limit, after) => {
            const values = { ...conditions, limit, afterName: after?.[0] ?? null, afterId: after?.[1] ?? null }
            return search
              ? database.rows(searchAccountsByName, { ...search, ...values })
              : database.rows(conditions.statuses ? listOfStatusesByName : listAccountsByName, values)
          },
        )
      : await readPage<AccountRow>(
          pages,
          'accounts',
          ({ id }) => [id],
          (limit, after) => {
            const values = { ...conditions, limit, afterId: after?.[0] ?? null }
            return search
              ? database.rows(searchNewestAccounts, { ...search, ...values })
              : database.rows(conditions.statuses ? listNewestOfStatuses : listNewestAccounts, values)
          },
        )
  const countAll = async () =>
    (search
      ? await database.row(countFoundAccounts, { ...search, ...conditions })
      : await database.row(conditions.statuses ? countOfStatuses : countAccounts, conditions))!.total
  return { ...page, countAll }
}

const conditionsOf = (catalog: CatalogSnapshot, filter: AccountFilter): AccountConditions => ({
  kinds: filter.kinds ?? null,
  plans: filter.plans ?? null,
  defaultGroups: filter.plans ? groupsOf(catalog, filter.plans) : [],
  statuses: filter.subscriptionStatuses ?? null,
  ...metadataConditions(filter.metadata),
})

const wantedMetadata = z.record(z.string(), z.union([z.string(), z.array(z.string()), z.null()]))

/** A null is no condition. An empty list is one that no account fulfills. */
function metadataConditions(given: unknown): Pick<AccountConditions, 'metadata' | 'metadataLists'> {
  const read = wantedMetadata.nullish().safeParse(given)
  if (!read.success)
    throw new AppError('BAD_USER_INPUT', 'metadata must have texts, or lists of texts, by key.', {
      details: { field: 'metadata' },
    })
  const wanted = Object.entries(read.data ?? {}).filter(([, value]) => value !== null)
  const jsonOf = (entries: typeof wanted) => (entries.length > 0 ? JSON.stringify(Object.fromEntries(entries)) : null)
  return {
    metadata: jsonOf(wanted.filter(([, value]) => typeof value === 'string')),
    metadataLists: jsonOf(wanted.filter(([, value]) => typeof value !== 'string')),
  }
}

/** Groups whose default plan is one of these. */
const groupsOf = (catalog: CatalogSnapshot, plans: readonly string[]): string[] =>
  [...new Set(catalog.plans.filter(({ active }) => active).map(({ group }) => group))].filter((group) =>
    plans.includes(defaultPlan(catalog, group).code),
  )
