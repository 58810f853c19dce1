import type { CatalogVersionRow } from '#entities/catalog/catalog-version.entity.js'
import type { CatalogDefinition } from '#services/catalog/definition/types.js'
import { pushNewPrices } from '#services/billing/catalog-push/push-new-prices.js'
import { addVersion, DRAFT } from '#services/catalog/load/catalog-versions.js'
import { applyCatalog, lockCatalog } from '#services/catalog/load/load-catalog.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import { requireInstallation } from '#services/identity/model/installation-access.js'
import { refused, refusedInput, type InputIssue } from '#services/kernel/denials/denial.js'
import { toFieldPath } from '#services/kernel/validation/validation-issue.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { readText } from './catalog-check.js'
import { readDraft, requireCurrent, type CatalogDraft } from './catalog-draft.js'
import { previewCatalog } from './preview-catalog.js'
import { unstorable } from './set-catalog-draft.js'

export interface PublishCatalogInput {
  readonly text: string
  /** Number of the version that the operator replaces. */
  readonly after: number
  readonly reason: string
}

/**
 * Loads a text as the catalog, as a start loads the file, and pushes it to every provider. Nothing is changed while a provider cannot be
 * reached. Other processes read it when they are notified. Operators only.
 */
export async function publishCatalog(
  context: BillingContext,
  { text, after, reason: given }: PublishCatalogInput,
): Promise<CatalogDraft | Denied> {
  requireInstallation(context, 'ops:write')
  const reason = given.trim()
  const problem = validateReason(reason) ?? unstorable(text)
  if (problem) return denied(problem)
  const { definition, problems } = readText(context, text)
  if (!definition) return denied(refusedInput(problems.map(toIssue) as [InputIssue, ...InputIssue[]]))
  const replaced = await requireCurrent(context.database)
  if (!isPublished(replaced, { text, after })) {
    if (replaced.text === text)
      return denied(refused('INVALID_TRANSITION', 'The text is the current catalog already.', { field: 'yaml' }))
    await previewCatalog(context, definition)
    if (!(await publish(context, definition, { text, after, reason }))) return denied(PUBLISHED_MEANWHILE)
  }
  // A repeated call completes one that was interrupted here.
  await context.catalog.reload()
  await pushNewPrices(context, true)
  return readDraft(context)
}

const PUBLISHED_MEANWHILE = refused(
  'INVALID_TRANSITION',
  'Another catalog was published in the meantime. Compare yours with it first.',
  { field: 'after' },
)

/** True if a version is the result of an earlier call. */
const isPublished = (
  { number, text, source }: CatalogVersionRow,
  input: Pick<PublishCatalogInput, 'text' | 'after'>,
): boolean => number === input.after + 1 && text === input.text && source === 'EDITOR'

/** Loads the catalog as the next version. False if another version was published after the one that the operator replaces. */
const publish = (
  { database, caller, declared }: BillingContext,
  definition: CatalogDefinition,
  { text, after, reason }: PublishCatalogInput,
): Promise<boolean> =>
  database.transaction(async (transaction) => {
    await lockCatalog(transaction)
    const current = await requireCurrent(transaction)
    if (current.number !== after) return isPublished(current, { text, after })
    await applyCatalog(transaction, definition)
    for (const store of declared.catalogSections) await store(transaction, definition)
    const { fileFingerprint } = current
    const author = caller.principal
    await addVersion(transaction, { number: after + 1, source: 'EDITOR', text, fileFingerprint, author, reason })
    await transaction.query.deleteFrom('catalog_version').where('number', '=', DRAFT).where('text', '=', text).execute()
    return true
  })

const toIssue = ({ line, column, path, message }: ReturnType<typeof readText>['problems'][number]): InputIssue => ({
  path: toFieldPath('yaml'),
  code: 'INVALID_PARAMETERS',
  message: `${line}:${column} ${path === '' ? '' : `${path}: `}${message}`,
})
