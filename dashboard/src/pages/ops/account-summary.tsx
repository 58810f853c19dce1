import './account.css'
import { Anchor, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Members, type AccountData } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { CopyButton } from '../../ui/copy-button.js'
import { DetailList } from '../../ui/detail-list.js'
import { discountText } from '../../ui/discounts.js'
import { count, date, label, money } from '../../ui/format.js'
import { endText, priceText, termsText } from '../../ui/negotiated-terms.js'
import { Section } from '../../ui/panel.js'
import { StatusBadge } from '../../ui/status-badge.js'
import { discountWords } from '../../words/en/discounts.js'
import { offerWords } from '../../words/en/negotiated-offers.js'
import { operationsWords } from '../../words/en/operations.js'
import { providerName } from './links.js'

const texts = operationsWords.look
const SHOWN_MEMBERS = 5

export type FoundAccount = NonNullable<AccountData['account']>

/** The custom offer that waits for the account, and the custom plan that it pays. */
export function offersOf({ billing }: FoundAccount) {
  const negotiated = billing?.negotiatedPlans.nodes ?? []
  return {
    offer: negotiated.find(({ status }) => status === 'OFFERED'),
    paid: negotiated.find(({ status }) => status === 'ACTIVE'),
  }
}

/** Name, IDs, plan and payments of an account. Folded on a phone, where it is above the parts of the page. */
export function AccountSummary({ account }: { readonly account: FoundAccount }) {
  const [isOpen, setOpen] = useState(() => matchMedia('(min-width: 64em)').matches)
  return (
    <Section>
      <details className="account-summary" open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>{texts.details}</summary>
        <Summary account={account} />
      </details>
    </Section>
  )
}

function Summary({ account }: { readonly account: FoundAccount }) {
  const { plan } = account
  const subscription = account.billing?.subscription ?? null
  const comp = account.usage?.compedPlans?.[0] ?? null
  const { offer, paid } = offersOf(account)
  const isInTrial = subscription?.status === 'TRIALING'
  return (
    <DetailList
      items={[
        [operationsWords.accounts.kind, label(account.kind)],
        [texts.id, <CopiedId key="id" id={account.id} />],
        [operationsWords.accounts.reference, <CopiedId key="reference" id={account.externalId} />],
        [texts.created, date(account.createdAt)],
        [
          texts.lifetimePaid,
          account.billing && (account.billing.lifetimePaid.map(money).join(', ') || texts.nothingPaid),
        ],
        [operationsWords.accounts.plan, plan.planVersion.plan.name],
        [texts.price, subscription?.items.map(({ price }) => priceText(price)).join('; ')],
        [texts.complimentary, comp && texts.compedUntil(date(comp.endsAt), comp.next.name)],
        [texts.compReason, comp?.reason],
        [offerWords.offered, offer && `${termsText(offer)}. ${endText(offer)}`],
        [offerWords.paid, paid && `${termsText(paid)}. ${endText(paid)}`],
        [texts.version, count(plan.planVersion.number)],
        [texts.subscription, subscription ? <StatusBadge state={subscription.status} /> : texts.noSubscription],
        [texts.since, subscription && date(subscription.startedAt)],
        [texts.provider, subscription && providerName(subscription.provider)],
        [texts.card, subscription?.paymentMethod?.label],
        [texts.quantity, subscription && count(subscription.quantity)],
        [discountWords.discount, subscription?.discounts.map(discountText).join('; ')],
        [texts.period, subscription?.currentPeriodEnd && date(subscription.currentPeriodEnd)],
        [texts.trialEnds, isInTrial && subscription.trialEndsAt ? date(subscription.trialEndsAt) : null],
        [texts.endsAt, subscription?.cancelAt && date(subscription.cancelAt)],
        [texts.grace, subscription?.graceEndsAt && date(subscription.graceEndsAt)],
        [texts.members, <FirstMembers key="members" account={account.id} />],
      ]}
    />
  )
}

const CopiedId = ({ id }: { readonly id: string }) => (
  <>
    <code>{id}</code> <CopyButton size="compact-xs" text={id} />
  </>
)

/** The first members by name, and their number, which leads to all of them. */
function FirstMembers({ account }: { readonly account: string }) {
  const { data } = useOperation(Members, { account, first: SHOWN_MEMBERS })
  const members = data?.account?.members
  return (
    <>
      {members?.nodes.map(({ id, user }) => (
        <Text key={id} size="sm">
          {user.name ?? user.email}
        </Text>
      ))}
      <Anchor component={Link} to="." search={{ tab: 'people' } as never} size="sm">
        {texts.allMembers(count(members?.totalCount ?? 0))}
      </Anchor>
    </>
  )
}
