import '../../ui/attention.css'
import type { OperatorOverviewData } from '@stackgate/client/documents'
import IconChevronRight from 'icon:chevron-right'
import IconCircleCheck from 'icon:circle-check'
import { Button, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { count, date, money } from '../../ui/format.js'
import { Icon } from '../../ui/icon.js'
import { overviewWords } from '../../words/en/overview.js'
import { useRetriedWork } from './use-retried-work.js'

const texts = overviewWords

type Kind = keyof typeof texts.attention

/** Work that waits for an operator, and the page on which it is done. */
interface Attention {
  readonly kind: Kind
  readonly value: number
  readonly to: string
  readonly search?: Readonly<Record<string, string>>
  /** The first of it: its name, its amount and its age. */
  readonly first?: readonly (string | null | undefined)[]
}

/** Kinds of lost or missing money, which are marked. */
const URGENT: readonly Kind[] = ['pastDue', 'checkouts', 'drift', 'brokenRules']

/** Accounts whose subscription is unpaid, with their newest open invoice. */
const unpaidOf = ({ subscriptions }: OperatorOverviewData) =>
  (subscriptions?.nodes ?? []).flatMap(({ account }) =>
    account ? [{ name: account.name, invoice: account.billing?.invoices.nodes[0] }] : [],
  )

/** The sum of what is past due, for each currency. Empty if not all of it was read. */
export function pastDueText(data: OperatorOverviewData): string {
  const unpaid = unpaidOf(data)
  if (unpaid.length < (data.subscriptions?.totalCount ?? 0)) return ''
  const byCurrency = Map.groupBy(
    unpaid.flatMap(({ invoice }) => invoice?.amountDue ?? []),
    ({ currency }) => currency,
  )
  return [...byCurrency]
    .map(([currency, amounts]) =>
      money({ currency, decimal: String(amounts.reduce((sum, { decimal }) => sum + Number(decimal), 0)) }),
    )
    .join(', ')
}

/** Kinds of work that wait, those of money first. Zeros are no work, so they are left out. */
export function attentionOf(data: OperatorOverviewData): readonly Attention[] {
  const events = (...states: readonly string[]) =>
    (data.webhookEventCounts ?? []).reduce((sum, row) => sum + (states.includes(row.status) ? row.count : 0), 0)
  const letters = (data.queueStats ?? []).reduce(
    (sum, { queue, deadCount }) => sum + (queue === 'INBOX' ? 0 : deadCount),
    0,
  )
  const [due] = unpaidOf(data)
  const [checkout] = data.checkouts?.nodes ?? []
  const [vendor] = data.vendors?.nodes ?? []
  const [event] = data.webhookEvents?.nodes ?? []
  const [letter] = data.deadLetters?.nodes ?? []
  const [outage] = data.outages?.nodes ?? []
  const since = (time: string) => texts.sinceDate(date(time))
  const entries: readonly Attention[] = [
    {
      kind: 'pastDue',
      value: data.subscriptions?.totalCount ?? 0,
      to: '/ops/accounts',
      search: { status: 'PAST_DUE' },
      first: due && [
        due.name,
        due.invoice && money(due.invoice.amountDue),
        due.invoice && since(due.invoice.createdAt),
      ],
    },
    {
      kind: 'checkouts',
      value: data.checkouts?.totalCount ?? 0,
      to: '/ops/checkouts',
      first: checkout && [checkout.account?.name, money(checkout.money), since(checkout.createdAt)],
    },
    { kind: 'drift', value: data.reconciliationRuns?.nodes[0]?.openCount ?? 0, to: '/ops/reconciliation' },
    {
      kind: 'payouts',
      value: data.vendors?.totalCount ?? 0,
      to: '/ops/vendors',
      search: { payable: 'yes' },
      first: vendor && [vendor.name, ...(vendor.payable ?? []).map(money)],
    },
    { kind: 'brokenRules', value: (data.invariants ?? []).filter(({ ok }) => !ok).length, to: '/ops/invariants' },
    {
      kind: 'deadEvents',
      value: events('DEAD', 'QUARANTINED'),
      to: '/ops/inbox',
      search: { state: 'DEAD' },
      first: event && [event.type, since(event.receivedAt)],
    },
    {
      kind: 'deadLetters',
      value: letters,
      to: '/ops/dead-letters',
      first: letter && [letter.summary, since(letter.createdAt)],
    },
    {
      kind: 'outages',
      value: data.outages?.totalCount ?? 0,
      to: '/ops/agents',
      first: outage && [outage.deployment.name, since(outage.startedAt)],
    },
    {
      kind: 'reviews',
      value: data.reviewQueue?.totalCount ?? 0,
      to: '/ops/reviews',
      first: data.reviewQueue?.nodes.map(({ name }) => name),
    },
    { kind: 'waitingEvents', value: events('RECEIVED', 'RETRYING', 'DEFERRED'), to: '/ops/inbox' },
  ]
  return entries.filter(({ value }) => value > 0)
}

/** One row for each kind of work, which leads to it. What failed can be tried again from here. */
export function AttentionList({ entries }: { readonly entries: readonly Attention[] }) {
  const retries = useRetriedWork()
  if (entries.length === 0)
    return (
      <div className="empty">
        <Icon of={IconCircleCheck} size={32} />
        <Text fw={500}>{texts.well}</Text>
        <Text size="sm" c="dimmed">
          {texts.wellHint}
        </Text>
      </div>
    )
  return (
    <Stack gap={0} role="list" className="attention">
      {entries.map(({ kind, value, to, search = {}, first = [] }) => {
        const work = texts.attention[kind](count(value), value === 1)
        const retry = kind === 'deadEvents' || kind === 'deadLetters' ? retries[kind] : null
        return (
          <div key={kind} role="listitem" data-urgent={URGENT.includes(kind) || undefined}>
            <Link to={to} search={search as never}>
              <span>
                {work}
                <small data-code={retry !== null}>{first.filter(Boolean).join(' · ')}</small>
              </span>
              {!retry && <Icon of={IconChevronRight} />}
            </Link>
            {retry && (
              <Button
                size="compact-sm"
                variant="default"
                aria-label={texts.retryOf(work)}
                loading={retry.isPending}
                onClick={retry.run}
              >
                {texts.retry}
              </Button>
            )}
          </div>
        )
      })}
    </Stack>
  )
}
