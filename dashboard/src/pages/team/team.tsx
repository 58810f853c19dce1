import { Button, Stack, Text } from '@mantine/core'
import { Select } from '../../ui/select.js'
import { useCallback, useMemo, useState, type ComponentType } from 'react'
import {
  Installation,
  Members,
  RemoveMember,
  SetMemberRole,
  TransferOwnership,
  type MembersData,
} from '@stackgate/client/documents'
import { useSession } from '../../session/session-context.js'
import { useAction } from '../../session/use-action.js'
import { useOperation } from '@stackgate/react/hooks'
import { actColumn } from '../../ui/act-menu.js'
import { Bulk, selectableColumns } from '../../ui/bulk.js'
import { ConfirmDialog, OutcomeText } from '../../ui/dialogs.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { count, date } from '../../ui/format.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { useCursorPages, type ChangingPages } from '../../ui/use-cursor-pages.js'
import { teamWords } from '../../words/en/team.js'
import { useAccount } from '../account/account-pages.js'
import { InviteDialog } from './invite-dialog.js'
import { ROLES, useMemberActs } from './member-acts.js'
import { OpenInvitations } from './open-invitations.js'
import { Seats } from './seats.js'

type TeamAccount = NonNullable<MembersData['account']>
type MemberRow = NonNullable<TeamAccount['members']>['nodes'][number]

/** Members of the account and its open invitations. */
export function Team() {
  const account = useAccount()
  const members = useCursorPages(Members, { account }, (data) => data.account?.members)
  const { query } = members
  const installation = useOperation(Installation, {})
  const hasSeats = (installation.data?.installation.seatFeatures.length ?? 0) > 0
  const [isInviting, setInviting] = useState(false)
  const may = (permission: 'MEMBERS_MANAGE' | 'BILLING_MANAGE') =>
    query.data?.account?.viewerCan.includes(permission) ?? false
  const mayManage = may('MEMBERS_MANAGE')
  return (
    <Stack>
      <PageHeading>{teamWords.title}</PageHeading>
      <Panel
        title={teamWords.members}
        query={query}
        height={180}
        actions={
          mayManage && (
            <Button aria-haspopup="dialog" onClick={() => setInviting(true)}>
              {teamWords.invite}
            </Button>
          )
        }
      >
        {({ account: found }) => found && <MemberList members={members} account={found} mayManage={mayManage} />}
      </Panel>
      {mayManage && <OpenInvitations account={account} />}
      {hasSeats && <Seats account={account} mayManage={may('BILLING_MANAGE')} />}
      {isInviting && <InviteDialog account={account} onClose={() => setInviting(false)} />}
    </Stack>
  )
}

interface MemberListProps {
  readonly members: ChangingPages<MemberRow, unknown>
  readonly account: TeamAccount
  readonly mayManage: boolean
}

const { columns } = teamWords

function MemberList({ members, account, mayManage }: MemberListProps) {
  const rows = useMemo(() => members.pieces.flat(), [members.pieces])
  const { session } = useSession()
  const { email = null } = session ?? {}
  const mayChange = useCallback(
    (member: MemberRow) => mayManage && canChange(account, member, email),
    [account, mayManage, email],
  )
  const acts = useMemberActs(account)
  const [opened, setOpened] = useState<Opened | null>(null)
  const memberColumns = useMemo((): readonly Column<MemberRow>[] => {
    const all: readonly Column<MemberRow>[] = [
      { name: columns.person, by: nameOf, cell: (member) => <Person member={member} /> },
      {
        name: columns.role,
        place: 'corner',
        by: ({ role }) => role,
        cell: (member) => <Role account={account} member={member} mayChange={mayChange(member)} />,
      },
      {
        name: columns.since,
        place: 'side',
        by: ({ createdAt }) => createdAt,
        cell: ({ createdAt }) => date(createdAt),
      },
    ]
    if (!mayManage) return all
    const menu = actColumn<MemberRow>(nameOf, (member) => {
      if (!mayChange(member)) return []
      const open = (Dialog: Opened['Dialog']) => () => setOpened({ member, Dialog })
      const isAppointable = account.viewerRole === 'OWNER' && member.role !== 'OWNER'
      return [
        isAppointable && { name: teamWords.transfer, onOpen: open(TransferDialog) },
        { name: teamWords.remove, isDangerous: true, onOpen: open(RemoveDialog) },
      ]
    })
    return selectableColumns([...all, menu], nameOf)
  }, [account, mayManage, mayChange])
  return (
    <Stack gap="xs">
      <Places account={account} />
      <Bulk rows={rows} nameOf={nameOf} isSelectable={mayChange} acts={acts} onDone={members.dropOlder}>
        <DataTable name={teamWords.members} columns={memberColumns} pages={members} empty="" />
      </Bulk>
      {opened && <opened.Dialog account={account.id} member={opened.member} onClose={() => setOpened(null)} />}
      {account.members?.nodes.length === 1 && mayManage && (
        <Text size="sm" c="dimmed">
          {teamWords.alone}
        </Text>
      )}
    </Stack>
  )
}

