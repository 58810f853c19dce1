import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Config } from '#services/kernel/config/config.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { iframePage, isAllowedReturnUrl } from '../checkout/return-urls.js'

export interface PortalReturnRequest {
  readonly returnUrl: string | null
  /** The account's id in the parent application, for catalogs that live in its iframe. */
  readonly externalId: string
  readonly pluginId: string | null
}

/** Pure: where the portal's way back leads, by the catalog's policy. */
export function decidePortalReturn(
  catalog: CatalogSnapshot,
  config: Config,
  request: PortalReturnRequest,
): { readonly returnUrl: string } | Refused {
  const policy = catalog.returnUrls
  const { returnUrl } = request
  if (policy.kind === 'client') {
    if (returnUrl != null && !isAllowedReturnUrl(config, returnUrl))
      return refused(
        'INVALID_RETURN_URL',
        'The host of returnUrl is not allowed. Ask the operator to add it to RETURN_URL_HOSTS.',
        {
          field: 'returnUrl',
        },
      )
    return { returnUrl: returnUrl ?? config.appUrl.href }
  }
  if (returnUrl)
    return refused('INVALID_RETURN_URL', 'Return URLs are fixed by the catalog and cannot be set.', {
      field: 'returnUrl',
    })
  if (policy.kind === 'iframe') {
    const page = iframePage(config, request)
    return typeof page === 'string' ? { returnUrl: `${page}?stripe_status=portal_return` } : page
  }
  return { returnUrl: new URL(policy.portal, config.appUrl).href }
}
