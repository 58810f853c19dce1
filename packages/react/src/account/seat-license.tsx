import { useId, useState, type ReactNode } from 'react'
import { Outcome } from '../parts/denial.js'
import { Button, Dialog, Failure, Loading } from '../parts/part.js'
import { ConfirmButtons } from '../parts/terms.js'
import type { AccountPart } from './account-part.js'
import { useMembers } from './use-members.js'
import type { SeatLicense, useSeats } from './use-seats.js'

interface LicenseProps {
  readonly part: AccountPart
  readonly license: SeatLicense
  readonly licenses: ReturnType<typeof useSeats>
  readonly mayManage: boolean
  readonly accountId: string | undefined
}

interface SeatUser {
  readonly id: string
  readonly name: string
}

/** Seats of a feature, and the members who have them. */
export function License(props: LicenseProps): ReactNode {
  const { part, license, mayManage } = props
  const { labels, slot, number } = part
  const { feature, limit, assignedCount: assigned, holders } = license
  const id = useId()
  const [open, setOpen] = useState<'assign' | SeatUser | null>(null)
  const label = limit !== null && assigned > limit ? labels.seatsOver : labels.seatsUsed
  const close = (): void => setOpen(null)
  return (
    <section className={slot('meter', 'sg-row')} aria-labelledby={id}>
      <h3 id={id} className={slot('meter-name')}>
        {feature.name}
      </h3>
      <p className={slot('meter-text')}>
        {limit === null ? labels.seatsUnlimited(number(assigned)) : label(number(assigned), number(limit))}
      </p>
      <ul className={slot('dates')}>
        {holders.nodes.map(({ user }) =>
          user ? (
            <li key={user.id}>
              <span>{nameOf(user)}</span>
              {mayManage ? (
                <Button
                  part={part}
                  aria-haspopup="dialog"
                  aria-label={labels.freeSeatOf(nameOf(user), feature.name)}
                  onClick={() => setOpen({ id: user.id, name: nameOf(user) })}
                >
                  {labels.freeSeat}
                </Button>
              ) : null}
            </li>
          ) : null,
        )}
      </ul>
      {mayManage ? (
        <div className={slot('actions')}>
          <Button
            part={part}
            aria-haspopup="dialog"
            aria-label={labels.assignSeatOf(feature.name)}
            onClick={() => setOpen('assign')}
          >
            {labels.assignSeat}
          </Button>
        </div>
      ) : null}
      {open === 'assign' ? <AssignDialog {...props} onClose={close} /> : null}
      {open && open !== 'assign' ? <FreeDialog {...props} holder={open} onClose={close} /> : null}
    </section>
  )
}

const nameOf = ({ name, email }: { readonly name: string | null; readonly email: string | null }): string =>
  name ?? email ?? ''

interface DialogProps extends LicenseProps {
  readonly onClose: () => void
}

/** Gives a free seat to a member without one. */
function AssignDialog({ part, license, licenses, accountId, onClose }: DialogProps): ReactNode {
  const { labels, slot } = part
  const { feature } = license
  const members = useMembers({ accountId, filter: { withoutSeat: feature.code } })
  const [chosen, setChosen] = useState<string>()
  const userId = chosen ?? members.data?.[0]?.user.id
  return (
    <SeatDialog
      {...{ part, accountId, onClose }}
      title={labels.assignSeatOf(feature.name)}
      label={labels.assignSeat}
      mutation={licenses.assign}
      input={userId === undefined ? undefined : { feature: feature.code, userId }}
    >
      {members.isPending ? <Loading part={part} lines={1} /> : null}
      <Failure part={part} error={members.error} onRetry={members.refetch} />
      {members.data?.length === 0 ? <p className={slot('message')}>{labels.noFreeMembers}</p> : null}
      {members.data?.length ? (
        <label className={slot('field')}>
          {labels.seatMember}
          <select value={userId} onChange={({ target }) => setChosen(target.value)}>
            {members.data.map(({ user }) => (
              <option key={user.id} value={user.id}>
                {nameOf(user)}
              </option>
            ))}
          </select>
        </label>
      ) : null}
    </SeatDialog>
  )
}

/** Takes the seat of a member. */
function FreeDialog({
  part,
  license,
  licenses,
  accountId,
  holder,
  onClose,
}: DialogProps & { readonly holder: SeatUser }): ReactNode {
  const { labels, slot } = part
  const { code, name } = license.feature
  return (
    <SeatDialog
      {...{ part, accountId, onClose }}
      title={labels.freeSeatOf(holder.name, name)}
      label={labels.freeSeat}
      mutation={licenses.unassign}
      input={{ feature: code, userId: holder.id }}
    >
      <p className={slot('message')}>{labels.freeSeatText(holder.name, name)}</p>
    </SeatDialog>
  )
}

interface SeatDialogProps extends Pick<DialogProps, 'part' | 'accountId' | 'onClose'> {
  readonly title: string
  readonly label: string
  readonly mutation: ReturnType<typeof useSeats>['assign']
  /** Undefined while nothing can be confirmed. */
  readonly input: { readonly feature: string; readonly userId: string } | undefined
  readonly children: ReactNode
}

/** A confirmation with the outcome of its mutation. */
function SeatDialog(props: SeatDialogProps): ReactNode {
  const { part, accountId, title, label, mutation, input, onClose, children } = props
  const close = (): void => {
    mutation.reset()
    onClose()
  }
  return (
    <Dialog part={part} open title={title} onClose={close}>
      {children}
      <Outcome part={part} denial={mutation.denial} accountId={accountId} />
      <Failure part={part} error={mutation.error} />
      <ConfirmButtons
        part={part}
        label={label}
        isBusy={mutation.isPending}
        onConfirm={input && (() => void mutation.mutateAsync(input).then(close, () => undefined))}
        onCancel={close}
      />
    </Dialog>
  )
}
