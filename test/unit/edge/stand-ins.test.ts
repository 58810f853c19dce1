import { globSync, readFileSync } from 'node:fs'
import { decidePortalReturn } from '#services/billing/portal/portal-return-url.js'
import { decideReturnUrls } from '#services/billing/checkout/return-urls.js'
import { parseCatalog } from '#services/catalog/definition/parse-catalog.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { readConfig } from '#services/kernel/config/config.js'
import { allModules } from '#modules/all-modules.js'
import { pagesOf } from '#modules/compose.js'
import { UPGRADE_PAGE } from '#services/entitlements/model/upgrade-page.js'
import { standIns } from '#wiring/stand-ins.js'

const CATALOGS = globSync('catalogs/*.yaml')
const snapshotOf = (path: string) => parseCatalog(readFileSync(path, 'utf8'), path) as unknown as CatalogSnapshot
const OWN = readConfig({})

/** Addresses to which this server sends customers of a catalog, with what the title of the page contains. */
function addressesOf(catalog: CatalogSnapshot, config = OWN): [address: string, title: RegExp][] {
  const own = { externalId: 'a b/ü', pluginId: null }
  const urls = decideReturnUrls(catalog, config, { ...own, successUrl: null, cancelUrl: null })
  const portal = decidePortalReturn(catalog, config, { ...own, returnUrl: null })
  if (!('successUrl' in urls) || !('returnUrl' in portal)) throw new Error('refused')
  return [
    [urls.successUrl.replace('{CHECKOUT_SESSION_ID}', 'cs_test_1'), /^(Paid|Thank you)$/],
    [urls.cancelUrl, /^(Nothing was paid|Back from the payment provider)$/],
    [portal.returnUrl, /^(Back from the payment provider)$/],
    [catalog.upgradeUrl ?? UPGRADE_PAGE, /^Choose a plan$/],
  ]
}

describe('Pages in the place of an application', () => {
  it.each(CATALOGS)('are at every address to which a sandbox sends customers of %s', (path) => {
    const catalog = snapshotOf(path)
    const standIn = standIns(OWN, () => catalog)!
    for (const [address, title] of addressesOf(catalog)) {
      const { pathname, search, searchParams } = new URL(address, OWN.publicUrl)
      // The start page leads to the dashboard.
      if (pathname === '/') continue
      const page = pagesOf(allModules).find((each) => each.path === pathname)
      const words = page?.words(Object.fromEntries(searchParams)) ?? standIn(pathname + search)
      expect([address, words?.title]).toEqual([address, expect.stringMatching(title)])
    }
  })

  it('say which settings lead to the application', () => {
    const standIn = standIns(OWN, () => snapshotOf('catalogs/attribution.yaml'))!
    expect(standIn('/admin/attribution?session_id=cs_1')).toEqual({
      title: 'Paid',
      text: expect.stringContaining('Your application goes here (return_urls, APP_URL)') as string,
    })
    expect(standIn('/admin/other')).toBeNull()
    expect(standIn('/admin/attributions?session_id=cs_1')).toBeNull()
  })

  it('do not exist outside of a sandbox, and where the application has an address of its own', () => {
    const catalog = snapshotOf('catalogs/attribution.yaml')
    expect(standIns({ ...OWN, mode: 'test' }, () => catalog)).toBeUndefined()
    const elsewhere = readConfig({ APP_URL: 'http://localhost:3000' })
    expect(standIns(elsewhere, () => catalog)!('/admin/attribution?session_id=cs_1')).toBeNull()
  })
})
