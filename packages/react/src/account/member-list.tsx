import { useId, type ReactNode } from 'react'
import { useEntitlement } from '../hooks/entitlements.js'
import { words } from '../labels.js'
import { Button, Failure, Loading } from '../parts/part.js'
import { useAccountPart, type AccountPartProps } from './account-part.js'
import { useMembers } from './use-members.js'

/** Properties of `MemberList`. */
export type MemberListProps = AccountPartProps

/** Members of the account with their roles, and the limit of members if the plan has one, live. */
export function MemberList(props: MemberListProps): ReactNode {
  const { accountId } = props
  const part = useAccountPart(props)
  const { labels, slot, number, date } = part
  const heading = useId()
  const { data, isPending, error, refetch, hasMore, isLoadingMore, loadMore } = useMembers({ accountId })
  const { used, limit } = useEntitlement('members', accountId)
  return (
    <section className={slot('card')} aria-labelledby={heading}>
      <h2 id={heading} className={slot('title')}>
        {labels.members}
      </h2>
      {limit === null ? null : <p className={slot('detail')}>{labels.membersUsed(number(used), number(limit))}</p>}
      {isPending ? <Loading part={part} /> : null}
      <Failure part={part} error={error} onRetry={refetch} />
      {data?.length === 0 ? <p>{labels.noMembers}</p> : null}
      {data?.length ? (
        <table className={slot('table')}>
          <caption className="sg-hidden">{labels.members}</caption>
          <thead>
            <tr>
              <th scope="col">{labels.memberName}</th>
              <th scope="col">{labels.memberRole}</th>
              <th scope="col">{labels.memberSince}</th>
            </tr>
          </thead>
          <tbody>
            {data.map(({ id, user, role, createdAt }) => (
              <tr key={id}>
                <th scope="row">{user.name ?? user.email}</th>
                <td>{labels.memberRoles[role] ?? words(role.toLowerCase())}</td>
                <td>
                  <time dateTime={createdAt}>{date(createdAt)}</time>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      {hasMore ? (
        <Button part={part} isBusy={isLoadingMore} onClick={loadMore}>
          {labels.more}
        </Button>
      ) : null}
    </section>
  )
}
