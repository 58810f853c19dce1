import { Alert, Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { Suspense, useState } from 'react'
import { Account as AccountQuery, CancelSubscription, type AccountData } from '@stackgate/client/documents'
import { useFilter } from '../../session/use-filter.js'
import { useOperation } from '@stackgate/react/hooks'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog } from '../../ui/act-dialog.js'
import { DetailList } from '../../ui/detail-list.js'
import { discountText } from '../../ui/discounts.js'
import { count, date, label } from '../../ui/format.js'
import { endText, termsText } from '../../ui/negotiated-terms.js'
import { Tabs } from '../../ui/tabs.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel, PanelContent } from '../../ui/panel.js'
import { StatusBadge } from '../../ui/status-badge.js'
import { words } from '../../words/en.js'
import { discountWords } from '../../words/en/discounts.js'
import { offerWords } from '../../words/en/negotiated-offers.js'
import { operationsWords } from '../../words/en/operations.js'
import { providerName } from './links.js'
import { AccountNow } from './account-now.js'
import { lazyPart } from '../../session/load-part.js'

const texts = operationsWords.look
const AccountMoney = lazyPart(() => import('./account-money.js'), 'default')
const AccountUsage = lazyPart(() => import('./account-usage.js'), 'default')
const CompDialog = lazyPart(() => import('./comp-dialogs.js'), 'CompDialog')
const EndCompDialog = lazyPart(() => import('./comp-dialogs.js'), 'EndCompDialog')
const OfferDialog = lazyPart(() => import('./negotiated-dialogs.js'), 'OfferDialog')
const WithdrawDialog = lazyPart(() => import('./negotiated-dialogs.js'), 'WithdrawDialog')
const TrialDialog = lazyPart(() => import('./trial-dialog.js'), 'TrialDialog')
const list = (name: keyof typeof import('./account-lists.js')) => lazyPart(() => import('./account-lists.js'), name)

const PARTS = {
  now: AccountNow,
  timeline: list('AccountTimeline'),
  money: AccountMoney,
  usage: AccountUsage,
  people: list('People'),
  deployments: list('DeploymentList'),
  integrations: list('Integrations'),
  audit: list('AccountAudit'),
} as const
type Part = keyof typeof PARTS
const NAMES = Object.keys(PARTS) as readonly Part[]

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

type FoundAccount = NonNullable<AccountData['account']>

function Found({ account }: { readonly account: FoundAccount }) {
  const [chosen, choose] = useFilter('tab')
  const part: Part = NAMES.includes(chosen as Part) ? (chosen as Part) : 'now'
  const Content = PARTS[part]
  const name = account.name || account.id
  return (
    <Stack>
      <PageHeading>{name}</PageHeading>
      <Alert color="blue">{texts.notice(name)}</Alert>
      <Summary account={account} />
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
  )
}

function Summary({ account }: { readonly account: FoundAccount }) {
  const { plan } = account
  const subscription = account.billing?.subscription ?? null
  const comp = account.usage?.compedPlans?.[0] ?? null
  const [isCanceling, setCanceling] = useState(false)
  const [isComping, setComping] = useState(false)
  const [isEnding, setEnding] = useState(false)
  const [isExtending, setExtending] = useState(false)
  const [isOffering, setOffering] = useState(false)
  const [isWithdrawing, setWithdrawing] = useState(false)
  const negotiated = account.billing?.negotiatedPlans.nodes ?? []
  const offer = negotiated.find(({ status }) => status === 'OFFERED')
  const paid = negotiated.find(({ status }) => status === 'ACTIVE')
  const isInTrial = subscription?.status === 'TRIALING'
  const query = { data: account, error: null, isPending: false, refetch: () => Promise.reject(new Error()) }
  return (
    <Panel
      title={texts.details}
      query={query}
      actions={
        <Group gap="xs">
          <Button size="xs" variant="default" aria-haspopup="dialog" onClick={() => setComping(true)}>
            {texts.comp}
          </Button>
          {comp && (
            <Button size="xs" variant="default" aria-haspopup="dialog" onClick={() => setEnding(true)}>
              {texts.endComp}
            </Button>
          )}
          <Button size="xs" variant="default" aria-haspopup="dialog" onClick={() => setOffering(true)}>
            {offerWords.offer}
          </Button>
          {offer && (
            <Button size="xs" variant="default" aria-haspopup="dialog" onClick={() => setWithdrawing(true)}>
              {offerWords.withdraw}
            </Button>
          )}
          {isInTrial && (
            <Button size="xs" variant="default" aria-haspopup="dialog" onClick={() => setExtending(true)}>
              {texts.extendTrial}
            </Button>
          )}
          {subscription && !subscription.cancelAt && (
            <Button size="xs" variant="default" aria-haspopup="dialog" onClick={() => setCanceling(true)}>
              {texts.cancel}
            </Button>
          )}
        </Group>
      }
    >
      {() => (
        <>
          <DetailList
            items={[
              [operationsWords.accounts.kind, label(account.kind)],
              [operationsWords.accounts.reference, account.externalId],
              [operationsWords.accounts.plan, plan.planVersion.plan.name],
              [texts.complimentary, comp && texts.compedUntil(date(comp.endsAt), comp.next.name)],
              [texts.compReason, comp?.reason],
              [offerWords.offered, offer && `${termsText(offer)}. ${endText(offer)}`],
              [offerWords.paid, paid && `${termsText(paid)}. ${endText(paid)}`],
              [texts.version, count(plan.planVersion.number)],
              [texts.subscription, subscription ? <StatusBadge state={subscription.status} /> : texts.noSubscription],
              [texts.provider, subscription && providerName(subscription.provider)],
              [texts.quantity, subscription && count(subscription.quantity)],
              [discountWords.discount, subscription?.discounts.map(discountText).join('; ')],
              [texts.period, subscription?.currentPeriodEnd && date(subscription.currentPeriodEnd)],
              [texts.trialEnds, isInTrial && subscription.trialEndsAt ? date(subscription.trialEndsAt) : null],
              [texts.endsAt, subscription?.cancelAt && date(subscription.cancelAt)],
              [texts.grace, subscription?.graceEndsAt && date(subscription.graceEndsAt)],
            ]}
          />
          <Suspense>
            {isComping && <CompDialog account={account.id} onClose={() => setComping(false)} />}
            {isOffering && (
              <OfferDialog
                account={account.id}
                currency={subscription?.items[0]?.price.money.currency ?? null}
                onClose={() => setOffering(false)}
              />
            )}
            {isWithdrawing && offer && (
              <WithdrawDialog account={account.id} plan={offer} onClose={() => setWithdrawing(false)} />
            )}
            {isExtending && <TrialDialog account={account.id} onClose={() => setExtending(false)} />}
            {isEnding && comp && <EndCompDialog account={account.id} comp={comp} onClose={() => setEnding(false)} />}
          </Suspense>
          {isCanceling && <CancelDialog account={account.id} onClose={() => setCanceling(false)} />}
        </>
      )}
    </Panel>
  )
}

function CancelDialog({ account, onClose }: { readonly account: string; readonly onClose: () => void }) {
  const cancel = usePageAction(CancelSubscription, onClose)
  return (
    <ActDialog
      title={texts.cancel}
      keep={words.billing.keep}
      effect={texts.cancelEffect}
      confirm={texts.cancel}
      isDangerous
      action={cancel}
      onConfirm={(reason) => cancel.run({ accountId: account, reason })}
      onClose={onClose}
    />
  )
}
