import type { MemberRole } from '@stackgate/client'
import { RemoveMember, SetMemberRole, type MembersData } from '@stackgate/client/documents'
import { useState } from 'react'
import { useSession } from '../../session/session-context.js'
import type { BulkAct } from '../../ui/bulk.js'
import { count } from '../../ui/format.js'
import { Select } from '../../ui/select.js'
import { bulkWords } from '../../words/en/bulk.js'
import { teamWords } from '../../words/en/team.js'

type TeamAccount = NonNullable<MembersData['account']>
type MemberRow = NonNullable<TeamAccount['members']>['nodes'][number]

export const ROLES: readonly MemberRole[] = ['OWNER', 'ADMIN', 'MEMBER']

/** Acts on several members: another role, which can be undone, and the removal. */
export function useMemberActs({ id: accountId, viewerRole }: TeamAccount): readonly BulkAct<MemberRow>[] {
  const { client } = useSession()
  const [role, setRole] = useState<MemberRole>('MEMBER')
  const offered = ROLES.filter((each) => viewerRole === 'OWNER' || each !== 'OWNER')
  const assign = ({ user }: MemberRow, next: MemberRole) =>
    client.mutate(SetMemberRole, { accountId, userId: user.id, role: next })
  return [
    {
      label: bulkWords.change,
      question: ({ length }) => ({
        title: bulkWords.change,
        effect: bulkWords.changeEffect(length, count(length)),
        fields: (
          <Select
            label={bulkWords.role}
            data={offered.map((value) => ({ value, label: teamWords.roles[value]! }))}
            value={role}
            onChange={(value) => value && setRole(value)}
          />
        ),
      }),
      run: (member) => assign(member, role),
      undo: (member) => assign(member, member.role as MemberRole),
    },
    {
      label: teamWords.remove,
      isDangerous: true,
      question: ({ length }) => ({
        title: bulkWords.removeTitle(length, count(length)),
        effect: teamWords.removeText,
      }),
      run: ({ user }) => client.mutate(RemoveMember, { accountId, userId: user.id }),
    },
  ]
}
