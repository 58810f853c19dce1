import IconBuildingStore from 'icon:building-store'
import IconChartBar from 'icon:chart-bar'
import IconHistory from 'icon:history'
import IconHome from 'icon:home'
import IconKey from 'icon:key'
import IconPackage from 'icon:package'
import IconReceipt from 'icon:receipt'
import IconServer2 from 'icon:server-2'
import IconSettings from 'icon:settings'
import IconTemplate from 'icon:template'
import IconUsers from 'icon:users'
import IconWallet from 'icon:wallet'
import IconWebhook from 'icon:webhook'
import { useEffect, useState } from 'react'
import { useShownPath } from '../session/use-shown-path.js'
import { Installation, Viewer, type ViewerData } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { hasDeployments, isVendor } from '../session/areas.js'
import { hasOperations, isServed } from '../session/config.js'
import { loadPart } from '../session/load-part.js'
import { useSession } from '../session/session-context.js'
import { words } from '../words/en.js'
import { followLanguage } from '../words/language.js'
import type { Drawing } from './icon.js'

export interface NavigationItem {
  readonly to: string
  readonly name: string
  readonly icon: Drawing
  /** True if the phone has it in the bar at its lower edge. */
  readonly isInBar?: boolean
  /** Name in that bar. Default: the name of the page. */
  readonly barName?: string
}

export interface NavigationGroup {
  /** Null for the first pages, which need no title. */
  readonly name: string | null
  readonly items: readonly NavigationItem[]
}

export interface Navigation {
  /** Pages of the workspace that is open. */
  readonly groups: readonly NavigationGroup[]
  /** True for the workspace of operators. */
  readonly isOperations: boolean
  /** True if the person has the workspace of operators. */
  readonly isOperator: boolean
  /** The page that is open, or to which the open one belongs. */
  readonly current: { readonly group: NavigationGroup; readonly item: NavigationItem } | null
}

/** Shows the pages in the language that the person chose in any browser. */
function useLanguageOf(person: ViewerData['viewer'] | undefined): void {
  const chosen = person?.language?.toLowerCase()
  useEffect(() => followLanguage(chosen), [chosen])
}

/** The pages of the signed-in person. Null until it is known which the person and the catalog have. */
export function useNavigation(): Navigation | null {
  const { session } = useSession()
  const path = useShownPath()
  const viewer = useOperation(Viewer, {}, { enabled: session !== null })
  useLanguageOf(viewer.data?.viewer)
  const installation = useOperation(Installation, {}, { enabled: session !== null })
  const [, area, account] = path.split('/')
  const isOperator = hasOperations() && (installation.data?.installation.viewerCan.length ?? 0) > 0
  const isOperations = area === 'ops' && isOperator
  const operations = useOperationsPages(isOperations)
  if (!session || viewer.isPending || installation.isPending || (isOperations && !operations)) return null
  const person = viewer.data?.viewer
  const reference = area === 'a' && account ? account : person?.account.id
  const found = installation.data?.installation
  const hasServers = found === undefined || hasDeployments(found)
  const groups =
    operations && isOperations
      ? operations.map(({ name, items }) => ({
          name,
          items: items.filter((item) => hasServers || !item.ofDeployments),
        }))
      : pagesOf(reference, hasServers, person ? isVendor(person) : false).map((group) =>
          area === 'vendor' ? inVendorBar(group) : group,
        )
  const shown = groups
    .map(({ name, items }) => ({ name, items: items.filter(({ to }) => isServed(to)) }))
    .filter(({ items }) => items.length > 0)
  return { groups: shown, isOperations, isOperator, current: currentOf(shown, path) }
}

type OperationsPages = typeof import('./operations-navigation.js').OPERATIONS

/** Pages of operators, which customers do not load. */
function useOperationsPages(isNeeded: boolean): OperationsPages | null {
  const [pages, setPages] = useState<OperationsPages | null>(null)
  useEffect(() => {
    if (isNeeded)
      void loadPart(() => import('./operations-navigation.js')).then(({ OPERATIONS }) => setPages(OPERATIONS))
  }, [isNeeded])
  return pages
}

function pagesOf(account: string | undefined, hasServers: boolean, sells: boolean): readonly NavigationGroup[] {
  const { nav, navGroups, vendorNav } = words
  const own = (items: readonly NavigationItem[]) => (account === undefined ? [] : items)
  const page = (path: string) => `/a/${account}/${path}`
  return [
    {
      name: null,
      items: [{ to: account === undefined ? '/' : `/a/${account}`, name: nav.home, icon: IconHome, isInBar: true }],
    },
    {
      name: navGroups.build,
      items: [
        ...own(
          hasServers ? [{ to: page('deployments'), name: nav.deployments, icon: IconServer2, isInBar: true }] : [],
        ),
        ...(hasServers ? [{ to: '/market', name: nav.market, icon: IconBuildingStore }] : []),
        ...own([
          { to: page('keys'), name: nav.keys, icon: IconKey, isInBar: !isServed(page('billing')) },
          { to: page('webhooks'), name: nav.webhooks, icon: IconWebhook },
        ]),
      ],
    },
    {
      name: navGroups.costs,
      items: own([
        { to: page('plans'), name: nav.plans, icon: IconPackage, ...(hasServers ? {} : { isInBar: true }) },
        { to: page('usage'), name: nav.usage, barName: nav.usageInBar, icon: IconChartBar, isInBar: true },
        { to: page('billing'), name: nav.billing, icon: IconReceipt, isInBar: true },
      ]),
    },
    {
      name: navGroups.organization,
      items: own([
        { to: page('team'), name: nav.team, icon: IconUsers },
        { to: page('activity'), name: nav.activity, icon: IconHistory },
        { to: page('settings'), name: nav.settings, icon: IconSettings },
      ]),
    },
    {
      name: vendorNav.area,
      items: sells
        ? [
            { to: '/vendor', name: vendorNav.templates, icon: IconTemplate },
            { to: '/vendor/earnings', name: vendorNav.earnings, icon: IconWallet },
          ]
        : [],
    },
  ]
}

/** While a page of a vendor is open, the bar of the phone has the vendor's pages in place of the account's. */
const inVendorBar = ({ name, items }: NavigationGroup): NavigationGroup => ({
  name,
  items: items.map((item) => ({ ...item, isInBar: item.icon === IconHome || item.to.startsWith('/vendor') })),
})

/** A page below another one belongs to it; the longest address is the nearest. */
function currentOf(groups: readonly NavigationGroup[], path: string): Navigation['current'] {
  const open = path.length > 1 ? path.replace(/\/$/, '') : path
  const matches = groups.flatMap((group) =>
    group.items
      .filter(({ to }) => open === to || (to !== '/' && open.startsWith(`${to}/`)))
      .map((item) => ({ group, item })),
  )
  return matches.toSorted((one, other) => other.item.to.length - one.item.to.length)[0] ?? null
}
