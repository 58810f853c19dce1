import { Skeleton, Stack, Text } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { Suspense } from 'react'
import { Account as AccountQuery } from '@stackgate/client/documents'
import { useFilter } from '../../session/use-filter.js'
import { useOperation } from '@stackgate/react/hooks'
import { Tabs } from '../../ui/tabs.js'
import { PageHeading } from '../../ui/page-heading.js'
import { PanelContent } from '../../ui/panel.js'
import { words } from '../../words/en.js'
import { operationsWords } from '../../words/en/operations.js'
import { AccountActs } from './account-acts.js'
import { AccountOverview } from './account-overview.js'
import { AccountSummary, type FoundAccount } from './account-summary.js'
import { lazyPart } from '../../session/load-part.js'

const texts = operationsWords.look
const AccountTimeline = lazyPart(() => import('./account-timeline.js'), 'AccountTimeline')
const AccountMoney = lazyPart(() => import('./account-money.js'), 'default')
const AccountUsage = lazyPart(() => import('./account-usage.js'), 'default')
const AccountNow = lazyPart(() => import('./account-lists.js'), 'AccountNow')
const list = (name: keyof typeof import('./account-lists.js')) => lazyPart(() => import('./account-lists.js'), name)

/** Features of the account, and its use of them. */
const Entitlements = ({ account }: { readonly account: string }) => (
  <Stack>
    <AccountNow account={account} />
    <AccountUsage account={account} />
  </Stack>
)

const PARTS = {
  overview: AccountOverview,
  now: Entitlements,
  timeline: AccountTimeline,
  money: AccountMoney,
  people: list('People'),
  deployments: list('DeploymentList'),
  integrations: list('Integrations'),
  audit: list('AccountAudit'),
} as const
type Part = keyof typeof PARTS
const NAMES = Object.keys(PARTS) as readonly Part[]
/** Parts that were joined with others. Their addresses still work. */
const JOINED: Readonly<Record<string, Part>> = { usage: 'now' }

/** Everything of one account, and what operators can do with it. */
export function OpsAccount() {
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const account = useOperation(AccountQuery, { account: id })
  if (account.data?.account) return <Found account={account.data.account} key={id} />
  return (
    <>
      <PageHeading>{operationsWords.account}</PageHeading>
      <PanelContent query={account}>{() => <Text>{words.panel.missing}</Text>}</PanelContent>
    </>
  )
}

function Found({ account }: { readonly account: FoundAccount }) {
  const [chosen, choose] = useFilter('tab')
  const part: Part = NAMES.includes(chosen as Part) ? (chosen as Part) : (JOINED[chosen ?? ''] ?? 'overview')
  const Content = PARTS[part]
  const name = account.name || account.id
  return (
    <Stack>
      <PageHeading side={<AccountActs account={account} />}>{name}</PageHeading>
      <div className="account">
        <AccountSummary account={account} />
        <Stack>
          <Tabs
            label={texts.tabs.label}
            tabs={NAMES.map((value) => ({ value, label: texts.tabs[value] }))}
            value={part}
            onChange={choose}
          />
          <Suspense fallback={<Skeleton height={240} />}>
            <Content account={account.id} />
          </Suspense>
        </Stack>
      </div>
    </Stack>
  )
}
