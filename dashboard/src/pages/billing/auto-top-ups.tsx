import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core'
import { Suspense, useState } from 'react'
import { OpenBillingPortal, type AutoTopUpFields } from '@stackgate/client/documents'
import { isMethodStop, useAutoTopUps, type AutoTopUpsResult, type TopUp } from '@stackgate/react/hooks'
import { DataTable, type Column } from '../../ui/data-table.js'
import { knownText } from '../../ui/known-text.js'
import { useAction } from '../../session/use-action.js'
import { OutcomeText } from '../../ui/dialogs.js'
import { count, date, money } from '../../ui/format.js'
import { LinkButton } from '../../ui/link-button.js'
import { EditedPanel } from '../../ui/edited-panel.js'
import { allRead } from '../../ui/use-cursor-pages.js'
import { StateBadge, type StateColor } from '../../ui/state-badge.js'
import { words } from '../../words/en.js'
import { topUpWords } from '../../words/en/top-ups.js'
import { lazyPart } from '../../session/load-part.js'

const AutoTopUpDialog = lazyPart(() => import('./auto-top-up-dialog.js'), 'AutoTopUpDialog')
const ConfirmDialog = lazyPart(() => import('../../ui/dialogs.js'), 'ConfirmDialog')

const texts = topUpWords

/** Packs that are bought when a balance is low. Absent if the catalog has no pack for it. */
export function AutoTopUps({ account }: { readonly account: string }) {
  const topUps = useAutoTopUps(account)
  const { data, error } = topUps
  const { packs = [], canManage: mayManage = false } = data ?? {}
  const autos = data?.autoTopUps ?? []
  if (!error && packs.length === 0 && autos.length === 0) return null
  return (
    <EditedPanel<AutoTopUpFields>
      texts={texts}
      query={{ ...topUps, data: data && data.autoTopUps }}
      isEmpty={autos.length === 0}
      mayAdd={mayManage && (data?.freePacks.length ?? 0) > 0}
      dialog={(edited, onClose) => (
        <AutoTopUpDialog account={account} topUps={topUps} auto={edited === 'new' ? null : edited} onClose={onClose} />
      )}
    >
      {(edit) => (
        <>
          {autos.map((auto) => (
            <Terms
              key={auto.feature.code}
              account={account}
              auto={auto}
              remove={topUps.remove}
              mayManage={mayManage}
              onChange={() => edit(auto)}
            />
          ))}
          {autos.length > 0 && (
            <DataTable
              name={texts.history}
              columns={HISTORY_COLUMNS}
              pages={allRead(data?.topUps ?? [])}
              empty={texts.noHistory}
            />
          )}
        </>
      )}
    </EditedPanel>
  )
}

const STATUS_COLORS: Readonly<Record<AutoTopUpFields['status'], StateColor>> = {
  ACTIVE: 'green',
  CHARGING: 'blue',
  WAITING: 'orange',
  STOPPED: 'red',
}

interface TermsProps {
  readonly account: string
  readonly auto: AutoTopUpFields
  readonly remove: AutoTopUpsResult['remove']
  readonly mayManage: boolean
  readonly onChange: () => void
}

function Terms({ account, auto, remove, mayManage, onChange }: TermsProps) {
  const { feature, quantity, threshold, price, thisMonthCount, maxPerMonth, status } = auto
  const name = auto.package?.name ?? feature.name
  const pack = quantity === 1 ? name : texts.packs(count(quantity), name)
  return (
    <Stack gap="xs" component="section" aria-label={texts.named(feature.name)}>
      <Group justify="space-between">
        <Title order={3} size="h5">
          {feature.name}
        </Title>
        <StateBadge color={knownText(STATUS_COLORS, status) ?? 'gray'}>
          {knownText(texts.status, status) ?? status}
        </StateBadge>
      </Group>
      <Text>{texts.terms(pack, money(price), count(threshold), feature.name)}</Text>
      <Text size="sm" c="dimmed">
        {texts.month(count(thisMonthCount), count(maxPerMonth))}
      </Text>
      {status === 'WAITING' && <Text size="sm">{texts.waiting}</Text>}
      {auto.stopReason && <Stop account={account} auto={auto} mayManage={mayManage} />}
      {mayManage && <Acts account={account} auto={auto} remove={remove} onChange={onChange} />}
    </Stack>
  )
}

