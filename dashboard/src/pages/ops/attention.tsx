import '../../ui/attention.css'
import type { OperatorOverviewData } from '@stackgate/client/documents'
import IconChevronRight from 'icon:chevron-right'
import IconCircleCheck from 'icon:circle-check'
import { Button, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { count } from '../../ui/format.js'
import { Icon } from '../../ui/icon.js'
import { overviewWords } from '../../words/en/overview.js'

const texts = overviewWords

type Kind = keyof typeof texts.attention

/** Work that waits for an operator, and the page on which it is done. */
interface Attention {
  readonly kind: Kind
  readonly value: number
  readonly to: string
  readonly search?: Readonly<Record<string, string>>
}

/** Kinds of lost or missing money, which are marked. */
const URGENT: readonly Kind[] = ['pastDue', 'checkouts', 'drift', 'brokenRules']
/** Kinds of work that is tried again. */
const FAILED: readonly Kind[] = ['deadEvents', 'deadLetters']

/** Kinds of work that wait, those of money first. Zeros are no work, so they are left out. */
export function attentionOf(data: OperatorOverviewData): readonly Attention[] {
  const events = (...states: readonly string[]) =>
    (data.webhookEventCounts ?? []).reduce((sum, row) => sum + (states.includes(row.status) ? row.count : 0), 0)
  const letters = (data.queueStats ?? []).reduce(
    (sum, { queue, deadCount }) => sum + (queue === 'INBOX' ? 0 : deadCount),
    0,
  )
  const entries: readonly Attention[] = [
    {
      kind: 'pastDue',
      value: data.subscriptions?.totalCount ?? 0,
      to: '/ops/accounts',
      search: { status: 'PAST_DUE' },
    },
    { kind: 'checkouts', value: data.checkouts?.totalCount ?? 0, to: '/ops/checkouts' },
    { kind: 'drift', value: data.reconciliationRuns?.nodes[0]?.openCount ?? 0, to: '/ops/reconciliation' },
    { kind: 'payouts', value: data.vendors?.totalCount ?? 0, to: '/ops/vendors', search: { payable: 'yes' } },
    { kind: 'brokenRules', value: (data.invariants ?? []).filter(({ ok }) => !ok).length, to: '/ops/invariants' },
    { kind: 'deadEvents', value: events('DEAD', 'QUARANTINED'), to: '/ops/inbox', search: { state: 'DEAD' } },
    { kind: 'deadLetters', value: letters, to: '/ops/dead-letters' },
    { kind: 'outages', value: data.outages?.totalCount ?? 0, to: '/ops/agents' },
    { kind: 'reviews', value: data.reviewQueue?.totalCount ?? 0, to: '/ops/reviews' },
    { kind: 'waitingEvents', value: events('RECEIVED', 'RETRYING', 'DEFERRED'), to: '/ops/inbox' },
  ]
  return entries.filter(({ value }) => value > 0)
}

/** One row for each kind of work, which leads to it. */
export function AttentionList({ entries }: { readonly entries: readonly Attention[] }) {
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
      {entries.map(({ kind, value, to, search = {} }) => {
        const work = texts.attention[kind](count(value), value === 1)
        return (
          <div key={kind} role="listitem" data-urgent={URGENT.includes(kind) || undefined}>
            <Link to={to} search={search as never}>
              <span>{work}</span>
              {FAILED.includes(kind) ? (
                <Button component="span" size="compact-sm" variant="default">
                  {texts.retry}
                </Button>
              ) : (
                <Icon of={IconChevronRight} />
              )}
            </Link>
          </div>
        )
      })}
    </Stack>
  )
}
