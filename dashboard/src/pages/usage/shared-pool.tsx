import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { Suspense, useState, type ReactNode } from 'react'
import {
  Pools as PoolsDocument,
  RemoveSubAccount,
  type PoolsData,
  type SubAccountFields,
} from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { useOperation } from '@stackgate/react/hooks'
import { EditedPanel } from '../../ui/edited-panel.js'
import { count, date } from '../../ui/format.js'
import { Panel } from '../../ui/panel.js'
import { StateBadge } from '../../ui/state-badge.js'
import { poolWords } from '../../words/en/pools.js'
import { capWords } from '../../words/en/spend-caps.js'
import { shownNumbers } from './spend-caps.js'
import { limitName, type PooledFeature, type PoolLimit } from './pool-limit.js'
import { lazyPart } from '../../session/load-part.js'

const dialog = <Name extends keyof typeof import('./pool-dialogs.js')>(name: Name) =>
  lazyPart(() => import('./pool-dialogs.js'), name)
const AddSubAccountDialog = dialog('AddSubAccountDialog')
const LimitDialog = dialog('LimitDialog')
const RemoveLimitDialog = dialog('RemoveLimitDialog')
const ConfirmDialog = lazyPart(() => import('../../ui/dialogs.js'), 'ConfirmDialog')

type PoolAccount = NonNullable<PoolsData['account']>

const texts = poolWords
/** Sub-accounts that are shown at once. */
const PIECE = 25

interface SharedPoolProps {
  readonly account: string
  readonly features: readonly PooledFeature[]
}

/** The sub-accounts of an account, or its own use of the pool of its parent. */
export function SharedPool({ account, features }: SharedPoolProps) {
  const query = useOperation(PoolsDocument, { account })
  const own = query.data?.account?.usage?.subAccount
  const subAccounts = query.data?.account?.usage?.subAccounts ?? []
  const mayManage = query.data?.account?.viewerCan.includes('BILLING_MANAGE') ?? false
  const [shown, setShown] = useState(PIECE)
  if (own) return <OwnPool account={query.data!.account!} own={own} mayManage={mayManage} />
  return (
    <EditedPanel<SubAccountFields>
      texts={texts}
      query={query}
      isEmpty={subAccounts.length === 0}
      mayAdd={mayManage}
      dialog={(edited, onClose) =>
        edited === 'new' ? (
          <AddSubAccountDialog account={account} subAccounts={subAccounts} onClose={onClose} />
        ) : (
          <LimitDialog account={account} subAccount={edited} limit={null} features={features} onClose={onClose} />
        )
      }
    >
      {(edit) => (
        <>
          {subAccounts.slice(0, shown).map((subAccount) => (
            <SubAccount
              key={subAccount.account.id}
              account={account}
              subAccount={subAccount}
              features={features}
              mayManage={mayManage}
              onLimit={() => edit(subAccount)}
            />
          ))}
          {subAccounts.length > shown && (
            <Group>
              <Button size="xs" variant="default" onClick={() => setShown(shown + PIECE)}>
                {texts.showMore(count(Math.min(PIECE, subAccounts.length - shown)))}
              </Button>
            </Group>
          )}
        </>
      )}
    </EditedPanel>
  )
}

interface SubAccountProps extends SharedPoolProps {
  readonly subAccount: SubAccountFields
  readonly mayManage: boolean
  readonly onLimit: () => void
}

function SubAccount({ account, subAccount, features, mayManage, onLimit }: SubAccountProps) {
  const {
    account: { name },
    startsAt,
    limits,
  } = subAccount
  const [isRemoving, setRemoving] = useState(false)
  const remove = useAction(RemoveSubAccount, () => setRemoving(false))
  return (
    <Stack gap={4} component="section" aria-label={name}>
      <Group justify="space-between">
        <Title order={3} size="h5" className="breaking">
          {name}
        </Title>
        {mayManage && (
          <Group gap="xs">
            <Button
              size="compact-sm"
              variant="default"
              aria-haspopup="dialog"
              aria-label={texts.setLimitNamed(name)}
              onClick={onLimit}
            >
              {texts.setLimit}
            </Button>
            <Button
              size="compact-sm"
              variant="subtle"
              color="red"
              aria-haspopup="dialog"
              aria-label={texts.removeNamed(name)}
              onClick={() => setRemoving(true)}
            >
              {texts.remove}
            </Button>
          </Group>
        )}
      </Group>
      <PoolUse subAccount={subAccount} />
      <Text size="sm" c="dimmed">
        {texts.since(date(startsAt))}
      </Text>
      {limits.length === 0 && (
        <Text size="sm" c="dimmed">
          {texts.noLimits}
        </Text>
      )}
      {limits.map((limit) => (
        <Limit key={limit.id} limit={limit}>
          {limit.setByOperator ? (
            <Text size="sm" c="dimmed">
              {capWords.byOperatorHint}
            </Text>
          ) : (
            mayManage && <LimitActs account={account} subAccount={subAccount} limit={limit} features={features} />
          )}
        </Limit>
      ))}
      {isRemoving && (
        <Suspense>
          <ConfirmDialog
            title={texts.removeTitle(name)}
            text={texts.removeText}
            action={texts.remove}
            keep={texts.keep}
            account={account}
            outcome={remove}
            isDangerous
            onConfirm={() => remove.run({ accountId: subAccount.account.id, parentId: null })}
            onClose={() => setRemoving(false)}
          />
        </Suspense>
      )}
    </Stack>
  )
}

