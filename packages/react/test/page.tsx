// Page of the stories in test/packages/react. Its address says what it shows.
import { createStackgate } from '@stackgate/client'
import { StartDeployment } from '@stackgate/client/documents'
import { StrictMode, useState, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import {
  BillingBanner,
  BillingManagementSection,
  CheckoutReturn,
  CommandLog,
  ConnectionBadge,
  CreditBalance,
  DenialNotice,
  FeatureGate,
  InvoiceList,
  PricingTable,
  PurchaseTemplateModal,
  StackgateProvider,
  UpgradeModal,
  UsageMeter,
  useGate,
  useStackgate,
  useTemplate,
} from '../src/index.js'
import { useLogs } from '../src/hooks/logs.js'
import { MemberList, Seats, UsageChart } from '../src/account/index.js'
import { AccountCalendar, AutoTopUps, SpendCaps, UsageAlerts } from '../src/spending/index.js'

const {
  url,
  token,
  story,
  community = '42',
  visitor,
  redirect,
} = JSON.parse(sessionStorage.getItem('story') ?? '{}') as Record<string, string>

/** A deployment that the plan does not include. */
function Deploy(): ReactNode {
  const stackgate = useStackgate()
  const { data: template } = useTemplate('wordpress_plus')
  const gate = useGate(
    (templateId: string, { key }) => {
      document.title += ` ${key}`
      return stackgate.request(StartDeployment, { input: { templateId, stack: 'wordpress' }, key })
    },
    { name: 'deploy' },
  )
  const started = gate.data?.startDeployment
  return (
    <>
      <button disabled={!template} onClick={() => void gate.run(template!.id)}>
        Deploy
      </button>
      <p role="status">{started?.deployment ? 'Deployed' : 'Not deployed'}</p>
      <UpgradeModal {...gate.dialogProps} />
    </>
  )
}

/** Log of the application `web`. */
function Log(): ReactNode {
  const [follow, setFollow] = useState(redirect !== 'paused')
  const log = useLogs(community, 'web', { follow, limit: 3, maxLines: 5 })
  const { data, denial, error, failure, isFollowing, isLive, isReading, isPending, isTruncated, intervalMs } = log
  const flags = { isFollowing, isLive, isReading, isPending, isTruncated }
  return (
    <>
      <button onClick={log.pause}>Pause</button>
      <button onClick={log.follow}>Follow</button>
      <button onClick={() => void log.refetch()}>Read</button>
      <button onClick={() => setFollow(!follow)}>Option</button>
      <p id="flags" role="status">
        {Object.entries(flags)
          .flatMap(([name, value]) => (value ? [name] : []))
          .join(' ')}{' '}
        {intervalMs}
      </p>
      <p role="alert">{denial?.code ?? error?.code ?? (failure && `${failure.status} ${failure.error?.code}`)}</p>
      <ol role="log">
        {data?.map(({ message }, index) => (
          <li key={log.removedCount + index} id={`line-${log.removedCount + index}`}>
            {message}
          </li>
        ))}
      </ol>
    </>
  )
}

const quota = {
  __typename: 'QuotaExceeded',
  code: 'QUOTA_EXCEEDED',
  message: 'Plan limit exceeded. The limit of 100 AI chat messages is used up until February 15.',
  remedies: [{ kind: 'CONTACT_SALES', label: 'Contact us', url: 'https://example.com' }],
}

const STORIES: Record<string, () => ReactNode> = {
  deploy: () => <Deploy />,
  billing: () => <BillingManagementSection communityId={community} />,
  usage: () => <UsageMeter feature="ai_chat_message" accountId={`community:${community}`} />,
  pricing: () => <PricingTable />,
  upgrade: () => <UpgradeModal open requiredPlan="plus" onClose={() => undefined} />,
  purchase: () => (
    <PurchaseTemplateModal
      open
      templateId="tpl_1"
      templateName="Next.js Starter"
      vendorName="TryDirect"
      price="$9.00"
      onClose={() => undefined}
    />
  ),
  denial: () => <DenialNotice denial={quota} />,
  gate: () => (
    <FeatureGate plan="individual">
      <p>Included</p>
    </FeatureGate>
  ),
  invoices: () => <InvoiceList />,
  credits: () => <CreditBalance />,
  spending: () => (
    <>
      <SpendCaps />
      <UsageAlerts />
      <AutoTopUps />
      <AccountCalendar />
    </>
  ),
  ledger: () => (
    <>
      <FeatureGate feature="batch_mode">
        <p>Included</p>
      </FeatureGate>
      <UsageMeter feature="ai_credits" />
      <CreditBalance />
      <SpendCaps />
      <UsageAlerts />
      <MemberList />
    </>
  ),
  account: () => (
    <>
      <BillingBanner />
      <BillingManagementSection />
      <PricingTable />
      <Seats />
      <MemberList />
      <UsageChart feature="ai_stories" />
    </>
  ),
  commands: () => <CommandLog hash={community} />,
  logs: () => (
    <StrictMode>
      <Log />
    </StrictMode>
  ),
}

// A handler of the application has the session of the application, and no token.
const client = createStackgate(token ? { url: url!, token } : { url: url!, transport: 'sse' })
const returnUrls = {
  successUrl: `${location.origin}/?session_id={CHECKOUT_SESSION_ID}`,
  cancelUrl: `${location.origin}/?cancelled=1`,
}

createRoot(document.querySelector('main')!).render(
  <StackgateProvider
    client={client}
    accountId={visitor ? null : undefined}
    returnUrls={story === 'billing' || story === 'usage' ? {} : returnUrls}
    redirect={redirect === 'new-tab' ? 'new-tab' : 'same-tab'}
  >
    <p>
      <ConnectionBadge />
    </p>
    <CheckoutReturn accountId={story === 'billing' ? `community:${community}` : undefined} />
    {STORIES[story!]?.()}
  </StackgateProvider>,
)
