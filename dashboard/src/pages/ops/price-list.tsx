import { Anchor, Button, Group, Stack, Text } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import {
  ApplyPriceList,
  PriceList as PriceListDocument,
  RejectPriceList,
  type PriceListFields,
} from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog } from '../../ui/act-dialog.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { DetailList } from '../../ui/detail-list.js'
import { count, percent } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { StatusBadge } from '../../ui/status-badge.js'
import { allAtOnce } from '../../ui/use-cursor-pages.js'
import { priceListWords } from '../../words/en/price-lists.js'
import { ActorLink } from './links.js'

const texts = priceListWords
type Change = PriceListFields['changes'][number]

/** Share by which a price changes. Null for a new price, and for one that leaves the list. */
const shareOf = ({ before, after }: Change): number | null =>
  before === null || Number(after) === 0 ? null : Number(after) / Number(before) - 1

const shareText = (change: Change): string => {
  const share = shareOf(change)
  if (share === null) return change.before === null ? texts.isNew : texts.byDefault
  return `${share > 0 ? '+' : ''}${percent(share)}`
}

const COLUMNS: readonly Column<Change>[] = [
  { name: texts.value, isLong: true, by: ({ value }) => value },
  { name: texts.quantity, by: ({ quantity }) => quantity },
  { name: texts.above, isNumber: true, by: ({ above }) => above, cell: ({ above }) => above !== null && count(above) },
  {
    name: texts.before,
    isNumber: true,
    by: ({ before }) => (before === null ? null : Number(before)),
    cell: ({ before }) => before !== null && count(Number(before)),
  },
  { name: texts.after, isNumber: true, by: ({ after }) => Number(after) },
  { name: texts.change, isNumber: true, by: shareOf, cell: shareText },
]

/** A later server can have other reasons. */
const REASONS: Readonly<Record<string, string>> = texts.reasons

type Difference = PriceListFields['differences'][number]

const DIFFERENCES: readonly Column<Difference>[] = [
  { name: texts.member, isLong: true, by: ({ member }) => member },
  { name: texts.models, isNumber: true, by: ({ modelCount }) => modelCount },
  { name: texts.example, isLong: true, by: ({ model }) => model },
  { name: texts.reasonOfDifference, by: ({ reason }) => REASONS[reason] ?? reason },
]

/** The changes of one price list, the largest first, and what an operator can do with it. */
export function PriceList() {
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const query = useOperation(PriceListDocument, { id })
  const list = query.data?.node?.__typename === 'PriceList' ? query.data.node : null
  return (
    <Stack>
      <Anchor component={Link} to="/ops/price-lists" size="sm">
        {texts.title}
      </Anchor>
      <PageHeading>{list ? texts.list(list.feature) : texts.title}</PageHeading>
      <Panel title={texts.state} query={query}>
        {() => (list ? <Decision list={list} /> : texts.missing)}
      </Panel>
      {list && (
        <Panel title={texts.changes} query={query}>
          {() => (
            <Stack gap="sm">
              <Text size="sm" c="dimmed">
                {texts.per}
              </Text>
              <DataTable
                name={texts.changes}
                columns={COLUMNS}
                pages={allAtOnce(query, list.changes.toSorted(byShare))}
                empty={texts.noChanges}
                keyOf={({ value, quantity, above }) => `${value} ${quantity} ${above}`}
              />
            </Stack>
          )}
        </Panel>
      )}
      {list && list.differences.length > 0 && (
        <Panel title={texts.differences} query={query}>
          {() => (
            <Stack gap="sm">
              <Text size="sm" c="dimmed">
                {texts.differencesIntro}
              </Text>
              <DataTable
                name={texts.differences}
                columns={DIFFERENCES}
                pages={allAtOnce(query, list.differences)}
                empty={texts.none}
                keyOf={({ member, reason }) => `${member} ${reason}`}
              />
            </Stack>
          )}
        </Panel>
      )}
    </Stack>
  )
}

/** Prices that leave the list come first, then the largest changes, and last new prices. */
const byShare = (left: Change, right: Change): number => weightOf(right) - weightOf(left)
const weightOf = (change: Change): number => {
  const share = shareOf(change)
  if (share === null) return change.before === null ? -1 : Number.MAX_VALUE
  return share < 0 ? 1 / (1 + share) - 1 : share
}

function Decision({ list }: { readonly list: PriceListFields }) {
  const { id, status, needsOperator, changes, proposedAt, priceVersion, appliedAt, decidedBy, reason } = list
  const [opened, open] = useState<'apply' | 'reject' | null>(null)
  const close = () => open(null)
  const apply = usePageAction(ApplyPriceList, close)
  const reject = usePageAction(RejectPriceList, close)
  const amount = count(changes.length)
  return (
    <Stack>
      <DetailList
        items={[
          [texts.state, <StatusBadge key="status" state={status} />],
          ...(status === 'PROPOSED'
            ? [[texts.application, needsOperator ? texts.needsOperator : texts.automatic] as const]
            : []),
          [texts.proposed, <Moment key="proposed" at={proposedAt} />],
          ...(appliedAt ? [[texts.applied, <Moment key="applied" at={appliedAt} isBusiness />] as const] : []),
          ...(priceVersion === null ? [] : [[texts.version, count(priceVersion)] as const]),
          ...(decidedBy ? [[texts.decidedBy, <ActorLink key="by" actor={decidedBy} />] as const] : []),
          ...(reason ? [[texts.reason, reason] as const] : []),
        ]}
      />
      {status === 'PROPOSED' && (
        <Group>
          <Button aria-haspopup="dialog" onClick={() => open('apply')}>
            {texts.apply}
          </Button>
          <Button variant="default" aria-haspopup="dialog" onClick={() => open('reject')}>
            {texts.reject}
          </Button>
        </Group>
      )}
      {opened === 'apply' && (
        <ActDialog
          title={texts.applyTitle}
          effect={texts.applyEffect(amount)}
          confirm={texts.applyConfirm}
          needsReason={false}
          action={apply}
          onConfirm={() => apply.run({ id })}
          onClose={close}
        />
      )}
      {opened === 'reject' && (
        <ActDialog
          title={texts.rejectTitle}
          effect={texts.rejectEffect(amount)}
          confirm={texts.rejectConfirm}
          isDangerous
          action={reject}
          onConfirm={(text) => reject.run({ id, reason: text })}
          onClose={close}
        />
      )}
    </Stack>
  )
}
