import { readFileSync } from 'node:fs'
import { buildSchema, type GraphQLEnumType } from 'graphql'
import type { MemberRole } from '#entities/identity/member.entity.js'
import { ROLES } from '#services/identity/model/caller.js'
import { mayRead, serviceMay } from '#services/identity/model/guard.js'
import { keyWith, userWith } from './callers.js'
import { ALL_SCOPES, ACCOUNT_PERMISSIONS } from '#test/support/permissions.js'

const MEMBER_ROLES: readonly MemberRole[] = ['OWNER', 'ADMIN', 'MEMBER']

/** Table of each permission on an account, with the roles and scopes to which the guard allows it. */
export function permissionTable(): string {
  const account = { id: 'acc_1', memberRole: null }
  const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'))
  const texts = schema.getType('Permission') as GraphQLEnumType
  const rows = ACCOUNT_PERMISSIONS.map((permission) => {
    const name = permission.toUpperCase().replace(':', '_')
    const meaning = texts.getValue(name)!.description!.replace(/\.$/, '')
    const members = MEMBER_ROLES.filter((memberRole) => maySee(userWith(), { ...account, memberRole }, permission))
    const scopes = ALL_SCOPES.filter((scope) => scope !== 'ops:*' && serviceMay(keyWith([scope]), 'acc_1', permission))
    const roles = ROLES.filter((role) => maySee(userWith([role]), account, permission))
    const inAccount =
      members.length === MEMBER_ROLES.length
        ? 'every member'
        : members.map((role) => role.toLowerCase()).join(', ') || 'none'
    return `| \`${name}\` | ${meaning} | ${inAccount} | ${listed(scopes)} | ${listed(roles)} |`
  })
  return [
    '| Permission | Meaning | Roles in the account | Scopes of a key | Roles of the installation by default |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n')
}

const listed = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(' · ') || 'none'

function maySee(...question: Parameters<typeof mayRead>): boolean {
  try {
    return mayRead(...question)
  } catch {
    return false
  }
}
