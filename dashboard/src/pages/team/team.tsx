import { Button, Group, Select, Stack, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { Members, RemoveMember, SetMemberRole, TransferOwnership, type MembersData } from '@stackgate/client/documents'
import { useSession } from '../../session/session-context.js'
import { useAction } from '../../session/use-action.js'
import { useOperation } from '../../session/use-operation.js'
import { ConfirmDialog, OutcomeText } from '../../ui/dialogs.js'
import { count, date } from '../../ui/format.js'
import { LiveBadge } from '../../ui/live-badge.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { ScrollTable } from '../../ui/scroll-table.js'
import { StateBadge } from '../../ui/shell.js'
import { words } from '../../words/en.js'
import { useAccount } from '../account/account-pages.js'
import { InviteDialog } from './invite-dialog.js'
import { OpenInvitations } from './open-invitations.js'

type TeamAccount = NonNullable<MembersData['account']>
type MemberRow = NonNullable<TeamAccount['members']>['nodes'][number]
type Role = MemberRow['role']

const ROLES: readonly Role[] = ['OWNER', 'ADMIN', 'MEMBER']

/** Members of the account and its open invitations. */
export function Team() {
  const account = useAccount()
  const members = useOperation(Members, { account })
  const [isInviting, setInviting] = useState(false)
  const mayManage = members.data?.account?.viewerCan.includes('MEMBERS_MANAGE') ?? false
  return (
    <Stack>
      <PageHeading side={<LiveBadge />}>{words.team.title}</PageHeading>
      <Panel
        title={words.team.members}
        query={members}
        height={180}
        actions={mayManage && <Button onClick={() => setInviting(true)}>{words.team.invite}</Button>}
      >
        {({ account: found }) => found && <MemberList account={found} mayManage={mayManage} />}
      </Panel>
      {mayManage && <OpenInvitations account={account} />}
      {isInviting && <InviteDialog account={account} onClose={() => setInviting(false)} />}
    </Stack>
  )
}

function MemberList({ account, mayManage }: { readonly account: TeamAccount; readonly mayManage: boolean }) {
  const { columns } = words.team
  const rows = account.members?.nodes ?? []
  return (
    <Stack gap="xs">
      <Places account={account} />
      <ScrollTable
        name={words.team.members}
        columns={[columns.person, columns.role, columns.since, words.team.actions]}
      >
        {rows.map((member) => (
          <MemberLine key={member.id} account={account} member={member} mayManage={mayManage} />
        ))}
      </ScrollTable>
      {rows.length === 1 && mayManage && (
        <Text size="sm" c="dimmed">
          {words.team.alone}
        </Text>
      )}
    </Stack>
  )
}

function Places({ account }: { readonly account: TeamAccount }) {
  const seats = account.entitlement
  if (!seats) return null
  const used = count(seats.used ?? 0)
  const text =
    seats.unlimited || seats.limit === null ? words.team.unlimited(used) : words.team.places(used, count(seats.limit))
  return <Text size="sm">{text}</Text>
}

const nameOf = ({ user }: MemberRow): string => user?.name ?? user?.email ?? words.team.roles['MEMBER']!

interface MemberLineProps {
  readonly account: TeamAccount
  readonly member: MemberRow
  readonly mayManage: boolean
}

function MemberLine({ account, member, mayManage }: MemberLineProps) {
  const { session } = useSession()
  const [opened, setOpened] = useState<'remove' | 'transfer' | null>(null)
  const isOwner = account.viewerRole === 'OWNER'
  const isSelf = member.user?.email === session?.email
  // Only owners change owners.
  const mayChange = mayManage && !isSelf && (isOwner || member.role !== 'OWNER')
  const name = nameOf(member)
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={500}>
          {name} {isSelf && <StateBadge color="gray">{words.team.you}</StateBadge>}
        </Text>
        {member.user?.email && member.user.email !== name && (
          <Text size="xs" c="dimmed">
            {member.user.email}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {mayChange ? (
          <RoleSelect account={account} member={member} isOwner={isOwner} />
        ) : (
          <Text size="sm">{words.team.roles[member.role]}</Text>
        )}
      </Table.Td>
      <Table.Td>{date(member.since)}</Table.Td>
      <Table.Td>
        <Group gap="xs" wrap="nowrap">
          {mayChange && (
            <Button
              size="xs"
              variant="subtle"
              color="red"
              aria-label={words.team.removeNamed(name)}
              onClick={() => setOpened('remove')}
            >
              {words.team.remove}
            </Button>
          )}
          {mayChange && isOwner && member.role !== 'OWNER' && (
            <Button
              size="xs"
              variant="subtle"
              aria-label={words.team.transferNamed(name)}
              onClick={() => setOpened('transfer')}
            >
              {words.team.transfer}
            </Button>
          )}
        </Group>
        {opened === 'remove' && <RemoveDialog account={account.id} member={member} onClose={() => setOpened(null)} />}
        {opened === 'transfer' && (
          <TransferDialog account={account.id} member={member} onClose={() => setOpened(null)} />
        )}
      </Table.Td>
    </Table.Tr>
  )
}

function RoleSelect({
  account,
  member,
  isOwner,
}: {
  readonly account: TeamAccount
  readonly member: MemberRow
  readonly isOwner: boolean
}) {
  const change = useAction(SetMemberRole, undefined, { hasKey: false })
  const offered = ROLES.filter((role) => isOwner || role !== 'OWNER')
  return (
    <Stack gap={4}>
      <Select
        size="xs"
        w={130}
        aria-label={words.team.roleOf(nameOf(member))}
        data={offered.map((value) => ({ value, label: words.team.roles[value]! }))}
        value={member.role}
        allowDeselect={false}
        disabled={change.isPending}
        onChange={(role) => role && change.run({ accountId: account.id, userId: member.user.id, role })}
      />
      <OutcomeText outcome={change} account={account.id} />
    </Stack>
  )
}

interface MemberDialogProps {
  readonly account: string
  readonly member: MemberRow
  readonly onClose: () => void
}

function RemoveDialog({ account, member, onClose }: MemberDialogProps) {
  const remove = useAction(RemoveMember, onClose, { hasKey: false })
  return (
    <ConfirmDialog
      title={words.team.removeTitle(nameOf(member))}
      text={words.team.removeText}
      action={words.team.remove}
      keep={words.team.cancel}
      account={account}
      outcome={remove}
      isDangerous
      onConfirm={() => remove.run({ accountId: account, userId: member.user.id })}
      onClose={onClose}
    />
  )
}

function TransferDialog({ account, member, onClose }: MemberDialogProps) {
  const transfer = useAction(TransferOwnership, onClose)
  return (
    <ConfirmDialog
      title={words.team.transferTitle(nameOf(member))}
      text={words.team.transferText}
      action={words.team.transfer}
      keep={words.team.cancel}
      account={account}
      outcome={transfer}
      onConfirm={() => transfer.run({ accountId: account, userId: member.user.id })}
      onClose={onClose}
    />
  )
}
