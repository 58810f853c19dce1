import type { CategoryRow } from '../../../entities/marketplace/category.entity.js'
import { recordAudit } from '../../kernel/audit/audit.js'
import type { Transaction } from '../../kernel/database/database.js'
import { AppError } from '../../kernel/errors/app-error.js'
import { every, type Background } from '../../kernel/housekeeping/every.js'
import { UpstreamError } from '../../kernel/outbound/upstream.js'
import { requireOperator } from '../../identity/guard/guard.js'
import type { IdentityContext } from '../../identity/caller.js'
import type { SiblingCategory } from '../../identity/user-service/read-answers.js'
import type { UserService } from '../../identity/user-service/user-service.js'
import { listCategories } from '../templates/template-queries.js'

/** Takes over the categories of the User Service, on demand. For operators. */
export async function syncCategories(context: IdentityContext): Promise<CategoryRow[]> {
  requireOperator(context, 'ops:write')
  const { userService } = context
  if (!userService)
    throw new AppError('CONFLICT', 'There is no User Service to take categories from: USER_SERVICE_URL is not set.')
  const told = await userService.categories().catch((error: unknown) => {
    if (!(error instanceof UpstreamError)) throw error
    throw new AppError('UNAVAILABLE', 'The User Service does not answer; the categories stay as they are.', {
      cause: error,
    })
  })
  await takeOver(context, told)
  return listCategories(context.database)
}

/** Writes categories as they are told; the same again writes nothing. What is not told of any more stays: templates may stand there. */
export async function takeOver(context: IdentityContext, categories: readonly SiblingCategory[]): Promise<number> {
  return context.database.transaction(async (transaction) => {
    await transaction.run(`select pg_advisory_xact_lock(hashtextextended('categories', 7))`)
    let changed = 0
    for (const category of categories) changed += await put(transaction, category)
    if (changed)
      await recordAudit(transaction, {
        accountId: null,
        actor: context.caller.principal,
        action: 'category.sync',
        object: 'categories',
        details: { changed, told: categories.length },
      })
    return changed
  })
}

async function put(
  transaction: Transaction,
  { id, code, title, priority, metadata }: SiblingCategory,
): Promise<number> {
  await makeRoom(transaction, id, code)
  return transaction.run(
    `insert into category (id, code, title, priority, metadata) values ($1, $2, $3, $4, $5)
     on conflict (id) do update set code = excluded.code, title = excluded.title, priority = excluded.priority, metadata = excluded.metadata
     where (category.code, category.title, category.priority, category.metadata)
       is distinct from (excluded.code, excluded.title, excluded.priority, excluded.metadata)`,
    [id, code, title, priority, metadata],
  )
}

/** A category that we had under the same code gives way to the one that is told: its templates move there. */
async function makeRoom(transaction: Transaction, id: string, code: string): Promise<void> {
  const same = await transaction.row<{ id: string }>(`select id from category where code = $1 and id <> $2`, [code, id])
  if (!same) return
  await transaction.run(`update category set code = code || ' ' || id where id = $1`, [same.id])
  await transaction.run(
    `insert into category (id, code, title, metadata) values ($1, $2, $2, '{}') on conflict (id) do update set code = excluded.code`,
    [id, code],
  )
  await transaction.run(`update template set category_id = $2 where category_id = $1`, [same.id, id])
  await transaction.run(`delete from category where id = $1`, [same.id])
}

const RETRY_MS = 30_000
/** Categories change seldom; an operator who cannot wait asks for them. */
const AGAIN_MS = 3_600_000

/** Takes the categories over at start and hourly. A service that is down holds nothing up: what was known is shown. */
export function startCategorySync(context: IdentityContext, service: UserService): Background {
  let due = 0
  const look = async () => {
    if (Date.now() < due) return
    await takeOver(context, await service.categories())
    due = Date.now() + AGAIN_MS
  }
  const chore = every(context, RETRY_MS, 'categories', look)
  const first = look().catch((error: unknown) =>
    context.log.warn({ err: error }, 'categories could not be read; those that are known are shown'),
  )
  return {
    stop: async () => {
      await first
      await chore.stop()
    },
  }
}