const PoolUse = ({ subAccount: { usage } }: { readonly subAccount: SubAccountFields }) => (
  <>
    {usage.map(({ feature, used, from }) => (
      <Text key={feature.code} size="sm">
        {texts.used(feature.name, count(used), date(from))}
      </Text>
    ))}
  </>
)

function Limit({ limit, children }: { readonly limit: PoolLimit; readonly children?: ReactNode }) {
  const { text, reserved, isReached, part } = shownNumbers(limit)
  const name = limitName(limit)
  return (
    <div role="group" aria-label={name}>
      <Group justify="space-between" gap="xs">
        <Text fw={500}>{name}</Text>
        <Group gap="xs">
          {isReached && <StateBadge color="red">{texts.reached}</StateBadge>}
          {limit.setByOperator && <StateBadge color="gray">{capWords.byOperator}</StateBadge>}
        </Group>
      </Group>
      <meter className="meter" min={0} max={1} high={0.8} value={part} aria-label={`${name}: ${text}`} />
      <Group justify="space-between" gap="xs">
        <Group gap="md">
          <Text size="sm">{text}</Text>
          {reserved !== null && <Text size="sm">{texts.reserved(reserved)}</Text>}
          <Text size="sm" c="dimmed">
            {texts.resets(date(limit.resetsAt))}
          </Text>
        </Group>
        {children}
      </Group>
    </div>
  )
}

interface LimitActsProps extends SharedPoolProps {
  readonly subAccount: SubAccountFields
  readonly limit: PoolLimit
}

function LimitActs({ account, subAccount, limit, features }: LimitActsProps) {
  const [opened, setOpened] = useState<'change' | 'remove' | null>(null)
  const close = () => setOpened(null)
  const name = limitName(limit)
  const edited = { account, subAccount, limit, onClose: close }
  return (
    <Group gap="xs">
      <Button
        size="compact-sm"
        variant="default"
        aria-haspopup="dialog"
        aria-label={texts.changeNamed(name, subAccount.account.name)}
        onClick={() => setOpened('change')}
      >
        {texts.change}
      </Button>
      <Button
        size="compact-sm"
        variant="subtle"
        color="red"
        aria-haspopup="dialog"
        aria-label={texts.removeLimitNamed(name, subAccount.account.name)}
        onClick={() => setOpened('remove')}
      >
        {texts.remove}
      </Button>
      <Suspense>
        {opened === 'change' && <LimitDialog {...edited} features={features} />}
        {opened === 'remove' && <RemoveLimitDialog {...edited} />}
      </Suspense>
    </Group>
  )
}

interface OwnPoolProps {
  readonly account: PoolAccount
  readonly own: SubAccountFields
  readonly mayManage: boolean
}

/** The view of a sub-account: the name of its parent, and its own use and limits. */
function OwnPool({ account, own, mayManage }: OwnPoolProps) {
  const query = { data: account, error: null, isPending: false, refetch: () => undefined }
  const [isLeaving, setLeaving] = useState(false)
  const leave = useAction(RemoveSubAccount, () => setLeaving(false))
  return (
    <Panel
      title={texts.title}
      query={query}
      actions={
        mayManage && (
          <Button variant="default" aria-haspopup="dialog" onClick={() => setLeaving(true)}>
            {texts.own.leave}
          </Button>
        )
      }
    >
      {() => (
        <Stack gap="xs">
          <Text>{texts.own.text(own.parent.name, date(own.startsAt))}</Text>
          <PoolUse subAccount={own} />
          {own.limits.length === 0 && <Text size="sm">{texts.own.noLimits}</Text>}
          {own.limits.map((limit) => (
            <Limit key={limit.id} limit={limit} />
          ))}
          {own.limits.length > 0 && (
            <Text size="sm" c="dimmed">
              {texts.own.hint}
            </Text>
          )}
          {isLeaving && (
            <Suspense>
              <ConfirmDialog
                title={texts.own.leaveTitle}
                text={texts.own.leaveText(own.parent.name)}
                action={texts.own.leave}
                keep={texts.cancel}
                account={account.id}
                outcome={leave}
                isDangerous
                onConfirm={() => leave.run({ accountId: account.id, parentId: null })}
                onClose={() => setLeaving(false)}
              />
            </Suspense>
          )}
        </Stack>
      )}
    </Panel>
  )
}
