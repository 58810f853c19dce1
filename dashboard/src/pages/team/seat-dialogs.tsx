import { Text, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useState } from 'react'
import { AssignSeat, Members, MoveSeat, UnassignSeat } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { useAction } from '../../session/use-action.js'
import { ConfirmDialog } from '../../ui/dialogs.js'
import { Select } from '../../ui/select.js'
import { seatWords } from '../../words/en/seats.js'
import type { SeatLicense, SeatUser } from './seats.js'

const texts = seatWords

interface SeatDialogProps {
  readonly account: string
  readonly feature: SeatLicense['feature']
  readonly onClose: () => void
}

/** Members that a choice offers at once: others are found by their name. */
const OFFERED = 25
const TYPING_MS = 250

/** The members without a seat of a feature, and the one that is chosen: by default the first. */
function useFreeMembers({ account, feature }: SeatDialogProps) {
  const [search, setSearch] = useState('')
  const [chosen, setChosen] = useState<string | null>(null)
  const filter = { withoutSeat: feature.code, ...(search && { search }) }
  const { data } = useOperation(Members, { account, filter, first: OFFERED }, { keepsPrevious: true })
  const page = data?.account?.members
  const users = page?.nodes.map(({ user }) => user) ?? []
  const userId = users.some(({ id }) => id === chosen) ? chosen : (users[0]?.id ?? null)
  const isEverybody = page?.nodes.length === 0 && search === ''
  const hasSearch = search !== '' || page?.pageInfo.hasNextPage === true
  return { users, userId, isEverybody, hasSearch, setSearch, setChosen }
}

function FreeMember({
  users,
  userId,
  isEverybody,
  hasSearch,
  setSearch,
  setChosen,
}: ReturnType<typeof useFreeMembers>) {
  const find = useDebouncedCallback(setSearch, TYPING_MS)
  if (isEverybody) return <Text>{texts.everybody}</Text>
  return (
    <>
      {hasSearch && <TextInput label={texts.search} onChange={({ currentTarget: { value } }) => find(value.trim())} />}
      <Select
        label={texts.member}
        data={users.map(({ id, name }) => ({ value: id, label: name }))}
        value={userId}
        data-autofocus={!hasSearch}
        onChange={setChosen}
      />
    </>
  )
}

/** Gives a free seat to a member. */
export function AssignDialog(props: SeatDialogProps) {
  const { account, feature, onClose } = props
  const assign = useAction(AssignSeat, onClose)
  const members = useFreeMembers(props)
  const { userId } = members
  return (
    <ConfirmDialog
      title={texts.assignTitle(feature.name)}
      text=""
      action={texts.confirm}
      keep={texts.cancel}
      account={account}
      outcome={assign}
      isDisabled={userId === null}
      onConfirm={() => userId && assign.run({ accountId: account, feature: feature.code, userId })}
      onClose={onClose}
    >
      <FreeMember {...members} />
    </ConfirmDialog>
  )
}

interface HolderDialogProps extends SeatDialogProps {
  readonly holder: SeatUser
}

/** Gives the seat of a user to a member without one. */
export function MoveDialog({ holder, ...props }: HolderDialogProps) {
  const { account, feature, onClose } = props
  const move = useAction(MoveSeat, onClose)
  const members = useFreeMembers(props)
  const { userId: toUserId } = members
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
      <FreeMember {...members} />
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
