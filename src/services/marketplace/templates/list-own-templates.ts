import type { IdentityContext } from '#services/identity/model/caller.js'
import { visibleAccount } from '#services/identity/model/guard.js'
import { mayAccess } from '#services/identity/guard/access-rules.js'
import { EMPTY_PAGE, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'
import type { ListedTemplate } from './templates.js'

/** Selected templates: those that the caller's account publishes or, for operators, all. */
export type TemplateScope = 'own' | 'all' | 'public'

/** Default scope: all templates for operators, their own for publishers, the marketplace for others. */
export function defaultScope({ caller }: IdentityContext): TemplateScope {
  if (mayAccess(caller, '/templates/*/review:POST')) return 'all'
  return mayAccess(caller, '/templates:GET') ? 'own' : 'public'
}

/** Templates in every state, the latest first. Nothing where the caller has no right to them. */
export async function listOwnTemplates(
  context: IdentityContext,
  scope: Exclude<TemplateScope, 'public'>,
  request: PageRequest,
): Promise<Page<ListedTemplate>> {
  const account = scope === 'own' ? await visibleAccount(context, null, 'marketplace:publish') : null
  const allowed = scope === 'all' ? mayAccess(context.caller, '/templates/*/review:POST') : account !== null
  if (!allowed) return EMPTY_PAGE
  return readRows(
    request,
    `templates ${scope} ${account?.id ?? ''}`,
    context.database.query
      .selectFrom('template')
      .leftJoin('vendor', 'vendor.id', 'template.vendorId')
      .selectAll('template')
      .where('template.deletedAt', 'is', null)
      .$if(account !== null, (query) => query.where('vendor.accountId', '=', account!.id)),
    { by: ['template.id'] },
  )
}
