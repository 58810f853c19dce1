import IconBuilding from 'icon:building'
import IconFile from 'icon:file-invoice'
import IconPackage from 'icon:package'
import IconReceipt from 'icon:receipt'
import IconServer from 'icon:server-2'
import IconTemplate from 'icon:template'
import { useDebouncedValue } from '@mantine/hooks'
import type { SearchType } from '@stackgate/client'
import { Search, type SearchData } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { words } from '../words/en.js'
import { foundWords as texts } from '../words/en/found-objects.js'
import { money } from './format.js'
import type { Drawing } from './icon.js'

/** Types that have a page, or a place on that of their account. */
const TYPES: readonly SearchType[] = ['ACCOUNT', 'DEPLOYMENT', 'SUBSCRIPTION', 'INVOICE', 'PURCHASE', 'TEMPLATE']
/** Shorter texts match too much. */
const MIN_LENGTH = 3
/** Time without a key before a text is searched, in milliseconds. */
const PAUSE_MS = 250

type Node = NonNullable<SearchData['search']>[number]

export interface FoundObject {
  readonly id: string
  readonly icon: Drawing
  readonly name: string
  /** Account of the object, or its reference. */
  readonly note: string
  readonly to: string
  /** Part of the account's page. */
  readonly tab?: string
}

/** Objects of the installation that match a text, and the text. IDs of a provider match, too. */
export function useFoundObjects(wanted: string, isEnabled: boolean): readonly [FoundObject[], string] {
  const [text] = useDebouncedValue(wanted, PAUSE_MS)
  const { data } = useOperation(
    Search,
    { search: text, types: TYPES, first: 10 },
    { enabled: isEnabled && text.length >= MIN_LENGTH },
  )
  return [(data?.search ?? []).flatMap((node) => foundObject(node) ?? []), text]
}

function foundObject(node: Node): FoundObject | null {
  const { id } = node
  const ofAccount = (icon: Drawing, name: string, tab?: string): FoundObject | null => {
    const account = 'account' in node ? node.account : null
    return (
      account && {
        id,
        icon,
        name,
        note: account.name || account.id,
        to: `/ops/accounts/${account.id}`,
        ...(tab && { tab }),
      }
    )
  }
  switch (node.__typename) {
    case 'Account':
      return { id, icon: IconBuilding, name: node.name || id, note: node.externalId, to: `/ops/accounts/${id}` }
    case 'Deployment':
      return ofAccount(IconServer, node.name || node.hash, 'deployments')
    case 'BillingSubscription':
      return ofAccount(IconPackage, texts.subscription(node.plan.name))
    case 'Invoice':
      return ofAccount(IconFile, words.palette.invoice(node.number ?? id.slice(-6), money(node.total)), 'money')
    case 'Purchase':
      return ofAccount(IconReceipt, texts.purchase(money(node.money)), 'money')
    case 'Template':
      return { id, icon: IconTemplate, name: node.name, note: texts.template, to: `/ops/reviews/${id}` }
    default:
      return null
  }
}
