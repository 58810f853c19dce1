import type { CategoryRow } from '#entities/marketplace/category.entity.js'
import { recordAudit } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused } from '#services/kernel/denials/denial.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { runPeriodically, type BackgroundJob } from '#services/kernel/periodic-jobs/run-periodically.js'
import { UpstreamError } from '#services/kernel/outbound/upstream.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import type { UserServiceCategory } from '#services/identity/user-service/parse-responses.js'
import type { UserService } from '#services/identity/user-service/user-service.js'
import { categories } from './categories.js'
import { releaseCodes } from './categories.sql.js'
import { lockCategories } from './category-lock.js'

export type SyncCategoriesOutcome = { readonly kind: 'synced'; readonly categories: readonly CategoryRow[] } | Denied

/** Imports the categories of the User Service on demand, once per idempotency key. Operators only. */
export async function syncCategories(
  context: IdentityContext,
  { idempotencyKey }: { readonly idempotencyKey: string },
): Promise<SyncCategoriesOutcome> {
  const { userService } = context
  if (!userService)
    return denied(
      refused('PROVIDER_UNAVAILABLE', 'USER_SERVICE_URL is not set: there is no service to import categories from.'),
    )
  const published = await userService.categories().catch((error: unknown) => {
    if (!(error instanceof UpstreamError)) throw error
    context.log.warn({ err: error }, 'category import failed, keeping the previous categories')
    return null
  })
  if (!published)
    return denied(refused('PROVIDER_UNAVAILABLE', 'The User Service is not responding. Categories are unchanged.'))
  const synced = await runIdempotent<{ kind: 'synced' }>(context.database, {
    scope: idempotencyScope(context.caller, '', 'syncCategories', idempotencyKey),
    request: {},
    replay: () => Promise.resolve({ kind: 'synced' }),
    execute: async (transaction) => {
      await writeCategories(context, transaction, published)
      return { value: { kind: 'synced' }, reference: { __typename: 'Category', id: 'categories' } }
    },
  })
  return synced.kind === 'denied' ? synced : { kind: 'synced', categories: await categories(context.database) }
}

/** Imports categories in a transaction of its own. Returns the number of changed categories. */
export const importCategories = (
  context: IdentityContext,
  published: readonly UserServiceCategory[],
): Promise<number> => context.database.transaction((transaction) => writeCategories(context, transaction, published))

/**
 * Writes categories as received; unchanged ones are not written. A missing category stays, because templates can belong
 * to it.
 */
async function writeCategories(
  context: IdentityContext,
  transaction: Transaction,
  received: readonly UserServiceCategory[],
): Promise<number> {
  const published = firstOfEachCode(received)
  await lockCategories(transaction)
  const released = await transaction.rows(releaseCodes, {
    ids: published.map(({ id }) => id),
    codes: published.map(({ code }) => code),
  })
  let changed = 0
  for (const category of published) changed += await upsertCategory(transaction, category)
  await replaceUnpublished(transaction, published, released)
  if (changed)
    await recordAudit(transaction, {
      accountId: null,
      actor: context.caller.principal,
      action: 'category.sync',
      object: 'categories',
      details: { changed, received: published.length },
    })
  return changed
}

/** One category per code: of several with the same code or the same ID, the first counts. */
function firstOfEachCode(categories: readonly UserServiceCategory[]): UserServiceCategory[] {
  const ids = new Set<string>()
  const codes = new Set<string>()
  return categories.filter(({ id, code }) => {
    if (ids.has(id) || codes.has(code)) return false
    ids.add(id)
    codes.add(code)
    return true
  })
}

/** Returns the number of written rows: zero if the category is unchanged. */
async function upsertCategory(
  transaction: Transaction,
  { id, code, title, priority, metadata }: UserServiceCategory,
): Promise<number> {
  const { numInsertedOrUpdatedRows } = await transaction.query
    .insertInto('category')
    .values({ id, code, title, priority, metadata })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet({ code, title, priority, metadata })
        .where((eb) =>
          eb(
            eb.refTuple('category.code', 'category.title', 'category.priority', 'category.metadata'),
            'is distinct from',
            eb.refTuple('excluded.code', 'excluded.title', 'excluded.priority', 'excluded.metadata'),
          ),
        ),
    )
    .executeTakeFirstOrThrow()
  return Number(numInsertedOrUpdatedRows)
}

/**
 * A category whose ID the User Service does not have is replaced by the received one with the same code: its templates
 * are assigned to that one.
 */
async function replaceUnpublished(
  transaction: Transaction,
  published: readonly UserServiceCategory[],
  released: readonly { id: string; receiverId: string }[],
): Promise<void> {
  const publishedIds = new Set(published.map(({ id }) => id))
  for (const { id, receiverId } of released) {
    if (publishedIds.has(id)) continue
    await transaction.query
      .updateTable('template')
      .set({ categoryId: receiverId })
      .where('categoryId', '=', id)
      .execute()
    await transaction.query.deleteFrom('category').where('id', '=', id).execute()
  }
}

const RETRY_MS = 30_000
/** Categories change rarely; an operator can import them on demand. */
const AGAIN_MS = 3_600_000

/** Takes the categories over at start and hourly. A service that is down holds nothing up: what was known is shown. */
export function startCategorySync(context: IdentityContext, service: UserService): BackgroundJob {
  let due = 0
  const look = async () => {
    if (context.timers.now() < due) return
    await importCategories(context, await service.categories())
    due = context.timers.now() + AGAIN_MS
  }
  const job = runPeriodically(context, RETRY_MS, 'categories', look)
  const first = look().catch((error: unknown) =>
    context.log.warn({ err: error }, 'category import failed, keeping the previous categories'),
  )
  return {
    stop: async () => {
      await first
      await job.stop()
    },
  }
}
