import { newEnforcer, newModelFromString, type Adapter, type Enforcer, type Model } from 'casbin'
import type { PolicyRule } from './default-policies.js'

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
  /** True if a role may do `action` with `object`. */
  allows(subject: string, object: string, action: string): boolean
}

/**
 * Creates an enforcer of rules. It is never reloaded in place, because it would have no rules for a moment and deny
 * every request.
 */
export async function createPolicyEnforcer(rules: readonly PolicyRule[]): Promise<PolicyEnforcer> {
  const enforcer: Enforcer = await newEnforcer(newModelFromString(MODEL), adapterOver(rules))
  // Caches the few roles and objects of the installation. Paths from requests are matched by pattern.
  const known = new Map<string, boolean>()
  return {
    allows(subject, object, action) {
      const question = `${subject}\n${object}\n${action}`
      let answer = known.get(question)
      if (answer === undefined) {
        answer = enforcer.enforceSync(subject, object, action)
        if (known.size < MAX_KNOWN) known.set(question, answer)
      }
      return answer
    },
  }
}

const MAX_KNOWN = 5_000

/** `*` is one part of a path, in the library's words `:part`; the rules are handed in, as rows of the database. */
const adapterOver = (rules: readonly PolicyRule[]): Adapter => ({
  loadPolicy: (model: Model) => {
    for (const [subject, object, action] of rules)
      model.addPolicy('p', 'p', [subject, object.replaceAll('*', ':part'), action])
    return Promise.resolve()
  },
  savePolicy: () => Promise.resolve(false),
  addPolicy: () => Promise.reject(new Error('policies are read-only here: edit them in the database')),
  removePolicy: () => Promise.reject(new Error('policies are read-only here: edit them in the database')),
  removeFilteredPolicy: () => Promise.reject(new Error('policies are read-only here: edit them in the database')),
})
