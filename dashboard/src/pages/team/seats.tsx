import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { Seats as SeatsDocument, type MembersData, type SeatLicenseFields } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { count, date } from '../../ui/format.js'
import { Panel } from '../../ui/panel.js'
import { ScrollTable } from '../../ui/scroll-table.js'
import { seatWords } from '../../words/en/seats.js'

const dialog = <Name extends keyof typeof import('./seat-dialogs.js')>(name: Name) =>
  lazy(async () => ({ default: (await import('./seat-dialogs.js'))[name] }))
const AssignDialog = dialog('AssignDialog')
const MoveDialog = dialog('MoveDialog')
const FreeDialog = dialog('FreeDialog')

type TeamMember = NonNullable<NonNullable<MembersData['account']>['members']>['nodes'][number]

/** A user by ID and shown name. */
export interface SeatUser {
  readonly id: string
  readonly name: string
}

const texts = seatWords

interface SeatsProps {
  readonly account: string
  readonly members: readonly TeamMember[]
  readonly mayManage: boolean
}

/** Licenses that owners and admins assign to members, for catalogs that have any. */
export function Seats({ account, members, mayManage }: SeatsProps) {
  const query = useOperation(SeatsDocument, { account })
  const users = members.map(({ user }) => ({ id: user.id, name: user.name }))
  return (
    <Panel title={texts.title} query={query} height={80}>
      {({ account: found }) => (
        <Stack gap="lg">
          {(found?.usage?.seats ?? []).map((license) => (
            <License
              key={license.feature.code}
              account={account}
              license={license}
              users={users}
              mayManage={mayManage}
            />
          ))}
        </Stack>
      )}
    </Panel>
  )
}

interface LicenseProps {
  readonly account: string
  readonly license: SeatLicenseFields
  readonly users: readonly SeatUser[]
  readonly mayManage: boolean
}

function License({ account, license, users, mayManage }: LicenseProps) {
  const { feature, limit, assigned, holders } = license
  const [isAssigning, setAssigning] = useState(false)
  const holderIds = new Set(holders.flatMap(({ user }) => user?.id ?? []))
  const free = users.filter(({ id }) => !holderIds.has(id))
  return (
    <Stack gap="xs" component="section" aria-label={feature.name}>
      <Group justify="space-between">
        <Title order={3} size="h5">
          {feature.name}
        </Title>
        {mayManage && (
          <Button
            size="compact-sm"
            aria-haspopup="dialog"
            aria-label={texts.assignTitle(feature.name)}
            onClick={() => setAssigning(true)}
          >
            {texts.assign}
          </Button>
        )}
      </Group>
      <Text size="sm">
        {limit === null
          ? texts.unlimited(count(assigned))
          : (assigned > limit ? texts.over : texts.used)(count(assigned), count(limit))}
      </Text>
      {holders.length === 0 ? (
        <Text>{texts.none}</Text>
      ) : (
        <ScrollTable
          name={feature.name}
          columns={[texts.columns.person, texts.columns.since, ...(mayManage ? [texts.columns.actions] : [])]}
        >
          {holders.map(({ user, assignedAt }) => {
            if (!user) return null
            const holder = users.find(({ id }) => id === user.id) ?? { id: user.id, name: texts.former }
            return (
              <tr key={user.id}>
                <td>{holder.name}</td>
                <td>{date(assignedAt)}</td>
                {mayManage && (
                  <td>
                    <HolderActs account={account} feature={feature} holder={holder} free={free} />
                  </td>
                )}
              </tr>
            )
          })}
        </ScrollTable>
      )}
      {isAssigning && (
        <Suspense>
          <AssignDialog account={account} feature={feature} users={free} onClose={() => setAssigning(false)} />
        </Suspense>
      )}
    </Stack>
  )
}

interface HolderActsProps {
  readonly account: string
  readonly feature: SeatLicenseFields['feature']
  readonly holder: SeatUser
  /** Members without a seat. */
  readonly free: readonly SeatUser[]
}

function HolderActs({ account, feature, holder, free }: HolderActsProps) {
  const [opened, setOpened] = useState<'move' | 'free' | null>(null)
  const close = () => setOpened(null)
  return (
    <Group gap="xs" wrap="nowrap">
      {free.length > 0 && (
        <Button
          size="xs"
          variant="subtle"
          aria-haspopup="dialog"
          aria-label={texts.moveNamed(holder.name, feature.name)}
          onClick={() => setOpened('move')}
        >
          {texts.move}
        </Button>
      )}
      <Button
        size="xs"
        variant="subtle"
        color="red"
        aria-haspopup="dialog"
        aria-label={texts.freeNamed(holder.name, feature.name)}
        onClick={() => setOpened('free')}
      >
        {texts.free}
      </Button>
      <Suspense>
        {opened === 'move' && (
          <MoveDialog account={account} feature={feature} holder={holder} users={free} onClose={close} />
        )}
        {opened === 'free' && <FreeDialog account={account} feature={feature} holder={holder} onClose={close} />}
      </Suspense>
    </Group>
  )
}