function Stop({
  account,
  auto: { stopReason, stoppedAt },
  mayManage,
}: Pick<TermsProps, 'account' | 'auto' | 'mayManage'>) {
  const portal = useAction(OpenBillingPortal, (result) => {
    location.assign(result.url!)
  })
  if (!stopReason) return null
  return (
    <Alert color="orange" role="alert" title={stoppedAt ? texts.stoppedOn(date(stoppedAt)) : texts.status.STOPPED}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">
          {knownText(texts.stops, stopReason)} {texts.stopped}
        </Text>
        {mayManage && isMethodStop(stopReason) && (
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              loading={portal.isPending}
              onClick={() => portal.run({ accountId: account, returnUrl: location.href })}
            >
              {words.billing.portal}
            </Button>
            <LinkButton size="xs" variant="default" to="/a/$account/plans" params={{ account }}>
              {texts.seePacks}
            </LinkButton>
          </Group>
        )}
        <OutcomeText outcome={portal} account={account} />
      </Stack>
    </Alert>
  )
}

function Acts({ account, auto: { feature, status }, remove, onChange }: Omit<TermsProps, 'mayManage'>) {
  const [isRemoving, setRemoving] = useState(false)
  const isStopped = status === 'STOPPED'
  return (
    <Group gap="xs">
      <Button
        size="compact-sm"
        variant={isStopped ? 'filled' : 'default'}
        aria-haspopup="dialog"
        aria-label={isStopped ? texts.startNamed(feature.name) : texts.changeNamed(feature.name)}
        onClick={onChange}
      >
        {isStopped ? texts.start : texts.change}
      </Button>
      <Button
        size="compact-sm"
        variant="subtle"
        color="red"
        aria-haspopup="dialog"
        aria-label={texts.removeNamed(feature.name)}
        onClick={() => setRemoving(true)}
      >
        {texts.remove}
      </Button>
      {isRemoving && (
        <Suspense>
          <ConfirmDialog
            title={texts.removeTitle}
            text={texts.removeText(feature.name)}
            action={texts.remove}
            keep={texts.keep}
            account={account}
            outcome={remove}
            isDangerous
            onConfirm={() => remove.mutate({ feature: feature.code })}
            onClose={() => setRemoving(false)}
          />
        </Suspense>
      )}
    </Group>
  )
}

const TOP_UP_COLORS: Readonly<Record<TopUp['status'], StateColor>> = {
  WAITING: 'orange',
  CHARGING: 'blue',
  PENDING: 'blue',
  PAID: 'green',
  FAILED: 'red',
  SKIPPED: 'gray',
}

const { columns } = texts

const HISTORY_COLUMNS: readonly Column<TopUp>[] = [
  { name: columns.date, isShort: true, by: ({ createdAt }) => createdAt, cell: ({ createdAt }) => date(createdAt) },
  { name: columns.feature, by: ({ feature }) => feature.name },
  {
    name: columns.state,
    isState: true,
    by: ({ status }) => status,
    cell: ({ status, failureReason }) => (
      <>
        <StateBadge color={knownText(TOP_UP_COLORS, status) ?? 'gray'}>
          {knownText(texts.states, status) ?? status}
        </StateBadge>
        {failureReason && (
          <Text size="xs" c="dimmed">
            {knownText(texts.stops, failureReason)}
          </Text>
        )}
      </>
    ),
  },
  { name: columns.amount, isNumber: true, by: ({ price }) => price },
]
