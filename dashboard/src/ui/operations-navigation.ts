import IconAlertTriangle from 'icon:alert-triangle'
import IconArrowsDiff from 'icon:arrows-diff'
import IconBuildingStore from 'icon:building-store'
import IconChartBar from 'icon:chart-bar'
import IconChecklist from 'icon:checklist'
import IconCoins from 'icon:coins'
import IconDatabaseImport from 'icon:database-import'
import IconHistory from 'icon:history'
import IconHome from 'icon:home'
import IconInbox from 'icon:inbox'
import IconMailOff from 'icon:mail-off'
import IconPackage from 'icon:package'
import IconScale from 'icon:scale'
import IconServer2 from 'icon:server-2'
import IconShieldCheck from 'icon:shield-check'
import IconUsers from 'icon:users'
import { operationsNavigation as nav } from '../words/en/operations-navigation.js'
import type { NavigationItem } from './navigation.js'

interface OperationsItem extends NavigationItem {
  /** True for pages that a catalog without deployments does not need. */
  readonly ofDeployments?: boolean
}

/** Pages of operators, in their groups. */
export const OPERATIONS: readonly { readonly name: string | null; readonly items: readonly OperationsItem[] }[] = [
  { name: null, items: [{ to: '/ops', name: nav.overview, icon: IconHome, isInBar: true }] },
  { name: nav.groups.customers, items: [{ to: '/ops/accounts', name: nav.accounts, icon: IconUsers, isInBar: true }] },
  {
    name: nav.groups.money,
    items: [
      { to: '/ops/figures', name: nav.figures, barName: nav.figuresInBar, icon: IconChartBar, isInBar: true },
      { to: '/ops/checkouts', name: nav.checkouts, icon: IconAlertTriangle },
      { to: '/ops/vendors', name: nav.vendors, icon: IconBuildingStore },
      { to: '/ops/reconciliation', name: nav.reconciliation, icon: IconScale },
    ],
  },
  {
    name: nav.groups.catalog,
    items: [
      { to: '/ops/catalog', name: nav.catalog, icon: IconPackage },
      { to: '/ops/price-lists', name: nav.priceLists, icon: IconCoins },
      { to: '/ops/usage-comparisons', name: nav.usageComparisons, icon: IconArrowsDiff },
      { to: '/ops/usage-batches', name: nav.usageBatches, icon: IconDatabaseImport },
      { to: '/ops/reviews', name: nav.reviews, icon: IconChecklist, ofDeployments: true },
    ],
  },
  {
    name: nav.groups.platform,
    items: [
      { to: '/ops/inbox', name: nav.inbox, barName: nav.inboxInBar, icon: IconInbox, isInBar: true },
      { to: '/ops/dead-letters', name: nav.deadLetters, icon: IconMailOff },
      { to: '/ops/agents', name: nav.agents, icon: IconServer2, ofDeployments: true },
      { to: '/ops/invariants', name: nav.invariants, icon: IconShieldCheck },
      { to: '/ops/audit', name: nav.audit, icon: IconHistory },
    ],
  },
]
