import { newEnforcer, newModelFromString } from 'casbin'
import type { PolicyRule } from '../model/permissions.js'

const MODEL = `
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.sub == p.sub && r.act == p.act && (r.obj == p.obj || keyMatch2(r.obj, p.obj))
`

/** Decides permissions by fixed rules. Changed rules create a new enforcer. */
export interface PolicyEnforcer {
  /** True if a subject has a permission: an object and an action, for example `ops:read` or `/templates/*:PUT`. */
  allows(subject: string, permission: string): boolean
  /** Subjects of the rules about a permission. */
  subjectsWith(permission: string): readonly string[]
}

/**
 * Creates an enforcer of rules. It is never reloaded in place, because it would have no rules for a moment and deny
 * every request.
 */
export async function createPolicyEnforcer(rules: readonly PolicyRule[]): Promise<PolicyEnforcer> {
  const model = newModelFromString(MODEL)
  // `*` is one part of a path, in the library's words `:part`.
  for (const [subject, object, action] of rules)
    model.addPolicy('p', 'p', [subject, object.replaceAll('*', ':part'), action])
  const enforcer = await newEnforcer(model)
  // Answers by permission and subject. The code names all permissions, so that there are few.
  const known = new Map<string, Map<string, boolean>>()
  return {
    subjectsWith: (permission) =>
      rules.filter(([, object, action]) => `${object}:${action}` === permission).map(([subject]) => subject),
    allows(subject, permission) {
      let answers = known.get(permission)
      if (!answers) known.set(permission, (answers = new Map()))
      let answer = answers.get(subject)
      if (answer === undefined) {
        const [object, action] = permission.split(':')
        answer = enforcer.enforceSync(subject, object, action)
        answers.set(subject, answer)
      }
      return answer
    },
  }
}
