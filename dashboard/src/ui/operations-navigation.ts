import IconAlertTriangle from '@tabler/icons-react/icons/IconAlertTriangle'
import IconArrowsDiff from '@tabler/icons-react/icons/IconArrowsDiff'
import IconBuildingStore from '@tabler/icons-react/icons/IconBuildingStore'
import IconChartBar from '@tabler/icons-react/icons/IconChartBar'
import IconChecklist from '@tabler/icons-react/icons/IconChecklist'
import IconDatabaseImport from '@tabler/icons-react/icons/IconDatabaseImport'
import IconHistory from '@tabler/icons-react/icons/IconHistory'
import IconHome from '@tabler/icons-react/icons/IconHome'
import IconInbox from '@tabler/icons-react/icons/IconInbox'
import IconMailOff from '@tabler/icons-react/icons/IconMailOff'
import IconPackage from '@tabler/icons-react/icons/IconPackage'
import IconScale from '@tabler/icons-react/icons/IconScale'
import IconServer2 from '@tabler/icons-react/icons/IconServer2'
import IconShieldCheck from '@tabler/icons-react/icons/IconShieldCheck'
import IconUsers from '@tabler/icons-react/icons/IconUsers'
import { words } from '../words/en.js'
import type { NavigationItem } from './navigation.js'

interface OperationsItem extends NavigationItem {
  /** True for pages that a catalog without deployments does not need. */
  readonly ofDeployments?: boolean
}

const { navGroups, operationsNav: nav } = words

/** Pages of operators, in their groups. */
export const OPERATIONS: readonly { readonly name: string | null; readonly items: readonly OperationsItem[] }[] = [
  { name: null, items: [{ to: '/ops', name: nav.overview, icon: IconHome, isInBar: true }] },
  { name: navGroups.customers, items: [{ to: '/ops/accounts', name: nav.accounts, icon: IconUsers, isInBar: true }] },
  {
    name: navGroups.money,
    items: [
      { to: '/ops/figures', name: nav.figures, barName: nav.figuresInBar, icon: IconChartBar, isInBar: true },
      { to: '/ops/checkouts', name: nav.checkouts, icon: IconAlertTriangle },
      { to: '/ops/vendors', name: nav.vendors, icon: IconBuildingStore },
      { to: '/ops/reconciliation', name: nav.reconciliation, icon: IconScale },
    ],
  },
  {
    name: navGroups.catalog,
    items: [
      { to: '/ops/catalog', name: nav.catalog, icon: IconPackage },
      { to: '/ops/usage-comparisons', name: nav.usageComparisons, icon: IconArrowsDiff },
      { to: '/ops/usage-batches', name: nav.usageBatches, icon: IconDatabaseImport },
      { to: '/ops/reviews', name: nav.reviews, icon: IconChecklist, ofDeployments: true },
    ],
  },
  {
    name: navGroups.platform,
    items: [
      { to: '/ops/inbox', name: nav.inbox, barName: nav.inboxInBar, icon: IconInbox, isInBar: true },
      { to: '/ops/dead-letters', name: nav.deadLetters, icon: IconMailOff },
      { to: '/ops/agents', name: nav.agents, icon: IconServer2, ofDeployments: true },
      { to: '/ops/invariants', name: nav.invariants, icon: IconShieldCheck },
      { to: '/ops/audit', name: nav.audit, icon: IconHistory },
    ],
  },
]
