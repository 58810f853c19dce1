import { DRAFT } from '#services/catalog/load/catalog-versions.js'
import { lockCatalog } from '#services/catalog/load/load-catalog.js'
import { requireInstallation } from '#services/identity/model/installation-access.js'
import { isPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { readDraft, requireCurrent, savedDraft, type CatalogDraft } from './catalog-draft.js'

/** Twenty times the largest catalog of the repository. Its lines are parsed at each check. */
const MAX_CHARACTERS = 200_000

/** Pure: problem of a text that cannot be stored. Its contents are not examined. */
export const unstorable = (text: string): Refused | null =>
  text.length > 0 && text.length <= MAX_CHARACTERS && isPostgresSafe(text)
    ? null
    : refused('INVALID_PARAMETERS', `yaml must have 1 to ${MAX_CHARACTERS} characters, without NUL.`, { field: 'yaml' })

/** Saves the draft of the catalog, which can have errors, or removes it. Operators only. */
export async function setCatalogDraft(
  context: BillingContext,
  { text, revision }: { readonly text: string | null; readonly revision: number },
): Promise<CatalogDraft | Denied> {
  requireInstallation(context, 'ops:write')
  const problem = text === null ? null : unstorable(text)
  if (problem) return denied(problem)
  const conflict = await context.database.transaction(async (transaction) => {
    await lockCatalog(transaction)
    const saved = await savedDraft(transaction)
    if ((saved?.text ?? null) === text) return null
    if ((saved?.revision ?? 0) !== revision)
      return refused('INVALID_TRANSITION', 'Another operator changed the draft. Read it again before you save yours.', {
        field: 'revision',
      })
    const { query } = transaction
    await query.deleteFrom('catalog_version').where('number', '=', DRAFT).execute()
    if (text === null) return null
    const { fileFingerprint } = await requireCurrent(transaction)
    await query
      .insertInto('catalog_version')
      .values({
        number: DRAFT,
        source: 'EDITOR',
        text,
        fileFingerprint,
        revision: revision + 1,
        author: context.caller.principal,
      })
      .execute()
    return null
  })
  return conflict ? denied(conflict) : readDraft(context)
}
