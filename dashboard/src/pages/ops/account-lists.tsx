import { Stack, Text } from '@mantine/core'
import {
  AccountProfile,
  ApiKeys,
  Deployments,
  Invitations,
  Members,
  WebhookEndpoints,
  type AccountProfileData,
  type ApiKeyFields,
  type DeploymentFields,
  type InvitationFields,
  type MemberFields,
  type WebhookEndpointFields,
} from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { DataTable, type Column } from '../../ui/data-table.js'
import { DetailList } from '../../ui/detail-list.js'
import { date, label } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { Panel } from '../../ui/panel.js'
import { allAtOnce, useCursorPages, type TablePages } from '../../ui/use-cursor-pages.js'
import { operationsWords } from '../../words/en/operations.js'
import { AccountSessions } from './account-sessions.js'
import { AuditTable } from './audit-table.js'

export { AccountNow } from './account-now.js'

const texts = operationsWords.look

interface OfAccount {
  readonly account: string
}

interface ListProps<Row> {
  readonly name: string
  readonly columns: readonly Column<Row>[]
  readonly pages: TablePages<Row>
  readonly empty: string
}

/** A table in a panel of its own. */
const List = <Row,>({ name, columns, pages, empty }: ListProps<Row>) => (
  <Panel title={name} query={pages.query}>
    {() => <DataTable name={name} columns={columns} pages={pages} empty={empty} />}
  </Panel>
)

const MEMBER_COLUMNS: readonly Column<MemberFields>[] = [
  {
    name: operationsWords.accounts.name,
    by: ({ user }) => user.name,
  },
  { name: texts.email, by: ({ user }) => user.email },
  { name: texts.role, by: ({ role }) => label(role) },
  { name: texts.since, isShort: true, by: ({ createdAt }) => createdAt, cell: ({ createdAt }) => date(createdAt) },
]

const INVITATION_COLUMNS: readonly Column<InvitationFields>[] = [
  { name: texts.email, by: ({ email }) => email },
  { name: texts.role, by: ({ role }) => label(role) },
  { name: texts.state, isState: true, by: ({ status }) => status },
  { name: texts.date, isShort: true, by: ({ createdAt }) => createdAt, cell: ({ createdAt }) => date(createdAt) },
]

type ProfileFields = NonNullable<AccountProfileData['account']>

function Profile({ billingEmail, currency, language, timeZone, metadata }: ProfileFields) {
  const more = Object.entries(metadata as Readonly<Record<string, string>>)
  return (
    <Stack>
      <DetailList
        items={[
          [texts.billingEmail, billingEmail ?? texts.ofOwner],
          [texts.currency, currency ?? texts.ofCatalog],
          [texts.language, language ?? texts.ofBrowser],
          [texts.timeZone, timeZone ?? 'UTC'],
        ]}
      />
      {more.length > 0 && (
        <>
          <Text fw={600}>{texts.metadata}</Text>
          <DetailList items={more} />
        </>
      )}
    </Stack>
  )
}

export function People({ account }: OfAccount) {
  const members = useCursorPages(Members, { account }, (data) => data.account?.members)
  const invitations = useCursorPages(Invitations, { account }, (data) => data.account?.access?.invitations)
  const profile = useOperation(AccountProfile, { account })
  return (
    <Stack>
      <Panel title={texts.profile} query={profile}>
        {(data) => data.account && <Profile {...data.account} />}
      </Panel>
      <List name={texts.members} columns={MEMBER_COLUMNS} pages={members} empty={texts.noMembers} />
      <List name={texts.invitations} columns={INVITATION_COLUMNS} pages={invitations} empty={texts.noInvitations} />
    </Stack>
  )
}

const DEPLOYMENT_COLUMNS: readonly Column<DeploymentFields>[] = [
  { name: operationsWords.accounts.name, by: ({ name, hash }) => name || hash },
  { name: texts.state, isState: true, by: ({ status }) => status },
  {
    name: texts.agent,
    isState: true,
    by: ({ agent }) => agent?.presence,
  },
  { name: texts.product, by: ({ template }) => template?.name },
  {
    name: texts.since,
    isShort: true,
    by: ({ startedAt }) => startedAt,
    cell: ({ startedAt }) => <Moment at={startedAt} isBusiness />,
  },
]

export function DeploymentList({ account }: OfAccount) {
  const pages = useCursorPages(Deployments, { account }, (data) => data.account?.deployments)
  return <List name={texts.deployments} columns={DEPLOYMENT_COLUMNS} pages={pages} empty={texts.noDeployments} />
}

const KEY_COLUMNS: readonly Column<ApiKeyFields>[] = [
  { name: operationsWords.accounts.name, by: ({ name, prefix }) => `${name} (${prefix})` },
  { name: texts.scopes, by: ({ scopes }) => scopes.join(', ') },
  {
    name: texts.lastUsed,
    isShort: true,
    by: ({ lastUsedAt }) => lastUsedAt,
    cell: ({ lastUsedAt }) => lastUsedAt && <Moment at={lastUsedAt} />,
  },
  {
    name: texts.state,
    isState: true,
    by: ({ revokedAt }) => (revokedAt ? 'REVOKED' : 'ACTIVE'),
  },
]

const ENDPOINT_COLUMNS: readonly Column<WebhookEndpointFields>[] = [
  { name: texts.address, by: ({ url }) => url, cell: ({ url }) => <Text className="breaking">{url}</Text> },
  { name: texts.type, by: ({ types }) => types.join(', ') },
  {
    name: texts.failing,
    isShort: true,
    by: ({ failingSince }) => failingSince,
    cell: ({ failingSince }) => failingSince && <Moment at={failingSince} />,
  },
  {
    name: texts.state,
    isState: true,
    by: ({ enabled }) => (enabled ? 'ACTIVE' : 'DISABLED'),
  },
]

export function Integrations({ account }: OfAccount) {
  const keys = useCursorPages(ApiKeys, { account }, (data) => data.account?.access?.apiKeys)
  const endpoints = useOperation(WebhookEndpoints, { account })
  const rows = endpoints.data?.account?.access?.webhookEndpoints ?? []
  return (
    <Stack>
      <List name={texts.keys} columns={KEY_COLUMNS} pages={keys} empty={texts.noKeys} />
      <List
        name={texts.endpoints}
        columns={ENDPOINT_COLUMNS}
        pages={allAtOnce(endpoints, rows)}
        empty={texts.noEndpoints}
      />
      <AccountSessions account={account} />
    </Stack>
  )
}

export const AccountAudit = ({ account }: OfAccount) => <AuditTable filter={{ account }} />
