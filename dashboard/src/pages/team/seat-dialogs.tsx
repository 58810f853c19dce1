import { useState } from 'react'
import { AssignSeat, MoveSeat, UnassignSeat, type SeatLicenseFields } from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { ConfirmDialog } from '../../ui/dialogs.js'
import { Select } from '../../ui/select.js'
import { seatWords } from '../../words/en/seats.js'
import type { SeatUser } from './seats.js'

const texts = seatWords

interface SeatDialogProps {
  readonly account: string
  readonly feature: SeatLicenseFields['feature']
  readonly onClose: () => void
}

const UserSelect = (props: {
  readonly users: readonly SeatUser[]
  readonly value: string | null
  readonly onChange: (id: string | null) => void
}) => (
  <Select
    label={texts.member}
    data={props.users.map(({ id, name }) => ({ value: id, label: name }))}
    value={props.value}
    data-autofocus
    onChange={props.onChange}
  />
)

/** Gives a free seat to a member. */
export function AssignDialog({
  account,
  feature,
  users,
  onClose,
}: SeatDialogProps & { readonly users: readonly SeatUser[] }) {
  const assign = useAction(AssignSeat, onClose)
  const [userId, setUserId] = useState(users[0]?.id ?? null)
  return (
    <ConfirmDialog
      title={texts.assignTitle(feature.name)}
      text={users.length === 0 ? texts.everybody : ''}
      action={texts.confirm}
      keep={texts.cancel}
      account={account}
      outcome={assign}
      isDisabled={userId === null}
      onConfirm={() => userId && assign.run({ accountId: account, feature: feature.code, userId })}
      onClose={onClose}
    >
      {users.length > 0 && <UserSelect users={users} value={userId} onChange={setUserId} />}
    </ConfirmDialog>
  )
}

interface HolderDialogProps extends SeatDialogProps {
  readonly holder: SeatUser
}

/** Gives the seat of a user to a member without one. */
export function MoveDialog({
  account,
  feature,
  holder,
  users,
  onClose,
}: HolderDialogProps & { readonly users: readonly SeatUser[] }) {
  const move = useAction(MoveSeat, onClose)
  const [toUserId, setToUserId] = useState(users[0]?.id ?? null)
  return (
    <ConfirmDialog
      title={texts.moveTitle(holder.name)}
      text={texts.moveText}
      action={texts.move}
      keep={texts.cancel}
      account={account}
      outcome={move}
      isDisabled={toUserId === null}
      onConfirm={() =>
        toUserId && move.run({ accountId: account, feature: feature.code, fromUserId: holder.id, toUserId })
      }
      onClose={onClose}
    >
      <UserSelect users={users} value={toUserId} onChange={setToUserId} />
    </ConfirmDialog>
  )
}

/** Takes the seat of a user. */
export function FreeDialog({ account, feature, holder, onClose }: HolderDialogProps) {
  const free = useAction(UnassignSeat, onClose)
  return (
    <ConfirmDialog
      title={texts.freeTitle(holder.name)}
      text={texts.freeText(feature.name)}
      action={texts.free}
      keep={texts.cancel}
      account={account}
      outcome={free}
      isDangerous
      onConfirm={() => free.run({ accountId: account, feature: feature.code, userId: holder.id })}
      onClose={onClose}
    />
  )
}
