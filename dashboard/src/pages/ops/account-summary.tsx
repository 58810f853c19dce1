import './account.css'
import { Anchor, Skeleton, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { AccountFigures, Members, type AccountData } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { CopyIcon } from '../../ui/copy-button.js'
import { DetailList } from '../../ui/detail-list.js'
import { discountText } from '../../ui/discounts.js'
import { count, date, label, money, shortDate } from '../../ui/format.js'
import { endText, termsText } from '../../ui/negotiated-terms.js'
import { Section } from '../../ui/panel.js'
import { costText } from '../../ui/plan-price.js'
import { StatusBadge } from '../../ui/status-badge.js'
import { discountWords } from '../../words/en/discounts.js'
import { offerWords } from '../../words/en/negotiated-offers.js'
import { operationsWords } from '../../words/en/operations.js'
import { providerName } from './links.js'

const texts = operationsWords.look
const SHOWN_MEMBERS = 5

export type FoundAccount = NonNullable<AccountData['account']>

interface OfAccount {
  readonly account: FoundAccount
}

/** The custom offer that waits for the account, and the custom plan that it pays. */
export function offersOf({ billing }: FoundAccount) {
  const negotiated = billing?.negotiatedPlans.nodes ?? []
  return {
    offer: negotiated.find(({ status }) => status === 'OFFERED'),
    paid: negotiated.find(({ status }) => status === 'ACTIVE'),
  }
}

const useFigures = (account: string) => useOperation(AccountFigures, { account })

/** Plan, payments, IDs and members of an account. On a phone, where it is above the parts of the page, its details are folded. */
export function AccountSummary({ account }: OfAccount) {
  const [isOpen, setOpen] = useState(() => matchMedia('(min-width: 64em)').matches)
  const { kind, plan, billing } = account
  return (
    <Section>
      <Text fw={500} component="div" className="account-plan">
        {plan.planVersion.plan.name} · {label(kind)}
        {billing?.subscription && <StatusBadge state={billing.subscription.status} />}
      </Text>
      <Figures account={account} />
      <details className="account-summary" open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>{texts.details}</summary>
        <SubscriptionGroup account={account} />
        <PaymentGroup account={account} />
        <RailGroup
          name={texts.ids}
          items={[
            [texts.id, <CopiedId key="id" name={texts.id} id={account.id} />],
            [
              operationsWords.accounts.reference,
              <CopiedId key="reference" name={operationsWords.accounts.reference} id={account.externalId} />,
            ],
          ]}
        />
        <FirstMembers account={account.id} />
      </details>
      <Text size="xs" c="dimmed">
        {texts.notice}
      </Text>
    </Section>
  )
}

/** Three figures side by side, whose places are kept while they are loading. */
function Figures({ account: { id, createdAt } }: OfAccount) {
  const { data, isPending } = useFigures(id)
  const billing = data?.account?.billing
  const figures: readonly (readonly [name: string, value: string | undefined, title?: string])[] = [
    [texts.monthlyRecurring, billing?.monthlyRecurring.map(money).join(', ')],
    [texts.lifetimePaid, billing?.lifetimePaid.map(money).join(', ')],
    [texts.customerSince, shortDate(createdAt), date(createdAt)],
  ]
  return (
    <dl className="account-figures">
      {figures.map(([name, value, title]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd title={title}>{value === undefined && isPending ? <Skeleton height={24} width={48} /> : value || '–'}</dd>
        </div>
      ))}
    </dl>
  )
}

interface RailGroupProps {
  readonly name: string
  readonly side?: ReactNode
  readonly items?: Parameters<typeof DetailList>[0]['items']
  readonly children?: ReactNode
}

const RailGroup = ({ name, side, items, children }: RailGroupProps) => (
  <section aria-label={name}>
    <div className="account-group">
      <Title order={2} size="sm">
        {name}
      </Title>
      {side}
    </div>
    {items && <DetailList items={items} />}
    {children}
  </section>
)

function SubscriptionGroup({ account }: OfAccount) {
  const subscription = account.billing?.subscription ?? null
  const comp = account.usage?.compedPlans?.[0] ?? null
  const { offer, paid } = offersOf(account)
  const isInTrial = subscription?.status === 'TRIALING'
  return (
    <RailGroup
      name={texts.subscription}
      items={[
        [texts.state, subscription ? null : texts.noSubscription],
        [texts.price, subscription?.items.map(costText).join('; ')],
        [discountWords.discount, subscription?.discounts.map(discountText).join('; ')],
        [texts.complimentary, comp && texts.compedUntil(date(comp.endsAt), comp.next.name)],
        [texts.compReason, comp?.reason],
        [offerWords.offered, offer && `${termsText(offer)}. ${endText(offer)}`],
        [offerWords.paid, paid && `${termsText(paid)}. ${endText(paid)}`],
        [texts.since, subscription && date(subscription.startedAt)],
        [texts.period, subscription?.currentPeriodEnd && date(subscription.currentPeriodEnd)],
        [texts.trialEnds, isInTrial && subscription.trialEndsAt ? date(subscription.trialEndsAt) : null],
        [texts.endsAt, subscription?.cancelAt && date(subscription.cancelAt)],
        [texts.grace, subscription?.graceEndsAt && date(subscription.graceEndsAt)],
        [texts.version, count(account.plan.planVersion.number)],
      ]}
    />
  )
}

function PaymentGroup({ account: { id, billing } }: OfAccount) {
  const url = useFigures(id).data?.account?.billing?.customerUrl
  const { subscription } = billing ?? {}
  const provider = subscription ? providerName(subscription.provider) : null
  return (
    <RailGroup
      name={texts.payment}
      items={[
        [texts.card, subscription?.paymentMethod?.label ?? '–'],
        [
          texts.provider,
          url ? (
            <Anchor key="customer" href={url} title={texts.openCustomer} size="sm">
              {provider ?? texts.openCustomer}
            </Anchor>
          ) : (
            (provider ?? '–')
          ),
        ],
      ]}
    />
  )
}

/** Characters at the ends of an ID that is longer than a line. */
const BEGINNING = 8
const END = 6
const shortened = (id: string): string =>
  id.length <= BEGINNING + END + 2 ? id : `${id.slice(0, BEGINNING)}…${id.slice(-END)}`

const CopiedId = ({ name, id }: { readonly name: string; readonly id: string }) => (
  <>
    <code title={id}>{shortened(id)}</code>
    <CopyIcon name={name} text={id} />
  </>
)

/** The first members by name. Their number leads to all of them. */
function FirstMembers({ account }: { readonly account: string }) {
  const { data } = useOperation(Members, { account, first: SHOWN_MEMBERS })
  const members = data?.account?.members
  return (
    <RailGroup
      name={texts.members}
      side={
        members && (
          <Anchor component={Link} to="." search={{ tab: 'people' } as never} size="sm">
            {texts.allMembers(count(members.totalCount))}
          </Anchor>
        )
      }
    >
      {members?.nodes.map(({ id, user }) => (
        <Text key={id} size="sm" truncate>
          {user.name ?? user.email}
        </Text>
      ))}
    </RailGroup>
  )
}
