import { readFileSync } from 'node:fs'
import { PERMISSION_RULES } from '#services/identity/model/guard.js'

const ROW = /^\| `([A-Z_]+)` \| [^|]+ \| ([^|]+) \| ([^|]+) \|$/gm
const EVERY = 'owner, admin, member'

describe('The table of permissions on an account', () => {
  it('names the roles and scopes of each permission as the rules do', () => {
    const page = readFileSync('docs/members.md', 'utf8').split('### Permissions on an account')[1]!
    const rows = [...page.matchAll(ROW)].map(([, name = '', members = '', scopes = '']) => ({
      name,
      members: members === 'every member' ? EVERY : members,
      scopes: [...scopes.matchAll(/`([^`]+)`/g)].map(([, scope]) => scope),
    }))
    const rules = Object.entries(PERMISSION_RULES).map(([permission, rule]) => ({
      name: permission.toUpperCase().replace(':', '_'),
      members: rule.members.map((role) => role.toLowerCase()).join(', ') || 'none',
      scopes: [...rule.scopes],
    }))
    expect(rows).toEqual(rules)
  })
})
