import type { CatalogVersionRow } from '#entities/catalog/catalog-version.entity.js'
import { currentVersion, DRAFT, isFileChanged } from '#services/catalog/load/catalog-versions.js'
import { hasUnlinkedPrices } from '#services/billing/catalog-push/load-wanted.js'
import type { ProviderName } from '#services/billing/providers/provider-name.js'
import { requireInstallation } from '#services/identity/model/installation-access.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'

/** Versions that the editor shows. Every version stays stored. */
const SHOWN_VERSIONS = 10

/** The text that operators edit, and what it would replace. */
export interface CatalogDraft {
  readonly text: string
  /** The stored draft. Null if there is none: then the text is the current one. */
  readonly saved: CatalogVersionRow | null
  /** Newest first; the first is the current one. */
  readonly versions: readonly CatalogVersionRow[]
  readonly isFileChanged: boolean
  /** Providers at which prices are missing. A push or the first sale creates them. */
  readonly unpushed: readonly ProviderName[]
}

/** The draft of the catalog, or the current text. Operators only. */
export async function catalogDraft(context: BillingContext): Promise<CatalogDraft> {
  requireInstallation(context, 'ops:read')
  return readDraft(context)
}

export async function readDraft({ database, config, providers }: BillingContext): Promise<CatalogDraft> {
  const versions = await database.query
    .selectFrom('catalog_version')
    .selectAll()
    .where('number', '>', DRAFT)
    .orderBy('number', 'desc')
    .limit(SHOWN_VERSIONS)
    .execute()
  const saved = (await savedDraft(database)) ?? null
  const current = versions[0]!
  const unpushed: ProviderName[] = []
  for (const port of Object.values(providers)) if (await hasUnlinkedPrices(database, port)) unpushed.push(port.provider)
  return {
    text: saved?.text ?? current.text,
    saved,
    versions,
    isFileChanged: isFileChanged(config.catalog, current),
    unpushed,
  }
}

export const savedDraft = ({ query }: Sql): Promise<CatalogVersionRow | undefined> =>
  query.selectFrom('catalog_version').selectAll().where('number', '=', DRAFT).executeTakeFirst()

/** The version that a draft would replace. A server cannot start without one. */
export const requireCurrent = async (sql: Sql): Promise<CatalogVersionRow> => (await currentVersion(sql))!
