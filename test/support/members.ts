import { takesKey } from './mutations.js'
import { Viewer } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually, type TestServer } from './test-server.js'

/** User of a scenario. */
export interface Person {
  readonly email: string
  readonly token: string
  readonly userId: string
  readonly accountId: string
}

export async function person(server: TestServer, email: string): Promise<Person> {
  const token = await server.token(email)
  const { data } = await server.graphql(Viewer, {}, token)
  return { email, token, userId: data.viewer!.user.id, accountId: data.viewer!.account.id }
}

const MEMBER = `member { __typename role user { id email } }`
const INVITATION = `invitation { __typename id email role status expiresAt }`
const QUOTA = `denial { __typename code message quantity { used { units } limit { units } } remedies { mutation } }`
const REFUSED = `denial { __typename code message issues { path code } }`

/** Results of the mutations about members. */
const RESULTS: Readonly<Record<string, readonly string[]>> = {
  inviteMember: [INVITATION, QUOTA],
  resendInvitation: [INVITATION, QUOTA],
  cancelInvitation: [INVITATION],
  acceptInvitation: [MEMBER, QUOTA],
  setMemberRole: [MEMBER],
  transferOwnership: [MEMBER],
  removeMember: [`__typename deletedId`],
  leaveAccount: [`__typename deletedId`],
}

export interface MemberAnswer {
  readonly __typename: string
  readonly id: string
  readonly code?: string
  readonly message?: string
  readonly role?: string
  readonly status?: string
  readonly issues?: { path: string[]; code: string }[]
  readonly user?: { id: string; email: string }
}

/**
 * Calls a mutation about members, as `removeMember(userId: "…")`: with a new idempotency key where one is needed.
 */
export async function change(server: TestServer, who: Person, call: string): Promise<MemberAnswer> {
  const [, name = '', given = ''] = /^(\w+)(?:\((.*)\))?$/s.exec(call) ?? []
  const isKeyMissing = takesKey(name) && !given.includes('key:')
  const passed = `${given}${isKeyMissing ? ` key: "${randomUUID()}"` : ''}`
  const { data, errors } = await server.graphql<Record<string, MemberAnswer>>(
    `mutation { answer: ${name}${passed ? `(${passed})` : ''} { ${[...RESULTS[name]!, REFUSED].join(' ')} } }`,
    {},
    who.token,
  )
  if (errors) return { __typename: 'error', id: '', code: errors[0]!.extensions.code, message: errors[0]!.message }
  return data['answer']!
}

/** Mails to an address, oldest first, with soft line breaks removed. */
export function emailsTo(server: TestServer, email: string): string[] {
  const folder = join(server.dataDir, 'mail')
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name.endsWith('.eml'))
    .map(({ name }) => name)
    .toSorted()
    .map((name) =>
      readFileSync(join(folder, name), 'utf8')
        .replace(/=\r?\n/g, '')
        .replace(/=3D/g, '='),
    )
    .filter((text) => new RegExp(`^To: .*${email}`, 'm').test(text))
}

/** Token of the latest invitation mail to an address, once a number of them was sent. */
export async function mailedToken(server: TestServer, email: string, mails = 1): Promise<string> {
  const sent = await eventually(
    () => {
      try {
        return emailsTo(server, email)
      } catch {
        return []
      }
    },
    (texts) => texts.length >= mails,
  )
  return /#token=([\w-]{43})/.exec(sent.at(-1)!)![1]!
}

/** Invites a user and accepts the invitation. */
export async function joinAccount(server: TestServer, owner: Person, email: string, role = 'MEMBER'): Promise<Person> {
  await change(server, owner, `inviteMember(accountId: "${owner.accountId}", email: "${email}", role: ${role})`)
  const guest = await person(server, email)
  const token = await mailedToken(server, email)
  const answer = await change(server, guest, `acceptInvitation(token: "${token}")`)
  if (answer.code) throw new Error(JSON.stringify(answer))
  return guest
}

export const listMembers = async (server: TestServer, who: Person, accountId: string) => {
  const { data } = await server.graphql<{
    account: { members: { totalCount: number; nodes: { role: string; user: { email: string } }[] } } | null
  }>(
    `query ($id: ID!) { account(id: $id) { members { totalCount nodes { role user { email } } } } }`,
    { id: accountId },
    who.token,
  )
  return data.account && data.account.members.nodes.map(({ role, user }) => `${user.email} ${role}`).toSorted()
}

export const countedMembers = async (server: TestServer, accountId: string) =>
  (
    await server.query<{ resource: string }>(
      `select resource_id as resource from allocation where account_id = $1 and feature = 'members' and released_at is null order by 1`,
      [accountId],
    )
  ).map(({ resource }) => resource)