function Places({ account }: { readonly account: TeamAccount }) {
  const seats = account.usage?.entitlement
  if (!seats) return null
  const { used, limit, unlimited } = { ...seats, used: seats.used ?? 0 }
  const text =
    unlimited || limit === null
      ? teamWords.unlimited(count(used))
      : (used > limit ? teamWords.placesOver : teamWords.places)(count(used), count(limit))
  return <Text size="sm">{text}</Text>
}

const nameOf = ({ user }: MemberRow): string => user?.name ?? teamWords.roles['MEMBER']!

function Person({ member }: { readonly member: MemberRow }) {
  const { session } = useSession()
  const name = nameOf(member)
  return (
    <>
      <Text fw={500}>
        {name}{' '}
        {member.user?.email === session?.email && (
          <Text span size="xs" fw={500} c="dimmed">
            {teamWords.you}
          </Text>
        )}
      </Text>
      {member.user?.email && member.user.email !== name && (
        <Text size="xs" c="dimmed">
          {member.user.email}
        </Text>
      )}
    </>
  )
}

/** True if the reader, who may manage members, can change this one. Only owners change owners. */
const canChange = ({ viewerRole }: TeamAccount, { user, role }: MemberRow, reader: string | null): boolean =>
  user?.email !== reader && (viewerRole === 'OWNER' || role !== 'OWNER')

interface RoleProps {
  readonly account: TeamAccount
  readonly member: MemberRow
  readonly mayChange: boolean
}

const Role = ({ account, member, mayChange }: RoleProps) =>
  mayChange ? (
    <RoleSelect account={account} member={member} isOwner={account.viewerRole === 'OWNER'} />
  ) : (
    <Text size="sm">{teamWords.roles[member.role]}</Text>
  )

function RoleSelect({
  account,
  member,
  isOwner,
}: {
  readonly account: TeamAccount
  readonly member: MemberRow
  readonly isOwner: boolean
}) {
  const change = useAction(SetMemberRole)
  const offered = ROLES.filter((role) => isOwner || role !== 'OWNER')
  return (
    <Stack gap={4}>
      <Select
        size="xs"
        w={130}
        aria-label={teamWords.roleOf(nameOf(member))}
        data={offered.map((value) => ({ value, label: teamWords.roles[value]! }))}
        value={member.role}
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

/** A member and the dialog about them. */
interface Opened {
  readonly member: MemberRow
  readonly Dialog: ComponentType<MemberDialogProps>
}

function RemoveDialog({ account, member, onClose }: MemberDialogProps) {
  const remove = useAction(RemoveMember, onClose)
  return (
    <ConfirmDialog
      title={teamWords.removeTitle(nameOf(member))}
      text={teamWords.removeText}
      action={teamWords.remove}
      keep={teamWords.cancel}
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
      title={teamWords.transferTitle(nameOf(member))}
      text={teamWords.transferText}
      action={teamWords.transfer}
      keep={teamWords.cancel}
      account={account}
      outcome={transfer}
      onConfirm={() => transfer.run({ accountId: account, userId: member.user.id })}
      onClose={onClose}
    />
  )
}
